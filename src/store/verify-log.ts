import type Database from 'better-sqlite3'
import { canonical } from '../domain/canonical.js'
import { chain, payloadOf, type Revision } from './log.js'
import type { Report, Verification } from './verification.js'

/** A row as stored; SQLite can hand out null for anything once bytes were changed. */
interface Row extends Revision {
  /** The very bytes: text would hide those that are not UTF-8. */
  payload: Buffer | null
  previous_hash: Buffer | null
  hash: Buffer | null
}

/** The row before the one looked at. */
interface Previous {
  seq: number
  hash: Buffer
  recorded_at: string
}

/**
 * Follows the chain from the first row to the last, one row in memory: no position is missing, each row names the hash of
 * the one before it, each hash is that of the row's content, documents are canonical, and time does not run back.
 * Answers the end of the log.
 */
export function checkLog(db: Database.Database, report: Report): Verification['head'] {
  let last: Previous = { seq: 0, hash: Buffer.alloc(32), recorded_at: '' }
  const rows = db.prepare<[], Row>(
    `SELECT seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, CAST(payload AS BLOB) AS payload,
       previous_hash, hash FROM log ORDER BY seq`,
  )
  try {
    for (const row of rows.iterate()) {
      checkRow(row, last, report)
      last = { seq: row.seq, hash: row.hash ?? Buffer.alloc(32), recorded_at: row.recorded_at }
    }
  } catch (error) {
    report(last.seq + 1, `the log cannot be read past ${last.seq}: ${(error as Error).message}`)
  }
  return { seq: last.seq, hash: last.hash.toString('hex') }
}

function checkRow(row: Row, last: Previous, report: Report): void {
  const { seq, payload, previous_hash, hash } = row
  if (seq !== last.seq + 1) report(last.seq + 1, `after position ${last.seq} comes ${seq}`, 'position')
  if (!previous_hash?.equals(last.hash)) report(seq, 'it does not name the hash of the row before it', 'link')
  if (!payload?.equals(Buffer.from(payloadOf(row)))) report(seq, 'its text is damaged', 'payload')
  if (!payload || !previous_hash || !hash?.equals(chain(seq, previous_hash, payload)))
    report(seq, `its hash is not that of its content (${row.noun} ${row.id}, revision ${row.rev})`, 'hash')
  if (!isCanonical(row.document)) report(seq, 'its document is not canonical JSON', 'document')
  if (!(row.recorded_at >= last.recorded_at) || !isInstant(row.recorded_at))
    report(seq, `it was recorded at ${row.recorded_at}, after a row of ${last.recorded_at || 'no time'}`, 'time')
}

function isCanonical(document: string): boolean {
  try {
    return canonical(JSON.parse(document)) === document
  } catch {
    return false
  }
}

/** RFC 3339, UTC, milliseconds: the one way in which the log writes a time. */
const isInstant = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text

/**
 * Holds that each record's revisions are numbered from 1 without a gap, and that its first and only its first created
 * it.
 */
export function checkVersions(db: Database.Database, report: Report): void {
  const odd = db.prepare<[], { seq: number; noun: string; id: string; rev: number; place: number; op: string }>(
    `SELECT seq, noun, id, rev, op, place FROM (
       SELECT seq, noun, id, rev, op, row_number() OVER (PARTITION BY noun, id ORDER BY seq) AS place FROM revision)
     WHERE rev <> place OR (op = 'create') <> (rev = 1) ORDER BY seq`,
  )
  for (const { seq, noun, id, rev, place, op } of odd.iterate())
    report(seq, `row ${place} of ${noun} ${id} is its revision ${rev} (${op})`)
}
