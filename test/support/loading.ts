import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ExportOptions, exporters } from '../../src/actions/exports.js'
import type { ImportRequest } from '../../src/actions/imports/request.js'
import { openThreadedWriter } from '../../src/actions/writer.js'
import type { Role } from '../../src/domain/keys.js'
import { FLAT_COLUMNS, type FlatColumn } from '../../src/model/flat-row.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { emptyDatabase, SEEDER, steadyClock, tempDirectory, writing } from './database.js'
import { type Answer, KEYS, openService } from './service.js'

type Test = Parameters<typeof emptyDatabase>[0]

export const NDJSON = 'application/x-ndjson'
export const CSV = 'text/csv'

/** One JSON object a line. */
export const lines = (rows: readonly unknown[]) => rows.map(row => `${JSON.stringify(row)}\n`).join('')

/** Documents of sources, as whole exports write them; `padding` makes them as long as real rows. */
export const sources = (count: number, padding = 0) =>
  Array.from({ length: count }, (_, n) => ({
    noun: 'source',
    id: `s${n}`,
    document: { name: `Source ${n}`, kind: 'other', ...(padding > 0 ? { note: 'x'.repeat(padding) } : {}) },
  }))

type Cells = Partial<Record<FlatColumn, string | number | boolean | null>>

/** A flat row that brings along everything it refers to. */
export const aFlatRow = (own: Cells = {}): Cells => ({
  figure_id: 'f1',
  event_id: 'e1',
  event_title: 'Flight from Hit',
  measure: 'displaced',
  qualifier: 'at_least',
  low: 1200,
  period_start: '2016-03-01',
  period_end: '2016-03-04',
  locality_id: 'hit',
  originator: 'iom',
  publisher: 'reuters',
  report_id: 'r1',
  report_title: 'Thousands flee Hit',
  report_url: 'https://news.example/hit',
  published: '2016-03-05',
  ...own,
})

/** The place that flat rows here are about. */
export const hit = { noun: 'locality', id: 'hit', document: { name: 'Hit', level: 'settlement' } }

/** Flat rows as a CSV with every column of ours that one of them has. */
export function csv(rows: readonly Cells[], columns = columnsOf(rows)): string {
  const cell = (text: string) => (/["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const line = (cells: readonly unknown[]) => cells.map(value => cell(String(value ?? ''))).join(',')
  return [columns, ...rows.map(row => columns.map(column => row[column]))].map(line).join('\n')
}

const columnsOf = (rows: readonly Cells[]) =>
  (Object.keys(FLAT_COLUMNS) as FlatColumn[]).filter(column => rows.some(row => column in row))

/** A load at the command line, without a service. */
export const aRequest = (file: string, own: Partial<ImportRequest> = {}): ImportRequest => ({
  id: randomUUID(),
  file,
  name: basename(file),
  format: null,
  mode: 'atomic',
  dry_run: false,
  localities: 'create',
  reason: null,
  edition: null,
  source: null,
  actor: SEEDER,
  idempotency: null,
  ...own,
})

/** Loads a file, or rows given as text, into a database; what is refused shows in the answer. */
export async function loadInto(t: Test, db: string, rows: string | URL, own: Partial<ImportRequest> = {}) {
  const file = rows instanceof URL ? fileURLToPath(rows) : join(tempDirectory(t), 'rows')
  if (typeof rows === 'string') writeFileSync(file, rows)
  return writing(db, writer => writer.load(aRequest(file, own)))
}

/** A whole export of a database as text. */
export async function exported(db: string, name: string, options: Partial<ExportOptions> = {}): Promise<string> {
  const read = openReader(openReading(db))
  const stream = exporters[name]!(read, read.head().seq, { home: 'https://annals.example', ...options })
  const whole = await text(stream)
  read.close()
  return whole
}

/** An export without what is a database's own: when it recorded a record. */
export const whenever = (whole: string) => whole.replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'then')

export interface Loaded {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
  body: any
  headers: Headers
}

export interface Load {
  type?: string
  /** The Idempotency-Key; null sends none. */
  key?: string | null
  as?: Role
  headers?: Record<string, string>
}

/** Sends a load to a service. */
export async function sendLoad(
  url: string,
  secret: string,
  body: string | Uint8Array | ReadableStream,
  query = '',
  { type = NDJSON, key = randomUUID(), headers = {} }: Load = {},
): Promise<Loaded> {
  const response = await fetch(`${url}/v1/imports${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': type,
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...headers,
    },
    body,
    duplex: 'half',
  } as RequestInit)
  return { status: response.status, body: await response.json(), headers: response.headers }
}

/** How a load stands at a service, once that is what is waited for. */
export async function importWhen(
  url: string,
  id: string,
  // biome-ignore lint/suspicious/noExplicitAny: the answer as it comes
  reached: (answer: any) => boolean,
): Promise<Answer> {
  for (let tries = 0; tries < 6000; tries++, await sleep(5)) {
    const answer = (await (await fetch(`${url}/v1/imports/${id}`)).json()) as Answer
    if (reached(answer)) return answer
    if (answer.state !== 'running') throw new Error(`the load ended: ${JSON.stringify(answer)}`)
  }
  throw new Error('the load does not come so far')
}

/** The whole service with its writer in a thread, listening. */
export async function loadingService(
  t: { teardown(end: () => unknown): unknown; fail(message: string): unknown },
  file = emptyDatabase(t),
) {
  const threaded = (path: string) => openThreadedWriter(path, error => t.fail(`storage failed: ${error.detail}`))
  const service = await openService(t, file, steadyClock('2026-03-01T09:00:00.000Z'), threaded)
  const url = await service.listen()
  return {
    ...service,
    file,
    url,
    head: () => service.read.head().seq,
    load: (body: Parameters<typeof sendLoad>[2], query?: string, more: Load = {}) =>
      sendLoad(url, KEYS[more.as ?? 'curator'].key, body, query, more),
    /** The text at an address, its byte order mark included. */
    text: async (path: string) => Buffer.from(await (await fetch(url + path)).arrayBuffer()).toString(),
  }
}
