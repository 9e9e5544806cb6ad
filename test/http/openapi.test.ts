import t from 'tap'
import Type from 'typebox'
import { parse } from 'yaml'
import { nouns } from '../../src/model/nouns.js'
import { bearer, keys, service } from './service.js'

const { record: Event, input: EventInput } = nouns.event

const open = (t: Parameters<typeof service>[0]) =>
  service(t, app => {
    app.put(
      '/v1/events/:id',
      { schema: { operationId: 'putEvent', body: EventInput, response: { 200: Event } } },
      async request => request.body,
    )
    app.get('/v1/events', { schema: { response: { 200: Type.Object({ items: Type.Array(Event) }) } } }, async () => ({
      items: [],
      beyond: 1.7,
    }))
  })

t.test('shapes of the model are named components, used by reference', async t => {
  const app = await open(t)
  const { openapi, components, paths } = (await app.inject('/openapi.json')).json()
  t.equal(openapi, '3.1.0')
  t.ok(['EventInput', 'Event', 'FigureInput', 'Figure', 'Problem'].every(name => name in components.schemas))
  t.notOk(Object.keys(components.schemas).some(name => name.startsWith('def-')))
  const put = paths['/v1/events/{id}'].put
  t.strictSame(put.requestBody.content['application/json'].schema, { $ref: '#/components/schemas/EventInput' })
  t.strictSame(put.responses['200'].content['application/json'].schema, { $ref: '#/components/schemas/Event' })
  t.strictSame(put.responses['4XX'].content['application/problem+json'].schema, {
    $ref: '#/components/schemas/Problem',
  })
  t.strictSame(put.security, [{ key: [] }])
  t.match(paths['/v1/events'].get, { security: undefined })
  t.match(components.securitySchemes.key, { type: 'http', scheme: 'bearer' })
})

t.test('the description is served as JSON and as YAML, and the two are one', async t => {
  const app = await open(t)
  const [json, yaml] = [await app.inject('/openapi.json'), await app.inject('/openapi.yaml')]
  t.match(yaml.headers['content-type'], 'application/yaml')
  t.strictSame(parse(yaml.body), json.json())
})

t.test('a body is checked against the very schema that is shown', async t => {
  const app = await open(t)
  const headers = { ...bearer(keys.contributor), 'content-type': 'application/json' }
  const answer = await app.inject({ method: 'PUT', url: '/v1/events/a', headers, payload: '{"titel":"x"}' })
  t.match(answer.json(), { status: 400, code: 'invalid' })
  t.match(
    answer.json().errors.find((fault: { pointer: string }) => fault.pointer === '/titel'),
    { did_you_mean: 'title' },
  )
})

t.test('answers are not cut to their schema', async t => {
  const app = await open(t)
  t.strictSame((await app.inject('/v1/events')).json(), { items: [], beyond: 1.7 })
})

t.test('/docs is a page that its own policy lets run', async t => {
  const app = await open(t)
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-type'], 'text/html')
  t.match(page.headers['content-security-policy'], /default-src 'none'; script-src 'self';/)
  for (const [, url = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    t.equal((await app.inject(url)).statusCode, 200, url)
  }
  t.notMatch(page.body, /<script>|onload=/)
  t.equal((await app.inject('/docs/json')).json().openapi, '3.1.0')
  for (const path of ['none.js', '..%2f..%2fpackage.json', '..%5c..%5cpackage.json', '%2e%2e/index.html', '.../x'])
    t.match((await app.inject(`/docs/static/${path}`)).json(), { status: 404, code: 'not_found' }, path)
})
