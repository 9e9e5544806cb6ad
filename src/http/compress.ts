import { pipeline, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Keeps compressed answers by entity tag, within bounds of its own. */
export interface KeptBodies {
  get(tag: string): Buffer | undefined
  set(tag: string, body: Buffer): void
}

/** What shrinks. An event stream does not wait until there is enough to compress. */
const SHRINKS = /^(?:application\/(?:[a-z.+-]*json|yaml)|text\/(?!event-stream))/
/** Shorter answers fit into one packet anyhow. */
const LEAST = 1024
/** Brotli's usual quality costs seconds a megabyte; at this one it is as fast as gzip and still smaller. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
/** A tag that names one answer at one address: see `answerTag`. A record's tag names its revision only. */
const OF_ONE_ANSWER = /^"\d+\.[\w-]{16}"$/

const wholes = { gzip: promisify(gzip), br: (body: Buffer) => promisify(brotliCompress)(body, QUALITY) }
const streams = { gzip: () => createGzip({ level: 4 }), br: () => createBrotliCompress(QUALITY) }

/**
 * Answers in the content coding that the client prefers (RFC 9110, section 12.5.3). Each coding has a tag of its own,
 * and what was compressed once is kept for as long as its tag is asked for.
 */
export function compressAnswers(app: FastifyInstance, kept: KeptBodies): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!isCompressible(reply, payload)) return done(null, payload)
    if (!reply.hasHeader('vary')) reply.header('vary', 'Accept-Encoding')
    const coding = codingFor(request)
    if (coding === null) return done(null, payload)
    const tag = reply.getHeader('etag')
    reply.header('content-encoding', coding).removeHeader('content-length')
    if (typeof tag === 'string') reply.header('etag', tag.replace(/"$/, `-${coding}"`))
    // what nobody reads need not be compressed
    if (request.method === 'HEAD') return done(null, payload)
    // whichever end breaks takes the other with it; an answer that broke off is logged where it is sent
    if (isStream(payload))
      return done(
        null,
        pipeline(payload, streams[coding](), () => {}),
      )
    const name = typeof tag === 'string' && OF_ONE_ANSWER.test(tag) ? `${coding} ${tag}` : null
    const before = name === null ? undefined : kept.get(name)
    if (before) return done(null, before)
    wholes[coding](Buffer.from(payload as string | Buffer)).then(
      body => {
        if (name !== null) kept.set(name, body)
        done(null, body)
      },
      error => done(error),
    )
  })
}

function isCompressible(reply: FastifyReply, payload: unknown): boolean {
  if (reply.statusCode !== 200 || reply.hasHeader('content-encoding') || !isBody(payload)) return false
  return SHRINKS.test(String(reply.getHeader('content-type') ?? ''))
}

/** The coding to answer in; null to leave the answer as it is. */
function codingFor(request: FastifyRequest): keyof typeof wholes | null {
  if (request.headers['accept-encoding'] === undefined) return null
  const coding = request.accepts().encoding(['br', 'gzip', 'identity'])
  return coding === 'br' || coding === 'gzip' ? coding : null
}

const isBody = (payload: unknown) => isStream(payload) || lengthOf(payload) >= LEAST

const lengthOf = (payload: unknown): number =>
  typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0

const isStream = (payload: unknown): payload is Readable =>
  typeof payload === 'object' && payload !== null && 'pipe' in payload
