import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap, { type Test, test } from 'tap'
import { checkpoint, publicKeyPem, type SigningKey } from '../../src/actions/checkpoint.js'
import type { RecordCommand } from '../../src/actions/commands.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { emptyDatabase, seededDatabase, tempDirectory, writing } from '../support/database.js'
import { onLog, rechain, tamper } from '../support/tamper.js'

tap.setTimeout(120_000)

const PAGE = readFileSync(new URL('../../../docs/proof.md', import.meta.url), 'utf8')
const VERIFIER = fileURLToPath(new URL('../../../test/contract/independent-verifier.mjs', import.meta.url))

const pkcs8 = (secret: string) => ({
  key: Buffer.from(`302e020100300506032b657004220420${secret}`, 'hex'),
  format: 'der' as const,
  type: 'pkcs8' as const,
})

/** The key of RFC 8032, 7.1, test 1: known to everyone, and for nothing but test vectors. */
const privateKey = createPrivateKey(pkcs8('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'))
const key: SigningKey = { privateKey, publicKey: createPublicKey(privateKey) }
const stranger = createPrivateKey(pkcs8('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))

/** Three revisions of one source, with characters that JSON escapes and characters that it does not. */
async function threeRows(t: Test): Promise<string> {
  const file = emptyDatabase(t)
  const of = { noun: 'source' as const, id: 'un', actor: { name: 'ann', role: 'curator' as const } }
  const body = { name: 'United Nations', kind: 'un_agency' }
  const commands: RecordCommand[] = [
    { ...of, do: 'put', body, reason: null, expect: null },
    { ...of, do: 'patch', patch: { note: 'الأمم المتحدة' }, reason: 'its "own"\tname \\ é', expect: [1] },
    { ...of, do: 'retract', reason: 'a test', expect: [2] },
  ]
  for (const [second, command] of commands.entries()) {
    const clock = () => new Date(Date.UTC(2026, 0, 5, 9, 0, second))
    await writing(file, writer => writer.apply(command), clock)
  }
  return file
}

function noteOf(file: string, signing: SigningKey = key): string {
  const read = openReader(openReading(file))
  try {
    return checkpoint(read, signing)
  } finally {
    read.close()
  }
}

function vectors(file: string): string {
  const db = openReading(file)
  const rows = db
    .prepare<[], { seq: number; payload: string; hash: Buffer }>('SELECT seq, payload, hash FROM log ORDER BY seq')
    .all()
  db.close()
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const blocks = rows.map(
    ({ seq, payload, hash }) =>
      `seq              ${seq}\npayload          ${payload}\nSHA-256(payload) ${sha256(payload)}\nhash             ${hash.toString('hex')}\n`,
  )
  return `\`\`\`text\n${blocks.join('\n')}\`\`\`\n\n\`\`\`text\n${noteOf(file)}\`\`\`\n\n\`\`\`text\n${publicKeyPem(key.publicKey)}\`\`\`\n`
}

test('the test vectors of the page are those of a log made now', async t => {
  const made = vectors(await threeRows(t))
  t.ok(PAGE.includes(made), made)
})

test('the SQL of the page reads the log', async t => {
  const [, sql] = /```sql\n([\s\S]*?)```/.exec(PAGE)!
  const db = openReading(await seededDatabase(t))
  t.equal(db.prepare(sql!).all().length, 64)
  db.close()
})

/** Runs the second verifier, on a log alone or against a checkpoint and a key. */
function verified(t: Test, file: string, note?: string, publicKey = key.publicKey) {
  const directory = tempDirectory(t)
  const [checkpoints, pem] = [join(directory, 'checkpoints'), join(directory, 'pub.pem')]
  writeFileSync(checkpoints, note ?? '')
  writeFileSync(pem, publicKeyPem(publicKey))
  const words = note === undefined ? [file] : [file, checkpoints, pem]
  const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFIER, ...words], { encoding: 'utf8' })
  t.equal(stderr, '')
  return { status, said: stdout.trim() }
}

test('the second verifier has under a hundred lines and nothing of the service in it', async t => {
  const source = readFileSync(VERIFIER, 'utf8')
  t.ok(source.split('\n').length < 100)
  t.same(
    [...source.matchAll(/from '([^']+)'/g)].map(match => match[1]),
    ['node:crypto', 'node:fs', 'better-sqlite3'],
  )
})

test('the second verifier finds sound logs clean, and agrees on where they end', async t => {
  for (const file of [emptyDatabase(t), await threeRows(t), await seededDatabase(t)]) {
    const note = noteOf(file)
    const [, seq, hash] = note.split('\n')
    const end = `clean: ${seq} rows, head ${Buffer.from(hash!, 'base64').toString('hex')}`
    t.same(verified(t, file), { status: 0, said: end })
    t.same(verified(t, file, note), { status: 0, said: end })
  }
})

test('the second verifier names the first bad position of a tampered log', async t => {
  const cases: [string, number][] = [
    [`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 9`, 9],
    [`UPDATE revision SET document = replace(document, '114000', '14000') WHERE seq = 43`, 43],
    [`UPDATE revision SET document = '{' WHERE seq = 3`, 3],
    ['DELETE FROM revision WHERE seq = 31', 31],
    ['DELETE FROM revision WHERE seq = 31; UPDATE revision SET seq = seq - 1 WHERE seq > 31', 31],
    [`UPDATE revision SET hash = zeroblob(32) WHERE seq = 64`, 64],
  ]
  for (const [sql, seq] of cases) {
    const file = await seededDatabase(t)
    tamper(
      file,
      onLog(db => db.exec(sql)),
    )
    t.match(verified(t, file), { status: 1, said: `first bad seq ${seq}` }, sql)
  }
})

test('the second verifier holds a log against a checkpoint', async t => {
  const file = await seededDatabase(t)
  const note = noteOf(file)
  const forged = noteOf(file, { privateKey: stranger, publicKey: createPublicKey(stranger) })
  t.match(verified(t, file, forged), { status: 1, said: 'not signed with this key' })
  t.match(verified(t, file, note, createPublicKey(stranger)), { status: 1, said: 'not signed with this key' })
  t.match(verified(t, file, note.replace('\n64\n', '\n63\n')), { status: 1, said: 'not signed with this key' })
  t.match(verified(t, file, 'no checkpoint'), { status: 1, said: 'no checkpoint' })

  const rewritten = await seededDatabase(t)
  tamper(
    rewritten,
    onLog(db => {
      db.exec(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 9`)
      rechain(db)
    }),
  )
  t.match(verified(t, rewritten), { status: 0 })
  t.match(verified(t, rewritten, note), { status: 1, said: 'at most 64' })

  const cut = await seededDatabase(t)
  tamper(
    cut,
    onLog(db => db.exec('DELETE FROM revision WHERE seq > 60')),
  )
  t.match(verified(t, cut), { status: 0 })
  t.match(verified(t, cut, note), { status: 2, said: 'shorter: 60 rows' })
})

test('the second verifier says that it cannot read what is no database', async t => {
  const file = join(tempDirectory(t), 'annals.db')
  t.match(verified(t, file), { status: 65 })
  writeFileSync(file, 'text')
  t.match(verified(t, file), { status: 65 })
})

const SQLITE = ['-c', 'import sqlite3; assert sqlite3.sqlite_version_info >= (3, 38)']
const skip = spawnSync('python3', SQLITE).status === 0 ? false : 'needs python3 with SQLite 3.38'

test('the page’s own verifier finds the same', { skip }, async t => {
  const [, python] = /```python\n([\s\S]*?)```/.exec(PAGE)!
  const run = (file: string) => {
    const script = join(dirname(file), 'verify.py')
    writeFileSync(script, python!)
    const { status, stdout, stderr } = spawnSync('python3', [script, file], { encoding: 'utf8' })
    return { status, said: `${stdout}${stderr}`.trim() }
  }
  for (const file of [await threeRows(t), await seededDatabase(t)]) {
    const [, seq, hash] = noteOf(file).split('\n')
    const end = `${seq} rows, head ${Buffer.from(hash!, 'base64').toString('hex')}`
    t.same(run(file), { status: 0, said: end })
    tamper(
      file,
      onLog(db => db.exec(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 2`)),
    )
    t.same(run(file), { status: 1, said: 'first bad seq: 2' })
  }
})
