import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openThreadedWriter } from '../../src/actions/writer.js'
import { readConfig } from '../../src/config.js'
import { KEY_BYTES, makeKey } from '../../src/domain/keys.js'
import { openListener } from '../../src/listener.js'
import { createDatabase, openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { NOW } from '../../src/store/records.js'
import { verify } from '../../src/store/verify.js'
import { writing } from './database.js'

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url))
/** Fault tests run in a short form unless told: `npm run test:fault`. */
export const LONG = process.env.ANNALS_FAULT === 'long'

/** Longer than a start takes on a busy machine, or under a tracer. */
const START_MS = 60_000

export interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Spawned {
  child: ChildProcess
  /** When it has ended. */
  ended: Promise<Ended>
  /** What it has said so far, both streams. */
  said(): string
}

export interface Start extends Omit<SpawnOptions, 'env'> {
  /** Variables beside those that there are. */
  env?: Record<string, string>
  /** Words before `node`, such as a tracer’s. */
  under?: readonly string[]
}

/** The environment without settings of ours. */
const clean = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANNALS_')))

/** Starts the command line as a process of its own. */
export function start(words: readonly string[], { under = [], env = {}, ...options }: Start = {}): Spawned {
  const [program = '', ...rest] = [...under, process.execPath, CLI, ...words]
  const child = spawn(program, rest, { env: { ...clean(), ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  return { child, ended, said: () => stdout + stderr }
}

/** Runs a command to its end. */
export const annals = (words: readonly string[], options?: Start): Promise<Ended> => start(words, options).ended

export interface ServiceProcess extends Spawned {
  url: string
  /** Asks it to stop, and waits until it has. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts the service on a free port and waits until it listens. Throws what it said when it ends instead. */
export async function serveProcess(
  db: string,
  options?: Start,
  words: readonly string[] = [],
): Promise<ServiceProcess> {
  const spawned = start(['serve', '--db', db, '--port', '0', '--log-level', 'warn', ...words], options)
  const { child, ended, said } = spawned
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`it does not start: ${said()}`))
    }, START_MS)
    const look = () => {
      const [, address] = /annals listens at (\S+)/.exec(said()) ?? []
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    }
    child.stderr?.on('data', look)
    ended.then(
      ({ status, signal }) =>
        reject(Object.assign(new Error(`it ended with ${status ?? signal}: ${said()}`), { status, signal })),
      reject,
    )
    ended.finally(() => clearTimeout(timer)).catch(() => {})
  })
  return {
    ...spawned,
    url,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** The service in this process, its writer in a thread: it starts sooner than one in a process of its own. */
export async function serveHere(db: string): Promise<{ url: string; close(): Promise<void> }> {
  const writer = await openThreadedWriter(db, () => {})
  const config = readConfig({}, { db, port: '0', logLevel: 'warn' })
  const listener = await openListener(config, writer, { failed: () => false })
  return { url: await listener.listen(), close: listener.close }
}

/** Makes an empty database with a curator’s key; answers the key. */
export async function prepare(db: string): Promise<string> {
  createDatabase(db)
  const { id, hash, key } = makeKey(randomBytes(KEY_BYTES))
  await writing(db, writer => writer.apply({ do: 'add-key', name: 'curator', role: 'curator', key_id: id, hash }))
  return key
}

/** What became of a request: its status, 0 if no answer came. */
export interface Sent {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  body: any
}

/** Sends a source under an Idempotency-Key; its name tells it from all others. */
export async function postSource(url: string, key: string, name: string): Promise<Sent> {
  try {
    const response = await fetch(`${url}/v1/sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': name },
      body: JSON.stringify({ name, kind: 'other', note: 'x'.repeat(500) }),
      signal: AbortSignal.timeout(20_000),
    })
    return { status: response.status, body: await response.json() }
  } catch {
    return { status: 0, body: null }
  }
}

/** The sources that a database holds, by name, each with its id. */
export function sourcesIn(db: string): { names: string[]; idOf: Map<string, string> } {
  const read = openReader(openReading(db))
  const filters = {}
  const rows = read.list('source', { filters, at: NOW, retracted: false, updated_since: null, after: null, limit: -1 })
  read.close()
  const records = rows.map(({ record }) => JSON.parse(record) as { name: string; id: string })
  return { names: records.map(({ name }) => name), idOf: new Map(records.map(({ name, id }) => [name, id])) }
}

/** Holds that verification finds nothing. */
export async function isClean(t: Test, db: string, when = ''): Promise<void> {
  t.match(await verify(db), { outcome: 'clean', problems: [] }, `verify ${when}`)
}

/** The processes that another one started. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]) === pid
      } catch {
        return false
      }
    })
    .map(Number)

/** What only root may do, or may not. */
export const isRoot = process.getuid?.() === 0
