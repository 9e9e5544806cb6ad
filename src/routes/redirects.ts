import type { FastifyReply, FastifyRequest } from 'fastify'
import { FRESH } from '../http/caching.js'
import { type Noun, nouns } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { type Found, standingFor } from '../store/records.js'

/**
 * Sends a client from a merged record to the one that stands for it, as of a log position: the same address with its
 * id, whatever follows the id kept. The answer is not kept for ever: a merge can be taken back.
 */
export function redirectMerged(
  read: Reader,
  request: FastifyRequest,
  reply: FastifyReply,
  noun: Noun,
  merged: Found,
  at: number,
): FastifyReply {
  const survivor = standingFor(read, noun, merged.id, at)!
  const rest = request.url.replace(/^\/v1\/[^/?]+\/[^/?]+?(?=\/|\?|$)/, '')
  return reply
    .removeHeader('etag')
    .header('cache-control', FRESH)
    .redirect(`/v1/${nouns[noun].plural}/${survivor.id}${rest}`, 301)
}
