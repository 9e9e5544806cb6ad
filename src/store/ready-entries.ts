import type { Facts } from '../domain/not-summed.js'
import { type MadeEntry, type Named, namedIn } from '../domain/timeline.js'
import type { Noun } from '../model/nouns.js'
import type { Prepare } from './statements.js'

/** An event's entry as the bytes that leave, with a comma behind, and what an answer must know of it. */
export interface ReadyEntry {
  json: Buffer
  facts: Facts[]
  named: Named
}

export const readyEntry = ({ entry, facts }: MadeEntry): ReadyEntry => ({
  json: Buffer.from(`${JSON.stringify(entry)},`),
  facts,
  named: namedIn(entry),
})

export function openEntryReader(prepare: Prepare) {
  return {
    /** The live records of these ids as they stand now: id and JSON. */
    recordTexts: (noun: Noun, ids: readonly string[]): [id: string, record: string][] =>
      prepare<{ id: string; record: string }>(
        `SELECT v.id, r.record FROM json_each(?) j CROSS JOIN ${noun} v ON v.id = j.value JOIN log r ON r.seq = v.from_seq
         WHERE v.until_seq IS NULL AND v.state = 'live'`,
      )
        .all(JSON.stringify(ids))
        .map(({ id, record }) => [id, record]),
    /** The entries of these events that the index keeps ready, by event. */
    readyEntries(ids: readonly string[]): Map<string, ReadyEntry> {
      const rows = prepare<{ event: string; entry: Buffer; about: string }>(
        `SELECT e.event, e.entry, e.about FROM json_each(?) j CROSS JOIN timeline_entry e ON e.event = j.value`,
      ).all(JSON.stringify(ids))
      return new Map(rows.map(({ event, entry, about }) => [event, { json: entry, ...JSON.parse(about) }]))
    },
  }
}
