import { existsSync } from 'node:fs'
import t from 'tap'
import { seededDatabase } from '../support/database.js'
import { annals } from '../support/process.js'

t.setTimeout(120_000)

t.test('show prints what a window holds, and refuses one that ends before it starts', async t => {
  const db = await seededDatabase(t)
  const show = (...words: string[]) => annals(['show', 'ramadi', '--db', db, ...words])
  const may = await show('--from', '2015-05-18', '--to', '2015-05-18')
  t.equal(may.status, 0)
  t.match(may.stdout, /6,768 .*IOM DTM/)
  t.match(may.stdout, /killed \(civilian\) +29 /)
  t.notMatch(may.stdout, '114,000')
  t.match(await show('--from', '2015-05-18', '--to', '2015-05-17'), {
    status: 2,
    stderr: /--to takes a date not before/,
  })
})

t.test('a flag or variable that cannot be is usage, status 2, and named', async t => {
  const db = await seededDatabase(t)
  for (const words of [
    ['serve', '--port', '99999'],
    ['serve', '--workers', '0'],
    ['serve', '--log-level', 'zz'],
    ['show', 'x', '--measure', 'nope'],
    ['show', 'x', '--as-of', 'zzz'],
    ['show', 'x', '--published-by', 'zzz'],
    ['changes', '--since', 'x'],
    ['verify', '--pubkey', 'x'],
    ['changes', '--url', 'ftp://x'],
    ['changes', '--none'],
  ]) {
    const flag = words.find(word => word.startsWith('--'))!
    t.match(await annals([...words, '--db', db]), { status: 2, stderr: new RegExp(flag) }, words.join(' '))
  }
  t.match(await annals(['show', 'ramadi', '--db', db], { env: { ANNALS_PORT: '99999' } }), {
    status: 2,
    stderr: /ANNALS_PORT must be a number/,
  })
  t.match(await annals(['show', 'nowhere', '--db', db]), { status: 1 }, 'what is not found is refused')
})

t.test('show --json has no total, and says why, as the service does', async t => {
  const db = await seededDatabase(t)
  const { stdout } = await annals(['show', 'ramadi', '--db', db, '--json'])
  const { locality, revision, total, not_summed, events } = JSON.parse(stdout)
  t.equal(total, null)
  t.match({ locality, revision, not_summed }, { locality: { id: 'iq-ramadi' }, revision: 64 })
  t.match(not_summed.reasons, ['separate_events'])
  const printed = await annals(['show', 'ramadi', '--db', db, '--published-by', '2015-05-18'])
  t.match(printed.stdout, /\nLeft out, for no dated report prints them: 0 figures\.\n$/)
  t.ok(events.length > 1)
})

t.test('export says why a file cannot be written', async t => {
  const db = await seededDatabase(t)
  const to = (file: string) => annals(['export', 'documents.ndjson', file, '--json', '--db', db])
  for (const file of [`${db}-no/such/file`, `${db}/within-a-file`]) {
    const { status, stderr } = await to(file)
    t.equal(status, 1)
    t.match(JSON.parse(stderr), { code: 'invalid', detail: /cannot be written: there is no such directory/ })
  }
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
