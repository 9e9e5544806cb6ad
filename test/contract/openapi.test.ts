import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { tempDirectory } from '../support/database.js'
import { lines, sources } from '../support/loading.js'
import { routesOf } from '../support/routes.js'
import { type Answer, type SeededService, seededService } from './client.js'
import { full } from './documents.js'
import { schemasOf } from './schemas.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name)

interface Media {
  schema?: { type?: string }
  example?: unknown
}
interface Operation {
  operationId: string
  summary?: string
  tags?: string[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>
  parameters?: { in: string; name: string; required?: boolean; schema: { examples?: unknown[] } }[]
  security?: unknown[]
}

async function described(t: Parameters<typeof seededService>[0]) {
  const { app, call } = await seededService(t)
  const { paths, tags } = (await app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>
    tags: { name: string }[]
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )
  return { app, call, operations, tags: tags.map(({ name }) => name) }
}

const curator = { as: 'curator' } as const

/** The same with a record of each noun that has two revisions, `test-1`, and the id of a load. */
async function furnished(t: Parameters<typeof seededService>[0]) {
  const service = await described(t)
  const { call } = service
  for (const noun of NOUNS) {
    const url = `/v1/${nouns[noun].plural}/test-1`
    await call('PUT', url, { ...curator, body: full[noun] })
    await call('PATCH', `${url}?reason=x`, { ...curator, body: { note: null }, headers: { 'if-match': '"1"' } })
  }
  const headers = { 'idempotency-key': 'furnished', 'content-type': 'application/x-ndjson' }
  const load = await call('POST', '/v1/imports', { ...curator, body: lines(sources(1)), headers })
  return { ...service, load: load.json().id as string }
}

/** Asks for an operation with headers; a change would change `test-1`. */
function asking(call: SeededService['call'], name: string, headers: Record<string, string>): Promise<Answer> {
  const [method, path = ''] = name.split(' ') as ['POST' | 'PUT' | 'PATCH' | 'DELETE', string]
  const noun = NOUNS.find(noun => path.startsWith(`/v1/${nouns[noun].plural}`))
  const url = `${path.replace('{id}', 'test-1')}?reason=test`
  if (method === 'DELETE') return call(method, url, { ...curator, headers })
  if (noun === undefined)
    return call(method, url, {
      ...curator,
      body: lines(sources(1)),
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    })
  const into = noun === 'event' ? 'ramadi-fall-2015-05' : 'iq-ramadi'
  const body = path.endsWith('/merge') ? { into } : method === 'PATCH' ? { note: 'x' } : full[noun]
  return call(method, url, { ...curator, body, headers })
}

const headersOf = ({ parameters = [] }: Operation) => parameters.filter(parameter => parameter.in === 'header')

/**
 * Whether an answer has the headers that are described, of those whose description differs from route to route; what only
 * rows need a header for, JSON says itself.
 */
function showsItsHeaders(t: Test, { operation }: { operation: Operation }, answer: Answer, note: string) {
  const told = Object.keys(operation.responses[answer.statusCode]?.headers ?? {}).map(header => header.toLowerCase())
  const ofJson = told.filter(header => header !== 'annals-left-out')
  const differing = ['etag', 'link', 'location', 'content-location', 'content-disposition', 'preference-applied']
  const shown = differing.filter(header => answer.headers[header] !== undefined)
  t.strictSame(ofJson.sort(), shown.sort(), `${note}: ${answer.statusCode}`)
}

t.test('openapi.yaml is what the service says of itself; `npm run openapi` writes it', async t => {
  const { app } = await seededService(t)
  const served = (await app.inject('/openapi.yaml')).body
  const committed = readFileSync(join(ROOT, 'openapi.yaml'), 'utf8')
  t.ok(committed === served, `${served.length} bytes served, ${committed.length} committed`)
  t.notMatch(committed, /localhost|127\.0\.0\.1|\/(home|root|tmp|work)\//)
})

t.test('every route but those of the description itself is described', async t => {
  const { app, operations } = await described(t)
  const names = new Set(operations.map(({ name }) => name))
  const routes = routesOf(app).filter(({ method, url }) => method !== 'HEAD' && !/^\/(docs|openapi)\b/.test(url))
  t.ok(routes.length > 50, `${routes.length} routes`)
  for (const { method, url } of routes) {
    const name = `${method} ${url.replace(/:(\w+)/g, '{$1}')}`
    t.ok(names.delete(name), name)
  }
  t.strictSame([...names], [])
})

t.test('every operation has a name of its own, a summary, a tag, examples, and says who may', async t => {
  const { operations, tags } = await described(t)
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
  for (const { name, operation } of operations) {
    t.match(operation.operationId, /^(list|get|create|put|patch|retract|merge|resolve|revoke)[A-Z]\w+$/, name)
    t.match(operation.summary, /^[A-Z].{5,}[^.]$/, name)
    t.equal(operation.tags?.length, 1, name)
    t.ok(
      operation.tags?.every(tag => tags.includes(tag)),
      `${name}: its tag is described`,
    )
    t.equal(operation.security !== undefined, !name.startsWith('GET') || name.endsWith('/keys'), `${name}: who may`)
    const { '4XX': refused, '5XX': failed, ...answers } = operation.responses
    t.ok(refused && failed, `${name}: problems`)
    t.ok(Object.keys(answers).length > 0, `${name}: answers`)
    const bodies = [operation.requestBody, ...Object.values(answers)].flatMap(body =>
      Object.entries(body?.content ?? {}),
    )
    const json = bodies.filter(([type]) => /[/+]json$/.test(type) && type !== 'application/geo+json')
    const texts = bodies.filter(([type, { schema }]) => /[/+]json$/.test(type) && schema?.type === 'string')
    t.strictSame(texts, [], `${name}: JSON is no text`)
    t.ok(json.length === 0 || json.some(([, { example }]) => example !== undefined), `${name}: example`)
  }
})

t.test(
  'every change names the request headers that it reads, and demands those without which it is refused',
  async t => {
    const { call, operations } = await furnished(t)
    const malformed = { 'Idempotency-Key': 'a b', 'If-Match': '1' }
    const demanding: string[] = []
    for (const { name, operation } of operations.filter(({ name }) => !name.startsWith('GET'))) {
      const named = headersOf(operation).map(header => header.name)
      for (const [header, value] of Object.entries(malformed)) {
        const { errors = [] } = (await asking(call, name, { [header]: value })).json()
        const read = errors.some(({ parameter }: { parameter?: string }) => parameter === header)
        t.equal(named.includes(header), read, `${name}: ${header}`)
      }
      const { code } = (await asking(call, name, {})).json()
      const demanded = { precondition_required: 'If-Match', idempotency_required: 'Idempotency-Key' }[code as string]
      if (demanded !== undefined) demanding.push(name)
      if (demanded !== undefined) t.ok(named.includes(demanded), `${name}: ${code}`)
      // a PUT may create, too
      if (!name.startsWith('PUT'))
        t.strictSame(
          headersOf(operation).flatMap(header => (header.required ? header.name : [])),
          demanded ? [demanded] : [],
          name,
        )
    }
    t.equal(demanding.length, 3 * NOUNS.length + 1)
  },
)

t.test('every body is read as the types that are described, and as no other', async t => {
  const { call, operations } = await furnished(t)
  const types = new Set(operations.flatMap(({ operation }) => Object.keys(operation.requestBody?.content ?? {})))
  t.ok(types.has('application/merge-patch+json'))
  for (const { name, operation } of operations) {
    const { content } = operation.requestBody ?? {}
    for (const type of content ? types : []) {
      const { code } = (await asking(call, name, { 'content-type': type })).json()
      t.equal(code !== 'unsupported_media_type', type in content!, `${name}: ${type}`)
    }
  }
})

t.test('answers to changes have the headers that are described', async t => {
  const { call, operations } = await described(t)
  const of = (name: string) => operations.find(operation => operation.name === name)!
  const made = { 'if-none-match': '*' }
  for (const noun of NOUNS) {
    const path = `/v1/${nouns[noun].plural}`
    for (const [name, headers] of [
      [`PUT ${path}/{id}`, made],
      [`PATCH ${path}/{id}`, { 'if-match': '"1"' }],
      [`DELETE ${path}/{id}`, { 'if-match': '"2"' }],
      [`PUT ${path}/{id}`, { 'if-match': '"3"' }],
      [`DELETE ${path}/{id}`, { 'if-match': '"4"' }],
      [`POST ${path}`, {}],
    ] as const)
      showsItsHeaders(t, of(name), await asking(call, name, headers as Record<string, string>), name)
  }
  for (const plural of ['events', 'localities'] as const) {
    await asking(call, `PUT /v1/${plural}/{id}`, { 'if-match': '"5"' })
    const name = `POST /v1/${plural}/{id}/merge`
    showsItsHeaders(t, of(name), await asking(call, name, { 'if-match': '"6"' }), name)
    for (const { name, operation } of operations.filter(({ name }) => name.startsWith(`GET /v1/${plural}/{id}`))) {
      const [, path = ''] = name.split(' ')
      const answer = await call('GET', path.replace('{id}', 'test-1').replace('{rev}', '1').replace('{format}', 'json'))
      t.equal('301' in operation.responses, answer.statusCode === 301, name)
      if (answer.statusCode === 301) showsItsHeaders(t, { operation }, answer, name)
    }
  }
  const load = (key: string, headers = {}) => asking(call, 'POST /v1/imports', { 'idempotency-key': key, ...headers })
  showsItsHeaders(t, of('POST /v1/imports'), await load('a'), 'a load')
  showsItsHeaders(t, of('POST /v1/imports'), await load('b', { prefer: 'respond-async' }), 'a load without waiting')
})

t.test('every read says whether its answer has an ETag and links, and then takes If-None-Match', async t => {
  const { call, operations, load } = await furnished(t)
  const reads = operations.filter(({ name }) => name.startsWith('GET'))
  for (const { name, operation } of reads) {
    const [, path = ''] = name.split(' ')
    const values: Record<string, string> = {
      id: path.includes('imports') ? load : 'test-1',
      name: path.includes('exports') ? 'figures.csv' : 'measure',
      rev: '1',
      code: 'invalid',
      format: 'json',
    }
    const limit = operation.parameters?.some(parameter => parameter.name === 'limit') ? 'limit=1' : ''
    const query = path === '/v1/resolve' ? 'name=Ramadi' : limit
    const url = `${path.replace(/{(\w+)}/g, (_, parameter: string) => values[parameter]!)}?${query}`
    const answer = await call('GET', url, curator)
    t.equal(answer.statusCode, 200, url)
    showsItsHeaders(t, { operation }, answer, name)
    const { etag } = answer.headers
    t.equal(
      headersOf(operation).some(header => header.name === 'If-None-Match'),
      etag !== undefined,
      name,
    )
    t.equal('304' in operation.responses, etag !== undefined, name)
    if (etag) t.equal((await call('GET', url, { headers: { 'if-none-match': String(etag) } })).statusCode, 304, name)
  }
})

t.test('every example of the description is what its schema says', async t => {
  const { get } = await seededService(t)
  const openapi = await get('/openapi.json')
  const check = schemasOf(openapi)
  let examples = 0
  const holds = (example: unknown, ...path: string[]) => {
    const fits = check(...path)!
    t.ok(fits(example), path.join(' '), { errors: fits.errors?.slice(0, 3), example })
    examples += 1
  }
  for (const [path, methods] of Object.entries<Record<string, Operation>>(openapi.paths))
    for (const [method, { requestBody, responses, parameters = [] }] of Object.entries(methods)) {
      const at = ['paths', path, method]
      for (const [type, { example }] of Object.entries(requestBody?.content ?? {}))
        if (example !== undefined) holds(example, ...at, 'requestBody', 'content', type, 'schema')
      for (const [status, { content = {} }] of Object.entries(responses))
        for (const [type, { example }] of Object.entries(content))
          if (example !== undefined) holds(example, ...at, 'responses', status, 'content', type, 'schema')
      parameters.forEach(({ schema }, i) => {
        for (const example of schema.examples ?? []) holds(example, ...at, 'parameters', `${i}`, 'schema')
      })
    }
  t.ok(examples > 90, `${examples} examples`)
})

t.test('the description passes the linter', async t => {
  const { stdout } = await run(
    bin('redocly'),
    ['lint', 'openapi.yaml', '--config', 'redocly.yaml', '--format', 'json'],
    {
      cwd: ROOT,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  ).catch(error => error as { stdout: string })
  const { totals, problems } = JSON.parse(stdout)
  t.strictSame(totals, { errors: 0, warnings: 0, ignored: 0 }, { problems })
})

const USAGE = `
import type { components, operations, paths } from './client'

type Timeline = components['schemas']['Timeline']
type Answer = paths['/v1/localities/{id}/timeline']['get']['responses']['200']['content']['application/json']
type Filters = NonNullable<operations['listFigures']['parameters']['query']>
type Change = operations['patchFigure']['parameters']['header']

export const highs = (answer: Answer): (number | null)[] =>
  (answer.events ?? []).flatMap(event => event.figures.map(figure => figure.value.high))
export const never: null = ({} as Timeline).total
export const filters: Filters = { measure: ['displaced'], published_by: '2015-05-01', limit: 5 }
export const body: components['schemas']['FigureInput'] = {
  event: 'ramadi-exodus-2015-04',
  measure: 'displaced',
  value: { high: 114000, qualifier: 'at_most', text: 'as many as 114,000' },
  attribution: [{ source: 'un', role: 'originator' }],
  citations: [{ report: 'scotsman-2015-05-18' }],
}
export const change: Change = { 'If-Match': '"3"', 'Idempotency-Key': '1' }
// @ts-expect-error a change that names no revision
export const blind: Change = {}
// @ts-expect-error a measure that is in no list
export const typo: Filters = { measure: ['displacd'] }
// @ts-expect-error a member that no figure has
export const member: components['schemas']['FigureInput'] = { ...body, mesure: 'killed' }
`

t.test('a client that is generated from it compiles', async t => {
  const directory = tempDirectory(t)
  await run(bin('openapi-typescript'), [join(ROOT, 'openapi.yaml'), '--output', join(directory, 'client.ts')])
  writeFileSync(join(directory, 'usage.ts'), USAGE)
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--moduleResolution',
    'bundler',
  ]
  const compiled = await run(bin('tsc'), [...options, '--module', 'esnext', join(directory, 'usage.ts')], {
    cwd: directory,
  }).catch(error => error as { stdout: string })
  t.equal(compiled.stdout, '')
})
