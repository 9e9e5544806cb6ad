import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Test, test } from 'tap'
import {
  checkpoint,
  checkpointsFile,
  keepCheckpoint,
  openCheckpoints,
  openSigningKey,
  publicKeyPem,
  readPublicKey,
  signingKeyFile,
} from '../../src/actions/checkpoint.js'
import { readCheckpoints } from '../../src/domain/checkpoint.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { verify } from '../../src/store/verify.js'
import { emptyDatabase, SEEDER, seededDatabase, tempDirectory, writing } from '../support/database.js'

function opened(t: Test, file: string) {
  const read = openReader(openReading(file))
  t.teardown(() => read.close())
  return { read, key: openSigningKey(signingKeyFile(file)), kept: checkpointsFile(file) }
}

const seqs = (file: string) => readCheckpoints(readFileSync(file, 'utf8'))?.map(({ seq }) => seq)

const add = (file: string, id: string) =>
  writing(file, writer =>
    writer.apply({
      do: 'put',
      noun: 'source',
      id,
      body: { name: id, kind: 'other' },
      actor: SEEDER,
      reason: null,
      expect: null,
    }),
  )

test('the signing key is made on first use beside the database, for its owner alone, and read from then on', async t => {
  const file = await seededDatabase(t)
  const key = openSigningKey(signingKeyFile(file))
  t.equal(statSync(`${file}.key.pem`).mode & 0o777, 0o600)
  t.same(readdirSync(dirname(file)).sort(), ['annals.db', 'annals.db.key.pem'])
  t.equal(publicKeyPem(openSigningKey(`${file}.key.pem`).publicKey), publicKeyPem(key.publicKey))
  t.notOk(
    readFileSync(file).includes(readFileSync(`${file}.key.pem`).subarray(30, 80)),
    'the database does not hold it',
  )
})

test('a public key goes to auditors as PEM', async t => {
  const file = join(tempDirectory(t), 'annals.pub.pem')
  const key = openSigningKey(join(dirname(file), 'key.pem'))
  writeFileSync(file, publicKeyPem(key.publicKey))
  t.ok(readPublicKey(file).equals(key.publicKey))
})

test('a file that holds no Ed25519 key is refused and left as it is', async t => {
  const file = join(tempDirectory(t), 'key.pem')
  for (const content of [
    '',
    'no key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ]) {
    writeFileSync(file, content)
    t.throws(() => openSigningKey(file), { code: 'malformed' })
    t.throws(() => readPublicKey(file), { code: 'malformed' })
    t.equal(readFileSync(file, 'utf8'), content)
  }
})

test('a checkpoint is of the log as it is, and verifies with the key and against the log', async t => {
  const file = await seededDatabase(t)
  const { read, key } = opened(t, file)
  const { note } = checkpoint(read, key)
  const { head } = await verify(file)
  t.match(readCheckpoints(note), [{ ...head, origin: /^annals-log-v1\/[0-9a-f]{16}$/ }])
  t.match(await verify(file, { checkpoint: note, publicKey: key.publicKey }), { outcome: 'clean' })
})

test('the checkpoint of an empty log holds for everything that comes after', async t => {
  const file = emptyDatabase(t)
  const { read, key } = opened(t, file)
  const { note } = checkpoint(read, key)
  await add(file, 'un')
  t.equal((await verify(file, { checkpoint: note, publicKey: key.publicKey })).outcome, 'clean')
})

test('a checkpoint is kept before it is given out, once for each position', async t => {
  const file = await seededDatabase(t)
  const { read, key, kept } = opened(t, file)
  const checkpoints = openCheckpoints(read, key, kept)
  const first = checkpoints.current().note
  t.equal(checkpoints.current().note, first)
  t.equal(openCheckpoints(read, key, kept).current().note, first, 'and of another process')
  t.equal(readFileSync(kept, 'utf8'), `${first}\n`)
  await add(file, 'msf')
  t.not(checkpoints.current().note, first)
  t.same(seqs(kept), [64, 65])
  t.equal((await verify(file, { checkpoint: readFileSync(kept, 'utf8'), publicKey: key.publicKey })).outcome, 'clean')
})

test('a checkpoint that a power cut left unfinished is taken off before the next is kept', async t => {
  const file = await seededDatabase(t)
  const { read, key, kept } = opened(t, file)
  const checkpoints = openCheckpoints(read, key, kept)
  checkpoints.current().note
  const whole = statSync(kept).size
  await add(file, 'msf')
  const next = checkpoints.current().note
  for (let size = whole; size < whole + Buffer.byteLength(next) + 1; size += 7) {
    truncateSync(kept, size)
    keepCheckpoint(kept, next)
    t.same(seqs(kept), [64, 65])
  }
  truncateSync(kept, 10)
  keepCheckpoint(kept, next)
  t.equal(readFileSync(kept, 'utf8'), `${next}\n`)
})

test('a file that holds something else is not written to', async t => {
  const file = await seededDatabase(t)
  const { read, key, kept } = opened(t, file)
  appendFileSync(kept, 'measure,value\n'.repeat(200))
  const before = readFileSync(kept, 'utf8')
  t.throws(() => keepCheckpoint(kept, checkpoint(read, key).note), { code: 'conflict' })
  t.equal(readFileSync(kept, 'utf8'), before)
  t.ok(existsSync(kept))
})

test('checkpoints that several keep at once are all there, each whole', async t => {
  const kept = join(tempDirectory(t), 'annals.db.checkpoints')
  const worker = new URL('../support/keep-checkpoints.js', import.meta.url)
  const each = Array.from({ length: 4 }, (_, w) => Array.from({ length: 25 }, (_, n) => 10 ** w + n))
  await Promise.all(
    each.map(mine => {
      const thread = new Worker(worker, { workerData: { file: kept, seqs: mine } })
      return new Promise((resolve, reject) => thread.once('exit', resolve).once('error', reject))
    }),
  )
  const byNumber = (a: number, b: number) => a - b
  t.strictSame(seqs(kept)?.sort(byNumber), each.flat().sort(byNumber))
})
