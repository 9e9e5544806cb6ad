import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import type { CsvCell } from './csv.js'
import { type Field, type PackageTable, packageFields } from './datapackage.js'

/** Rows of a row group: as many as are in memory at a time. The list of groups, 5 KB each, is kept until the end. */
const GROUP_ROWS = 5_000
const DAY_MS = 86_400_000

/**
 * A table as Apache Parquet, https://parquet.apache.org/docs/file-format/: counts as INT64, dates as DATE, degrees as
 * DOUBLE, flags as BOOLEAN, all else as UTF-8 text; null is null, never zero. `rows` are pages of cells in the order of
 * the table's columns. Each page gives a piece, which is empty until a row group is full. `remarks` are key and value
 * pairs of the whole file.
 */
export function* parquet(
  table: PackageTable,
  rows: Iterable<readonly (readonly CsvCell[])[]>,
  remarks: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const fields = packageFields(table)
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(table, fields),
    createdBy: 'annals',
    kvMetadata: Object.entries(remarks).map(([key, value]) => ({ key, value })),
  })
  let group: CsvCell[][] = fields.map(() => [])

  function flush(): Uint8Array {
    const columnData = fields.map((field, i) => ({ name: field.name, data: group[i]!.map(valueIn(field)) }))
    writer.write({ columnData, rowGroupSize: GROUP_ROWS })
    group = fields.map(() => [])
    return taken(bytes)
  }

  for (const page of rows) {
    for (const row of page) for (let i = 0; i < fields.length; i++) group[i]!.push(row[i] ?? null)
    yield group[0]!.length < GROUP_ROWS ? new Uint8Array() : flush()
  }
  if (group[0]!.length > 0) yield flush()
  writer.finish()
  yield taken(bytes)
}

/** What was written since the last time; positions go on counting from the start of the file. */
function taken(writer: ByteWriter): Uint8Array {
  const piece = writer.getBytes().slice()
  writer.index = 0
  return piece
}

type Physical = Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>

const TEXT: Physical = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
const TYPES: Readonly<Record<Field['type'], Physical>> = {
  string: TEXT,
  object: TEXT,
  array: TEXT,
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
}

function schemaOf(table: string, fields: readonly Field[]): SchemaElement[] {
  return [
    { name: table, num_children: fields.length },
    ...fields.map(
      ({ name, type, constraints }): SchemaElement => ({
        name,
        ...TYPES[type],
        repetition_type: constraints?.required ? 'REQUIRED' : 'OPTIONAL',
      }),
    ),
  ]
}

function valueIn({ type }: Field): (cell: CsvCell) => unknown {
  if (type === 'integer') return cell => (cell === null ? null : BigInt(cell))
  if (type === 'date') return cell => (cell === null ? null : Date.parse(`${cell}`) / DAY_MS)
  return cell => cell
}
