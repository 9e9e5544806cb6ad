import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../../src/actions/commands.js'
import { openLocalWriter, type Writer } from '../../src/actions/writer.js'
import type { Inputs, Noun } from '../../src/model/nouns.js'
import { createDatabase } from '../../src/store/open.js'

/** The part of a tap test that these helpers need. */
interface Test {
  teardown(end: () => unknown): unknown
}

/** One line of a seed file. */
export type SeedLine = { [N in Noun]: { noun: N; id: string; document: Inputs[N] } }[Noun]

const SEED = new URL('../../../seed/', import.meta.url)

/** Who loads the seed in tests. */
export const SEEDER: Actor = { name: 'seed', role: 'curator' }

/** When the seed is loaded in tests: one second for each record. */
const SEEDED_FROM = '2026-01-05T09:00:00.000Z'

/** A clock that starts at an instant and moves by a fixed step (milliseconds) each time it is read. */
export function steadyClock(start = SEEDED_FROM, step = 1000): () => Date {
  let next = Date.parse(start)
  return () => {
    const now = new Date(next)
    next += step
    return now
  }
}

/** A directory that is gone when the test ends. */
export function tempDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'annals-test-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** The records of `seed/`, in the order in which they are loaded. */
export const seedLines: readonly SeedLine[] = readdirSync(SEED)
  .filter(name => name.endsWith('.ndjson'))
  .sort()
  .flatMap(name => readFileSync(new URL(name, SEED), 'utf8').trimEnd().split('\n'))
  .map(line => JSON.parse(line))

/** Puts records, one commit each. */
export async function load(writer: Writer, lines: readonly SeedLine[], actor = SEEDER): Promise<void> {
  for (const { noun, id, document } of lines)
    await writer.apply({ do: 'put', noun, id, body: document, actor, reason: null, expect: undefined })
}

/** The path of a new database without records, gone when the test ends. */
export function emptyDatabase(t: Test): string {
  const file = join(tempDirectory(t), 'annals.db')
  createDatabase(file)
  return file
}

let template: Promise<Buffer> | undefined

/** The path of a database that holds the seed and nothing else, gone when the test ends. */
export async function seededDatabase(t: Test): Promise<string> {
  template ??= makeTemplate()
  const file = join(tempDirectory(t), 'annals.db')
  writeFileSync(file, await template)
  return file
}

async function makeTemplate(): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'annals-seed-'))
  const file = join(directory, 'annals.db')
  createDatabase(file)
  const writer = openLocalWriter(file, steadyClock())
  await load(writer, seedLines)
  await writer.close()
  const bytes = readFileSync(file)
  rmSync(directory, { recursive: true })
  return bytes
}

/** Writes to a database through the one way there is, and closes it again. */
export async function writing<T>(file: string, run: (writer: Writer) => Promise<T>, clock = steadyClock()): Promise<T> {
  const writer = openLocalWriter(file, clock)
  try {
    return await run(writer)
  } finally {
    await writer.close()
  }
}
