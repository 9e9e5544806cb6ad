import { copyFileSync, existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { checkHeader, hasPendingLog } from './open.js'

/** More pages than a database can have: everything in one step, which a writer cannot make start over. */
const ALL_PAGES = 0x7fffffff

/** An error that says a database cannot be opened where it lies, as on a medium that cannot be written. */
const immovable = (error: unknown) =>
  error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code)

/**
 * Copies a database to a path, page by page and as of one commit, while others read and write it. Waiting commits in its
 * write-ahead log are in the copy. The original is not written, and nothing is left beside it that was not there.
 */
export async function snapshot(file: string, to: string): Promise<void> {
  checkHeader(file)
  try {
    await copyOnline(file, to)
  } catch (error) {
    if (!immovable(error)) throw error
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, to + suffix)
  }
}

async function copyOnline(file: string, to: string): Promise<void> {
  // closing the last connection moves waiting commits into the file unless it cannot write; one that cannot write leaves
  // an empty log behind where there was none
  const db = new Database(file, { fileMustExist: true, readonly: hasPendingLog(file) })
  try {
    db.pragma('busy_timeout = 5000')
    await db.backup(to, { progress: () => ALL_PAGES })
  } finally {
    db.close()
  }
}
