import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import t from 'tap'
import type { CsvCell } from '../../src/formats/csv.js'
import { PACKAGE_TABLES, type PackageTable, packageFields } from '../../src/formats/datapackage.js'
import { parquet } from '../../src/formats/parquet.js'

/** A file as another library reads it, and what it was made of in the same terms. */
async function roundTrip(table: PackageTable, rows: CsvCell[][], pageRows = rows.length || 1) {
  const pages = Array.from({ length: Math.ceil(rows.length / pageRows) }, (_, i) =>
    rows.slice(i * pageRows, (i + 1) * pageRows),
  )
  const file = Buffer.concat([...parquet(table, pages, { revision: '412' })])
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
  const fields = packageFields(table)
  const expected = rows.map(row => Object.fromEntries(fields.map(({ name, type }, i) => [name, read(type, row[i]!)])))
  return { metadata: parquetMetadata(buffer), rows: await parquetReadObjects({ file: buffer }), expected }
}

/** A cell as hyparquet gives it. */
function read(type: string, cell: CsvCell): unknown {
  if (cell === null) return null
  if (type === 'integer') return BigInt(cell)
  return type === 'date' ? new Date(`${cell}`) : cell
}

const text = fc.string({ unit: 'grapheme' })
const cells: Record<string, fc.Arbitrary<CsvCell>> = {
  string: fc.oneof(text, fc.constantFrom('', 'الرمادي', '=1', '\u0000', '"\r\n')),
  object: fc.constantFrom('{}', '{"glide":"x"}'),
  array: fc.constantFrom('[]', '[{"text":"الرمادي"}]'),
  integer: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 31, 2 ** 53 - 1)),
  number: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(0, -0.1, 33.42)),
  boolean: fc.boolean(),
  date: fc.constantFrom('0001-01-01', '1969-12-31', '1970-01-01', '2016-02-29', '9999-12-31'),
}
const rowOf = (table: PackageTable) =>
  fc.tuple(
    ...packageFields(table).map(({ type, constraints }) =>
      constraints?.required ? cells[type]! : fc.option(cells[type]!, { freq: 3 }),
    ),
  ) as fc.Arbitrary<CsvCell[]>

t.test('what is written is read back by another library: null null, zero zero, counts exact to 2^53 - 1', async t => {
  for (const table of PACKAGE_TABLES)
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowOf(table), { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (given, page) => {
          const { rows, expected } = await roundTrip(table, given, page)
          t.strictSame(rows, expected)
        },
      ),
      { numRuns: 30 },
    )
})

t.test('columns are those of the table in order, each with its type, and remarks are kept', async t => {
  for (const table of PACKAGE_TABLES) {
    const { metadata } = await roundTrip(table, [])
    const [, ...columns] = metadata.schema
    t.same(
      columns.map(({ name }) => name),
      packageFields(table).map(({ name }) => name),
    )
    for (const [i, { type, constraints }] of packageFields(table).entries()) {
      const types: Record<string, string> = { integer: 'INT64', number: 'DOUBLE', boolean: 'BOOLEAN', date: 'INT32' }
      t.equal(columns[i]?.type, types[type] ?? 'BYTE_ARRAY')
      t.equal(columns[i]?.repetition_type, constraints?.required ? 'REQUIRED' : 'OPTIONAL')
    }
    t.match(metadata.key_value_metadata, [{ key: 'revision', value: '412' }])
    t.equal(metadata.num_rows, 0n)
  }
})

t.test('more rows than a group holds are read back in their order', async t => {
  const blank: CsvCell[] = packageFields('relations').map(() => null)
  const row = (i: number) => blank.map((_, j) => (j < 3 ? `${i}` : i % 3 ? null : 'x'.repeat(i % 7)))
  const given = Array.from({ length: 12_001 }, (_, i) => row(i))
  const { metadata, rows, expected } = await roundTrip('relations', given, 500)
  t.ok(metadata.row_groups.length > 1, `${metadata.row_groups.length} groups`)
  t.equal(metadata.num_rows, 12_001n)
  t.strictSame(rows, expected)
})
