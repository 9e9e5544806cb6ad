import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { Documents, Noun } from '../model/nouns.js'
import { openEntryTable } from './entry-table.js'
import { openIndexTables } from './index-tables.js'
import type { Revision } from './log.js'
import { openReading, openScratch, type WriteConnection } from './open.js'
import { openTimelineIndex } from './timeline-index.js'

/** Every table that is derived from the log, those that refer to others first. A test holds it against migration 0002. */
export const DERIVED_TABLES = [
  'timeline',
  'timeline_event',
  'timeline_size',
  'timeline_entry',
  'timeline_lacking',
  'reference',
  'locality_code',
  'locality_name',
  'locality',
  'source',
  'report',
  'event',
  'figure',
  'relation',
] as const

/** A derived table that is not what the log yields. */
export interface Difference {
  table: string
  /** Rows that the log yields and the table lacks. */
  missing: number
  /** Rows that the table has and the log does not yield. */
  extra: number
  /** The first position of the log that a differing row belongs to; null where rows do not say. */
  seq: number | null
}

/** Rows read at a time: a connection cannot write while it iterates. */
const PAGE = 1000

/** Derives the index from the log into empty tables, through the writer's own code. Answers the number of revisions. */
function derive(db: WriteConnection): number {
  const tables = openIndexTables(db)
  const after = db.prepare<[number, number], Revision & { noun: Noun }>(
    `SELECT seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document
     FROM revision WHERE seq > ? ORDER BY seq LIMIT +?`,
  )
  let count = 0
  for (let page = after.all(0, PAGE); page.length > 0; page = after.all(page.at(-1)!.seq, PAGE)) {
    for (const revision of page) tables.add(revision, JSON.parse(revision.document) as Documents[Noun])
    tables.settle()
    count += page.length
  }
  openTimelineIndex(db).fill()
  return count
}

/** Empties every derived table and derives it again, in one transaction. Answers the number of revisions. */
export function rebuild(db: WriteConnection): number {
  return db
    .transaction(() => {
      db.exec(`INSERT INTO locality_name_search (locality_name_search) VALUES ('delete-all')`)
      for (const table of DERIVED_TABLES) db.exec(`DELETE FROM ${table}`)
      return derive(db)
    })
    .immediate()
}

/**
 * Derives the index anew in a scratch database (in the system's temporary directory, removed afterwards) and compares
 * it, both ways, with the one that the file holds. Empty: they are equal. The file is only read, and from one snapshot.
 */
export function differences(file: string): Difference[] {
  openReading(file).close()
  const directory = mkdtempSync(join(tmpdir(), 'annals-rebuild-'))
  const scratch = openScratch(join(directory, 'scratch.db'))
  try {
    // without a log of its own, `revision` and `log` are the attached one's; every other name is the scratch database's
    scratch.pragma('foreign_keys = OFF')
    scratch.exec('DROP VIEW log; DROP TABLE revision')
    scratch.prepare('ATTACH ? AS held').run(file)
    return scratch.transaction(() => {
      derive(scratch)
      deriveEntries(scratch)
      return [...compareTables(scratch), ...compareSearch(scratch)]
    })()
  } finally {
    scratch.close()
    rmSync(directory, { recursive: true })
  }
}

/** Ready entries may be missing: those are derived that the file holds. */
function deriveEntries(scratch: WriteConnection): void {
  const entries = openEntryTable(scratch)
  const held = scratch
    .prepare<[string, number], string>(
      `SELECT e.event FROM held.timeline_entry e JOIN main.timeline_event t ON t.event = e.event
       WHERE e.event > ? ORDER BY e.event LIMIT +?`,
    )
    .pluck()
  for (let page = held.all('', PAGE); page.length > 0; page = held.all(page.at(-1)!, PAGE)) entries.keep(page)
}

/** What a table says: the order in which entries were made is no part of it. */
const rowsOf = (table: string) =>
  table.endsWith('.timeline_entry') ? `(SELECT event, entry, about FROM ${table})` : table

function compareTables(db: Database.Database): Difference[] {
  return DERIVED_TABLES.flatMap(table => {
    const seq = db.prepare(`SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = 'from_seq'`).get(table)
    const [derived, held] = ['main', 'held'].map(side => rowsOf(`${side}.${table}`))
    return compare(db, table, derived!, held!, seq ? 'from_seq' : 'NULL')
  })
}

/**
 * Compares the search index by what it finds (each token with its row and place) and by the sizes that rank results.
 * How the tokens are stored depends on how they came in.
 */
function compareSearch(db: Database.Database): Difference[] {
  for (const side of ['main', 'held'])
    db.exec(`CREATE VIRTUAL TABLE temp.${side}_terms USING fts5vocab(${side}, locality_name_search, instance)`)
  const sizes = 'locality_name_search_docsize'
  return [
    ...compare(db, 'locality_name_search', 'temp.main_terms', 'temp.held_terms', 'NULL'),
    ...compare(db, sizes, `main.${sizes}`, `held.${sizes}`, 'NULL'),
  ]
}

function compare(db: Database.Database, table: string, derived: string, held: string, seq: string): Difference[] {
  const without = (one: string, other: string) =>
    db
      .prepare<[], { rows: number; seq: number | null }>(
        `SELECT count(*) AS rows, min(${seq}) AS seq FROM (SELECT * FROM ${one} EXCEPT SELECT * FROM ${other})`,
      )
      .get()!
  const missing = without(derived, held)
  const extra = without(held, derived)
  if (missing.rows === 0 && extra.rows === 0) return []
  const positions = [missing.seq, extra.seq].filter(position => position !== null)
  const first = positions.length > 0 ? Math.min(...positions) : null
  return [{ table, missing: missing.rows, extra: extra.rows, seq: first }]
}
