import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ImportAnswer, ImportRequest, RowProblem } from '../actions/imports/request.js'
import { FORMATS } from '../actions/imports/rows.js'
import { spoolUpload } from '../actions/imports/spool-upload.js'
import { type Code, type Fault, Refusal } from '../domain/errors.js'
import { member } from '../domain/pointer.js'
import { readReason } from '../domain/reason.js'
import { actorOf } from '../http/auth.js'
import { JSON_TYPE, STREAM_TYPES } from '../http/body.js'
import { ContentLocation, IdempotencyKey, Location, NO_HEADERS } from '../http/described-headers.js'
import { MEDIA_TYPES } from '../http/negotiate.js'
import * as p from '../http/parameters.js'
import { logFault } from '../http/problem.js'
import { query } from '../http/query.js'
import { NOUNS } from '../model/nouns.js'
import { examples } from './examples.js'
import type { Service } from './service.js'
import { demandKey } from './writes.js'

const importQuery = query({
  format: p.oneOf(FORMATS, 'What the rows are; without it, told from the header.'),
  mode: p.withDefault(p.oneOf(['atomic', 'partial'], 'All rows or none; or every good row.'), 'atomic'),
  dry_run: p.flag('Say what would happen and store nothing.'),
  localities: p.withDefault(
    p.oneOf(['create', 'match-only'], 'Whether a place that nothing matches is created from the row’s own words.'),
    'create',
  ),
  reason: p.text('Why; needed when rows change records that exist.', { max: 2000 }),
  name: p.text('What you call the file; some formats say their edition in it.', { max: 255 }),
  edition: p.text('The edition of the dataset, such as 25.1, where neither the rows nor the name say it.', {
    max: 100,
  }),
  source: p.text('Who publishes the figures, where the rows do not say it.', { max: 500 }),
})

/** What an import reads; a list of JSON objects may be as long as any table. */
const IMPORT_TYPES = [...STREAM_TYPES, JSON_TYPE]

const bodyOf = (type: string) =>
  type === JSON_TYPE ? Type.Array(Type.Object({}, { additionalProperties: true })) : Type.String()

const Prefer = Type.Enum(['respond-async'], { description: 'Answer 202 at once, and go on with the work.' })

const Counts = Type.Record(Type.String(), Type.Integer())
const ImportState = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['running', 'done', 'refused']),
    format: Type.Union([Type.String(), Type.Null()]),
    mode: Type.Enum(['atomic', 'partial']),
    dry_run: Type.Boolean(),
    progress: Type.Number({ description: 'The share of the file that was read, 0 to 1.' }),
    rows: Type.Integer(),
    created: Type.Integer(),
    revised: Type.Integer(),
    unchanged: Type.Integer(),
    refused: Type.Integer(),
    skipped: Type.Integer({ description: 'Rows that ask for nothing, such as tags; with `rows`, all of the file.' }),
    localities: Type.Object({ matched: Counts, created: Counts }),
    problems: Type.Array(Type.Object({}, { additionalProperties: true }), { description: 'The first thousand.' }),
    warned: Counts,
    warnings: Type.Array(
      Type.Object({
        line: Type.Integer(),
        noun: Type.Enum(NOUNS),
        id: Type.String(),
        code: Type.String(),
        detail: Type.String(),
      }),
      {
        description:
          'What is worth a word about records that rows wrote; the first hundred of each code, which `warned` counts.',
      },
    ),
    revision: Type.Integer(),
  },
  { additionalProperties: true, examples: examples.imports() },
)

/** Loads of many rows. */
export function importRoutes(app: FastifyInstance, service: Service): void {
  const loads = runningLoads(service)
  const tags = ['imports']
  const params = Type.Object({ id: Type.String() })

  app.post(
    '/v1/imports',
    {
      config: { query: importQuery, reads: IMPORT_TYPES },
      schema: {
        tags,
        summary: 'Load many rows',
        description:
          'NDJSON, CSV, TSV or a JSON list of any size, streamed. Rows are PUTs by id: loading a file twice creates nothing. ' +
          'Needs an Idempotency-Key. With `Prefer: respond-async` the answer is 202 and the work goes on.',
        body: { content: Object.fromEntries(IMPORT_TYPES.map(type => [type, { schema: bodyOf(type) }])) },
        headers: Type.Object({ 'Idempotency-Key': IdempotencyKey, Prefer: Type.Optional(Prefer) }),
        response: {
          200: { ...ImportState, headers: { 'Content-Location': ContentLocation } },
          202: { ...ImportState, headers: { Location, 'Preference-Applied': Prefer } },
        },
      },
    },
    async (request, reply) => postImport(loads, request, reply),
  )
  app.get<{ Params: { id: string } }>(
    '/v1/imports/:id',
    { schema: { tags, summary: 'How a load stands', params, headers: NO_HEADERS, response: { 200: ImportState } } },
    async ({ params: { id } }, reply) => {
      reply.header('cache-control', 'no-store')
      const now = loads.running(id)
      if (now) return now
      const stored = service.read.findImport(id)
      if (!stored) throw new Refusal('not_found', `There is no import ${id}.`)
      return reply.type(MEDIA_TYPES.json).send(stored.answer)
    },
  )
  app.get<{ Params: { id: string } }>(
    '/v1/imports/:id/problems.ndjson',
    {
      schema: {
        tags,
        summary: 'Every problem of every row',
        operationId: 'listImportProblems',
        params,
        headers: NO_HEADERS,
        response: { 200: { content: { 'application/x-ndjson': { schema: Type.String() } } } },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!loads.running(id) && !service.read.findImport(id))
        throw new Refusal('not_found', `There is no import ${id}.`)
      return reply.type(MEDIA_TYPES.ndjson).send(Readable.from(problemLines(service, id), { objectMode: false }))
    },
  )
}

const PAGE = 1000

function* problemLines({ read }: Service, id: string): Generator<string> {
  for (
    let after = 0, page = read.importProblems(id, 0, PAGE);
    page.length > 0;
    page = read.importProblems(id, after, PAGE)
  ) {
    yield page.map(({ problem }) => `${problem}\n`).join('')
    after = page.at(-1)!.number
  }
}

/** How loads stand, whichever process was asked for them, until their end is recorded. */
function runningLoads({ read, writer }: Service) {
  const running = new Map<string, ImportAnswer>()
  const awaited = new Map<string, (answer: ImportAnswer) => void>()
  writer.onProgress(answer => {
    // a load may end for want of the very room to record that it has
    const recorded = answer.state === 'running' ? null : read.findImport(answer.id)
    if (recorded && recorded.state !== 'running') running.delete(answer.id)
    else running.set(answer.id, answer)
    awaited.get(answer.id)?.(answer)
    awaited.delete(answer.id)
  })
  return {
    running: (id: string) => running.get(id),
    /** Asks for a load. One that was answered before, or is refused at once, ends without having begun. */
    ask(load: ImportRequest): { begun: Promise<ImportAnswer>; ended: Promise<ImportAnswer> } {
      const begun = new Promise<ImportAnswer>(resolve => awaited.set(load.id, resolve))
      const ended = writer.load(load).finally(() => awaited.delete(load.id))
      return { begun, ended }
    },
  }
}

async function postImport(loads: ReturnType<typeof runningLoads>, request: FastifyRequest, reply: FastifyReply) {
  const key = demandKey(request)
  const asked = importQuery.of(request)
  const reason = readReason(asked.reason)
  const { file, digest, remove } = await spoolUpload(request.body as Readable)
  // the client now waits for longer than it usually may be silent; `inject` has no real socket
  request.raw.socket.setTimeout?.(0)
  const idempotency = { key, fingerprint: fingerprintOf(digest, asked) }
  const load = { ...asked, reason, id: randomUUID(), file, actor: actorOf(request), idempotency }
  const { begun, ended } = loads.ask(load)
  const done = ended.finally(remove)
  const last = () => done.catch(brokenOff(reply, load.id))
  if (!prefersAsync(request)) return answerImport(reply, await last())
  const first = await Promise.race([begun, last()])
  if (first.state !== 'running') return answerImport(reply, await last())
  done.catch(error => logFault(error, request))
  reply.code(202).header('location', `/v1/imports/${load.id}`).header('preference-applied', 'respond-async')
  return reply.send(first)
}

/** What is asked for, whatever the file is called. */
function fingerprintOf(digest: string, { name: _, ...how }: ReturnType<typeof importQuery.of>): string {
  return createHash('sha256')
    .update(JSON.stringify([digest, how]))
    .digest('hex')
}

/** RFC 7240. */
const prefersAsync = ({ headers }: FastifyRequest) => /\brespond-async\b/.test(String(headers.prefer ?? ''))

const locate = (reply: FastifyReply, id: string) => reply.header('content-location', `/v1/imports/${id}`)

/** A load that began and did not come to its end is told with the address at which it stands. */
const brokenOff = (reply: FastifyReply, id: string) => (error: unknown) => {
  if (error instanceof Refusal && 'import' in error.extra) locate(reply, id)
  throw error
}

function answerImport(reply: FastifyReply, answer: ImportAnswer) {
  locate(reply, answer.id)
  if (answer.state !== 'refused') return reply.send(answer)
  throw new Refusal(
    'import_refused',
    `${answer.refused} of ${answer.rows} rows were refused, so none was stored.`,
    answer.problems.slice(0, 100).map(faultOf),
    { import: answer },
  )
}

/** RFC 6901: a column is a member of the row, and what is about no member is about all of it. */
function pointerOf(place: string | null): string {
  if (place === null) return ''
  return place.startsWith('/') ? place : member('', place)
}

function faultOf({ line, pointer, code, detail, value }: RowProblem): Fault {
  return {
    code: code as Code,
    detail: line === null ? detail : `line ${line}: ${detail}`,
    value,
    pointer: pointerOf(pointer),
  }
}
