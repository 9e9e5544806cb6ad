import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** The end of a log at one moment: whoever keeps it can prove later that nothing before it was changed or taken away. */
export interface Checkpoint {
  /** Which log, and how its rows are chained: `annals-log-v1/` and the first 16 hex digits of the hash of its first row. */
  origin: string
  /** The number of rows, which is the position of the last. */
  seq: number
  /** The hash of the last row, hex; of an empty log, 64 zeros. */
  hash: string
}

/** A checkpoint with the signatures that stand below it. */
export interface SignedCheckpoint extends Checkpoint {
  /** The bytes that are signed. */
  text: string
  signatures: { name: string; keyId: string; signature: Buffer }[]
}

/** Ed25519, in the registry of C2SP signed notes. */
const ED25519 = Buffer.from([1])
const NO_ROW = '0'.repeat(64)

/** The name of a log: the hash of its first row, hex, tells it from every other. */
export const originOf = (firstHash: string = NO_ROW): string => `annals-log-v1/${firstHash.slice(0, 16)}`

/**
 * The text of a checkpoint: origin, number of rows, base64 of the last row's hash, a line each. It is the body of a
 * transparency log's checkpoint (https://c2sp.org/tlog-checkpoint), but of a chain: the hash is no Merkle tree's root.
 */
function checkpointText({ origin, seq, hash }: Checkpoint): string {
  return `${origin}\n${seq}\n${Buffer.from(hash, 'hex').toString('base64')}\n`
}

/** Signs a checkpoint as a note (https://c2sp.org/signed-note). The same checkpoint and key give the same bytes. */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): string {
  const text = checkpointText(checkpoint)
  const name = checkpoint.origin
  const signature = sign(null, Buffer.from(text), privateKey)
  const id = Buffer.from(keyId(name, createPublicKey(privateKey)), 'hex')
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

/** The key's id in a signature line: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), hex. */
export function keyId(name: string, publicKey: KeyObject): string {
  // an Ed25519 public key is the last 32 bytes of its SPKI form (RFC 8410)
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  return createHash('sha256').update(`${name}\n`).update(ED25519).update(raw).digest('hex').slice(0, 8)
}

/** Whether the holder of a key signed a checkpoint. A signature that claims this key and does not fit decides: no. */
export function isSignedBy({ text, signatures }: SignedCheckpoint, publicKey: KeyObject): boolean {
  const own = signatures.find(({ name, keyId: id }) => id === keyId(name, publicKey))
  return own !== undefined && verify(null, Buffer.from(text), publicKey, own.signature)
}

/** A text of three lines, a blank line, and signatures: key id and at least 64 bytes, whatever the algorithm. */
const NOTE =
  /\n*((annals-log-v1\/[0-9a-f]{16})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^\s+]+ [A-Za-z0-9+/]{90,}={0,2}\n)+)/gy
const OWN_SIGNATURE = /^— [^\s+]+ [A-Za-z0-9+/]{91}=$/

/**
 * Reads the checkpoints in a text: one note, or many, blank lines between them or none. What a power cut left unfinished
 * at a file's end is none. Null: something there is no checkpoint.
 */
export function readCheckpoints(notes: string): SignedCheckpoint[] | null {
  const text = OWN_SIGNATURE.test(lastLine(notes)) ? `${notes}\n` : notes
  const found = [...text.matchAll(NOTE)]
  const rest = text.slice(found.reduce((length, [note]) => length + note.length, 0))
  return found.length > 0 && isUnfinished(rest) ? found.map(checkpointIn) : null
}

const lastLine = (text: string) => text.slice(text.lastIndexOf('\n') + 1)

/** Whether a text may be the beginning of a checkpoint, or is nothing but blank lines. */
function isUnfinished(text: string): boolean {
  const rest = text.replace(/^\n+/, '')
  const name = 'annals-log-v1/'
  return name.startsWith(rest.slice(0, name.length)) && !/^— .*\n/m.test(rest)
}

function checkpointIn([, text = '', origin = '', seq, hash = '', lines = '']: RegExpMatchArray): SignedCheckpoint {
  const signatures = lines.trimEnd().split('\n')
  return {
    text,
    origin,
    seq: Number(seq),
    hash: Buffer.from(hash, 'base64').toString('hex'),
    signatures: signatures.map(line => {
      const [, name = '', signed = ''] = line.split(' ')
      const bytes = Buffer.from(signed, 'base64')
      return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) }
    }),
  }
}
