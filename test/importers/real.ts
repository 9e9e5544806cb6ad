import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import type { loadingService } from '../support/loading.js'
import type { Answer } from '../support/service.js'

const FOLDER = new URL('../../../../shared/data/', import.meta.url)
export const realFile = (name: string) => fileURLToPath(new URL(name, FOLDER))

/** For a test over real files: runs where they are, and says where they are not. */
export const over = (...names: string[]) => {
  const absent = names.find(name => !existsSync(realFile(name)))
  return { skip: absent === undefined ? (false as const) : `skipped: ${absent} is not here (nor in the repository)` }
}

/** The rows of a real table as a checker reads them, without our own reader; a row of hashtags is none. */
export function tableRows(name: string): Record<string, string>[] {
  const rows: Record<string, string>[] = parse(readFileSync(realFile(name)), { columns: true, bom: true })
  return rows.filter(row => !Object.values(row).every(cell => cell === '' || cell.startsWith('#')))
}

type Service = Awaited<ReturnType<typeof loadingService>>

/** Loads a real file over HTTP, as a client sends it. */
export const sendFile = ({ load }: Service, name: string, query = '') => {
  const type = name.endsWith('.json') ? 'application/json' : 'text/csv'
  return load(Readable.toWeb(createReadStream(realFile(name))) as ReadableStream, query, { type })
}

/** Every item of a list, page by page as its links say. */
export async function listed({ url }: Service, path: string): Promise<Answer[]> {
  const items: Answer[] = []
  for (let next: string | null = path; next !== null; ) {
    const page = (await (await fetch(new URL(next, url))).json()) as Answer
    items.push(...page.items)
    next = page.next
  }
  return items
}

export const byId = (records: readonly Answer[]) => new Map<string, Answer>(records.map(record => [record.id, record]))

/** How often each key comes. */
export function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}
