import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { localityNamed } from '../actions/name-locality.js'
import { gone } from '../actions/revise.js'
import { Refusal } from '../domain/errors.js'
import { isKnown, isKnownBy, SETTLED } from '../http/caching.js'
import { negotiate } from '../http/negotiate.js'
import { withRemarks } from '../http/openapi.js'
import * as p from '../http/parameters.js'
import { recordTag } from '../http/preconditions.js'
import { query } from '../http/query.js'
import { NOUNS, type Noun, nouns } from '../model/nouns.js'
import type { ListQuestion } from '../model/queries.js'
import { Id } from '../model/schema.js'
import { send, withMembers } from './answers.js'
import { examples } from './examples.js'
import { filtersOf, listQueries } from './list-queries.js'
import { redirectMerged } from './redirects.js'
import { askedAt, cursorPosition, nextPage, type Service } from './service.js'
import { answerWrite, expectation, writeQuery } from './writes.js'

const IdParams = Type.Object({ id: Type.String({ description: 'The record’s id.' }) })
const oneQuery = query({ as_of: p.asOf('What the service held then: a log number, or a timestamp.') })

/** Reads and writes of every noun. */
export function recordRoutes(app: FastifyInstance, service: Service): void {
  for (const noun of NOUNS) {
    listRoute(app, service, noun)
    findRoute(app, service, noun)
    writeRoutes(app, service, noun)
  }
}

function listRoute(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural } = nouns[noun]
  const list = listQueries[noun]
  app.get(
    `/v1/${plural}`,
    {
      config: { query: list },
      schema: {
        tags: [plural],
        summary: `List ${plural}`,
        response: {
          200: Type.Object(
            {
              items: Type.Array(nouns[noun].record),
              number_matched: Type.Integer(),
              next: Type.Union([Type.String(), Type.Null()]),
              revision: Type.Integer(),
            },
            { examples: examples.list(noun) },
          ),
        },
      },
    },
    async (request, reply) => {
      const values = list.of(request)
      negotiate(request, ['json'])
      const asked = askedAt(service, values.as_of)
      if (isKnown(request, reply, { ...asked, mediaType: 'application/json' })) return reply
      const { q } = values as { q?: string | null }
      return q ? answerSearch(service, request, reply, q) : answerList(service, request, reply, noun)
    },
  )
}

function answerList(service: Service, request: FastifyRequest, reply: FastifyReply, noun: Noun) {
  const values = listQueries[noun].of(request)
  const { at, revision } = askedAt(service, values.as_of)
  const { locality } = values as { locality?: string | null }
  const [after = null] = cursorPosition(service, request, values) ?? []
  const question: ListQuestion<Noun> = {
    filters: filtersOf(values as never, locality ? localityNamed(service.read, locality, at, 'locality').id : null),
    at,
    retracted: values.include !== null,
    updated_since: values.updated_since && askedAt(service, values.updated_since).revision,
    after: after as string | null,
    limit: values.limit + 1,
  }
  const { rows, matched } = service.read.snapshot(() => ({
    rows: service.read.list(noun, question),
    matched: service.read.count(noun, question),
  }))
  const page = rows.slice(0, values.limit)
  const last = rows.length > page.length ? page.at(-1) : undefined
  const next = nextPage(service, request, reply, values, last ? [last.id] : null)
  const items = page.map(({ record, state }) => (state === 'live' ? record : withMembers(record, { state })))
  return send(
    reply,
    `{"items":[${items.join()}],"number_matched":${matched},"next":${JSON.stringify(next)},"revision":${revision}}`,
  )
}

/** Localities by name, best first. The candidates are few, so a page is a slice of them. */
function answerSearch(service: Service, request: FastifyRequest, reply: FastifyReply, q: string) {
  const values = listQueries.locality.of(request)
  const { at, revision } = askedAt(service, values.as_of)
  const matches = service.read.searchNames(q, at)
  const kept = service.read.list('locality', {
    filters: filtersOf<'locality'>(values, null),
    at,
    retracted: false,
    updated_since: values.updated_since && askedAt(service, values.updated_since).revision,
    after: null,
    limit: -1,
    ids: matches.map(({ id }) => id),
  })
  const records = new Map(kept.map(({ id, record }) => [id, record]))
  const found = matches.filter(({ id }) => records.has(id))
  const [after] = cursorPosition(service, request, values) ?? []
  const start = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1
  const page = found.slice(start, start + values.limit)
  const more = found.length > start + page.length
  const next = nextPage(service, request, reply, values, more ? [page.at(-1)!.id] : null)
  const items = page.map(({ id, name, score }) => withMembers(records.get(id)!, { match: { name, score } }))
  return send(
    reply,
    `{"items":[${items.join()}],"number_matched":${found.length},"next":${JSON.stringify(next)},"revision":${revision}}`,
  )
}

function findRoute(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural } = nouns[noun]
  app.get<{ Params: { id: string } }>(
    `/v1/${plural}/:id`,
    {
      config: { query: oneQuery },
      schema: {
        tags: [plural],
        summary: `Read one of the ${plural}`,
        params: IdParams,
        response: { 200: withRemarks(nouns[noun].record, { examples: examples.record(noun) }) },
      },
    },
    async (request, reply) => {
      negotiate(request, ['json'])
      const { at, settled } = askedAt(service, oneQuery.of(request).as_of)
      const { id } = request.params
      const found =
        noun === 'locality' ? localityNamed(service.read, id, at, 'id', { any: true }) : service.read.find(noun, id, at)
      if (!found) throw new Refusal('not_found', `There is no ${noun} ${id}${settled ? ' at that time' : ''}.`)
      if (found.state === 'merged') return redirectMerged(service.read, request, reply, noun, found, at)
      if (found.state === 'retracted') throw gone(noun, found)
      if (isKnownBy(recordTag(found.rev), request, reply, settled ? SETTLED : undefined)) return reply
      return send(reply, found.record)
    },
  )
}

function writeRoutes(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural, input, record } = nouns[noun]
  const tags = [plural]
  const shown = (description: string) => withRemarks(record, { description, examples: examples.record(noun) })
  const answer = { 200: shown('As it now is; `warnings` if there is something to know.') }
  const created = { 201: shown('Created.') }
  const body = withRemarks(input, { examples: examples.body(noun) })

  app.post(
    `/v1/${plural}`,
    { config: { query: writeQuery }, schema: { tags, summary: `Create a ${noun}`, body, response: created } },
    async (request, reply) => {
      const command = { do: 'put', noun, id: randomUUID(), body: request.body, expect: null } as const
      return answerWrite(service, request, reply, command)
    },
  )
  app.put<{ Params: { id: string } }>(
    `/v1/${plural}/:id`,
    {
      config: { query: writeQuery },
      schema: {
        tags,
        summary: `Create or replace a ${noun}`,
        params: Type.Object({ id: Id }),
        body,
        response: { ...answer, ...created },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      return answerWrite(service, request, reply, {
        do: 'put',
        noun,
        id,
        body: request.body,
        expect: expectation(request),
      })
    },
  )
  app.patch<{ Params: { id: string } }>(
    `/v1/${plural}/:id`,
    {
      config: { query: writeQuery },
      schema: {
        tags,
        summary: `Change members of a ${noun}`,
        description: 'JSON Merge Patch, RFC 7396.',
        params: IdParams,
        body: Type.Object({}, { additionalProperties: true, examples: examples.patch(noun) }),
        response: answer,
      },
    },
    async (request, reply) => {
      const { id } = request.params
      return answerWrite(service, request, reply, {
        do: 'patch',
        noun,
        id,
        patch: request.body,
        expect: expectation(request),
      })
    },
  )
  app.delete<{ Params: { id: string } }>(
    `/v1/${plural}/:id`,
    {
      config: { query: writeQuery },
      schema: { tags, summary: `Retract a ${noun}`, params: IdParams, response: answer },
    },
    async (request, reply) => {
      const { id } = request.params
      return answerWrite(service, request, reply, { do: 'retract', noun, id, expect: expectation(request) })
    },
  )
}
