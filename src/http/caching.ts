import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'

export const FRESH = 'public, max-age=60, stale-while-revalidate=300'
/** An answer `as_of` the past is never another. */
export const SETTLED = 'public, max-age=31536000, immutable'

/** All that an answer depends on, known before any query runs. */
export interface Basis {
  /** The log position that the answer is made from. */
  readonly revision: number
  readonly mediaType: string
  /** The address fixes the revision: `as_of` a position that the log has passed. */
  readonly settled?: boolean
}

/**
 * The strong entity tag (RFC 9110, section 8.8.3) of an answer: the same tag, the same bytes. `build` changes with the
 * release, as the form of answers may, and with the public address, which citations name.
 */
export function answerTag({ revision, mediaType }: Basis, url: string, build: string): string {
  return `"${revision}.${fingerprint(`${build}\n${mediaType}\n${url}`)}"`
}

const fingerprint = (text: string) => hash('sha256', text, 'base64url').slice(0, 16)

/** The tags of a list (RFC 9110, section 8.8.3), weak marks taken off; `*` as it stands; null for no header. */
export function parseTags(header: string | undefined): readonly string[] | '*' | null {
  if (header === undefined) return null
  if (header.trim() === '*') return '*'
  return [...header.matchAll(/(?:W\/)?("[\x21\x23-\x7E\x80-\xFF]*")/g)].map(([, tag]) => tag ?? '')
}

/**
 * The tag of a list that names an answer, by weak comparison. The content codings of one answer carry the same data, so
 * holding any of them is holding it.
 */
export function heldTag(tags: readonly string[] | '*' | null, tag: string): string | undefined {
  return Array.isArray(tags) ? tags.find(given => uncoded(given) === uncoded(tag)) : undefined
}

const uncoded = (tag: string) => tag.replace(/-(?:gzip|br)"$/, '"')

/**
 * Sets the caching headers of an answer, and answers 304 if the client has it already: then true, and the route
 * returns the reply without another look. A client can only name a tag that it was given with a 200 at this address,
 * so nothing need be looked up.
 */
export function isKnown(request: FastifyRequest, reply: FastifyReply, basis: Basis): boolean {
  const tag = answerTag(basis, request.raw.url ?? '', request.server.build)
  return isKnownBy(tag, request, reply, basis.settled ? SETTLED : FRESH)
}

/** The same for an answer that has a tag of its own, such as a record with its revision. */
export function isKnownBy(tag: string, request: FastifyRequest, reply: FastifyReply, cacheControl = FRESH): boolean {
  reply.header('etag', tag).header('cache-control', cacheControl).header('vary', varyOf(request))
  const held = request.headers['if-none-match']
  if (held === undefined) return false
  const named = held === tag ? tag : heldTag(parseTags(held), tag)
  if (named === undefined) return false
  reply.header('etag', named).code(304).send()
  return true
}

/** A suffix, or the name of an export, settles the format, so only without one does `Accept` choose. */
function varyOf(request: FastifyRequest): string {
  const { format, name } = (request.params ?? {}) as { format?: string; name?: string }
  return format === undefined && name === undefined ? 'Accept, Accept-Encoding' : 'Accept-Encoding'
}

/**
 * `If-None-Match: *` asks whether there is anything at all (RFC 9110, section 13.1.2), which only the answer can tell.
 * Answers that are not meant to be kept say so.
 */
export function finishCaching(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const head = request.method === 'HEAD'
    const safe = request.method === 'GET' || head
    if (!safe && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    const found = safe && reply.statusCode === 200 && reply.hasHeader('etag')
    if (!found || request.headers['if-none-match']?.trim() !== '*') return done(null, head ? unread(payload) : payload)
    unread(payload)
    for (const header of ['content-type', 'content-length', 'link']) reply.removeHeader(header)
    reply.code(304)
    // Fastify measures the body of a HEAD, and would give an empty one that is no HEAD's a length
    done(null, head ? '' : null)
  })
  app.addHook('onRoute', route => {
    // Fastify gives every HEAD the length of the body it has; a 304 has none to speak of (RFC 9110, section 8.6)
    if (route.method === 'HEAD') route.onSend = [...[route.onSend ?? []].flat(), withoutLength]
  })
}

const withoutLength: onSendHookHandler = (_request, reply, payload, done) => {
  // nor is there one of a coding that was not made
  if (reply.statusCode === 304 || reply.hasHeader('content-encoding')) reply.removeHeader('content-length')
  done(null, payload)
}

/** Lets go of a stream that nobody will read: Fastify reads a whole export to answer a HEAD without it. */
function unread(payload: unknown): unknown {
  if (!(payload instanceof Readable)) return payload
  payload.destroy()
  return Readable.from([])
}
