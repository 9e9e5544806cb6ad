import { type Difference, diff } from '../domain/diff.js'
import { publishedBy } from '../domain/period.js'
import type { Documents, Noun } from '../model/nouns.js'
import type { HistoryRow } from '../store/history.js'
import type { Reader } from '../store/reader.js'
import { documentOf } from '../store/records.js'

/** One revision of a record, as it is answered: who changed it when and why, what it became, and what that changed. */
export interface Revision {
  noun: Noun
  id: string
  rev: number
  /** The log position. */
  seq: number
  op: HistoryRow['op']
  into: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
  /** The first day by which what it says had been printed, as was known then; null where nothing says so. */
  published: string | null
  record: unknown
  /** From the revision before; empty for the first. */
  diff: Difference[]
  /** Hex. */
  hash: string
}

const common = ({ noun, id, rev, seq, op, into_id, reason, recorded_at, recorded_by }: HistoryRow) => ({
  noun,
  id,
  rev,
  seq,
  op,
  into: into_id,
  reason,
  recorded_at,
  recorded_by,
})

export function revisionOf(read: Reader, row: HistoryRow): Revision {
  const document = JSON.parse(row.document)
  return {
    ...common(row),
    published: publishedOf(read, row.noun, document, row.seq),
    record: JSON.parse(row.record),
    diff: row.previous_document === null ? [] : diff(JSON.parse(row.previous_document), document),
    hash: row.hash.toString('hex'),
  }
}

/** The second clock: when the world was told, as far as the reports named say, as they stood at a log position. */
function publishedOf<N extends Noun>(read: Reader, noun: N, document: Documents[N], at: number): string | null {
  if (noun === 'report') return dayOf(document as Documents['report'])
  const reports =
    noun === 'figure'
      ? (document as Documents['figure']).citations.map(({ report }) => report)
      : noun === 'relation'
        ? [(document as Documents['relation']).report].filter(report => report !== null)
        : []
  const found = [...read.findMany('report', reports, at).values()].map(report => dayOf(documentOf('report', report)))
  return found.filter(day => day !== null).sort()[0] ?? null
}

const dayOf = ({ published }: Documents['report']) => published && publishedBy(published)

/** JSON of an entry of the feed: a revision, with the record that it replaced. The records are the bytes that the log holds. */
export const changeJson = (row: HistoryRow): string =>
  `${JSON.stringify(common(row)).slice(0, -1)},"record":${row.record},"previous":${row.previous_record}` +
  `,"hash":"${row.hash.toString('hex')}"}`
