import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * The headers of every answer, errors and 304 included. Nothing in an answer is run, framed or guessed at; any page may
 * read it, and without these could not even read why it was refused. TLS, and what goes with it, is the proxy's.
 */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Allow, Annals-Left-Out, ETag, Link, Location, Retry-After',
}

/** For a page that asks first. Reads are for any page; a browser is told of no other methods, so it sends none. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-headers': 'Accept, Authorization, Cache-Control, If-None-Match, Last-Event-ID',
  'access-control-max-age': '86400',
}

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
  return reply
    .code(204)
    .headers({ allow: methods.join(', '), ...PREFLIGHT })
    .send()
}
