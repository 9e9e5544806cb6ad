import type { CsvCell } from './csv.js'

type Members = Readonly<Record<string, unknown>>

/** A record's cells in the order of these columns, which are those of a table of the data package; JSON where a member is an object or a list. */
export function tableRow(record: object, columns: readonly string[]): CsvCell[] {
  return columns.map(column => cellOf(record as Members, column))
}

function cellOf(record: Members, column: string): CsvCell {
  const value = memberOf(record, column)
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : (value as CsvCell)
}

function memberOf(record: Members, column: string): unknown {
  if (column in record) return record[column]
  if (column.startsWith('period_')) return (record.period as Members)[column.slice('period_'.length)]
  if (column === 'lat' || column === 'lon') return (record.point as Members | null)?.[column]
  return undefined
}
