import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { nouns } from '../model/nouns.js'
import { PROBLEM_TYPE, Problem } from './problem.js'

/** Schemas that OpenAPI names. A route uses the object itself, and the description refers to it by its name. */
export type Components = Readonly<Record<string, object>>

export interface DescribeOptions {
  readonly version: string
  /** Where the service is reached, if that is known. */
  readonly publicUrl: string | null
  /** Components besides those of the nouns and of problems. */
  readonly components?: Components
}

/** `locality` is described by `Locality` and `LocalityInput`. */
const nounComponents: Components = Object.fromEntries(
  Object.entries(nouns).flatMap(([noun, { input, document }]) => {
    const name = noun.charAt(0).toUpperCase() + noun.slice(1)
    return [
      [name, document],
      [`${name}Input`, input],
    ]
  }),
)

/** What the page of swagger-ui needs, and no more: its scripts and styles are files, its styles are also set inline. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const ABOUT =
  'Dated, sourced displacement and casualty figures, kept apart and never summed. Reads are open; writes need a key. ' +
  'Lists of values are open: new values may be added to any of them.'

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
      servers: [{ url: options.publicUrl ?? '/' }],
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made with `annals keys add`.' } },
      },
    },
    refResolver: { buildLocalReference: ({ $id }, _baseUri, _fragment, i) => String($id ?? `def-${i}`) },
    transform: ({ schema, url }) => ({ schema: withProblems(referred(schema ?? {}, names, false)), url }),
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  app.get('/openapi.yaml', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })),
  )
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_CSP,
    theme: { title: 'Annals API' },
    uiConfig: { deepLinking: true, docExpansion: 'list' },
  })
}

/** A copy of a schema in which every component stands as a reference to its name. */
function referred<T>(schema: T, names: ReadonlyMap<unknown, string>, root: boolean): T {
  if (typeof schema !== 'object' || schema === null) return schema
  const name = root ? undefined : names.get(schema)
  if (name !== undefined) return { $ref: `${name}#` } as T
  if (Array.isArray(schema)) return schema.map(item => referred(item, names, false)) as T
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, referred(value, names, false)])) as T
}

/** Every route may answer with a problem, as the error handler is everywhere. */
function withProblems(schema: FastifySchema): FastifySchema {
  const content = { [PROBLEM_TYPE.split(';')[0]!]: { schema: { $ref: 'Problem#' } } }
  return {
    ...schema,
    response: {
      ...(schema.response ?? { 200: { description: 'As described.' } }),
      '4xx': { description: 'Refused: what is wrong, and where.', content },
      '5xx': { description: 'Failed: whether a write was kept may be unknown.', content },
    },
  }
}
