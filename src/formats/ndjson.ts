import { FLAT_COLUMNS, type FlatColumn, type FlatRow } from '../model/flat-row.js'

const COLUMNS = Object.keys(FLAT_COLUMNS) as FlatColumn[]

/** One flat figure row as one line of JSON, its members in the order of FLAT_COLUMNS. */
export function ndjsonLine(row: FlatRow): string {
  // A whole-object stringify is a third faster than one with a list of members: rows nearly always come in order.
  return `${inOrder(row) ? JSON.stringify(row) : JSON.stringify(row, COLUMNS)}\n`
}

function inOrder(row: FlatRow): boolean {
  let i = 0
  for (const member in row) if (member !== COLUMNS[i++]) return false
  return i === COLUMNS.length
}
