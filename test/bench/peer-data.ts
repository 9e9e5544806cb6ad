import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import Database from 'better-sqlite3'
import postgres from 'postgres'

/** Plain normalised tables, indexed for the question of a timeline. The same words make them in SQLite and PostgreSQL. */
const TABLES = {
  locality: ['id', 'name', 'parent'],
  report: ['id', 'title', 'url', 'published', 'publisher'],
  event: ['id', 'title', 'locality', 'starts', 'ends'],
  figure: [
    ...[
      'id',
      'event',
      'measure',
      'basis',
      'unit',
      'counts',
      'low',
      'best',
      'high',
      'qualifier',
      'text',
      'starts',
      'ends',
    ],
    ...['period_precision', 'period_text', 'population', 'locality', 'place_role', 'place_extent', 'originator'],
    ...['verification', 'rank', 'method', 'report', 'excerpt'],
  ],
} as const
const INDEXES = ['locality (parent)', 'event (locality, starts, ends)', 'figure (event)']
const NUMBERS: ReadonlySet<string> = new Set(['low', 'best', 'high'])

const create = Object.entries(TABLES).map(
  ([table, columns]) =>
    `CREATE TABLE ${table} (${columns.map(name => `${name} ${NUMBERS.has(name) ? 'BIGINT' : 'TEXT'}${name === 'id' ? ' PRIMARY KEY' : ''}`).join(', ')})`,
)
const index = INDEXES.map((on, i) => `CREATE INDEX index_${i} ON ${on}`)

type Row = Record<string, string | number | null>
type Table = keyof typeof TABLES
interface Locality {
  id: string
  document: { name: string; parent: string | null }
}

/** The lines of one of the service's exports. */
async function* exported<R>(url: string, name: string): AsyncGenerator<R> {
  const { body } = await fetch(`${url}/v1/exports/${name}.ndjson`)
  for await (const line of createInterface({ input: Readable.fromWeb(body as never) })) yield JSON.parse(line)
}

async function rowsOf(url: string): Promise<Record<Table, Row[]>> {
  const rows: Record<Table, Row[]> = { locality: [], report: [], event: [], figure: [] }
  for await (const { id, document } of exported<Locality>(url, 'localities'))
    rows.locality.push({ id, name: document.name, parent: document.parent })
  const reports = new Map<string, Row>()
  const events = new Map<string, Row>()
  for await (const row of exported<Row>(url, 'figures')) {
    const {
      figure_id: id,
      event_id: event,
      period_start: starts,
      period_end: ends,
      locality_id: locality,
      report_id: report,
    } = row
    rows.figure.push({
      ...row,
      id: id!,
      event: event!,
      starts: starts!,
      ends: ends!,
      locality: locality!,
      report: report!,
    })
    reports.set(String(report), {
      id: report!,
      title: row.report_title!,
      url: row.report_url!,
      published: row.published!,
      publisher: row.publisher!,
    })
    const known = events.get(String(event)) ?? {
      id: event!,
      title: row.event_title!,
      locality: locality!,
      starts: starts!,
      ends: ends!,
    }
    if (starts !== null && (known.starts === null || starts! < known.starts!)) known.starts = starts!
    if (ends !== null && (known.ends === null || ends! > known.ends!)) known.ends = ends!
    events.set(String(event), known)
  }
  rows.report = [...reports.values()]
  rows.event = [...events.values()]
  return rows
}

const valuesOf = (table: Table, row: Row) => TABLES[table].map(name => row[name] ?? null)

/** Fills the plain tables of the peers from the exports of a service. */
export async function loadPeers(url: string, file: string, server: string | undefined): Promise<void> {
  const rows = await rowsOf(url)
  fillSqlite(file, rows)
  if (server) await fillPostgres(server, rows)
}

function fillSqlite(file: string, rows: Record<Table, Row[]>): void {
  const db = new Database(file)
  db.pragma('synchronous = OFF')
  for (const sql of create) db.exec(sql)
  db.transaction(() => {
    for (const table of Object.keys(TABLES) as Table[]) {
      const insert = db.prepare(`INSERT INTO ${table} VALUES (${TABLES[table].map(() => '?').join(', ')})`)
      for (const row of rows[table]) insert.run(valuesOf(table, row))
    }
  })()
  for (const sql of index) db.exec(sql)
  db.exec('ANALYZE')
  db.close()
}

const BATCH = 1000

async function fillPostgres(server: string, rows: Record<Table, Row[]>): Promise<void> {
  const sql = postgres(server, { max: 1, onnotice: () => {} })
  await sql.unsafe(
    'DROP SCHEMA IF EXISTS annals_bench CASCADE; CREATE SCHEMA annals_bench; SET search_path TO annals_bench',
  )
  for (const each of create) await sql.unsafe(each)
  for (const table of Object.keys(TABLES) as Table[])
    for (let i = 0; i < rows[table].length; i += BATCH) {
      const some = rows[table]
        .slice(i, i + BATCH)
        .map(row => Object.fromEntries(TABLES[table].map(name => [name, row[name] ?? null])))
      await sql`INSERT INTO ${sql(table)} ${sql(some as never, ...TABLES[table])}`
    }
  for (const each of [...index, 'ANALYZE']) await sql.unsafe(each)
  await sql.end()
}
