import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Refusal } from '../domain/errors.js'

/** Whoever waits for a turn waits no longer than this. */
const TURN_MS = 5_000

/**
 * Holds the right to write to a database file for as long as the process lives. Whoever comes by a symbolic link finds
 * the same lock. By a hard link neither this lock nor SQLite's write-ahead log would be found, so a file that has two
 * names is not written to (sqlite.org/howtocorrupt.html, 2.5).
 */
export function lockForWriting(file: string): { release(): void } {
  const there = existsSync(file)
  if (there && statSync(file).nlink > 1)
    throw new Refusal('in_use_by_another', `${file}: the file has another name, a hard link; remove one of the two`)
  const lock = hold(there ? realpathSync(file) : file, 0)
  return { release: () => lock.close() }
}

/** Does something to a file while no other process does. */
export function inTurn<T>(file: string, work: () => T): T {
  const lock = hold(file, TURN_MS)
  try {
    return work()
  } finally {
    lock.close()
  }
}

/**
 * The lock is an SQLite lock on an empty file beside the one that it is about: the operating system lets go of it when
 * the process ends, however it ends.
 */
function hold(file: string, timeout: number): Database.Database {
  const path = `${file}-lock`
  let lock: Database.Database | undefined
  try {
    lock = new Database(path, { timeout })
    lock.exec('BEGIN EXCLUSIVE')
    // on a file that it may only read, SQLite takes no lock and says nothing
    accessSync(path, constants.W_OK)
    return lock
  } catch (error) {
    lock?.close()
    throw refusalOf(error, file)
  }
}

function refusalOf(error: unknown, file: string): unknown {
  const code = String((error as { code?: unknown }).code)
  if (code.startsWith('SQLITE_BUSY'))
    return new Refusal('in_use_by_another', `${file}: another process is writing to it`)
  if (/^(SQLITE_(CANTOPEN|READONLY|IOERR|FULL)|E(ACCES|ROFS|PERM|NOSPC))/.test(code))
    return new Refusal(
      'storage_full',
      `${file}-lock: nothing can be written there; the directory needs room and rights`,
    )
  // better-sqlite3: there is no such directory
  if (error instanceof TypeError) return new Refusal('not_our_database', `${file}: ${error.message}`)
  return error
}
