import type Database from 'better-sqlite3'
import { csvText } from '../domain/flat-cells.js'
import { FLAT_COLUMNS, FLAT_NAMES, type FlatColumn } from '../model/flat-row.js'
import { currentAt } from './filters.js'
import { CELLS, countries, type InTree, othersAt, treeAt } from './flat-tables.js'
import { QUOTES, type TextCell } from './quotes.js'
import type { Prepare } from './statements.js'

/** Flat rows as text that SQLite puts together: what `csvLine` and `ndjsonLine` write, at the cost of reading the rows. */
export type FlatText = 'csv' | 'ndjson'

/** The name and country of a place, side by side: to look each up for every row would cost a third of an export. */
const placeCells: Readonly<Record<FlatText, (name: string, country: string | null) => string>> = {
  csv: (name, country) => `${csvText(name)},${country === null ? '' : csvText(country)}`,
  ndjson: (name, country) => JSON.stringify({ locality_name: name, country }).slice(1, -1),
}
const PLACE = `flat_place(${CELLS.locality_id})`
type Column = Exclude<FlatColumn, 'locality_name' | 'country'>

const flag = (cell: string) => `iif(${cell}, 'true', 'false')`
const tableOf = (cell: string) => cell.slice(0, cell.indexOf('.'))
const quoted = (cell: string) => `'"' || replace(${cell}, '"', '""') || '"'`
const isText = (column: Column): column is TextCell => Object.hasOwn(QUOTES, column)

function csvCell(column: Column): string {
  const cell = CELLS[column]
  if (isText(column)) return `iif(${tableOf(cell)}.quotes & ${QUOTES[column]}, ${quoted(cell)}, ${cell})`
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
  const columns = FLAT_NAMES.filter(column => column !== 'country')
  const forms = columns.map(column => (column === 'locality_name' ? '%s' : form(column)))
  const cells = columns.map(column => (column === 'locality_name' ? PLACE : write(column)))
  return `printf('${whole(forms)}', ${cells.join(', ')})`
}

/** The lines of a page, and the last figure in it; null when there are none. */
interface Piece {
  text: Buffer | null
  after: string | null
}

/** The cells of places by their ids. */
type PlaceCells = ReadonlyMap<string, string>

/** Those of an export, as long as nothing else needs the memory. `since`: where in the log a place was changed last. */
interface Kept {
  form: FlatText
  since: number | null
  cells: WeakRef<PlaceCells>
}

const PAGE = 200
/** Places are read as one JSON text for so many: a row of each would cost five times as much. */
const MANY = 2000

/** For the page that SQLite puts together now, whichever reader asked for it: while it does, nothing else runs. */
let asked: PlaceCells | null = null
function askWith<T>(places: PlaceCells, ask: () => T): T {
  asked = places
  try {
    return ask()
  } finally {
    asked = null
  }
}

export function openFlatText(db: Database.Database, prepare: Prepare) {
  db.function('flat_place', (locality: string) => asked!.get(locality))
  let kept: Kept | null = null

  function* cellsOfPlaces(at: number, form: FlatText): Generator<Buffer, PlaceCells> {
    const { since } = prepare<Pick<Kept, 'since'>>(
      'SELECT max(from_seq) AS since FROM locality WHERE from_seq <= ?',
    ).get(at)!
    const known = kept?.form === form && kept.since === since ? kept.cells.deref() : undefined
    const places = known ?? (yield* makeCells(at, form))
    kept = { form, since, cells: new WeakRef(places) }
    return places
  }

  /** In turns: there may be many. */
  function* makeCells(at: number, form: FlatText): Generator<Buffer, PlaceCells> {
    const tree = treeAt(at)
    const page = prepare<string>(
      `SELECT json_group_array(json_object('id', id, 'name', name, 'level', level, 'parent', parent, 'code', code))
       FROM (${tree.sql} AND l.id > ? ORDER BY l.id LIMIT ${MANY})`,
    ).pluck()
    const places = new Map<string, InTree>()
    for (let after: string | undefined = ''; after !== undefined; yield NOTHING) {
      const found: InTree[] = JSON.parse(page.get(...tree.values, after)!)
      for (const place of found) places.set(place.id, place)
      after = found.at(-1)?.id
    }
    const countryOf = countries(locality => places.get(locality))
    const made = new Map<string, string>()
    for (const { id, name } of places.values()) {
      made.set(id, placeCells[form](name, countryOf(id)))
      if (made.size % MANY === 0) yield NOTHING
    }
    return made
  }

  return {
    /**
     * The lines of all figures at a log position, by id, in pieces of two hundred; a piece may be empty. Read by key, so
     * that a slow reader holds no transaction open.
     */
    *flatText(at: number, form: FlatText): Generator<Buffer> {
      const live = currentAt('v', at)
      const others = othersAt(at)
      const page = prepare<Piece>(
        `SELECT CAST(group_concat(line, '') AS BLOB) AS text, max(id) AS after FROM (
           SELECT v.id, ${LINES[form]} AS line FROM figure v ${others.sql}
           WHERE v.id > ? AND ${live.sql} AND v.state = 'live' ORDER BY v.id LIMIT ${PAGE})`,
      )
      const places = yield* cellsOfPlaces(at, form)
      for (let after: string | null = ''; after !== null; ) {
        const read: Piece = askWith(places, () => page.get(...others.values, after, ...live.values)!)
        if (read.text !== null) yield read.text
        after = read.after
      }
    },
  }
}

const NOTHING = Buffer.alloc(0)
