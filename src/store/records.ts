import { REFERRERS } from '../domain/references.js'
import type { Documents, Noun, RecordOf } from '../model/nouns.js'
import type { Operation } from './log.js'
import type { Prepare } from './reader.js'

/** Later than any position of the log. */
export const NOW = Number.MAX_SAFE_INTEGER

export type State = 'live' | 'retracted' | 'merged'

/** A version of a record as found: the accepted bytes and what became of it. */
export interface Found {
  id: string
  rev: number
  from_seq: number
  state: State
  /** The surviving record, when merged. */
  into_id: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
  op: Operation
  /** JSON of the document with the service's members. */
  record: string
  /** Canonical JSON of the document alone. */
  document: string
}

const FOUND =
  'v.id, v.rev, v.from_seq, v.state, r.into_id, r.reason, r.recorded_at, r.recorded_by, r.op, r.record, r.document'

/** The parsed document of a version found. */
export const documentOf = <N extends Noun>(_noun: N, found: Found): Documents[N] => JSON.parse(found.document)

/** The parsed record of a version found. */
export const recordOf = <N extends Noun>(_noun: N, found: Found): RecordOf<N> => JSON.parse(found.record)

export function openRecordReader(prepare: Prepare) {
  function find(noun: Noun, id: string, at = NOW): Found | undefined {
    return prepare<Found>(
      `SELECT ${FOUND} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq
       WHERE v.id = ? AND v.from_seq <= ? ORDER BY v.from_seq DESC LIMIT 1`,
    ).get(id, at)
  }

  /** The versions of many records that were live at a position, by id; others are absent. */
  function findMany(noun: Noun, ids: readonly string[], at = NOW): Map<string, Found> {
    const rows = prepare<Found>(
      `SELECT ${FOUND} FROM json_each(?) j JOIN ${noun} v ON v.id = j.value JOIN revision r ON r.seq = v.from_seq
       WHERE v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND v.state = 'live'`,
    ).all(JSON.stringify(ids), at, at)
    return new Map(rows.map(row => [row.id, row]))
  }

  return {
    find,
    findMany,
    /** A record that can be referred to now. */
    isLive: (noun: Noun, id: string): boolean =>
      prepare<{ state: State }>(`SELECT state FROM ${noun} WHERE id = ? AND until_seq IS NULL`).get(id)?.state ===
      'live',
    /** All versions of a record, oldest first. */
    versions: (noun: Noun, id: string): Found[] =>
      prepare<Found>(
        `SELECT ${FOUND} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq WHERE v.id = ? ORDER BY v.from_seq`,
      ).all(id),
    version: (noun: Noun, id: string, rev: number): Found | undefined =>
      prepare<Found>(
        `SELECT ${FOUND} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq WHERE v.id = ? AND v.rev = ?`,
      ).get(id, rev),
    /** The live records that refer to one, at most `limit` in each role. */
    referrers(noun: Noun, id: string, limit: number): { noun: Noun; role: string; id: string }[] {
      return Object.entries(REFERRERS[noun]).flatMap(([role, referrer]) => {
        return prepare<{ id: string }>(
          `SELECT v.id FROM reference x JOIN ${referrer} v ON v.from_seq = x.from_seq
           WHERE x.role = ? AND x.target = ? AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id LIMIT ?`,
        )
          .all(role, id, limit)
          .map(row => ({ noun: referrer, role, id: row.id }))
      })
    },
    /** Live relations from one record to another, whichever way round. */
    relationsBetween(of: 'event' | 'figure', one: string, other: string): RecordOf<'relation'>[] {
      return prepare<{ record: string }>(
        `SELECT r.record FROM reference x JOIN relation v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
         WHERE x.role IN ('from_' || ?, 'to_' || ?) AND x.target = ? AND ? IN (v.from_id, v.to_id) AND v.of = ?
           AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id`,
      )
        .all(of, of, one, other, of)
        .map(row => JSON.parse(row.record))
    },
    /** Whether a chain of live relations of one kind leads from one record to another. */
    reaches(of: 'event' | 'figure', kind: string, from: string, to: string): boolean {
      return (
        prepare(
          `WITH RECURSIVE chain (id) AS (
             SELECT ?
             UNION
             SELECT v.to_id FROM chain JOIN reference x ON x.role = 'from_' || ? AND x.target = chain.id
             JOIN relation v ON v.from_seq = x.from_seq
             WHERE v.of = ? AND v.kind = ? AND v.until_seq IS NULL AND v.state = 'live')
           SELECT 1 FROM chain WHERE id = ?`,
        ).get(from, of, of, kind, to) !== undefined
      )
    },
    /** Events that a figure of these places and this period may be about: same, containing or contained locality. */
    candidateEvents(
      localities: readonly string[],
      period: { start: string | null; end: string | null },
      limit: number,
    ) {
      const { start, end } = period
      return prepare<{ record: string }>(
        `WITH RECURSIVE above (id) AS (
           SELECT value FROM json_each(?1)
           UNION SELECT l.parent FROM above JOIN locality l ON l.id = above.id AND l.until_seq IS NULL WHERE l.parent IS NOT NULL),
         found (id) AS (
           SELECT DISTINCT t.event FROM json_each(?1) j JOIN timeline t ON t.ancestor = j.value
           UNION SELECT e.id FROM above JOIN reference x ON x.role = 'locality' AND x.target = above.id
           JOIN event e ON e.from_seq = x.from_seq
           UNION SELECT id FROM event WHERE json_array_length(?1) = 0)
         SELECT r.record FROM found JOIN event v ON v.id = found.id JOIN revision r ON r.seq = v.from_seq
         WHERE v.until_seq IS NULL AND v.state = 'live'
           AND (?3 IS NULL OR v."start" IS NULL OR v."start" <= ?3) AND (?2 IS NULL OR v."end" IS NULL OR v."end" >= ?2)
         ORDER BY coalesce(v."start", v."end"), v.id LIMIT ?4`,
      )
        .all(JSON.stringify(localities), start, end, limit)
        .map(row => row.record)
    },
  }
}
