import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Basis, isKnown, isKnownBy, SETTLED } from '../http/caching.js'
import { MEDIA_TYPES } from '../http/negotiate.js'
import { recordTag } from '../http/preconditions.js'

/** JSON that is ready. */
export const send = (reply: FastifyReply, json: string) => reply.type('application/json; charset=utf-8').send(json)

/**
 * Sets the caching headers of a record, and answers 304 if the client has this revision of it. A code may come to name
 * another locality, whose revisions count from 1 as well: at such an address the answer as a whole has the tag.
 */
export function isRecordKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, rev }: { id: string; rev: number },
  basis: Pick<Basis, 'revision' | 'settled'>,
): boolean {
  const { id: named } = request.params as { id: string }
  return named === id
    ? isKnownBy(recordTag(rev), request, reply, basis.settled ? SETTLED : undefined)
    : isKnown(request, reply, { ...basis, mediaType: MEDIA_TYPES.json })
}

/** A record's JSON with further members at its end. */
export function withMembers(record: string, members: Record<string, unknown>): string {
  const extra = JSON.stringify(members)
  return extra === '{}' ? record : `${record.slice(0, -1)},${extra.slice(1)}`
}
