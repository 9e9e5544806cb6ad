import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ImportAnswer, ImportRequest } from '../actions/imports/request.js'
import { type Code, Refusal } from '../domain/errors.js'
import type { TableOptions } from '../formats/whole.js'

/** What a service refused, as it said it. */
async function refusalOf(response: Response): Promise<Refusal> {
  const { code, detail, errors, ...extra } = (await response.json()) as {
    code: Code
    detail: string
    errors: []
    [more: string]: unknown
  }
  return new Refusal(code, detail, errors, extra)
}

/** Loads a file into a service elsewhere. */
export async function importInto(url: string, key: string | null, request: ImportRequest): Promise<ImportAnswer> {
  if (key === null) throw new Refusal('unauthenticated', 'a service needs a key: --key, or ANNALS_KEY')
  const { format, mode, dry_run, localities, reason, name, file } = request
  const asked = { format, mode, dry_run: dry_run ? '1' : null, localities, reason, name }
  const query = new URLSearchParams(Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== null))
  const response = await fetch(`${url}/v1/imports?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': /json$/i.test(file) ? 'application/x-ndjson' : 'text/csv',
      'idempotency-key': randomUUID(),
    },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  if (response.ok) return (await response.json()) as ImportAnswer
  const refusal = await refusalOf(response)
  if (refusal.code === 'import_refused') return refusal.extra.import as ImportAnswer
  throw refusal
}

/** An export of a service elsewhere, as it comes. */
export async function exportFrom(
  url: string,
  name: string,
  { hxl, excel, asOf }: TableOptions & { asOf: number | null },
): Promise<Readable> {
  const query = new URLSearchParams()
  if (hxl) query.set('hxl', '1')
  if (excel) query.set('excel', '1')
  if (asOf !== null) query.set('as_of', String(asOf))
  const response = await fetch(`${url}/v1/exports/${name}?${query}`)
  if (!response.ok) throw await refusalOf(response)
  return Readable.fromWeb(response.body as never)
}
