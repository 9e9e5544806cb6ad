import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { awkwardLines } from '../support/awkward.js'
import { cellOf, csvRows, ndjsonRecords } from '../support/cells.js'
import { load, seededDatabase, tempDirectory, writing } from '../support/database.js'
import { faultsOfPackage } from '../support/frictionless.js'
import { annals } from '../support/process.js'
import { openService } from '../support/service.js'
import { unzip } from '../support/unzip.js'

type Test = Parameters<typeof tempDirectory>[0]

const TABLES = ['figures', 'events', 'localities', 'sources', 'reports', 'relations']

/** The seed and awkward records in a file, the service over it, and its package. */
async function packaged(t: Test) {
  const file = await seededDatabase(t)
  await writing(file, writer => load(writer, awkwardLines))
  const service = await openService(t, file)
  const { statusCode, headers, rawPayload } = await service.app.inject('/v1/exports/annals.zip')
  return { ...service, file, statusCode, headers, archive: rawPayload, files: await unzip(rawPayload) }
}

t.test('annals.zip is a sound data package: types, constraints, keys, sizes and hashes', async t => {
  const { statusCode, headers, files } = await packaged(t)
  t.equal(statusCode, 200)
  t.match(headers, { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="annals.zip"' })
  t.same(
    [...files.keys()],
    ['README.md', 'CITATION.cff', ...TABLES.map(name => `${name}.csv`), 'LICENCES.md', 'datapackage.json'],
  )
  t.same(faultsOfPackage(files), [])
})

t.test('every table has every record, cell by cell', async t => {
  const { files, app } = await packaged(t)
  let cells = 0
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const records = ndjsonRecords((await app.inject(`/v1/${plural}.ndjson`)).body)
    const [header = [], ...rows] = csvRows(String(files.get(`${plural}.csv`)))
    t.same(new Set(rows.map(([id]) => id)), new Set(records.keys()), plural)
    t.equal(rows.length, records.size)
    for (const row of rows) {
      const cell = (column: string | null) => cellOf(records.get(row[0]!), column!)
      const expected = header.map(column => (cell(column) === null ? null : String(cell(column))))
      t.same(row, expected, `${plural} ${row[0]}`)
      cells += row.length
    }
  }
  t.comment(`N = ${cells} cells`)
})

t.test('what goes with the tables says how to cite them, and under which licences they stand', async t => {
  const { files, headers, read } = await packaged(t)
  const url = `https://annals.example/v1/exports/annals.zip?as_of=${read.head().seq}`
  t.equal(headers.link, `<${url}>; rel="cite-as"`)
  t.match(String(files.get('README.md')), url)
  t.match(parse(String(files.get('CITATION.cff'))), { 'cff-version': '1.2.0', type: 'dataset', url })
  const { licenses, version } = JSON.parse(String(files.get('datapackage.json')))
  t.equal(version, String(read.head().seq))
  t.match(licenses, [{ name: 'Ask-first' }, { name: 'CC-BY-4.0' }, { name: 'CC-BY-SA-3.0', path: /by-sa\/3\.0/ }])
  for (const { title } of licenses) t.ok(String(files.get('LICENCES.md')).includes(`- ${title}`))
})

t.test('one position of the log gives one archive, over HTTP then and later, and on the command line', async t => {
  const { app, send, archive, read, file } = await packaged(t)
  const at = read.head().seq
  const { status } = await send('PUT', '/v1/sources/later', { name: 'Later', kind: 'other' })
  t.equal(status, 201)
  const later = await app.inject(`/v1/exports/annals.zip?as_of=${at}`)
  t.match(later.headers['cache-control'], /immutable/)
  t.ok(later.rawPayload.equals(archive), 'after another write')
  t.notOk((await app.inject('/v1/exports/annals.zip')).rawPayload.equals(archive), 'with it')
  const to = join(tempDirectory(t), 'annals.zip')
  const words = [
    'export',
    'annals.zip',
    to,
    '--db',
    file,
    '--as-of',
    String(at),
    '--public-url',
    'https://annals.example',
  ]
  t.match(await annals(words), { status: 0 })
  t.ok(readFileSync(to).equals(archive), 'on the command line')
})

t.test('the check of packages finds what is wrong with one', async t => {
  const { files } = await packaged(t)
  const descriptor = JSON.parse(String(files.get('datapackage.json')))
  /** The package with a file changed, described as it then is. */
  const changed = (path: string, change: (text: string) => string) => {
    const text = change(String(files.get(path)))
    return faultsOfPackage(new Map(files).set(path, Buffer.from(text))).filter(fault => !/bytes$|hash$/.test(fault))
  }
  t.match(
    changed('events.csv', text => text.replace('2016-02-01', '2016-02-30')),
    [/no date 2016-02-30/],
  )
  t.match(
    changed('figures.csv', text => text.replace('9007199254740991', '9007199254740992')),
    [/no integer/],
  )
  t.match(
    changed('figures.csv', text => text.replace(',at_most,', ',atmost,')),
    [/qualifier: enum/],
  )
  t.match(
    changed('reports.csv', text => text.replace(/^undated,/m, 'awkward,')),
    [/id: repeated/, /undated leads nowhere/],
  )
  t.match(
    changed('localities.csv', text => text.replace('179.25', '279.25')),
    [/lon: maximum/],
  )
  t.match(
    changed('sources.csv', text => text.replace('id,name', 'name,id')),
    [/header/],
  )
  const told = (change: (copy: typeof descriptor) => void) => {
    const copy = structuredClone(descriptor)
    change(copy)
    return faultsOfPackage(new Map(files).set('datapackage.json', Buffer.from(JSON.stringify(copy))))
  }
  t.same(
    told(() => {}),
    [],
  )
  t.match(
    told(({ resources: [one] }) => {
      one.bytes += 1
    }),
    [/bytes/],
  )
  t.match(
    told(({ resources: [one] }) => {
      one.hash = one.hash.replace(/.$/, 'x')
    }),
    [/hash/],
  )
  t.match(
    told(({ resources: [one] }) => {
      one.schema.fields[0].constraints = { minimum: 1 }
    }),
    [/figure_id: string/],
  )
  t.match(
    told(({ resources: [one] }) => {
      one.schema.foreignKeys[0].reference.fields = 'none'
    }),
    [/foreign key/],
  )
})
