import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { nouns } from '../model/nouns.js'
import { typesRead } from './body.js'
import { isKnown } from './caching.js'
import { ETag, RetryAfter, usualHeaders, WwwAuthenticate } from './described-headers.js'
import { PROBLEM_TYPE, Problem } from './problem.js'

/** Schemas that OpenAPI names. A route uses the object itself, and the description refers to it by its name. */
export type Components = Readonly<Record<string, object>>

export interface DescribeOptions {
  readonly version: string
  /** Components besides those of the nouns and of problems. */
  readonly components?: Components
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** `locality` is answered as `Locality` and written as `LocalityInput`. */
const nounComponents: Components = Object.fromEntries(
  Object.entries(nouns).flatMap(([noun, { input, record }]) => [
    [capital(noun), record],
    [`${capital(noun)}Input`, input],
  ]),
)

interface Remarks {
  description?: string
  examples?: readonly unknown[]
  headers?: Readonly<Record<string, object>>
}
const remarked = new WeakMap<object, { schema: object; remarks: Remarks }>()

/** A schema with an example, words or headers of this place; the description still refers to it by its name. */
export function withRemarks<T extends object>(schema: T, remarks: Remarks): T {
  const copy = { ...schema, ...remarks }
  remarked.set(copy, { schema, remarks })
  return copy
}

/** What the page of swagger-ui needs, and no more: its scripts and styles are files, its styles are also set inline. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const ABOUT =
  'Dated, sourced displacement and casualty figures, kept apart and never summed. Reads are open; writes need a key. ' +
  'Lists of values are open: new values may be added to any of them.'

const TAGS = [
  { name: 'timeline', description: 'What was reported of a place, by whom, and what must not be added up.' },
  { name: 'localities', description: 'Places, in a tree.' },
  { name: 'sources', description: 'People and organisations that say or publish things.' },
  { name: 'reports', description: 'Single publications.' },
  { name: 'events', description: 'What happened somewhere over some time. An event owns no number.' },
  { name: 'figures', description: 'Claims: one number, its terms, its originator, and where it was printed.' },
  { name: 'relations', description: 'Statements between two events or two figures.' },
  { name: 'changes', description: 'Everything that was ever changed, in order.' },
  { name: 'log', description: 'What proves that nothing recorded was changed or taken away.' },
  { name: 'imports', description: 'Many records at a time.' },
  { name: 'exports', description: 'Everything at a time.' },
  { name: 'codelists', description: 'The vocabularies.' },
  { name: 'keys', description: 'Who may write.' },
  { name: 'service', description: 'The service itself.' },
]

/** OpenAPI 3.1 of every route registered after it, at /openapi.json and /openapi.yaml, and as a page at /docs. */
export async function describe(app: FastifyInstance, options: DescribeOptions): Promise<void> {
  const components: Components = { ...nounComponents, ...options.components, Problem }
  const names = new Map(Object.entries(components).map(([name, schema]) => [schema, name]))
  for (const [name, schema] of Object.entries(components))
    app.addSchema({ ...referred(schema, names, true), $id: name })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Annals',
        version: options.version,
        description: ABOUT,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      // most reads need no key; what needs one says so
      security: [],
      tags: TAGS,
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made with `annals keys add`.' } },
      },
    },
    refResolver: { buildLocalReference: ({ $id }, _baseUri, _fragment, i) => String($id ?? `def-${i}`) },
    transform: ({ schema, url, route }) => {
      const method = String(route.method)
      return {
        schema: {
          operationId: operationIdOf(method, url),
          consumes: typesRead(method, route.config),
          ...withOutcomes(method, referred(schema ?? {}, names, false)),
        },
        url,
      }
    },
    transformObject: document => withoutWrapping((document as { openapiObject: Described }).openapiObject) as never,
  })
  // it changes with the service, never with the log
  const known = (request: FastifyRequest, reply: FastifyReply) =>
    isKnown(request, reply, { revision: 0, mediaType: request.routeOptions.url! })
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) =>
    known(request, reply) ? reply : app.swagger(),
  )
  app.get('/openapi.yaml', { schema: { hide: true } }, async (request, reply) =>
    known(request, reply) ? reply : reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })),
  )
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_CSP,
    theme: { title: 'Annals API' },
    uiConfig: { deepLinking: true, docExpansion: 'list' },
  })
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'put', PATCH: 'patch', DELETE: 'retract' }

/** `GET /v1/events` is listEvents, `PUT /v1/events/:id` putEvent, `GET /v1/events/:id/revisions/:rev` getEventRevision. */
function operationIdOf(method: string, url: string): string {
  const segments = url.split('/').filter(segment => segment !== '' && segment !== 'v1')
  const one = (i: number) => segments[i + 1]?.startsWith(':') || (method === 'POST' && i === segments.length - 1)
  const words = segments.flatMap((segment, i) =>
    segment.startsWith(':') ? [] : [one(i) ? singular(segment) : segment],
  )
  const many = words.at(-1)?.endsWith('s') && words.at(-1) === segments.at(-1)
  const verb = VERBS[method] ?? (many ? 'list' : 'get')
  return verb + words.flatMap(word => word.split(/[^a-z]+/i).map(capital)).join('')
}

const singular = (plural: string) => plural.replace(/ies$/, 'y').replace(/s$/, '')

/** A copy of a schema in which every component stands as a reference to its name. */
function referred<T>(schema: T, names: ReadonlyMap<unknown, string>, root: boolean): T {
  if (typeof schema !== 'object' || schema === null) return schema
  const name = root ? undefined : names.get(schema)
  if (name !== undefined) return { $ref: `${name}#` } as T
  const { schema: base, remarks } = remarked.get(schema) ?? {}
  if (base && names.has(base)) return { allOf: [referred(base, names, false)], ...remarks } as T
  if (Array.isArray(schema)) return schema.map(item => referred(item, names, false)) as T
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, referred(value, names, false)])) as T
}

interface Described {
  paths?: Record<string, object>
}
interface Media {
  schema?: { allOf?: object[]; examples?: unknown[] }
  example?: unknown
}

/** swagger drops what stands beside a `$ref`, so `referred` wraps it; here it is unwrapped and its example kept. */
function withoutWrapping(described: Described): Described {
  for (const operation of Object.values(described.paths ?? {}).flatMap(path => Object.values(path))) {
    for (const { content } of [
      operation.requestBody ?? {},
      ...Object.values<{ content?: object }>(operation.responses),
    ])
      for (const media of Object.values<Media>(content ?? {})) {
        const { allOf, examples } = media.schema ?? {}
        if (examples) media.example ??= examples[0]
        delete media.schema?.examples
        if (allOf?.length === 1) media.schema = allOf[0]!
      }
  }
  return described
}

/** Every route may answer with a problem, and a read that takes an ETag gives one, and may answer with less. */
function withOutcomes(method: string, schema: FastifySchema): FastifySchema {
  const content = { [PROBLEM_TYPE.split(';')[0]!]: { schema: { $ref: 'Problem#' } } }
  const headers = (schema.headers ?? usualHeaders(method)) as { properties: object }
  const response = (schema.response ?? { 200: { description: 'As described.' } }) as Record<string, object>
  const tagged = method === 'GET' && 'If-None-Match' in headers.properties
  return {
    ...schema,
    headers,
    response: {
      ...response,
      ...(tagged && {
        200: withHeaders(response[200]!, { ETag }),
        304: { type: 'null', description: 'Unchanged since the answer that you hold.', headers: { ETag } },
      }),
      // bad keys are counted
      '4xx': {
        description: 'Refused: what is wrong, and where.',
        content,
        ...(schema.security && { headers: { 'Retry-After': RetryAfter, 'WWW-Authenticate': WwwAuthenticate } }),
      },
      '5xx': {
        description: 'Failed: whether a write was kept may be unknown.',
        content,
        headers: { 'Retry-After': RetryAfter },
      },
    },
  }
}

/** A response with further headers. */
const withHeaders = (response: { headers?: object; $ref?: string }, headers: object) => ({
  ...(response.$ref ? { allOf: [response] } : response),
  headers: { ...headers, ...response.headers },
})
