import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import accepts from '@fastify/accepts'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyRequest,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify'
import type { TSchema } from 'typebox'
import { invalid, Refusal } from '../domain/errors.js'
import { maskKeys, type Role } from '../domain/keys.js'
import { validate, validator } from '../domain/validate.js'
import { type Actor, type FindKey, makeLimiter, needKeys } from './auth.js'
import { BODY_LIMIT, readBodies } from './body.js'
import { finishCaching } from './caching.js'
import { serveCatalogue } from './catalogue.js'
import { compressAnswers, type KeptBodies } from './compress.js'
import { setHeaders } from './headers.js'
import { needHost } from './host.js'
import type { Polls } from './kept-answers.js'
import { type Components, describe } from './openapi.js'
import { handleError } from './problem.js'
import { NO_QUERY, type Query } from './query.js'
import { makeServer } from './server.js'
import { originForm, refuseAddress, refuseSocket, refuseTunnel, refuseUnrouted } from './unrouted.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The query parameters of the route; without it there are none. */
    query?: Query
    /** Media types of request bodies; without it JSON, and merge patches for PATCH. */
    reads?: readonly string[]
    /** Whose key the route needs; without it a contributor's, and none if it is a GET. */
    role?: Role
  }
  interface FastifyRequest {
    /** Whose key the request came with; null where none is needed. */
    actor: Actor | null
  }
  interface FastifyInstance {
    /** The release and the public address, as part of every entity tag. */
    build: string
  }
}

/** Options of the Fastify constructor: what is settled before, or outside of, any route. */
export function serverOptions({ logLevel, polls }: { logLevel: string; polls?: Polls }) {
  return {
    bodyLimit: BODY_LIMIT,
    // a request that is to be logged takes the long way
    serverFactory: handle => makeServer(handle, LOGS_REQUESTS.has(logLevel) ? null : (polls ?? null)),
    routerOptions: {
      maxParamLength: 512,
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      // query.ts reads the query itself, from the address as it came
      querystringParser: () => NOTHING,
    },
    exposeHeadRoutes: true,
    rewriteUrl: originForm,
    trustProxy: false,
    // The frame answers 503 as a problem; Fastify would answer in a shape of its own
    return503OnClosing: false,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseSocket,
    // a logger for each request costs as much as the rest of a 304, and is only of use where requests are logged
    ...(LOGS_REQUESTS.has(logLevel)
      ? {}
      : {
          logController: new LogController({ disableRequestLogging: true }),
          childLoggerFactory: (logger: FastifyBaseLogger) => logger,
        }),
    logger: {
      level: logLevel,
      redact: ['req.headers.authorization', 'headers.authorization'],
      serializers: { req: loggedRequest },
    },
  } satisfies FastifyHttpOptions<Server>
}

const LOGS_REQUESTS: ReadonlySet<string> = new Set(['trace', 'debug', 'info'])

const NOTHING = Object.freeze({})

function loggedRequest({ method, url, socket }: FastifyRequest) {
  return { method, url: maskKeys(url), remote: socket?.remoteAddress }
}

export interface FrameOptions {
  readonly findKey: FindKey
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The release: in OpenAPI and in every entity tag. */
  readonly version: string
  /** Where the world reaches the service: in many answers, and so in every entity tag. */
  readonly publicUrl: () => string
  readonly components?: Components
  /** What errors mean that this layer does not know, such as those of storage; null if that is not known either. */
  readonly refusalOf?: (error: unknown) => Refusal | null
  readonly bodyTimeout?: number
  /** Where compressed answers are kept; without it nothing is compressed. */
  readonly compressed?: KeptBodies
  /** What is answered again from memory; without it nothing is. */
  readonly polls?: Polls
}

/** Makes every rule about errors, headers, keys, bodies and queries true for every route registered after it. */
export async function frame(app: FastifyInstance, options: FrameOptions): Promise<void> {
  app.decorate('build', { getter: () => `${options.version} ${options.publicUrl()}` })
  app.setErrorHandler<FastifyError | Refusal>((error, request, reply) =>
    handleError(options.refusalOf?.(error) ?? error, request, reply),
  )
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => data => (typeof data === 'string' ? data : JSON.stringify(data)))
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    // RFC 9110, section 10.1.1: an expectation that is not understood may be ignored
    app.routing(request, response)
  })
  app.server.on('connect', refuseTunnel)
  setHeaders(app)
  await app.register(accepts)
  refuseWhenStopping(app)
  needHost(app)
  refuseUnrouted(app)
  needKeys(app, { findKey: options.findKey, limiter: makeLimiter(options.now) })
  readQueries(app)
  readBodies(app, options.bodyTimeout)
  finishCaching(app)
  if (options.compressed) compressAnswers(app, options.compressed)
  options.polls?.keep(app)
  await describe(app, options)
  serveCatalogue(app)
}

/**
 * Bodies and path parameters are checked by our own validator; queries have been read by `readQueries`; headers are
 * declared for OpenAPI and read where they mean something; streams are checked row by row.
 */
const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart !== 'body' && httpPart !== 'params') return () => true
  validator(schema) // a schema that does not compile fails at start
  return (value: unknown) => {
    if (typeof value === 'object' && value !== null && 'pipe' in value) return { value }
    try {
      return { value: validate(schema, value) }
    } catch (error) {
      const refusal = httpPart === 'params' ? byParameter(error as Refusal) : (error as Refusal)
      return refusal ? { error: refusal } : { value }
    }
  }
}

/** Faults of the path by the name of the parameter. A suffix that is not offered is left to `negotiate`: it is 406. */
function byParameter({ faults }: Refusal): Refusal | null {
  const named = faults.map(({ pointer = '', ...fault }) => ({ parameter: pointer.slice(1), ...fault }))
  const others = named.filter(({ parameter }) => parameter !== 'format')
  return others.length > 0 ? invalid(...others) : null
}

/** Reads the query of every request after its key and before its body; a route that declares none takes none. */
function readQueries(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    const query = route.config?.query ?? NO_QUERY
    route.config = { ...route.config, query }
    route.schema = { ...route.schema, querystring: query.schema }
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const [, raw = ''] = /\?(.*)/s.exec(request.raw.url ?? '') ?? []
    request.query = request.routeOptions.config.query?.read(raw)
    done()
  })
}

/** While the server drains, what is running finishes and nothing new begins. */
function refuseWhenStopping(app: FastifyInstance): void {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onRequest', (_request, _reply, done) => {
    if (stopping) return done(new Refusal('stopping', 'The service is shutting down.', [], { retry_after: 5 }))
    done()
  })
}
