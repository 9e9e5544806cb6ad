import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { localityNamed } from '../actions/name-locality.js'
import { gone } from '../actions/revise.js'
import { Refusal } from '../domain/errors.js'
import { ETag, Link, Location, MOVED } from '../http/described-headers.js'
import { negotiate } from '../http/negotiate.js'
import { withRemarks } from '../http/openapi.js'
import * as p from '../http/parameters.js'
import { query } from '../http/query.js'
import { NOUNS, type Noun, nouns } from '../model/nouns.js'
import { Id } from '../model/schema.js'
import { recordText } from '../store/log.js'
import { isRecordKnown, send } from './answers.js'
import { linkCitation } from './citing.js'
import { examples } from './examples.js'
import { redirectMerged } from './redirects.js'
import { askedAt, type Service } from './service.js'
import { answerWrite, expectation, writeQuery } from './writes.js'

const IdParams = Type.Object({ id: Type.String({ description: 'The record’s id.' }) })
const oneQuery = query({ as_of: p.asOf('What the service held then: a log number, or a timestamp.') })

/** Reads and writes of single records of every noun. */
export function recordRoutes(app: FastifyInstance, service: Service): void {
  for (const noun of NOUNS) {
    findRoute(app, service, noun)
    writeRoutes(app, service, noun)
  }
}

const isMergeable = (noun: Noun) => noun === 'event' || noun === 'locality'

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
        response: {
          200: withRemarks(nouns[noun].record, { examples: examples.record(noun), headers: { Link } }),
          ...(isMergeable(noun) && { 301: MOVED }),
        },
      },
    },
    async (request, reply) => {
      negotiate(request, ['json'])
      const asked = askedAt(service, oneQuery.of(request).as_of)
      const { at, settled } = asked
      const { id } = request.params
      const found =
        noun === 'locality' ? localityNamed(service.read, id, at, 'id', { any: true }) : service.read.find(noun, id, at)
      if (!found) throw new Refusal('not_found', `There is no ${noun} ${id}${settled ? ' at that time' : ''}.`)
      if (found.state === 'merged') return redirectMerged(service.read, request, reply, noun, found, at)
      if (found.state === 'retracted') throw gone(noun, found)
      if (isRecordKnown(request, reply, found, asked)) return reply
      // what a record says may change at its own address; this version of it stays at this one
      linkCitation(reply, `${service.publicUrl()}/v1/${plural}/${found.id}/revisions/${found.rev}`)
      return send(reply, recordText(found))
    },
  )
}

function writeRoutes(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural, input, record } = nouns[noun]
  const tags = [plural]
  const shown = (description: string, headers: Record<string, object>) =>
    withRemarks(record, { description, examples: examples.record(noun), headers })
  const answer = { 200: shown('As it now is; `warnings` if there is something to know.', { ETag }) }
  const created = { 201: shown('Created.', { ETag, Location }) }
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
