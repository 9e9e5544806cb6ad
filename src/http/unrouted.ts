import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'
import { handleError, rawProblem } from './problem.js'

/** Longer addresses are refused; no filter of ours needs one, and headers end at 16 KiB anyway. */
export const LONGEST_URL = 8192

/** The routes as they were declared, to tell an unknown address from an unknown method. */
interface Known {
  fits: RegExp
  methods: Set<string>
}

/** Refuses addresses that no route has (404) and methods that an address lacks (405), before a body is read. */
export function refuseUnrouted(app: FastifyInstance): void {
  const known = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return
    const entry = known.get(url) ?? { fits: patternOf(url), methods: new Set(['OPTIONS']) }
    for (const name of [method].flat()) entry.methods.add(name)
    known.set(url, entry)
  })
  const refusal = (request: FastifyRequest) => unrouted(request, known)
  app.addHook('onRequest', async request => {
    if (request.raw.url && request.raw.url.length > LONGEST_URL) {
      throw new Refusal('uri_too_long', `An address has at most ${LONGEST_URL} characters.`)
    }
    // the router lets `/v1/events/` pass for `/v1/events/:id` with an empty id
    if (request.is404 || isPartEmpty(request)) throw refusal(request)
  })
  app.setNotFoundHandler((request, reply) => handleError(refusal(request), request, reply))
}

const isPartEmpty = ({ params }: FastifyRequest) => Object.values(params ?? {}).includes('')

function unrouted(request: FastifyRequest, known: ReadonlyMap<string, Known>): Refusal {
  const path = request.url.replace(/[?#].*$/s, '')
  const allow = new Set<string>()
  for (const { fits, methods } of known.values()) if (fits.test(path)) for (const method of methods) allow.add(method)
  if (allow.size === 0) return new Refusal('not_found', 'Nothing has this address.')
  if (allow.has(request.method)) return new Refusal('not_found', 'Nothing has this address now.')
  const methods = [...allow].sort()
  const detail = `This address does not know ${request.method}; it knows ${methods.join(', ')}.`
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

/** Fastify's `frameworkErrors`: addresses that the router cannot read. No hook has run, so CORS is set here. */
export function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*').header('x-content-type-options', 'nosniff')
  handleError(error, request, reply)
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
