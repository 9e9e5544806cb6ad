import { statSync } from 'node:fs'
import { Refusal } from '../domain/errors.js'
import type { ReadConnection, WriteConnection } from './open.js'

/**
 * Answers what throws once the name of an open database is no longer that of its file, which was moved, deleted or
 * replaced: what were written into it then, whoever looks for it by its name would never find.
 */
export function staysInPlace({ name, memory }: ReadConnection | WriteConnection): () => void {
  if (memory) return () => {}
  const { dev, ino } = statSync(name)
  return () => {
    const now = statSync(name, { throwIfNoEntry: false })
    if (now?.dev !== dev || now.ino !== ino)
      throw new Refusal('storage_failure', `${name} is no longer the file that was opened: it was moved or replaced.`)
  }
}
