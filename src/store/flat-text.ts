import type Database from 'better-sqlite3'
import { FLAT_COLUMNS, type FlatColumn } from '../model/flat-row.js'
import { currentAt } from './filters.js'
import { CELLS, countriesAt, othersAt } from './flat-tables.js'
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

function jsonCell(column: FlatColumn, cell: string): string {
  const kind = FLAT_COLUMNS[column]
  if (kind === 'count') return `coalesce(${cell}, 'null')`
  return kind === 'flag' ? flag(cell) : `json_quote(${cell})`
}

/** A row's line; `printf` copies each cell once, where a chain of `||` copies the line for every cell. */
const LINES: Readonly<Record<FlatText, string>> = {
  csv: line(COLUMNS.map(() => '%s').join(','), 'char(13) || char(10)', csvCell),
  ndjson: line(`{${COLUMNS.map(column => `"${column}":%s`).join(',')}}`, 'char(10)', jsonCell),
}

function line(form: string, end: string, write: (column: FlatColumn, cell: string) => string): string {
  const cellOf = (column: FlatColumn) =>
    column === 'country' ? `flat_country(:export, ${CELLS.country})` : CELLS[column]
  return `printf('${form}' || ${end}, ${COLUMNS.map(column => write(column, cellOf(column))).join(', ')})`
}

const PAGE = 500

export function openFlatText(db: Database.Database, prepare: Prepare) {
  /** The countries of the exports that are being read: SQLite asks for them by the export's number. */
  const countries = new Map<number, (locality: string) => string | null>()
  let last = 0
  db.function('flat_country', (number: number, locality: string) => countries.get(number)?.(locality) ?? null)

  /** Looks up every locality's country, in turns: while SQLite reads a page it can be asked nothing else. */
  function* lookUp(countryOf: (locality: string) => string | null, at: number): Generator<Buffer> {
    const live = currentAt('l', at)
    const ids = prepare<{ id: string }>(
      `SELECT l.id FROM locality l WHERE l.id > ? AND ${live.sql} ORDER BY l.id LIMIT ?`,
    )
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: { id: string }[] = ids.all(after, ...live.values, PAGE)
      for (const { id } of page) countryOf(id)
      after = page.at(-1)?.id
      yield NOTHING
    }
  }

  return {
    /**
     * The lines of all figures at a log position, by id, in pieces of some hundred; a piece may be empty. Read by key, so
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
      const countryOf = countriesAt(prepare, at)
      countries.set(number, countryOf)
      try {
        yield* lookUp(countryOf, at)
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
        countries.delete(number)
      }
    },
  }
}

const NOTHING = Buffer.alloc(0)
