import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'
import { answerOptions, COMMON_HEADERS } from './headers.js'
import { handleError, NO_ADDRESS, rawProblem } from './problem.js'

/** Longer addresses are refused; no filter of ours needs one, and headers end at 16 KiB anyway. */
const LONGEST_URL = 8192

/**
 * The path and query of an address. A client that takes the service for a proxy names the host as well (RFC 9112,
 * section 3.2.2); nothing here depends on it.
 */
export function originForm({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (url.startsWith('/')) return url
  return url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?=[?#]|$)/, '/')
}

/** The routes as they were declared, to tell an unknown address from an unknown method. */
interface Known {
  fits: RegExp
  methods: Set<string>
}

/**
 * Refuses what is no address, addresses that no route has (404) and methods that an address lacks (405), before a body
 * is read.
 */
export function refuseUnrouted(app: FastifyInstance): void {
  const known = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { fits: patternOf(url), methods: new Set(['OPTIONS']) }
    for (const name of [method].flat()) entry.methods.add(name)
    known.set(url, entry)
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { url = '' } = request.raw
    if (url.length > LONGEST_URL)
      return done(new Refusal('uri_too_long', `An address has at most ${LONGEST_URL} characters.`))
    // RFC 9112, section 3.2.1: a fragment is the client's own; the router would drop it, and citations would keep it
    if (url.includes('#')) return done(new Refusal('malformed', 'A # in an address is sent as %23.'))
    // the router lets `/v1/events/` pass for `/v1/events/:id` with an empty id
    if (!request.is404 && !isPartEmpty(request)) return done()
    const methods = methodsAt(request, known)
    if (request.method === 'OPTIONS' && methods.length > 0) answerOptions(reply, methods)
    else done(unrouted(request, methods))
  })
  // for routes that find out themselves, such as those of files
  app.setNotFoundHandler((request, reply) => handleError(unrouted(request, []), request, reply))
}

function isPartEmpty({ params }: FastifyRequest): boolean {
  for (const name in params as object) if (Reflect.get(params as object, name) === '') return true
  return false
}

/** The methods that any route has at an address. */
function methodsAt(request: FastifyRequest, known: ReadonlyMap<string, Known>): string[] {
  const path = request.url.replace(/\?.*$/s, '')
  const found = [...known.values()].filter(({ fits }) => fits.test(path))
  return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
}

function unrouted({ method }: FastifyRequest, methods: readonly string[]): Refusal {
  if (methods.length === 0 || methods.includes(method)) return new Refusal('not_found', NO_ADDRESS)
  const detail = `This address does not know ${method}; it knows ${methods.join(', ')}.`
  return new Refusal('method_not_allowed', detail, [], { allow: methods })
}

/** The paths of a route: `:name` is one segment or, before other text, a part of one; a trailing `*` is the rest. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+(?:\([^)]*\))?|\*)/)
  const source = parts.map(part => {
    if (part === '*') return '.*'
    if (part.startsWith(':')) return '[^/]+?'
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`)
}

/** Fastify’s `frameworkErrors`: addresses that the router cannot read. No hook has run: the headers are set here. */
export function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  handleError(error, request, reply.headers(COMMON_HEADERS))
}

/** CONNECT asks for a tunnel to elsewhere; Node would hang up without a word. */
export function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  const detail = 'This service is no proxy.'
  socket.end(rawProblem(new Refusal('method_not_allowed', detail, [], { allow: ['GET', 'HEAD', 'OPTIONS'] })))
}

/** Fastify's `clientErrorHandler`: bytes that are no HTTP request, or came too slowly to become one. */
export function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // an answer that has begun cannot be taken back; a second one in its middle would be read as its body
  const { _httpMessage: begun } = socket as Socket & { _httpMessage?: { _headerSent?: boolean } }
  if (!socket.writable || begun?._headerSent) return void socket.destroy(error)
  socket.end(rawProblem(socketRefusal(error.code)))
  // what the client still sends is not read, and must not keep the socket open
  setTimeout(() => socket.destroy(), 1000).unref()
}

function socketRefusal(code: string | undefined): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal('request_timeout', 'The request head took too long.')
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal('header_too_large', 'The request head exceeds 16 KiB.')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new Refusal('too_large', 'A chunk has extensions beyond 16 KiB.')
  return new Refusal('malformed', 'This is not an HTTP/1.1 request.')
}
