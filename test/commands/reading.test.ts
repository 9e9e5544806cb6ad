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
    ['changes', '--url', 'https://x.example/v1'],
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
  for (const words of [['changes', '--none'], ['show'], ['export', 'nothing'], ['retract', 'event', 'x']]) {
    const { status, stdout, stderr } = await annals([...words, '--json'])
    t.match(
      { status, stdout, said: JSON.parse(stderr) },
      { status: 2, stdout: '', said: { code: 'invalid', errors: [] } },
    )
  }
})

t.test('a name that no place has is told, and an empty one is usage', async t => {
  const db = await seededDatabase(t)
  const resolve = (...words: string[]) => annals(['resolve', ...words, '--db', db])
  t.match(await resolve('Nowhere'), { status: 1, stdout: '', stderr: 'annals: no place is called Nowhere\n' })
  t.match(await resolve('Nowhere', '--json'), { status: 1, stdout: /"candidates":\[\]/, stderr: '' })
  t.match(await resolve(''), { status: 2, stdout: '', stderr: /<name> must not be empty/ })
})

t.test('a record that others need names them when it is to be withdrawn', async t => {
  const db = await seededDatabase(t)
  const { status, stderr } = await annals(['retract', 'locality', 'iq-ramadi', '--reason', 'x', '--db', db])
  t.equal(status, 1)
  t.match(stderr, /first\n {2}event ramadi-casualties-2015-05\n/)
})

t.test('a key that cannot be made is a sentence, and a failure of storage', async t => {
  const db = await seededDatabase(t)
  for (const command of ['checkpoint', 'serve'])
    t.match(await annals([command, '--db', db, '--signing-key', `${db}-none/key`]), {
      status: 70,
      stderr: /^annals: \S+\/key: no key can be made there: ENOENT[^\n]*\n$/,
    })
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
