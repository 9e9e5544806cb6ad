import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import t from 'tap'
import { packageFields } from '../../src/formats/datapackage.js'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { awkwardLines } from '../support/awkward.js'
import { cellOf, ndjsonRecords } from '../support/cells.js'
import { load, seededDatabase, writing } from '../support/database.js'
import { openService } from '../support/service.js'

t.test('a table as Parquet says what its records say, cell by cell', async t => {
  const file = await seededDatabase(t)
  await writing(file, writer => load(writer, awkwardLines))
  const { app, read } = await openService(t, file)
  let cells = 0
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const { headers, rawPayload } = await app.inject(`/v1/exports/${plural}.parquet`)
    t.equal(headers['content-type'], 'application/vnd.apache.parquet')
    const bytes = rawPayload.buffer.slice(
      rawPayload.byteOffset,
      rawPayload.byteOffset + rawPayload.length,
    ) as ArrayBuffer
    const { key_value_metadata } = parquetMetadata(bytes)
    const remarks = Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value]))
    t.equal(remarks.revision, `${read.head().seq}`)
    t.match(remarks.citation, `/v1/exports/${plural}.parquet?as_of=${read.head().seq}`)
    t.equal(remarks.not_summed !== undefined, noun === 'figure')
    const rows = await parquetReadObjects({ file: bytes })
    const records = ndjsonRecords((await app.inject(`/v1/${plural}.ndjson`)).body)
    const key = noun === 'figure' ? 'figure_id' : 'id'
    t.same(new Set(rows.map(row => row[key])), new Set(records.keys()))
    t.equal(rows.length, records.size)
    for (const row of rows)
      for (const { name, type } of packageFields(plural)) {
        const cell = cellOf(records.get(row[key]), name)
        const said = type === 'date' && row[name] ? row[name].toISOString().slice(0, 10) : row[name]
        t.strictSame(said, type === 'integer' && cell !== null ? BigInt(cell) : cell, `${row[key]} ${name}`)
        cells += 1
      }
  }
  t.comment(`N = ${cells} cells`)
})

t.test('zero, null and 2^53 - 1 are told apart in Parquet', async t => {
  const file = await seededDatabase(t)
  await writing(file, writer => load(writer, awkwardLines))
  const { app } = await openService(t, file)
  const { rawPayload } = await app.inject('/v1/exports/figures.parquet')
  const bytes = rawPayload.buffer.slice(rawPayload.byteOffset, rawPayload.byteOffset + rawPayload.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file: bytes, columns: ['figure_id', 'low', 'best', 'high'] })
  const valuesOf = (id: string) => rows.find(({ figure_id }) => figure_id === id)
  t.strictSame(valuesOf('awkward-zero'), { figure_id: 'awkward-zero', low: 0n, best: 0n, high: 0n })
  t.strictSame(valuesOf('awkward-most'), { figure_id: 'awkward-most', low: null, best: null, high: 9007199254740991n })
  t.strictSame(valuesOf('awkward-words'), { figure_id: 'awkward-words', low: null, best: null, high: null })
})
