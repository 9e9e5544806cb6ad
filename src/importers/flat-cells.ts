import { readWindowDate } from '../domain/period.js'
import type { FlatColumn } from '../model/flat-row.js'
import { ID_PATTERN, MAX_COUNT } from '../model/schema.js'
import { type Term, terms, type Vocabulary } from '../model/vocabularies.js'
import type { Problem } from './adapter.js'

/** What a row's cells are: strings, empty for null (CSV), or JSON values, of which none is ever converted. */
export type CellsAre = 'strings' | 'json'

/** A flat row while it is read, and what is found wrong with it. */
export interface Reading {
  cells: Readonly<Record<string, unknown>>
  are: CellsAre
  problems: Problem[]
}

const ID = new RegExp(ID_PATTERN)
const DATE = /^\d{4}-\d{2}-\d{2}$/
const DIGITS = /^(?:0|[1-9]\d*)$/
const NEGATIVE = /^-\d+$/
/** As we write them, and as spreadsheets save what we wrote. */
const FLAGS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['TRUE', true],
  ['false', false],
  ['FALSE', false],
])

export function isId(text: unknown): text is string {
  return typeof text === 'string' && ID.test(text)
}

export function isEmpty({ cells, are }: Reading, column: FlatColumn): boolean {
  const cell = cells[column]
  return cell === null || cell === undefined || (cell === '' && are === 'strings')
}

export function textCell(reading: Reading, column: FlatColumn): string | null {
  if (isEmpty(reading, column)) return null
  const cell = reading.cells[column]
  if (typeof cell === 'string' && cell !== '') return cell
  return problem(reading, column, 'bad_format', 'Not a text of one character or more.')
}

export function idCell(reading: Reading, column: FlatColumn): string | null {
  const text = textCell(reading, column)
  if (text === null || ID.test(text)) return text
  return problem(reading, column, 'bad_format', `Not an id: ${ID_PATTERN}.`)
}

/** A value of a vocabulary. */
export function termCell<V extends Vocabulary>(reading: Reading, column: FlatColumn, vocabulary: V): Term<V> | null {
  const text = textCell(reading, column)
  if (text === null || listed(vocabulary).has(text)) return text as Term<V> | null
  return problem(reading, column, 'not_in_list', `Not one of ${terms(vocabulary).join(', ')}.`)
}

const lists = new Map<Vocabulary, ReadonlySet<string>>()

function listed(vocabulary: Vocabulary): ReadonlySet<string> {
  let list = lists.get(vocabulary)
  if (!list) {
    list = new Set<string>(terms(vocabulary))
    lists.set(vocabulary, list)
  }
  return list
}

/**
 * A count as we write it ourselves: digits alone. "1e3", " 5", "1,000" and "05" might mean a number; none is guessed.
 */
export function countCell(reading: Reading, column: FlatColumn): number | null {
  if (isEmpty(reading, column)) return null
  const cell = reading.cells[column]
  const written = typeof cell === (reading.are === 'strings' ? 'string' : 'number')
  const digits = String(cell)
  if (written && NEGATIVE.test(digits)) return problem(reading, column, 'out_of_range', 'A count is never negative.')
  if (!written || !DIGITS.test(digits)) {
    return problem(reading, column, 'bad_format', 'Not a whole number in digits; nothing is converted.')
  }
  const count = Number(digits)
  return count <= MAX_COUNT ? count : problem(reading, column, 'out_of_range', `Counts go up to ${MAX_COUNT}.`)
}

export function flagCell(reading: Reading, column: FlatColumn): boolean | null {
  if (isEmpty(reading, column)) return null
  const cell = reading.cells[column]
  const flag = reading.are === 'strings' ? FLAGS.get(cell) : cell
  if (typeof flag === 'boolean') return flag
  return problem(reading, column, 'bad_format', 'Neither true nor false.')
}

export function dateCell(reading: Reading, column: FlatColumn): string | null {
  const text = textCell(reading, column)
  if (text === null || (DATE.test(text) && readWindowDate(text) !== null)) return text
  return problem(reading, column, 'bad_date', 'Not a calendar date like 2015-05-17.')
}

/** Notes a problem of a column, and answers null, which then stands for its value. */
export function problem({ problems, cells }: Reading, column: FlatColumn, code: Problem['code'], detail: string): null {
  problems.push({ column, code, detail, value: cells[column] ?? null })
  return null
}
