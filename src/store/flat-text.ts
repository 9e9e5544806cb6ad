import type Database from 'better-sqlite3'
import { FLAT_COLUMNS, type FlatColumn } from '../model/flat-row.js'
import { currentAt } from './filters.js'
import { CELLS, countries, type InTree, othersAt, treeAt } from './flat-tables.js'
import type { Prepare } from './statements.js'

/** Flat rows as text that SQLite puts together: what `csvLine` and `ndjsonLine` write, at the cost of reading the rows. */
export type FlatText = 'csv' | 'ndjson'

const COLUMNS = Object.keys(FLAT_COLUMNS) as FlatColumn[]

/** Words as people write them, by the table that they come from. All other texts are ids, terms and dates. */
const FREE_TEXT: Partial<Record<FlatColumn, 'v' | 'e' | 'l' | 'p'>> = {
  event_title: 'e',
  text: 'v',
  period_text: 'v',
  locality_name: 'l',
  report_title: 'p',
  report_url: 'p',
  excerpt: 'v',
}

const flag = (cell: string) => `iif(${cell}, 'true', 'false')`

const quoted = (cell: string) =>
  `iif(${cell} GLOB '*[",' || char(10) || char(13) || ']*', '"' || replace(${cell}, '"', '""') || '"', ${cell})`

function csvCell(column: FlatColumn, cell: string): string {
  const table = FREE_TEXT[column]
  if (table) return `iif(${table}.plain, ${cell}, ${quoted(cell)})`
  return FLAT_COLUMNS[column] === 'flag' ? flag(cell) : cell
}

/** Ids and terms that every figure has: in JSON they need quotation marks and nothing else. */
const WORDS: ReadonlySet<FlatColumn> = new Set<FlatColumn>([
  ...(['figure_id', 'event_id', 'measure', 'basis', 'unit', 'counts', 'qualifier', 'period_precision'] as const),
  ...(['locality_id', 'place_role', 'place_extent', 'population', 'report_id', 'verification', 'rank'] as const),
  ...(['method', 'recorded_at'] as const),
])

const member = (column: FlatColumn) => (WORDS.has(column) ? `"${column}":"%s"` : `"${column}":%s`)

function jsonCell(column: FlatColumn, cell: string): string {
  const kind = FLAT_COLUMNS[column]
  if (kind === 'count') return `coalesce(${cell}, 'null')`
  if (kind === 'flag') return flag(cell)
  return WORDS.has(column) ? cell : `json_quote(${cell})`
}

/** A row's line; `printf` copies each cell once, where a chain of `||` copies the line for every cell. */
const LINES: Readonly<Record<FlatText, string>> = {
  csv: line(COLUMNS.map(() => '%s').join(','), 'char(13) || char(10)', csvCell),
  ndjson: line(`{${COLUMNS.map(member).join(',')}}`, 'char(10)', jsonCell),
}

function line(form: string, end: string, write: (column: FlatColumn, cell: string) => string): string {
  const cellOf = (column: FlatColumn) =>
    column === 'country' ? `flat_country(:export, ${CELLS.country})` : CELLS[column]
  return `printf('${form}' || ${end}, ${COLUMNS.map(column => write(column, cellOf(column))).join(', ')})`
}

const PAGE = 200

export function openFlatText(db: Database.Database, prepare: Prepare) {
  /** The countries of the exports that are being read: SQLite asks for them by the export's number. */
  const readers = new Map<number, (locality: string) => string | null>()
  let last = 0
  db.function('flat_country', (number: number, locality: string) => readers.get(number)?.(locality) ?? null)

  /** Reads the whole tree, in turns: while SQLite puts a page together it can be asked nothing else. */
  function* fill(places: Map<string, InTree>, at: number): Generator<Buffer> {
    const tree = treeAt(at)
    const page = prepare<InTree>(`${tree.sql} AND l.id > ? ORDER BY l.id LIMIT ${PAGE}`)
    for (let rows = page.all(...tree.values, ''); rows.length > 0; rows = page.all(...tree.values, rows.at(-1)!.id)) {
      for (const row of rows) places.set(row.id, row)
      yield NOTHING
    }
  }

  return {
    /**
     * The lines of all figures at a log position, by id, in pieces of two hundred; a piece may be empty. Read by key, so
     * that a slow reader holds no transaction open.
     */
    *flatText(at: number, form: FlatText): Generator<Buffer> {
      const live = currentAt('v', at)
      const others = othersAt(at)
      const page = prepare<{ text: Buffer | null; after: string | null }>(
        `SELECT CAST(group_concat(line, '') AS BLOB) AS text, max(id) AS after FROM (
           SELECT v.id, ${LINES[form]} AS line FROM figure v ${others.sql}
           WHERE v.id > ? AND ${live.sql} AND v.state = 'live' ORDER BY v.id LIMIT ${PAGE})`,
      )
      const number = ++last
      const places = new Map<string, InTree>()
      readers.set(
        number,
        countries(locality => places.get(locality)),
      )
      try {
        yield* fill(places, at)
        for (let after: string | null = ''; ; ) {
          const { text, after: reached }: { text: Buffer | null; after: string | null } = page.get(
            ...others.values,
            after,
            ...live.values,
            { export: number },
          )!
          if (text === null) return
          yield text
          after = reached
        }
      } finally {
        readers.delete(number)
      }
    },
  }
}

const NOTHING = Buffer.alloc(0)
