import { parse } from 'csv-parse/sync'

// biome-ignore lint/suspicious/noExplicitAny: records of all nouns, by members that columns name
type Any = any
export type Cell = string | number | boolean | null

/** The rows of a CSV file, its header first; an empty cell without quotes is null. */
export function csvRows(text: string): (string | null)[][] {
  return parse(text, {
    bom: true,
    record_delimiter: '\r\n',
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
  })
}

/** What a table says of a record in a column: a member, a part of its period or point, or JSON. */
export function cellOf(record: Any, column: string): Cell {
  const value = column.startsWith('period_')
    ? (record[column] ?? record.period?.[column.slice('period_'.length)])
    : column === 'lat' || column === 'lon'
      ? record.point?.[column]
      : record[column]
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null)
}

/** Records of NDJSON, or flat rows, by their ids. */
export const ndjsonRecords = (text: string): Map<string, Any> =>
  new Map(
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
      .map(record => [record.figure_id ?? record.id, record]),
  )
