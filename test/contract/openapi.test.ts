import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import { routesOf } from '../support/routes.js'
import { seededService } from './client.js'
import { schemasOf } from './schemas.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name)

interface Media {
  example?: unknown
}
interface Operation {
  operationId: string
  summary?: string
  tags?: string[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
  parameters?: { schema: { examples?: unknown[] } }[]
  security?: unknown[]
}

async function described(t: Parameters<typeof seededService>[0]) {
  const { app } = await seededService(t)
  const { paths, tags } = (await app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>
    tags: { name: string }[]
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )
  return { app, operations, tags: tags.map(({ name }) => name) }
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
    t.match(operation.operationId, /^(list|get|create|put|patch|retract|merge|resolve)[A-Z]\w+$/, name)
    t.match(operation.summary, /^[A-Z].{5,}[^.]$/, name)
    t.equal(operation.tags?.length, 1, name)
    t.ok(
      operation.tags?.every(tag => tags.includes(tag)),
      `${name}: its tag is described`,
    )
    t.equal(operation.security !== undefined, !name.startsWith('GET'), `${name}: who may`)
    const { '4XX': refused, '5XX': failed, ...answers } = operation.responses
    t.ok(refused && failed, `${name}: problems`)
    t.ok(Object.keys(answers).length > 0, `${name}: answers`)
    const bodies = [operation.requestBody, ...Object.values(answers)].flatMap(body =>
      Object.entries(body?.content ?? {}),
    )
    const json = bodies.filter(([type]) => /[/+]json$/.test(type) && type !== 'application/geo+json')
    t.ok(json.length === 0 || json.some(([, { example }]) => example !== undefined), `${name}: example`)
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
