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
    status: 1,
    stderr: /--to takes a date not before/,
  })
})

t.test('show --json has no total, and says why, as the service does', async t => {
  const db = await seededDatabase(t)
  const { stdout } = await annals(['show', 'ramadi', '--db', db, '--json'])
  const { locality, revision, total, not_summed, events } = JSON.parse(stdout)
  t.equal(total, null)
  t.match({ locality, revision, not_summed }, { locality: { id: 'iq-ramadi' }, revision: 64 })
  t.match(not_summed.reasons, ['separate_events'])
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
