import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from '../domain/errors.js'
import { publish } from './durable.js'
import { lockForWriting } from './lock.js'
import { snapshot } from './snapshot.js'
import { storageRefusal } from './storage-refusal.js'
import type { Verification } from './verification.js'
import { examine, isDamage } from './verify.js'

/**
 * Copies a database to a new file while it is being written, verifies the copy and only then gives it its name; it is
 * durable when the promise resolves. Answers what was verified. Refuses to overwrite, and to keep a copy that is not sound.
 */
export async function backup(file: string, to: string): Promise<Verification> {
  refuseWithoutDirectory(to)
  refuseExisting(to)
  return await copyVerified(file, to)
}

/**
 * Puts a backup in the place of a database that is not there: verified first, durable when the promise resolves. What is
 * in the way, a write-ahead log without its database included, is for its owner to move aside. Answers what was verified.
 */
export async function restore(from: string, file: string): Promise<Verification> {
  refuseWithoutDirectory(file)
  const lock = lockForWriting(file)
  try {
    refuseExisting(file)
    return await copyVerified(from, file)
  } finally {
    lock.release()
  }
}

function refuseWithoutDirectory(file: string): void {
  if (!existsSync(dirname(file))) throw new Refusal('not_found', `${dirname(file)}: there is no such directory`)
}

/** SQLite would take another database's log, left beside the new one, for the new one's own. */
function refuseExisting(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    if (existsSync(file + suffix))
      throw new Refusal('conflict', `${file}${suffix}: there is a file already; move it aside first`)
}

async function copyVerified(from: string, to: string): Promise<Verification> {
  const temporary = `${to}.${process.pid}.partial`
  try {
    await snapshot(from, temporary)
    const verified = examine(temporary)
    if (verified.outcome !== 'clean')
      throw new Refusal('not_our_database', `${from} is not sound: ${verified.problems[0]?.detail}`, [], {
        ...verified,
      })
    refuseExisting(to)
    publish(temporary, to)
    return verified
  } catch (error) {
    if (error instanceof Refusal || !isDamage(error)) throw storageRefusal(error)
    throw new Refusal('not_our_database', `${from}: it cannot be read: ${(error as Error).message}`)
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(temporary + suffix, { force: true })
  }
}
