import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportAnswer, ImportRequest } from '../actions/imports/request.js'
import type { KeyAnswer } from '../actions/keys.js'
import { Refusal } from '../domain/errors.js'
import type { TableOptions } from '../formats/whole.js'
import { usage } from './context.js'
import { ask } from './service.js'

const TYPES: Readonly<Record<string, string>> = {
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.json': 'application/json',
  '.tsv': 'text/tab-separated-values',
}
/** How often a service is asked how far it is. */
const LOOK_MS = 500

function bearer(key: string | null): { authorization: string } {
  if (key === null) throw usage('--key', 'or ANNALS_KEY is needed: a service needs a key')
  return { authorization: `Bearer ${key}` }
}

/** The keys of a service elsewhere. */
export async function keysAt(url: string, key: string | null): Promise<KeyAnswer[]> {
  const response = await ask(`${url}/v1/keys`, { headers: bearer(key) })
  return ((await response.json()) as { items: KeyAnswer[] }).items
}

/** Has a service elsewhere refuse a key. */
export async function revokeAt(url: string, key: string | null, name: string): Promise<KeyAnswer> {
  const response = await ask(`${url}/v1/keys/${encodeURIComponent(name)}`, { method: 'DELETE', headers: bearer(key) })
  return (await response.json()) as KeyAnswer
}

/** Loads a file into a service elsewhere; `progress` is told how far it is. */
export async function importInto(
  url: string,
  key: string | null,
  request: ImportRequest,
  progress: (answer: ImportAnswer) => void,
): Promise<ImportAnswer> {
  const { format, mode, dry_run, localities, reason, name, edition, source, file } = request
  const asked = { format, mode, dry_run: dry_run ? '1' : null, localities, reason, name, edition, source }
  const query = new URLSearchParams(Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== null))
  const sent = ask(`${url}/v1/imports?${query}`, {
    method: 'POST',
    headers: {
      ...bearer(key),
      'content-type': TYPES[extname(file).toLowerCase()] ?? 'text/csv',
      'idempotency-key': randomUUID(),
      // a connection may be cut that is silent for as long as a large load takes
      prefer: 'respond-async',
    },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  let answer = (await (await sent).json()) as ImportAnswer
  for (; answer.state === 'running'; await sleep(LOOK_MS)) {
    progress(answer)
    answer = await howFar(`${url}/v1/imports/${answer.id}`)
  }
  return answer
}

/** A service that shuts down finishes a load or gives it up, and answers neither. */
async function howFar(address: string): Promise<ImportAnswer> {
  try {
    return (await (await ask(address)).json()) as ImportAnswer
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'stopping') throw error
    const detail = `the service is shutting down; when it runs again, ${address} says what became of the import`
    throw new Refusal('stopping', detail)
  }
}

/** An export of a service elsewhere, as it comes. */
export async function exportFrom(
  url: string,
  name: string,
  { hxl, excel, asOf }: TableOptions & { asOf: string | undefined },
): Promise<Readable> {
  const query = new URLSearchParams()
  if (hxl) query.set('hxl', '1')
  if (excel) query.set('excel', '1')
  if (asOf !== undefined) query.set('as_of', asOf)
  return Readable.fromWeb((await ask(`${url}/v1/exports/${name}?${query}`)).body as never)
}
