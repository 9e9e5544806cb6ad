import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap, { type Test, test } from 'tap'
import { checkpoint, publicKeyPem, type SigningKey } from '../../src/actions/checkpoint.js'
import type { RecordCommand } from '../../src/actions/commands.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { verify } from '../../src/store/verify.js'
import { emptyDatabase, seededDatabase, tempDirectory, writing } from '../support/database.js'
import { onLog, rechain, tamper } from '../support/tamper.js'

tap.setTimeout(120_000)

const PAGE = readFileSync(new URL('../../../docs/proof.md', import.meta.url), 'utf8')
const PYTHON = fileURLToPath(new URL('../../../test/contract/independent-verifier.py', import.meta.url))
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
    return checkpoint(read, signing).note
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

type Run = readonly [program: string, script: string]
const inNode: Run = [process.execPath, VERIFIER]
const inPython: Run = ['python3', PYTHON]

/** Runs a verifier, on a log alone or against a checkpoint and a key. */
function verified(t: Test, file: string, note?: string, { publicKey = key.publicKey, by = inNode } = {}) {
  const directory = tempDirectory(t)
  const [checkpoints, pem] = [join(directory, 'checkpoints'), join(directory, 'pub.pem')]
  writeFileSync(checkpoints, note ?? '')
  writeFileSync(pem, publicKeyPem(publicKey))
  const words = note === undefined ? [file] : [file, checkpoints, pem]
  const { status, stdout, stderr } = spawnSync(by[0], [by[1], ...words], { encoding: 'utf8' })
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

/** What is done to a log, and the first position that is no longer sound; `forged`: the chain is computed again. */
const TAMPERED: { sql: string; seq: number; forged?: true }[] = [
  { sql: `UPDATE revision SET recorded_by = 'nobody' WHERE seq = 9`, seq: 9 },
  { sql: `UPDATE revision SET document = replace(document, '114000', '14000') WHERE seq = 43`, seq: 43 },
  { sql: `UPDATE revision SET document = '{' WHERE seq = 3`, seq: 3 },
  { sql: `UPDATE revision SET reason = CAST(x'ff' AS TEXT) WHERE seq = 20`, seq: 20 },
  { sql: 'DELETE FROM revision WHERE seq = 31', seq: 31 },
  { sql: 'DELETE FROM revision WHERE seq = 1', seq: 1 },
  { sql: 'DELETE FROM revision WHERE seq = 31; UPDATE revision SET seq = seq - 1 WHERE seq > 31', seq: 31 },
  { sql: 'UPDATE revision SET hash = zeroblob(32) WHERE seq = 64', seq: 64 },
  { sql: `UPDATE revision SET document = replace(document, '{"', '{ "') WHERE seq = 5`, seq: 5, forged: true },
  { sql: `UPDATE revision SET document = replace(document, '33.048908', '33.0489080')`, seq: 1, forged: true },
  { sql: `UPDATE revision SET recorded_at = '2025-12-31T00:00:00.000Z' WHERE seq = 40`, seq: 40, forged: true },
  { sql: `UPDATE revision SET recorded_at = '2027-01-01' WHERE seq = 64`, seq: 64, forged: true },
  { sql: 'UPDATE revision SET rev = 2 WHERE seq = 12', seq: 12, forged: true },
  { sql: `UPDATE revision SET op = 'revise', reason = 'why' WHERE seq = 12`, seq: 12, forged: true },
]

async function tampered(t: Test, sql: string, forged: boolean): Promise<string> {
  const file = await seededDatabase(t)
  tamper(
    file,
    onLog(db => {
      db.exec(sql)
      if (forged) rechain(db)
    }),
  )
  return file
}

test('the second verifier names the first bad position of a tampered log', async t => {
  for (const { sql, seq, forged = false } of TAMPERED) {
    const file = await tampered(t, sql, forged)
    t.match(verified(t, file), { status: 1, said: `first bad seq ${seq}` }, sql)
    t.equal((await verify(file)).first_bad_seq, seq, 'and the service’s own finds the same')
  }
})

test('the second verifier holds a log against a checkpoint', async t => {
  const file = await seededDatabase(t)
  const note = noteOf(file)
  const forged = noteOf(file, { privateKey: stranger, publicKey: createPublicKey(stranger) })
  t.match(verified(t, file, forged), { status: 1, said: 'not signed with this key' })
  t.match(verified(t, file, note, { publicKey: createPublicKey(stranger) }), {
    status: 1,
    said: 'not signed with this key',
  })
  t.match(verified(t, file, note.replace('\n64\n', '\n63\n')), { status: 1, said: 'not signed with this key' })
  t.match(verified(t, file, 'no checkpoint'), { status: 65, said: 'no checkpoint' })

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

const NEEDS = ['-c', 'import sys, shutil; assert sys.version_info >= (3, 9) and shutil.which("openssl")']
const skip = spawnSync('python3', NEEDS).status === 0 ? false : 'needs python3 and openssl'

test('the page’s verifier in Python finds the same', { skip }, async t => {
  t.ok(readFileSync(PYTHON, 'utf8').split('\n').length <= 100, 'in under 100 lines')
  for (const file of [emptyDatabase(t), await threeRows(t), await seededDatabase(t)]) {
    const note = noteOf(file)
    const [, seq, hash] = note.split('\n')
    const end = `${seq} rows, head ${Buffer.from(hash!, 'base64').toString('hex')}`
    for (const given of [undefined, note, note + note, `${note}\n${note}annals-log-v1/`])
      t.same(verified(t, file, given, { by: inPython }), { status: 0, said: end })
  }
  const note = noteOf(await seededDatabase(t))
  const against = async (sql: string, given?: string, { forged = true, publicKey = key.publicKey } = {}) =>
    verified(t, await tampered(t, sql, forged), given, { by: inPython, publicKey })
  for (const { sql, seq, forged = false } of TAMPERED)
    t.match(await against(sql, undefined, { forged }), { status: 1, said: `first bad seq ${seq}` }, sql)
  const nobody = (where: string) => `UPDATE revision SET recorded_by = 'nobody' WHERE ${where}`
  t.match(await against(nobody('seq = 9'), note), { status: 1, said: 'first bad seq at most 64' })
  t.match(await against(nobody('seq = 1'), note), { status: 1, said: 'first bad seq 1' })
  t.match(await against('DELETE FROM revision WHERE seq > 60', note), { status: 2, said: 'has seen 64' })
  t.match(await against('DELETE FROM revision', note), { status: 2, said: 'has seen 64' })
  t.match(await against('', note, { publicKey: createPublicKey(stranger) }), {
    status: 1,
    said: 'not signed with this key',
  })
  t.match(await against('', note.replace('\n64\n', '\n63\n')), { status: 1, said: 'not signed with this key' })
  t.match(await against('', 'no checkpoint'), { status: 65, said: 'no checkpoint' })
  t.match(verified(t, join(tempDirectory(t), 'none.db'), undefined, { by: inPython }), { status: 65 })
})
