// A second verifier of the log, written from docs/proof.md alone: it shares no code with the service.
//   node independent-verifier.mjs DATABASE [CHECKPOINTS PUBLIC_KEY_PEM]
// Prints what it found; exits 0 clean, 1 tampered, 2 shorter than a checkpoint, 65 unreadable.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

const [file, checkpoints, publicKey] = process.argv.slice(2)
const sha256 = (...parts) => parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest()

function end(code, message) {
  console.log(message)
  process.exit(code)
}

/** RFC 8785: members by UTF-16 code units; ECMAScript writes strings and numbers as it asks. */
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const names = Object.keys(value).sort()
  return `{${names.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}

/** The bytes that a row's hash covers, computed from its columns; they must be the ones that SQLite computes. */
function payloadOf(row) {
  const { id, noun, op, reason, recorded_at, recorded_by, rev } = row
  const document = JSON.parse(row.document)
  const payload = { document, id, into: row.into_id, noun, op, reason, recorded_at, recorded_by, rev }
  return Buffer.from(canonical(payload))
}

function readLog() {
  const db = new Database(file, { fileMustExist: true, readonly: true })
  return db.prepare('SELECT *, CAST(payload AS BLOB) AS stored FROM log ORDER BY seq').iterate()
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** The hash at every position, the 32 zero bytes before the first included; ends at the first row that does not fit. */
function follow(rows) {
  const hashes = [Buffer.alloc(32)]
  const revisions = new Map()
  let time = ''
  for (const row of rows) {
    const seq = hashes.length
    const bad = what => end(1, `tampered: first bad seq ${seq}: ${what}`)
    if (row.seq !== seq) bad(`the next row is ${row.seq}`)
    if (!row.previous_hash.equals(hashes[seq - 1])) bad('previous_hash')
    let payload = null
    try {
      payload = payloadOf(row)
    } catch {
      bad('document is not JSON')
    }
    if (!payload.equals(row.stored)) bad('payload is not canonical')
    const position = Buffer.alloc(8)
    position.writeBigUInt64BE(BigInt(seq))
    if (!row.hash.equals(sha256('annals-log-v1\0', position, hashes[seq - 1], sha256(payload)))) bad('hash')
    if (row.recorded_at < time || !INSTANT.test(row.recorded_at)) bad('recorded_at')
    time = row.recorded_at
    const record = `${row.noun} ${row.id}`
    if (row.rev !== (revisions.get(record) ?? 0) + 1) bad('rev')
    if ((row.op === 'create') !== (row.rev === 1)) bad('op')
    revisions.set(record, row.rev)
    hashes.push(row.hash)
  }
  return hashes
}

/** Notes: a text of three lines, a blank line, lines that begin with a dash and hold key id and signature. */
function readNotes(text, key) {
  return [...text.matchAll(/^(\S+\n(\d+)\n(\S+)\n)\n((?:— .*\n)+)/gm)].map(([, body, seq, hash, lines]) => {
    const signatures = lines.split('\n').map(line => Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(4))
    if (!signatures.some(signature => verify(null, Buffer.from(body), key, signature)))
      end(1, `tampered: the checkpoint at ${seq} is not signed with this key`)
    return { seq: Number(seq), hash: Buffer.from(hash, 'base64') }
  })
}

let hashes = []
let notes = []
try {
  hashes = follow(readLog())
  if (checkpoints) notes = readNotes(readFileSync(checkpoints, 'utf8'), createPublicKey(readFileSync(publicKey)))
} catch (error) {
  end(65, `unreadable: ${error.message}`)
}
const rows = hashes.length - 1
if (checkpoints && notes.length === 0) end(65, 'unreadable: there is no checkpoint in the file')
for (const { seq, hash } of notes)
  if (hashes[seq] && !hashes[seq].equals(hash)) end(1, `tampered: first bad seq at most ${seq}: not what was signed`)
const seen = Math.max(0, ...notes.map(({ seq }) => seq))
if (seen > rows) end(2, `shorter: ${rows} rows, and a checkpoint has seen ${seen}`)
end(0, `clean: ${rows} rows, head ${hashes.at(-1).toString('hex')}`)
