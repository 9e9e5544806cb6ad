import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Expectation, Outcome, RecordCommand } from '../actions/commands.js'
import { canonical } from '../domain/canonical.js'
import { invalid, Refusal } from '../domain/errors.js'
import { readReason } from '../domain/reason.js'
import { actorOf } from '../http/auth.js'
import { KEY_PATTERN } from '../http/described-headers.js'
import * as p from '../http/parameters.js'
import { recordTag, revisionsMatched } from '../http/preconditions.js'
import { query } from '../http/query.js'
import { nouns } from '../model/nouns.js'
import { send, withMembers } from './answers.js'
import type { Service } from './service.js'

/** What every write may be asked. */
export const writeQuery = query({ reason: p.text('Why; needed to change a record that exists.', { max: 2000 }) })

type Distribute<C> = C extends RecordCommand ? Omit<C, 'actor' | 'reason' | 'idempotency'> : never

/** Has a change made and answers with the record as it then is. */
export async function answerWrite(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  command: Distribute<RecordCommand>,
) {
  const reason = (request.query as { reason: string | null }).reason
  const outcome = await service.writer.apply({
    ...command,
    actor: actorOf(request),
    reason: readReason(reason),
    idempotency: idempotencyOf(request),
  } as RecordCommand)
  return answerOutcome(reply, outcome)
}

function answerOutcome(reply: FastifyReply, { outcome, noun, id, rev, record, warnings }: Outcome) {
  const { plural } = nouns[noun]
  if (outcome === 'created') reply.code(201).header('location', `/v1/${plural}/${id}`)
  const more = warnings.length > 0 ? { warnings } : {}
  if (outcome !== 'merged') return send(reply.header('etag', recordTag(rev)), withMembers(record, more))
  // the answer shows the survivor, not the record that the address names
  const survivor = JSON.parse(record)
  reply.header('content-location', `/v1/${plural}/${survivor.id}`).header('etag', recordTag(survivor.rev))
  return send(reply, withMembers(record, { ...more, merged: { id, rev } }))
}

/** What a write expects to find, from If-Match and If-None-Match. */
export function expectation({ headers }: FastifyRequest): Expectation | undefined {
  const match = revisionsMatched(headers['if-match'])
  const noneMatch = headers['if-none-match']
  if (noneMatch === undefined) return match === '*' ? 'existing' : (match ?? undefined)
  if (noneMatch.trim() === '*' && match === null) return null
  const detail = 'A write takes only If-None-Match: *, and no If-Match beside it.'
  throw invalid({ parameter: 'If-None-Match', code: 'bad_format', detail })
}

const KEY = new RegExp(KEY_PATTERN)

/** The Idempotency-Key of a request that cannot do without. */
export function demandKey(request: FastifyRequest): string {
  const key = keyOf(request)
  if (key === undefined)
    throw new Refusal('idempotency_required', 'Send an Idempotency-Key: a text that only this load has.')
  return key
}

function keyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key']
  if (given === undefined) return undefined
  if (typeof given !== 'string' || !KEY.test(given))
    throw invalid({ parameter: 'Idempotency-Key', code: 'bad_format', detail: 'Takes 1 to 255 printable characters.' })
  return given
}

function idempotencyOf(request: FastifyRequest): { key: string; fingerprint: string } | undefined {
  const given = keyOf(request)
  if (given === undefined) return undefined
  const { method, url, headers, body } = request
  const what = canonical([method, url, headers['if-match'] ?? null, headers['if-none-match'] ?? null, body ?? null])
  return { key: given, fingerprint: createHash('sha256').update(what).digest('hex') }
}
