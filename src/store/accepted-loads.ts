import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { sync } from './durable.js'
import type { StoredImport } from './imports.js'

export type AcceptedLoad = Pick<StoredImport, 'id' | 'actor' | 'answer'>

/**
 * Loads that were accepted and wait for their turn, in a file beside the database: while another one runs that is to be
 * committed whole, nothing can be written into the database itself.
 */
export function openAcceptedLoads(file: string) {
  const path = `${file}.accepted`
  return {
    /** When this returns it would survive a power cut. */
    add(load: AcceptedLoad): void {
      const isNew = !existsSync(path)
      // after whatever a full disk left of one that was not accepted
      appendFileSync(path, `\n${JSON.stringify(load)}`, { flush: true })
      if (isNew) sync(dirname(path))
    },
    all: (): AcceptedLoad[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').flatMap(wholeLine) : []),
    /** None waits any more, or the database knows of all. */
    clear: () => rmSync(path, { force: true }),
  }
}
export type AcceptedLoads = ReturnType<typeof openAcceptedLoads>

function wholeLine(line: string): AcceptedLoad[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
