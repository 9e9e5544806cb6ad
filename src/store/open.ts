import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { Refusal } from '../domain/errors.js'
import { publish } from './durable.js'

/** 'ANNL', in the header of every Annals database (SQLite file format, offset 68). */
const APPLICATION_ID = 0x414e4e4c
const MIGRATIONS = new URL('../../../migrations/', import.meta.url)

declare const access: unique symbol
type Connection<A> = Database.Database & { readonly [access]?: A }
/** A connection that cannot write: `query_only`, and no function that writes takes it. */
export type ReadConnection = Connection<'read'>
/** The one connection that writes. A process holds the file's lock before it opens it. */
export type WriteConnection = Connection<'write'> & { readonly [access]: 'write' }

/** The migrations in order; the database's user_version counts those applied. */
function migrations(): { name: string; sql: string }[] {
  return readdirSync(MIGRATIONS)
    .filter(name => name.endsWith('.sql'))
    .sort()
    .map(name => ({ name, sql: readFileSync(new URL(name, MIGRATIONS), 'utf8') }))
}

const refuse = (file: string, why: string) => new Refusal('not_our_database', `${file}: ${why}`)

/** Whether commits wait in the write-ahead log beside a database. */
export const hasPendingLog = (file: string): boolean =>
  (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

/**
 * Refuses a file that is missing, empty, cut short, or not an Annals database that this version can read.
 *
 * Reads the 100-byte header without SQLite, which would create a missing file, take an empty one for a database, and
 * write beside a foreign one. Source: SQLite database file format, 1.3.
 */
export function checkHeader(file: string): void {
  if (!existsSync(file)) throw refuse(file, 'there is no such file; `annals init` makes one')
  if (!statSync(file).isFile()) throw refuse(file, 'this is not a file')
  const handle = openSync(file, 'r')
  try {
    const header = Buffer.alloc(100)
    const size = fstatSync(handle).size
    if (size === 0) throw refuse(file, 'the file is empty; `annals init` makes a database under another name')
    if (readSync(handle, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
      throw refuse(file, 'this is not an SQLite database')
    if (header.readUInt32BE(68) !== APPLICATION_ID) throw refuse(file, 'this database belongs to another application')
    const pageSize = header.readUInt16BE(16)
    const expected = header.readUInt32BE(28) * (pageSize === 1 ? 65536 : pageSize)
    // a crash amid a checkpoint leaves the header ahead of the file; the pages that lack are in the write-ahead log
    if (size < expected && !hasPendingLog(file))
      throw refuse(file, `the file is cut short: ${size} of ${expected} bytes`)
    checkVersion(file, header.readUInt32BE(60))
  } finally {
    closeSync(handle)
  }
}

function checkVersion(file: string, version: number): void {
  if (version > migrations().length)
    throw refuse(file, `schema version ${version} was written by a newer Annals than this one`)
}

const versionOf = (db: Database.Database) => db.pragma('user_version', { simple: true }) as number

/** An error of SQLite's that says the file is no sound database. */
const unreadable = (error: unknown) =>
  error instanceof Database.SqliteError
    ? /^SQLITE_(NOTADB|CORRUPT|CANTOPEN|READONLY|IOERR_SHMOPEN)/.test(error.code)
    : error instanceof TypeError // better-sqlite3: there is no such directory

function connect(file: string, options: Database.Options): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file, options)
    db.pragma('busy_timeout = 5000')
    db.pragma('foreign_keys = ON')
    db.pragma('mmap_size = 2147483648')
    db.pragma('trusted_schema = OFF')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    checkVersion(file, versionOf(db))
    return db
  } catch (error) {
    db?.close()
    if (unreadable(error)) throw refuse(file, `it cannot be opened: ${(error as Error).message}`)
    throw error
  }
}

/** Opens for reading only. Refuses a file that is not a sound Annals database and leaves it as it is. */
export function openReading(file: string): ReadConnection {
  checkHeader(file)
  return openBesideWriter(file)
}

/**
 * The same for a file that a writer has checked and holds open. To read its header once more would release the locks
 * that SQLite has on it for this process (sqlite.org/howtocorrupt.html, 2.2), and the next program that looks into the
 * file and closes it would take it for unused and delete the write-ahead log, commits and all.
 *
 * `mapped` pages are read fastest, but each stays a part of the process's memory: whoever reads all of a file does without.
 */
export function openBesideWriter(file: string, { mapped = true } = {}): ReadConnection {
  const db = connect(file, { fileMustExist: true })
  if (!mapped) db.pragma('mmap_size = 0')
  // asked of SQLite: the header is older than a migration that waits in the write-ahead log
  if (versionOf(db) < migrations().length) {
    db.close()
    throw refuse(file, 'its schema is older; open it once for writing to bring it up')
  }
  db.pragma('query_only = ON')
  return db as ReadConnection
}

/** Opens for writing, brings the schema up to date, and makes every commit durable. */
export function openWriting(file: string): WriteConnection {
  checkHeader(file)
  const db = connect(file, { fileMustExist: true })
  prepareForWriting(db)
  migrate(db)
  return db as WriteConnection
}

/** Makes a new, empty database, or leaves nothing. Refuses a path that holds anything. */
export function createDatabase(file: string): void {
  if (existsSync(file)) throw new Refusal('conflict', `${file}: there is a file already; it was left as it is`)
  const temporary = `${file}.${process.pid}.partial`
  try {
    makeEmpty(temporary)
    publish(temporary, file)
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(temporary + suffix, { force: true })
  }
}

function makeEmpty(file: string): void {
  const db = connect(file, {})
  try {
    db.pragma('page_size = 8192')
    db.pragma(`application_id = ${APPLICATION_ID}`)
    prepareForWriting(db)
    migrate(db)
  } finally {
    db.close()
  }
}

/** A database with the schema of a version, the current one by default, that need not outlive the process. */
export function openScratch(file = ':memory:', version = migrations().length): WriteConnection {
  const db = connect(file, {})
  db.pragma('journal_mode = MEMORY')
  db.pragma('synchronous = OFF')
  migrate(db, version)
  return db as WriteConnection
}

/**
 * Opens a private copy of a database, of this version or an older one, as it is. It needs no write-ahead log: what is
 * committed is in the file itself, which can be read where nothing can be written.
 */
export function openCopy(file: string): WriteConnection {
  checkHeader(file)
  const db = connect(file, { fileMustExist: true })
  db.pragma('journal_mode = DELETE')
  return db as WriteConnection
}

function prepareForWriting(db: Database.Database): void {
  if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal')
    throw refuse(db.name, 'the file system does not allow write-ahead logging')
  // WAL reopens with NORMAL, under which a power cut loses acknowledged commits (sqlite.org/pragma.html#pragma_synchronous)
  db.pragma('synchronous = FULL')
  // a load changes pages all over the file; those that do not fit are written twice
  db.pragma('cache_size = -24576')
  // pages read through a mapping would count as this process's memory, and the writer reads its own cache
  db.pragma('mmap_size = 0')
}

/** Brings the schema up to a version; each step is one transaction. */
export function migrate(db: Database.Database, version = migrations().length): void {
  const applied = versionOf(db)
  migrations()
    .slice(applied, version)
    .forEach(({ sql }, step) => {
      db.transaction(() => {
        db.exec(sql)
        db.pragma(`user_version = ${applied + step + 1}`)
      }).immediate()
    })
}
