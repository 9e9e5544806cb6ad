import Database from 'better-sqlite3'
import { Refusal } from '../domain/errors.js'

/**
 * Holds the right to write to a database file for as long as the process lives. The lock is an SQLite lock on an empty
 * file beside the database: the operating system lets go of it when the process ends, however it ends.
 */
export function lockForWriting(file: string): { release(): void } {
  const lock = new Database(`${file}-lock`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new Refusal('in_use_by_another', `${file}: another process is writing to it`)
    throw error
  }
  return { release: () => lock.close() }
}
