import type { FastifyInstance, FastifyReply } from 'fastify'

/** For every answer: nothing in it is run, framed or guessed at, and any page may embed it. TLS is the proxy's. */
const SAFETY: readonly [string, string][] = [
  ['content-security-policy', "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"],
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['referrer-policy', 'no-referrer'],
]

/** For every answer, errors and 304 included: without them a page could not even read why it was refused. */
const OPEN: readonly [string, string][] = [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', 'Allow, ETag, Link, Location, Retry-After'],
]

/** For a page that asks first. Reads are for any page; a browser is told of no other methods, so it sends none. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'Accept, Authorization, Cache-Control, If-None-Match, Last-Event-ID',
  'access-control-max-age': '86400',
}

/** The headers that every answer has; what answers without hooks sets them itself. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = Object.fromEntries([...SAFETY, ...OPEN])

const NAMED = Object.entries(COMMON_HEADERS)

/** Sets the headers that every answer has. */
export function setHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    for (const [name, value] of NAMED) reply.header(name, value)
    done()
  })
}

/** Answers OPTIONS with the methods of an address; whether it is a preflight or a person asking makes no difference. */
export function answerOptions(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return reply.code(204).headers({ allow: methods.join(', '), ...PREFLIGHT }).send()
}
