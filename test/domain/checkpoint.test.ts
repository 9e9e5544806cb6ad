import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'tap'
import { isSignedBy, keyId, originOf, readCheckpoints, signCheckpoint } from '../../src/domain/checkpoint.js'

// the secret key of RFC 8032, 7.1, test 1, in its PKCS #8 form
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = createPublicKey(privateKey)
const other = generateKeyPairSync('ed25519')

const hash = createHash('sha256').update('row 64').digest('hex')
const origin = originOf('d1fb73b8b48b1c6a'.padEnd(64, '0'))
const checkpoint = { origin, seq: 64, hash }
const note = signCheckpoint(checkpoint, privateKey)
const base64 = Buffer.from(hash, 'hex').toString('base64')

/** The checkpoints of a text that the holder of a key signed. */
const signed = (notes: string, key: KeyObject) =>
  (readCheckpoints(notes) ?? [])
    .filter(kept => isSignedBy(kept, key))
    .map(({ origin, seq, hash }) => ({ origin, seq, hash }))

test('a checkpoint is origin, number of rows and base64 hash, a blank line, and a signature line', async t => {
  const [text, signature] = note.split('\n\n')
  t.equal(text, `annals-log-v1/d1fb73b8b48b1c6a\n64\n${base64}`)
  t.match(signature, /^— annals-log-v1\/d1fb73b8b48b1c6a [A-Za-z0-9+/]{91}=\n$/)
})

test('a signature begins with the key’s id: 4 bytes of SHA-256(name, newline, 1, public key)', async t => {
  const raw = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex') // RFC 8032, 7.1
  const id = createHash('sha256').update(`${origin}\n\x01`).update(raw).digest('hex').slice(0, 8)
  t.equal(keyId(origin, publicKey), id)
  t.equal(readCheckpoints(note)?.[0]?.signatures[0]?.keyId, id)
})

test('the same checkpoint signed twice is the same bytes', async t => {
  t.equal(signCheckpoint(checkpoint, privateKey), note)
})

test('a checkpoint is what it was signed as, under the key that signed it', async t => {
  t.same(signed(note, publicKey), [checkpoint])
  t.same(signed(note, other.publicKey), [], 'wrong key')
  t.same(signed(signCheckpoint(checkpoint, other.privateKey), publicKey), [], 'signed by another')
  t.same(signed(note.replace('\n64\n', '\n63\n'), publicKey), [], 'another position')
})

test('a signature that bears the key’s id and another’s signature is none', async t => {
  const forged = signCheckpoint(checkpoint, other.privateKey)
  const [, line] = forged.split(`— ${origin} `)
  const bytes = Buffer.from(line!, 'base64')
  Buffer.from(keyId(origin, publicKey), 'hex').copy(bytes)
  t.same(signed(`${forged.split('—')[0]}— ${origin} ${bytes.toString('base64')}\n`, publicKey), [])
})

test('a note may bear further signatures, of witnesses', async t => {
  const witness = signCheckpoint(checkpoint, other.privateKey).split('\n\n')[1]!
  const [read] = readCheckpoints(note + witness)!
  t.equal(read!.signatures.length, 2)
  t.ok(isSignedBy(read!, publicKey))
  t.ok(isSignedBy(read!, other.publicKey))
})

test('a witness’s signature may be of another kind and length', async t => {
  // https://c2sp.org/tlog-cosignature: key id, a time of 8 bytes, 64 bytes
  const line = `— witness.example/w1 ${Buffer.alloc(76, 7).toString('base64')}\n`
  for (const notes of [note + line, note.replace('\n— ', `\n${line}— `)]) {
    t.same(signed(notes, publicKey), [checkpoint])
  }
})

test('no single changed byte of a checkpoint goes unnoticed', async t => {
  const bytes = Buffer.from(note)
  for (let i = 0; i < bytes.length; i++)
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[i]! ^= 1 << bit
      // spare bits of base64’s last digit, and the last newline, mean nothing
      for (const read of signed(flipped.toString(), publicKey)) t.same(read, checkpoint, `byte ${i}, bit ${bit}`)
    }
})

test('a file of checkpoints is read whole, whatever blank lines stand between', async t => {
  const second = signCheckpoint({ ...checkpoint, seq: 65 }, privateKey)
  const seqs = (text: string) => readCheckpoints(text)?.map(({ seq }) => seq) ?? null
  t.same(seqs(note + second), [64, 65], 'as `annals checkpoint >> file` leaves it')
  t.same(seqs(`${note}\n${second}`), [64, 65])
  t.same(seqs(`\n${note}\n\n\n${second}\n`), [64, 65])
})

test('a last checkpoint that a power cut left unfinished is passed over; one without its last newline is read', async t => {
  const second = signCheckpoint({ ...checkpoint, seq: 65 }, privateKey)
  const file = Buffer.from(`${note}\n${second}`)
  const first = Buffer.byteLength(note) + 1
  for (let length = first; length < file.length - 1; length++)
    t.same(
      readCheckpoints(file.toString('utf8', 0, length))?.map(({ seq }) => seq),
      [64],
    )
  t.equal(readCheckpoints(file.toString('utf8', 0, file.length - 1))?.length, 2)
})

test('anything else is no checkpoint', async t => {
  const bad = [
    '',
    'no checkpoint\n',
    note.replace('annals-log-v1', 'annals-log-v2'),
    note.replace('\n64\n', '\n064\n'),
    note.replace('\n64\n', '\n-1\n'),
    note.replace(base64, base64.slice(4)),
    note.replace(`${base64}\n`, `${base64}\nmore\n`),
    note.replace(/ [^ ]+\n$/, ' c2hvcnQ=\n'),
    `${note}no checkpoint\n`,
    `no checkpoint\n${note}`,
    `${note}${note.replace('\n64\n', '\n064\n')}`,
    `${note}${note.replace('\n\n', '\n')}`,
  ]
  for (const text of bad) t.equal(readCheckpoints(text), null, JSON.stringify(text.slice(0, 60)))
})

test('a log without rows has a name and a checkpoint too', async t => {
  t.equal(originOf(), 'annals-log-v1/0000000000000000')
  const empty = { origin: originOf(), seq: 0, hash: '0'.repeat(64) }
  t.same(signed(signCheckpoint(empty, privateKey), publicKey), [empty])
})
