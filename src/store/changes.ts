import type { Noun } from '../model/nouns.js'
import { BEFORE_FIRST, type Head, LAST_ROW, type Operation } from './log.js'
import type { Prepare } from './statements.js'

/** One row of the log as the feed shows it. */
export interface LogRow {
  seq: number
  noun: Noun
  id: string
  rev: number
  op: Operation
  into_id: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
  document: string
  payload: string
  hash: Buffer
}

export function openChangeReader(prepare: Prepare) {
  const at = (seq: number) =>
    prepare<{ recorded_at: string }>('SELECT recorded_at FROM revision WHERE seq = ?').get(seq)

  const head = (): Head => prepare<Head>(LAST_ROW).get() ?? BEFORE_FIRST

  return {
    /** The end of the log. */
    head,
    /** The last position recorded by an instant (UTC, milliseconds): times never run back along the log. */
    positionAt(instant: string): number {
      let low = 0
      let high = head().seq
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if (at(middle)!.recorded_at <= instant) low = middle
        else high = middle - 1
      }
      return low
    },
    /** The log after a position, in order. */
    logAfter: (seq: number, limit: number): LogRow[] =>
      prepare<LogRow>(
        `SELECT seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, payload, hash
         FROM log WHERE seq > ? ORDER BY seq LIMIT +?`,
      ).all(seq, limit),
  }
}
