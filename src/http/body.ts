import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import { invalid, Refusal } from '../domain/errors.js'
import { parseJson } from '../domain/json.js'

export const JSON_TYPE = 'application/json'
const MERGE_PATCH_TYPE = 'application/merge-patch+json'
/** Bodies of any length: the handler gets the stream, and reads it under limits of its own. */
export const STREAM_TYPES = ['application/x-ndjson', 'text/csv', 'text/tab-separated-values'] as const

/** Bytes of a document; imports are streams and have none. */
export const BODY_LIMIT = 1024 * 1024

/** A client that has sent a head has this long for a whole document, and this long between two pieces of a stream. */
export const BODY_TIMEOUT_MS = 8_000

/** The parsers of request bodies, in place of Fastify's, and the checks before them. */
export function readBodies(app: FastifyInstance, timeout = BODY_TIMEOUT_MS): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([JSON_TYPE, MERGE_PATCH_TYPE], async (request: FastifyRequest, payload: Readable) =>
    isStreamed(request)
      ? unlessIdle(payload, timeout)
      : hasBody(request)
        ? parseJson(await readWhole(request, payload, timeout))
        : undefined,
  )
  app.addContentTypeParser([...STREAM_TYPES], async (_request: FastifyRequest, payload: Readable) =>
    unlessIdle(payload, timeout),
  )
  // types that no route reads are refused by checkBodyType; this one keeps bodies without a type from being dropped
  app.addContentTypeParser('*', async () => {
    throw new Refusal('unsupported_media_type', 'The body needs a Content-Type.')
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    checkBody(request)
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    // the rest of a body that nobody reads would be taken for the next request, or be waited for
    if (hasBody(request) && !request.raw.complete) reply.header('connection', 'close')
    else reply.removeHeader('connection')
    done(null, payload)
  })
}

/** RFC 9112, section 6.3: a request has a body if it has a length above zero, or a transfer coding. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The media types of bodies that a route reads. */
export function typesRead(method: string, { reads }: FastifyContextConfig = {}): readonly string[] {
  if (reads) return reads
  if (method === 'PATCH') return [MERGE_PATCH_TYPE]
  return method === 'POST' || method === 'PUT' ? [JSON_TYPE] : []
}

function checkBody(request: FastifyRequest): void {
  const { method, headers, routeOptions } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  if (!hasBody(request)) {
    if (routeOptions.schema?.body === undefined) return
    throw invalid({ pointer: '', code: 'missing', detail: 'The request needs a body.' })
  }
  const transfer = headers['transfer-encoding']?.trim().toLowerCase()
  if (transfer && transfer !== 'chunked') {
    throw new Refusal('unsupported_media_type', 'Bodies come whole or chunked: send no other Transfer-Encoding.')
  }
  const coding = headers['content-encoding']?.trim().toLowerCase()
  if (coding && coding !== 'identity') {
    throw new Refusal('unsupported_media_type', 'Bodies are read as they are: send no Content-Encoding.')
  }
  checkBodyType(headers['content-type'] ?? '', typesRead(method, routeOptions.config), method)
  if (Number(headers['content-length']) > limitOf(request) && !isStreamed(request)) throw tooLarge(request)
}

function checkBodyType(contentType: string, reads: readonly string[], method: string): void {
  const [type = '', ...parameters] = contentType.split(';').map(part => part.trim().toLowerCase())
  const charset = parameters.find(parameter => parameter.startsWith('charset='))?.slice('charset='.length)
  const unicode = charset === undefined || /^"?utf-?8"?$/.test(charset)
  if (reads.includes(type) && unicode) return
  const wanted = reads.length > 0 ? `${reads.join(' or ')} in UTF-8` : 'no body'
  const detail = `${method} reads ${wanted} here${type ? `, not ${contentType.slice(0, 100)}` : ''}.`
  throw new Refusal('unsupported_media_type', detail, [], {
    accepted: reads,
    ...(method === 'PATCH' ? { accept_patch: reads } : {}),
  })
}

/** A route that reads streams reads JSON as one, too: it may be as long as any table. */
const isStreamed = ({ routeOptions }: FastifyRequest) =>
  routeOptions.config.reads?.some(type => (STREAM_TYPES as readonly string[]).includes(type)) ?? false

const limitOf = (request: FastifyRequest) => request.routeOptions.bodyLimit

const tooLarge = (request: FastifyRequest) =>
  new Refusal('too_large', `A document has at most ${limitOf(request)} bytes; imports take more.`)

/** All bytes of a body, within its limit and its time. */
function readWhole(request: FastifyRequest, payload: Readable, timeout: number): Promise<Uint8Array> {
  const limit = limitOf(request)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => reject(tooSlow()), timeout)
    payload.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) return reject(tooLarge(request))
      chunks.push(chunk)
    })
    payload.on('end', () => resolve(Buffer.concat(chunks)))
    payload.on('error', () => reject(cutShort()))
    payload.on('close', () => clearTimeout(timer))
    payload.on('end', () => clearTimeout(timer))
  })
}

/**
 * The stream, which fails with a refusal when its client sends nothing for so long, or goes away in the middle. Time
 * counts only while a piece is waited for: a reader that is busy, or never reads, is not the client's silence.
 * Destroying the request itself would take away the socket that the answer needs.
 */
function unlessIdle(payload: Readable, timeout: number): Readable {
  return Readable.from(piecesInTime(payload, timeout), { objectMode: false })
}

async function* piecesInTime(payload: Readable, timeout: number): AsyncGenerator<Uint8Array> {
  const pieces = payload.iterator({ destroyOnReturn: false })
  for (let piece = await inTime(pieces.next(), timeout); !piece.done; piece = await inTime(pieces.next(), timeout))
    yield piece.value
}

/** The next piece of a stream, or the refusal that there is none. */
async function inTime<T>(next: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), timeout)
  })
  const lost = () => Promise.reject(cutShort())
  return Promise.race([next.catch(lost), late]).finally(() => clearTimeout(timer))
}

const tooSlow = () => new Refusal('request_timeout', 'The body did not arrive in time.')
const cutShort = () => new Refusal('malformed', 'The connection was lost before the body was complete.')
