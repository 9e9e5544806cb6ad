import { MAX_COUNT } from '../model/schema.js'
import type { ForeignRow, Problem } from './adapter.js'
import { isTags } from './hxl-tags.js'

/** The cells of one row, read as what they should be. What they are not is gathered in `problems`. */
export interface Cells {
  row: ForeignRow
  problems: Problem[]
  /** The cell's text without surrounding spaces; null if it is empty or absent. */
  text(column: string): string | null
  /** The same of an identifier or a term that is a number, of which spreadsheets make 5.0. */
  code(column: string): string | null
  /** A whole number from zero on; null if the cell is empty. Anything else is a problem. */
  count(column: string): number | null
  /** A calendar date; null if the cell is empty. Anything else, a time other than midnight included, is a problem. */
  day(column: string): string | null
  /** A point, in rounded degrees; null if both cells are empty. Half a point, or one that is not on Earth, is a problem. */
  point(lat: string, lon: string): { lat: number; lon: number } | null
  /** The text of a cell that a row must have; '' and a problem if it has none. */
  required(column: string): string
  /** What all columns but these say, in the order of their names. */
  besides(held: ReadonlySet<string | null>): [column: string, text: string | null][]
  blame(column: string | null, code: Problem['code'], detail: string): void
}

/**
 * `2014-01-22`, as later editions of UCDP's data write it too: `2014-01-22 00:00:00.000`. Midnight in UTC is how programs
 * write a day that has no zone; at midnight in any other, the day that was meant may be another one.
 */
const DAY = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?)?$/
/** Spreadsheets make 645 into 645.0 or 645.00. 645.000 may be over half a million, and is not taken for either. */
const WHOLE = /^\d+(?:\.0{1,2})?$/

export function cellsOf(row: ForeignRow): Cells {
  const problems: Problem[] = []
  const text = (column: string) => textOf(row.cells[column])
  const blame: Cells['blame'] = (column, code, detail) => {
    problems.push({ column, code, detail, value: column === null ? null : (row.cells[column] ?? null) })
  }
  return {
    row,
    problems,
    text,
    code: column => text(column)?.replace(/\.0+$/, '') ?? null,
    blame,
    required(column) {
      const found = text(column)
      if (found === null) blame(column, 'missing', `${column} is empty.`)
      return found ?? ''
    },
    count(column) {
      const found = text(column)
      if (found === null) return null
      const number = WHOLE.test(found) ? Number(found) : Number.NaN
      if (number <= MAX_COUNT) return number
      blame(column, 'bad_value', `${column} is not a whole number from 0 on, in digits alone.`)
      return null
    },
    day(column) {
      const found = text(column)
      if (found === null) return null
      const day = DAY.exec(found)?.[1]
      if (day !== undefined && isDay(day)) return day
      blame(column, 'bad_date', `${column} is not a date like 2014-01-22.`)
      return null
    },
    point(lat, lon) {
      if (text(lat) === null && text(lon) === null) return null
      const point = { lat: degrees(text(lat), 90), lon: degrees(text(lon), 180) }
      if (Number.isNaN(point.lat)) blame(lat, 'out_of_range', `${lat} is not a latitude in degrees.`)
      if (Number.isNaN(point.lon)) blame(lon, 'out_of_range', `${lon} is not a longitude in degrees.`)
      return point
    },
    besides: held =>
      Object.keys(row.cells)
        .filter(column => !held.has(column))
        .toSorted()
        .map(column => [column, text(column)]),
  }
}

/** Whether a row is no data: one of HXL hashtags, as HDX puts them below a header, or one of empty cells. */
export function isNoData({ cells }: ForeignRow): boolean {
  const said = Object.values(cells)
    .map(textOf)
    .filter(text => text !== null)
  return said.length === 0 || isTags(said)
}

/** Whether a text like 2015-02-29 is a date that the calendar has. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function textOf(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null
  const text = (typeof cell === 'object' ? JSON.stringify(cell) : String(cell)).trim()
  return text === '' ? null : text
}

function degrees(text: string | null, limit: number): number {
  const number = text !== null && /^[-+]?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  return Math.abs(number) <= limit ? roundedDegrees(number) : Number.NaN
}

/** Degrees to a tenth of a metre. Digits beyond are noise of the arithmetic that made them, and change by themselves. */
export const roundedDegrees = (degrees: number): number => Number(degrees.toFixed(6))
