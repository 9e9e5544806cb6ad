import type Database from 'better-sqlite3'
import { csvText } from '../domain/flat-cells.js'
import { FLAT_COLUMNS, type FlatColumn } from '../model/flat-row.js'
import { currentAt } from './filters.js'
import { CELLS, countries, type InTree, othersAt, treeAt } from './flat-tables.js'
import type { Prepare } from './statements.js'

/** Flat rows as text that SQLite puts together: what `csvLine` and `ndjsonLine` write, at the cost of reading the rows. */
export type FlatText = 'csv' | 'ndjson'

/** The name and country of a place, side by side: to look each up for every row would cost a third of an export. */
const placeCells: Readonly<Record<FlatText, (name: string, country: string | null) => string>> = {
  csv: (name, country) => `${csvText(name)},${country === null ? '' : csvText(country)}`,
  ndjson: (name, country) => JSON.stringify({ locality_name: name, country }).slice(1, -1),
}
const PLACE = `flat_place(:export, ${CELLS.locality_id})`
type Column = Exclude<FlatColumn, 'locality_name' | 'country'>

/** Words as people write them, by the table that they come from. All other texts are ids, terms and dates. */
const FREE_TEXT: Partial<Record<Column, 'v' | 'e' | 'p'>> = {
  event_title: 'e',
  text: 'v',
  period_text: 'v',
  report_title: 'p',
  report_url: 'p',
  excerpt: 'v',
}
/** Whether it is the only one of its table: then a row that is not `plain` says that this text needs quotation marks. */
const isAlone = (table: string) => Object.values(FREE_TEXT).filter(each => each === table).length === 1

const flag = (cell: string) => `iif(${cell}, 'true', 'false')`
const quoted = (cell: string) => `'"' || replace(${cell}, '"', '""') || '"'`
const quotedIfNeeded = (cell: string) =>
  `iif(${cell} GLOB '*[",' || char(10) || char(13) || ']*', ${quoted(cell)}, ${cell})`

function csvCell(column: Column): string {
  const [cell, table] = [CELLS[column], FREE_TEXT[column]]
  if (table) return `iif(${table}.plain, ${cell}, ${isAlone(table) ? quoted(cell) : quotedIfNeeded(cell)})`
  return FLAT_COLUMNS[column] === 'flag' ? flag(cell) : cell
}

/** Ids and terms that every figure has: in JSON they need quotation marks and nothing else. */
const WORDS: ReadonlySet<FlatColumn> = new Set<FlatColumn>([
  ...(['figure_id', 'event_id', 'measure', 'basis', 'unit', 'counts', 'qualifier', 'period_precision'] as const),
  ...(['locality_id', 'place_role', 'place_extent', 'population', 'report_id', 'verification', 'rank'] as const),
  ...(['method', 'recorded_at'] as const),
])

const member = (column: Column) => (WORDS.has(column) ? `"${column}":"%s"` : `"${column}":%s`)

function jsonCell(column: Column): string {
  const [cell, kind] = [CELLS[column], FLAT_COLUMNS[column]]
  if (kind === 'count') return `coalesce(${cell}, 'null')`
  if (kind === 'flag') return flag(cell)
  return WORDS.has(column) ? cell : `json_quote(${cell})`
}

/** A row's line; `printf` copies each cell once, where a chain of `||` copies the line for every cell. */
const LINES: Readonly<Record<FlatText, string>> = {
  csv: line(
    cells => `${cells.join()}\r\n`,
    () => '%s',
    csvCell,
  ),
  ndjson: line(cells => `{${cells.join()}}\n`, member, jsonCell),
}

function line(whole: (cells: string[]) => string, form: (column: Column) => string, write: (column: Column) => string) {
  const columns = (Object.keys(FLAT_COLUMNS) as FlatColumn[]).filter(column => column !== 'country')
  const forms = columns.map(column => (column === 'locality_name' ? '%s' : form(column)))
  const cells = columns.map(column => (column === 'locality_name' ? PLACE : write(column)))
  return `printf('${whole(forms)}', ${cells.join(', ')})`
}

const PAGE = 200

export function openFlatText(db: Database.Database, prepare: Prepare) {
  /** The cells of places, for the exports that are being read: SQLite asks for them by the export's number. */
  const readers = new Map<number, Map<string, string>>()
  let last = 0
  db.function('flat_place', (number: number, locality: string) => readers.get(number)!.get(locality))

  /** The cells of all places, made in turns: while SQLite puts a page together it can be asked nothing else. */
  function* cellsOfPlaces(at: number, form: FlatText): Generator<Buffer, Map<string, string>> {
    const tree = treeAt(at)
    const page = prepare<InTree>(`${tree.sql} AND l.id > ? ORDER BY l.id LIMIT ${PAGE}`)
    const places = new Map<string, InTree>()
    for (let rows = page.all(...tree.values, ''); rows.length > 0; rows = page.all(...tree.values, rows.at(-1)!.id)) {
      for (const row of rows) places.set(row.id, row)
      yield NOTHING
    }
    const countryOf = countries(locality => places.get(locality))
    const cells = new Map<string, string>()
    for (const { id, name } of places.values()) {
      cells.set(id, placeCells[form](name, countryOf(id)))
      if (cells.size % PAGE === 0) yield NOTHING
    }
    return cells
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
      readers.set(number, yield* cellsOfPlaces(at, form))
      try {
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
