import { NOUNS, type Noun } from '../model/nouns.js'
import type { Operation } from './log.js'
import type { Prepare } from './statements.js'

/** One revision of a record, with the one before it. */
export interface HistoryRow {
  seq: number
  noun: Noun
  id: string
  rev: number
  op: Operation
  /** The surviving record, for a merge. */
  into_id: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
  hash: Buffer
  /** JSON of the record as this revision left it. */
  record: string
  /** Canonical JSON of the document alone. */
  document: string
  /** The same of the revision before; null for the first. */
  previous_record: string | null
  previous_document: string | null
}

const COLUMNS = `r.seq, r.noun, r.id, r.rev, r.op, r.into_id, r.reason, r.recorded_at, r.recorded_by, r.hash, r.record,
  r.document, p.record AS previous_record, p.document AS previous_document`

/** A version `v` of a noun with its revision `r` and the revision before, `p`. */
const versionsOf = (noun: Noun) =>
  `SELECT ${COLUMNS} FROM ${noun} v JOIN log r ON r.seq = v.from_seq LEFT JOIN log p ON p.seq =
     (SELECT max(b.from_seq) FROM ${noun} b WHERE b.id = v.id AND b.from_seq < v.from_seq)`

const versionsAfter = (noun: Noun) => `SELECT from_seq AS seq, '${noun}' AS noun FROM ${noun} WHERE from_seq > ?`

const WHOLE_LOG = 'SELECT seq, noun FROM revision WHERE seq > ?'

export function openHistoryReader(prepare: Prepare) {
  return {
    /** A page of a record's revisions up to a log position, oldest first; `after` is the position of the last one seen. */
    revisions: (noun: Noun, id: string, at: number, after: number, limit: number): HistoryRow[] =>
      prepare<HistoryRow>(
        `${versionsOf(noun)} WHERE v.id = ? AND v.from_seq > ? AND v.from_seq <= ? ORDER BY v.from_seq LIMIT +?`,
      ).all(id, after, at, limit),
    countRevisions: (noun: Noun, id: string, at: number): number =>
      prepare<{ n: number }>(`SELECT count(*) AS n FROM ${noun} WHERE id = ? AND from_seq <= ?`).get(id, at)!.n,
    revision: (noun: Noun, id: string, rev: number): HistoryRow | undefined =>
      prepare<HistoryRow>(`${versionsOf(noun)} WHERE v.id = ? AND v.rev = ?`).get(id, rev),
    /**
     * The log after a position, in order: of every noun, or of some. Each noun's versions lie in the order of the log,
     * so that a rare noun is found without a walk through the rest; one statement sees one state of all of them.
     */
    changes(after: number, limit: number, among: readonly Noun[] | null): HistoryRow[] {
      const tables = among ? NOUNS.filter(noun => among.includes(noun)).map(versionsAfter) : [WHOLE_LOG]
      const positions = prepare<{ seq: number; noun: Noun }>(`${tables.join(' UNION ALL ')} ORDER BY seq LIMIT +?`).all(
        ...tables.map(() => after),
        limit,
      )
      return positions.map(({ seq, noun }) => prepare<HistoryRow>(`${versionsOf(noun)} WHERE v.from_seq = ?`).get(seq)!)
    },
  }
}
