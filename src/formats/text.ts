import { NOT_SUMMED } from '../domain/not-summed.js'
import type { FlatRow } from '../model/flat-row.js'
import type { LeftOut } from '../model/left-out.js'
import { type Term, vocabularies } from '../model/vocabularies.js'
import { printable, terminalWidth, truncate } from './terminal-width.js'

export interface TextOptions {
  /** Columns of the terminal; without it every column is as wide as it likes, up to its own limit. */
  width?: number
  /** The name to print for a source's id; without it, or when it answers null, the id. */
  name?: (source: string) => string | null
  /** The ids of events that are recorded for a place around the one asked about. */
  broader?: ReadonlySet<string>
}

/** A figure's number and what is known of it. */
type Asserted = Pick<FlatRow, 'low' | 'best' | 'high' | 'qualifier' | 'text' | 'sic'>

/** What a table's cells are made from beside its rows. */
interface Known {
  nameOf: (source: string) => string
  broader: ReadonlySet<string>
}

interface Column {
  heading: string
  /**
   * Where it is cut, and how far it gives way on a narrow terminal. Null: never, for a cut number is another number.
   */
  most: number | null
  least: number
  right?: boolean
  /** Left out where all of its cells are empty. */
  optional?: boolean
  cell(row: FlatRow, known: Known): string
}

const GAP = '  '
const grouped = new Intl.NumberFormat('en-US', { useGrouping: true })

const COLUMNS: readonly Column[] = [
  { heading: 'PERIOD', most: null, least: 0, cell: printedPeriod },
  { heading: 'MEASURE', most: 40, least: 8, cell: printedMeasure },
  { heading: 'VALUE', most: null, least: 0, right: true, cell: row => tableValue(row) },
  { heading: 'MARKS', most: null, least: 0, optional: true, cell: (row, known) => marksOf(row, known).join('') },
  { heading: 'UNIT', most: 10, least: 4, cell: row => row.unit ?? '' },
  { heading: 'PLACE', most: 36, least: 10, cell: printedPlace },
  { heading: 'WHO', most: 36, least: 8, cell: printedSpeaker },
  { heading: 'PUBLISHER', most: 28, least: 8, cell: (row, known) => names(row.publisher, known) },
  { heading: 'EVENT', most: 48, least: 8, cell: row => row.event_title ?? row.event_id ?? '' },
]

type Holds = (row: FlatRow, known: Known) => boolean

/** What a number does not say of itself: the mark beside it, when it is there, and what it means. */
const MARKS: readonly [mark: string, holds: Holds, meaning: string][] = [
  ofTerm('*', 'rank', 'preferred'),
  ofTerm('d', 'rank', 'deprecated'),
  ofTerm('x', 'verification', 'discounted'),
  ofTerm('?', 'verification', 'contested'),
  ofTerm('u', 'qualifier', 'unqualified'),
  ofTerm('m', 'counts', 'movements'),
  ofTerm('c', 'method', 'model'),
  ofTerm('f', 'method', 'projection'),
  ['p', row => row.provisional === true, 'provisional: The source expects to revise it.'],
  ['i', row => row.period_inferred === true, 'inferred: The dates were worked out, not said.'],
  ['s', row => (row.places ?? 1) > 1, 'several places: The first is shown. The number is not of that one alone.'],
  [
    'b',
    (row, { broader }) => row.event_id !== null && broader.has(row.event_id),
    'broader: Its event is recorded for a place that contains the one asked about.',
  ],
]

function ofTerm<V extends 'rank' | 'verification' | 'qualifier' | 'counts' | 'method'>(
  mark: string,
  column: V,
  term: Term<V>,
): (typeof MARKS)[number] {
  return [mark, row => row[column] === term, `${term}: ${vocabularies[column][term]}`]
}

const marksOf = (row: FlatRow, known: Known): string[] =>
  MARKS.flatMap(([mark, holds]) => (holds(row, known) ? [mark] : []))

function legend(rows: readonly FlatRow[], known: Known): string {
  const there = new Set(rows.flatMap(row => marksOf(row, known)))
  const lines = MARKS.flatMap(([mark, , meaning]) => (there.has(mark) ? [`${mark}  ${meaning}\n`] : []))
  return lines.length === 0 ? '' : `${lines.join('')}\n`
}

/**
 * Flat rows as an aligned table for a terminal, and the statement that nothing here may be added. There are no totals.
 * What its numbers do not say of themselves is marked, and the marks are explained below. Every line ends in a line
 * feed. Columns give way to `width` as far as they can: periods and values are never cut.
 */
export function textTable(rows: readonly FlatRow[], options: TextOptions = {}): string {
  const known: Known = { nameOf: source => options.name?.(source) ?? source, broader: options.broader ?? new Set() }
  const columns = COLUMNS.filter(({ optional, cell }) => !optional || rows.some(row => cell(row, known) !== ''))
  const table = rows.map(row => columns.map(column => printable(column.cell(row, known))))
  const widths = fit(columns, table, options.width ?? Number.POSITIVE_INFINITY)
  const lines = [columns.map(column => column.heading), ...table].map(cells => line(columns, cells, widths))
  if (rows.length === 0) lines.push('No figures.')
  return `${lines.join('\n')}\n\n${legend(rows, known)}${NOT_SUMMED}\n`
}

/**
 * A value as a reader would write it: `≤ 114,000`, `~ 500`, `253–277–527`; words where there is no number. `9–2–3 (sic)`
 * is what the source printed out of order.
 */
export const printedValue = (row: Asserted): string => (row.sic ? `${printedNumbers(row)} (sic)` : printedNumbers(row))

function printedNumbers(row: Asserted): string {
  const mark = QUALIFIERS[row.qualifier ?? '']
  const number = row.best ?? row.low ?? row.high
  if (number === null) return row.text ? printable(row.text) : '?'
  if (mark !== undefined) return mark + grouped.format(number)
  return [grouped.format(row.low ?? Number.NaN), ...(row.best === null ? [] : [grouped.format(row.best)])]
    .concat(grouped.format(row.high ?? Number.NaN))
    .map(part => (part === 'NaN' ? '?' : part))
    .join('–')
}

/** How each qualifier with one number is printed; `between` and those yet to come print low–best–high. */
const QUALIFIERS: Readonly<Record<string, string>> = {
  exactly: '',
  unqualified: '',
  approximately: '~ ',
  at_least: '≥ ',
  more_than: '> ',
  at_most: '≤ ',
  less_than: '< ',
}

function tableValue(row: FlatRow): string {
  const worded = row.low === null && row.best === null && row.high === null
  return worded ? truncate(printedValue(row), 24) : printedValue(row)
}

/** How much of a written day is known, where that is less than the day. */
const KNOWN_TO: Readonly<Record<string, number>> = { week: 10, month: 7, year: 4 }

/** As it was written, and never as more exact: days that are known to their month or so are printed as that, or say so. */
function printedPeriod({ period_edtf: edtf, period_precision: precision, period_text }: FlatRow): string {
  if (edtf === null) return truncate(period_text ?? '?', 24)
  const known = KNOWN_TO[precision ?? '']
  const dates = printedDates(edtf, known)
  return known !== undefined && /-\d\d-\d\d/.test(dates) ? `${dates} (${precision})` : dates
}

function printedDates(edtf: string, known: number | undefined): string {
  const [start = '', end] = edtf.split('/')
  if (end === undefined || start === end) return start
  if (known !== undefined && start.slice(0, known) === end.slice(0, known) && !/[~?%]/.test(edtf))
    return start.slice(0, known)
  if (/^(\.\.)?$/.test(start)) return `to ${end}`
  return /^(\.\.)?$/.test(end) ? `from ${start}` : `${start} to ${end}`
}

/** A count of civilians only must not read as one of everybody. */
const PART_OF_PEOPLE: readonly (string | null)[] = ['civilian', 'military', 'armed_group']

function printedMeasure({ measure, basis, population }: FlatRow): string {
  const terms = [...(basis === 'flow' ? [] : [basis]), ...(PART_OF_PEOPLE.includes(population) ? [population] : [])]
  const said = terms.filter(term => term !== null)
  return said.length === 0 ? `${measure}` : `${measure} (${said.join(', ')})`
}

const ROLES: Readonly<Record<string, string>> = { origin: 'from ', destination: 'to ' }

function printedPlace(row: FlatRow): string {
  const locality = row.locality_name ?? row.locality_id
  if (locality === null) return '?'
  const role = ROLES[row.place_role ?? ''] ?? ''
  switch (row.place_extent) {
    case 'and_surroundings':
      return `${role}${locality} and surroundings`
    case 'part_of':
      return `${role}part of ${locality}`
    case 'unknown':
      return `${role}${locality}, extent unknown`
    default:
      return role + locality
  }
}

function printedSpeaker(row: FlatRow, known: Known): string {
  const originator = names(row.originator, known)
  const spokesperson = names(row.spokesperson, known)
  if (spokesperson === '') return originator
  return originator === '' ? spokesperson : `${originator} (${spokesperson})`
}

function names(ids: string | null, { nameOf }: Known): string {
  return ids === null ? '' : ids.split(';').map(nameOf).join('; ')
}

/** The width of each column: what its cells need, then, the widest first, what the terminal leaves. */
function fit(columns: readonly Column[], table: readonly string[][], total: number): number[] {
  const widths = columns.map((column, i) => {
    let need = column.heading.length
    for (const cells of table) need = Math.max(need, terminalWidth(cells[i]!))
    return column.most === null ? need : Math.min(need, column.most)
  })
  let over = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - total
  while (over > 0) {
    let widest = -1
    for (let i = 0; i < widths.length; i++) {
      const { most, least } = columns[i]!
      if (most !== null && widths[i]! > least && (widest < 0 || widths[i]! > widths[widest]!)) widest = i
    }
    if (widest < 0) break
    widths[widest]!--
    over--
  }
  return widths
}

function line(columns: readonly Column[], cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => {
      const text = truncate(cell, widths[i]!)
      const space = ' '.repeat(Math.max(0, widths[i]! - terminalWidth(text)))
      return columns[i]!.right ? space + text : text + space
    })
    .join(GAP)
    .trimEnd()
}

/** What stands below a table where it was asked about a time. */
export const leftOutText = ({ undated_figures, without_dates }: LeftOut) =>
  (undated_figures === undefined ? '' : `Left out, for no dated report prints them: ${undated_figures} figures.\n`) +
  (without_dates === undefined ? '' : `Left out, for no day of them is known: ${without_dates} events.\n`)
