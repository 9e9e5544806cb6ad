import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** Who answers the question of the peers’ bench: a page of the events of a place and all below it, with their figures. */
export interface Peer {
  name: string
  url: string
  child: ChildProcess
  /** The path that asks for what had not ended before a day. */
  question: (since: string) => string
  /** How many figures each event of an answer has. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  figuresIn: (answer: any) => number[]
}

/** What a program that makes a REST API of a SQLite file is started with. */
export interface Setting {
  /** The directory that it was installed in. */
  packages: string
  /** A SQLite file with the plain tables, to be copied. */
  plain: string
  /** Where files may be left. */
  directory: string
  /** The place that is asked for, and all below it. */
  places: readonly string[]
}

/** The version of a package that was installed in a directory, if it was. */
export function installed(directory: string, name: string): string | undefined {
  const file = join(directory, 'node_modules', name, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined
}

/** For programs that do not say which port they were given. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until a program answers. Throws when it ends instead. */
export async function untilAnswers(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answers = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answers) return
    await setTimeout(100)
  }
  throw new Error(`${child.spawnargs.join(' ')} does not start`)
}
