import { type Fault, invalid } from './domain/errors.js'

/** How the service is set. */
export interface Config {
  /** The database file. */
  readonly db: string
  readonly host: string
  readonly port: number
  /** Processes that serve the file. */
  readonly workers: number
  readonly logLevel: LogLevel
  /** Where the world reaches the service: in citations and links; null is where it listens. */
  readonly publicUrl: string | null
  /** Seals cursors; null lets the service choose one that lasts as long as its database. */
  readonly cursorSecret: string | null
  /** The key that signs checkpoints; null is a file beside the database. */
  readonly signingKey: string | null
  /** For commands that work on a service elsewhere. */
  readonly url: string | null
  readonly key: string | null
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

type Name = keyof Config
type Reason = string

interface Setting {
  /** The command line's flag, and the variable that stands in for it. */
  readonly flag: string
  readonly variable: string
  readonly standard: string | null
  readonly help: string
  /** Why a value cannot be; null if it can. */
  readonly fault: (text: string) => Reason | null
}

const anyText = (text: string) => (text.trim() === '' ? 'is empty' : null)

const wholeNumber = (min: number, max: number) => (text: string) =>
  /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? null : `must be a number from ${min} to ${max}`

function webAddress(text: string): Reason | null {
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : null
  if (!url) return 'must be an http or https address'
  if (url.username || url.password) return 'must not carry credentials'
  return url.search || url.hash ? 'must have no query and no fragment' : null
}

const serviceAddress = (text: string) =>
  /\/v1\/*$/.test(text) ? 'must be the address of the service itself, without /v1' : webAddress(text)

const level = (text: string) =>
  (LOG_LEVELS as readonly string[]).includes(text) ? null : `must be one of ${LOG_LEVELS.join(', ')}`

const secret = (text: string) => (text.length < 16 ? 'must have at least 16 characters' : null)

/** Every setting: the command line shows these, and the environment has no others. */
export const settings: Readonly<Record<Name, Setting>> = {
  db: { flag: 'db', variable: 'ANNALS_DB', standard: 'annals.db', help: 'the database file', fault: anyText },
  host: { flag: 'host', variable: 'ANNALS_HOST', standard: '127.0.0.1', help: 'listen here', fault: anyText },
  port: {
    flag: 'port',
    variable: 'ANNALS_PORT',
    standard: '3000',
    help: 'listen on this port; 0 takes a free one',
    fault: wholeNumber(0, 65_535),
  },
  workers: {
    flag: 'workers',
    variable: 'ANNALS_WORKERS',
    standard: '1',
    help: 'processes that serve the file',
    fault: wholeNumber(1, 64),
  },
  logLevel: {
    flag: 'log-level',
    variable: 'ANNALS_LOG_LEVEL',
    standard: 'warn',
    help: `how much to log: ${LOG_LEVELS.join(', ')}; from info on every request, which slows polls`,
    fault: level,
  },
  publicUrl: {
    flag: 'public-url',
    variable: 'ANNALS_PUBLIC_URL',
    standard: null,
    help: 'where the world reaches the service; else http://HOST:PORT',
    fault: webAddress,
  },
  cursorSecret: {
    flag: 'cursor-secret',
    variable: 'ANNALS_CURSOR_SECRET',
    standard: null,
    help: 'seals cursors; else one is derived from the database',
    fault: secret,
  },
  signingKey: {
    flag: 'signing-key',
    variable: 'ANNALS_SIGNING_KEY',
    standard: null,
    help: 'the file of the key that signs checkpoints, made if it is not there; else beside the database',
    fault: anyText,
  },
  url: { flag: 'url', variable: 'ANNALS_URL', standard: null, help: 'work on this service', fault: serviceAddress },
  key: { flag: 'key', variable: 'ANNALS_KEY', standard: null, help: 'the key for that service', fault: anyText },
}

type Given = Readonly<Partial<Record<Name, string | undefined>>>

/** The settings of this process: the only reader of the environment. */
export const configure = (flags: Given = {}, usual: Given = {}): Config => readConfig(process.env, flags, usual)

/**
 * The settings from flags, or else variables, or else what is usual, for this program or in general.
 *
 * Throws `invalid` with every setting that cannot be.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: Given = {},
  usual: Given = {},
): Config {
  const found: Fault[] = []
  const given = {} as Record<Name, string | null>
  for (const name of Object.keys(settings) as Name[]) {
    const { flag, variable, standard, fault } = settings[name]
    const value = flags[name] ?? env[variable] ?? usual[name] ?? standard
    const reason = value === null ? null : fault(value)
    const parameter = flags[name] === undefined ? variable : `--${flag}`
    if (reason !== null) found.push({ parameter, code: 'bad_format', detail: `${parameter} ${reason}.` })
    given[name] = value
  }
  if (found.length > 0) throw invalid(...found)
  return Object.freeze({
    db: given.db ?? '',
    host: given.host ?? '',
    port: Number(given.port),
    workers: Number(given.workers),
    logLevel: given.logLevel as LogLevel,
    publicUrl: given.publicUrl === null ? null : unslashed(given.publicUrl),
    cursorSecret: given.cursorSecret,
    signingKey: given.signingKey,
    url: given.url === null ? null : unslashed(given.url),
    key: given.key,
  })
}

/** The address of a service that listens there. */
export const addressOf = ({ host, port }: Pick<Config, 'host' | 'port'>): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

const unslashed = (url: string) => url.replace(/\/+$/, '')
