import fc from 'fast-check'
import t from 'tap'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { type Answer, type SeededService, seededService } from './client.js'
import { full } from './documents.js'
import { placesOf, replaced, type Schema, schemasOf } from './schemas.js'

/**
 * Requests made up from the service's own description of itself: half as described, half with a slip. Whatever is
 * sent, the answer is one that is described, and never a failure.
 */

/** Fixed, so that a failure can be looked into; another finds other things. */
const SEED = Number(process.env.ANNALS_TEST_SEED ?? 20150518)
const PER_OPERATION = 40

interface Described extends Schema {
  examples?: unknown[]
  minimum?: number
  maximum?: number
}
interface Parameter {
  name: string
  in: 'query' | 'path'
  required?: boolean
  schema: Described
}
interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}
interface Case {
  path: Record<string, string>
  query: [string, string][]
  body: unknown
  headers: Record<string, string>
}

/** Text of any kind that a URL can carry. */
const anyText = fc.string({ unit: 'grapheme', maxLength: 20 }).filter(text => !/\p{Surrogate}/u.test(text))
const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other })

function wordFor(schema: Described, pool: readonly string[]): fc.Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String))
  if (schema.type === 'array')
    return fc
      .array(wordFor(schema.items as Described, pool), { minLength: 1, maxLength: 2 })
      .map(values => values.join())
  if (schema.type === 'integer')
    return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 60, 60) }).map(String)
  if (schema.type === 'boolean') return fc.constantFrom('0', '1', 'true', 'false')
  if (schema.examples) return fc.constantFrom(...schema.examples.map(String))
  return pool.length > 0 ? fc.constantFrom(...pool) : fc.constantFrom('Ramadi', 'iq-ramadi')
}

const queryOf = (parameters: readonly Parameter[], pools: Pools) =>
  fc
    .tuple(
      ...parameters.map(({ name, schema, required }) =>
        fc.option(
          mostly(wordFor(schema, pools[name] ?? []), anyText).map((value): [string, string] => [name, value]),
          { freq: required ? 50 : 1, nil: null },
        ),
      ),
    )
    .map(pairs => pairs.filter(pair => pair !== null))

type Pools = Record<string, readonly string[]>

/** Documents that fit, and the same with one member made into something else. */
function bodyOf(operation: Operation): fc.Arbitrary<unknown> {
  const { requestBody } = operation
  if (!requestBody) return fc.constant(undefined)
  const [, media] = Object.entries(requestBody.content)[0]!
  const noun = NOUNS.find(each => new RegExp(`^(create|put)${each}$`, 'i').test(operation.operationId))
  if (!noun) return mostly(fc.constant(media.example ?? '{}\n'), fc.jsonValue())
  const input = nouns[noun].input as Schema
  const whole = fc.constantFrom(full[noun], media.example as object)
  const slipped = whole.chain(document => {
    const places = placesOf(input, document).slice(1)
    const junk = fc.oneof(fc.jsonValue(), anyText, fc.constant(undefined), fc.integer(), fc.constant(null))
    return fc.tuple(fc.constantFrom(...places), junk).map(([{ pointer }, value]) => replaced(document, pointer, value))
  })
  return fc.oneof(whole, slipped)
}

function casesOf(operation: Operation, pools: Pools): Case[] {
  const { parameters = [] } = operation
  const inPath = parameters.filter(parameter => parameter.in === 'path')
  const inQuery = parameters.filter(parameter => parameter.in === 'query')
  const arbitrary = fc.record({
    path: fc.record(
      Object.fromEntries(
        inPath.map(({ name, schema }) => [
          name,
          mostly(
            wordFor(schema, pools[name] ?? []),
            anyText.filter(text => text !== '' && text !== '.' && text !== '..'),
          ),
        ]),
      ),
    ),
    query: queryOf(inQuery, pools),
    body: bodyOf(operation),
    headers: fc.record(
      {
        'if-match': fc.constantFrom('"1"', '*', '"2"'),
        'if-none-match': fc.constantFrom('*', '"1"', '"x"'),
        'idempotency-key': fc.constantFrom('a', 'b'),
        accept: fc.constantFrom('application/json', '*/*', 'text/csv', 'image/png'),
      },
      { requiredKeys: [] },
    ),
  })
  return fc.sample(arbitrary, { seed: SEED, numRuns: PER_OPERATION })
}

/** What a value of each parameter can be, from what there is. */
async function poolsOf({ get }: SeededService, plural: string): Promise<Pools> {
  const ids = async (name: string): Promise<string[]> =>
    (await get(`/v1/${name}?limit=10`)).items.map(({ id }: { id: string }) => id)
  const noun = NOUNS.find(each => nouns[each].plural === plural)
  const [localities, sources, reports, events, figures] = await Promise.all(
    ['localities', 'sources', 'reports', 'events', 'figures'].map(ids),
  )
  return {
    id: noun ? [...(await ids(plural)), 'new-1', 'new-2'] : ['none'],
    rev: ['1', '2'],
    name:
      plural === 'codelists'
        ? ['measure', 'basis']
        : plural === 'exports'
          ? ['figures.csv', 'figures.ndjson', 'documents.ndjson']
          : ['Ramadi', 'الرمادي'],
    code: plural === 'errors' ? ['invalid', 'sum_refused'] : ['geonames:98717', 'ucdp:1'],
    locality: localities!,
    parent: [...localities!, ...sources!],
    country: ['iq', 'iso3166_1:IQ'],
    source: sources!,
    originator: sources!,
    publisher: sources!,
    report: reports!,
    event: events!,
    figure: figures!,
    format: ['documents'],
    q: ['Ramadi', 'الرمادي'],
    reason: ['because'],
  }
}

const REFUSED_BEFORE = new Set([400, 401, 403, 404, 405, 406, 413, 414, 415])

t.test('whatever is sent, the answer is one that is described, and never a failure', async t => {
  const outline = await seededService(t)
  const openapi = await outline.get('/openapi.json')
  const validatorAt = schemasOf(openapi)
  let [sent, past] = [0, 0]
  for (const [path, methods] of Object.entries(openapi.paths as Record<string, Record<string, Operation>>))
    for (const [method, operation] of Object.entries(methods)) {
      // one service for each operation: what was written by another decides nothing
      const service = await seededService(t)
      const pools = await poolsOf(service, path.split('/')[2] ?? path.split('/')[1]!)
      const faults: string[] = []
      for (const made of casesOf(operation, path.startsWith('/errors') ? { ...pools, code: ['invalid'] } : pools)) {
        const url = `${path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(made.path[name]!))}?${new URLSearchParams(made.query)}`
        const answer = await send(service, method, url, made)
        sent += 1
        if (!REFUSED_BEFORE.has(answer.statusCode)) past += 1
        const fault = faultOf(answer, method, path, operation, validatorAt)
        if (fault)
          faults.push(
            `${method} ${url} ${JSON.stringify(made.body)?.slice(0, 300)} ${JSON.stringify(made.headers)}: ${fault}`,
          )
      }
      t.same(faults, [], operation.operationId)
    }
  t.comment(`${sent} requests, ${past} past validation, seed ${SEED}`)
  t.ok(sent >= 2000, `${sent} requests`)
  t.ok(past >= 0.4 * sent, `${past} of ${sent} get past validation`)
})

function send({ call }: SeededService, method: string, url: string, { body, headers }: Case): Promise<Answer> {
  const loads = url.startsWith('/v1/imports')
  return call(method.toUpperCase() as 'GET', url, {
    as: 'curator',
    ...(body === undefined ? {} : { body }),
    headers: { ...headers, ...(loads && method === 'post' ? { 'content-type': 'application/x-ndjson' } : {}) },
  })
}

/** How an answer differs from what is described; null if it does not. */
function faultOf(
  answer: Answer,
  method: string,
  path: string,
  { responses }: Operation,
  validatorAt: ReturnType<typeof schemasOf>,
): string | null {
  const { statusCode, headers, body } = answer
  if (statusCode >= 500) return `${statusCode} ${body}`
  const status = [String(statusCode), `${Math.floor(statusCode / 100)}XX`].find(each => each in responses)
  if (!status) return `${statusCode} is not described`
  const { content } = responses[status]!
  const type = String(headers['content-type'] ?? '').split(';')[0]!
  if (!content) return body === '' ? null : `${statusCode} has a body`
  if (!(type in content)) return `${statusCode} as ${type} is not described`
  if (!/[/+]json$/.test(type)) return null
  const check = validatorAt('paths', path, method, 'responses', status, 'content', type, 'schema')
  if (!check) return 'no schema'
  return check(JSON.parse(body)) ? null : `${statusCode}: ${JSON.stringify(check.errors?.slice(0, 3))}`
}
