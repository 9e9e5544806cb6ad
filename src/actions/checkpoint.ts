import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { type Checkpoint, originOf, signCheckpoint } from '../domain/checkpoint.js'
import { Refusal } from '../domain/errors.js'
import { sync, writeAll } from '../store/durable.js'
import { inTurn } from '../store/lock.js'
import type { Reader } from '../store/reader.js'
import { storageRefusal } from '../store/storage-refusal.js'

/** The key that signs a log's checkpoints: an Ed25519 key pair. */
export interface SigningKey {
  privateKey: KeyObject
  publicKey: KeyObject
}

/** Where a database's signing key lies unless another path is given: never inside it, so never in a copy of it. */
export const signingKeyFile = (db: string): string => `${db}.key.pem`

/** Where the checkpoints of a database are kept. */
export const checkpointsFile = (db: string): string => `${db}.checkpoints`

/** Reads the signing key from a file (PEM, PKCS #8), or makes one there, readable by its owner alone. */
export function openSigningKey(file: string): SigningKey {
  if (!existsSync(file)) makeKey(file)
  const privateKey = readKey(file, () => createPrivateKey(readFileSync(file)))
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** Reads a public key (PEM, SPKI) from a file. */
export const readPublicKey = (file: string): KeyObject => readKey(file, () => createPublicKey(readFileSync(file)))

/** A public key as auditors take it away: PEM, SPKI. */
export const publicKeyPem = (publicKey: KeyObject): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString()

function readKey(file: string, read: () => KeyObject): KeyObject {
  try {
    const key = read()
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new Refusal('malformed', `${file}: no key can be read from it: ${(error as Error).message}`)
  }
  throw new Refusal('malformed', `${file}: this is no Ed25519 key`)
}

/** Linking gives the finished key its name unless another process was first; then that one's stands. */
function makeKey(file: string): void {
  const temporary = `${file}.${process.pid}.partial`
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  try {
    writeFileSync(temporary, pem, { mode: 0o600, flag: 'wx' })
    sync(temporary)
    linkSync(temporary, file)
    sync(dirname(file))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    const refused = storageRefusal(error)
    throw refused === error ? new Refusal('storage_failure', `${file}: no key can be made there: ${message}`) : refused
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** A checkpoint and the note that has it with its signature. */
interface NotedCheckpoint extends Checkpoint {
  note: string
}

/** The signed checkpoint of the log as it is: the same log and key give the same bytes. */
export function checkpoint(read: Reader, { privateKey }: SigningKey): NotedCheckpoint {
  const { seq, hash } = read.head()
  const first = read.logAfter(0, 1)[0]?.hash.toString('hex')
  const made = { origin: originOf(first), seq, hash: hash.toString('hex') }
  return { ...made, note: signCheckpoint(made, privateKey) }
}

/** A log's checkpoints as the service gives them out: each is signed once, and kept before anyone sees it. */
export function openCheckpoints(read: Reader, key: SigningKey, file: string) {
  let last: NotedCheckpoint | null = null
  return {
    /** The checkpoint of the log as it is. One that cannot be kept is not given out. */
    current(): NotedCheckpoint {
      if (last?.seq !== read.head().seq) {
        const made = checkpoint(read, key)
        kept(file, made.note)
        last = made
      }
      return last
    },
    /** The public half of the key that signs, PEM. */
    publicKey: () => publicKeyPem(key.publicKey),
  }
}

export type Checkpoints = ReturnType<typeof openCheckpoints>

/** A checkpoint that could not be kept is given to nobody. */
function kept(file: string, note: string): void {
  try {
    keepCheckpoint(file, note)
  } catch (error) {
    throw storageRefusal(error)
  }
}

/** More than a note has: what stands after a file's last whole note and is longer was not written here. */
const LONGEST = 1024

/**
 * Appends a checkpoint to a file, unless it is the last there; one process at a time. When this returns it would survive
 * a power cut. A note that a power cut left unfinished is taken off first.
 */
export const keepCheckpoint = (file: string, note: string): void => inTurn(file, () => appendNote(file, note))

function appendNote(file: string, note: string): void {
  const isNew = !existsSync(file)
  const handle = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o644)
  try {
    const { size } = fstatSync(handle)
    const from = Math.max(0, size - 2 * LONGEST)
    const tail = Buffer.alloc(size - from)
    readSync(handle, tail, 0, tail.length, from)
    const whole = tail.subarray(0, endOfLastNote(tail))
    if (tail.length - whole.length > LONGEST) throw new Refusal('conflict', `${file}: this is no file of checkpoints`)
    if (whole.toString().endsWith(`${note}\n`)) return
    ftruncateSync(handle, from + whole.length)
    writeAll(handle, Buffer.from(`${note}\n`), from + whole.length)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  if (isNew) sync(dirname(file))
}

/** A note ends with a signature line, and a blank line follows it. */
function endOfLastNote(tail: Buffer): number {
  const text = tail.toString('latin1')
  const last = [...text.matchAll(/\n\xe2\x80\x94 [^\n]+\n\n/g)].at(-1)
  return last ? last.index + last[0].length : 0
}
