import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { seededDatabase, tempDirectory } from '../support/database.js'
import { annals, prepare, serveHere } from '../support/process.js'

t.setTimeout(120_000)

t.test('what cannot be loaded is told in one line, or as any load that was refused', async t => {
  const db = await seededDatabase(t)
  const odd = `${db}-odd.csv`
  writeFileSync(odd, 'a,b\n1,2\n')
  writeFileSync(`${db}-empty.csv`, '')
  const served = join(tempDirectory(t), 'served.db')
  const key = await prepare(served)
  const service = await serveHere(served)
  t.teardown(service.close)
  for (const at of [
    ['--db', db],
    ['--url', service.url, '--key', key],
  ]) {
    const load = (file: string, ...words: string[]) => annals(['import', file, ...at, ...words])
    t.match(await load(dirname(db)), { status: 1, stderr: /: it is a directory\n$/ })
    t.match(await load(`${db}-empty.csv`), { status: 1, stderr: /: the file is empty\n$/ })
    const unknown = { status: 1, stdout: '', stderr: 'annals: The columns are of no known format: a, b.\n' }
    t.strictSame({ ...(await load(odd)), signal: null }, { ...unknown, signal: null }, at.join(' '))
    const { status, stdout } = await load(odd, '--json')
    t.equal(status, 1)
    t.match(JSON.parse(stdout), {
      state: 'refused',
      format: null,
      rows: 0,
      problems: [{ line: null, code: 'malformed' }],
    })
  }
})

t.test('export says why a file cannot be written', async t => {
  const db = await seededDatabase(t)
  const to = (file: string) => annals(['export', 'documents.ndjson', file, '--json', '--db', db])
  for (const file of [`${db}-no/such/file`, `${db}/within-a-file`]) {
    const { status, stderr } = await to(file)
    t.equal(status, 1)
    t.match(JSON.parse(stderr), { code: 'invalid', detail: /cannot be written: there is no such directory/ })
  }
  t.match(await to(dirname(db)), { status: 1, stderr: /cannot be written: it is a directory/ })
  t.notOk(existsSync(`${dirname(db)}.part`))
})

t.test('a file that a command names wins over a service that the environment names', async t => {
  const db = await seededDatabase(t)
  const env = { ANNALS_URL: 'http://127.0.0.1:9' }
  t.match(await annals(['export', 'sources.csv', '--db', db], { env }), { status: 0, stdout: /iom/ })
  t.match(await annals(['export', 'sources.csv'], { env }), { status: 1, stderr: /cannot be reached/ })
  const both = ['export', 'sources.csv', '--db', db, '--url', 'http://127.0.0.1:9']
  t.match(await annals(both), { status: 2, stderr: /--db does not go with --url/ })
})

t.test('export refuses what has no meaning in a file, as the service does, and writes none', async t => {
  const db = await seededDatabase(t)
  for (const [name, flag, only] of [
    ['annals.zip', '--hxl', 'figures.csv'],
    ['sources.csv', '--hxl', 'figures.csv'],
    ['figures.ndjson', '--excel', 'CSV'],
    ['documents.ndjson', '--excel', 'CSV'],
    ['figures.parquet', '--excel', 'CSV'],
  ] as const) {
    const file = `${db}-${name}`
    const refused = { status: 2, stdout: '', stderr: `${flag} applies to ${only} only` }
    t.match(await annals(['export', name, file, flag, '--db', db]), refused, `${name} ${flag}`)
    t.notOk(existsSync(file))
    const elsewhere = ['--url', 'http://127.0.0.1:9']
    t.match(await annals(['export', name, flag, ...elsewhere]), refused, 'before a service is asked')
  }
  for (const [name, flag] of [
    ['figures.csv', '--hxl'],
    ['sources.csv', '--excel'],
  ] as const)
    t.match(await annals(['export', name, flag, '--db', db]), { status: 0, stderr: '' }, `${name} ${flag}`)
})
