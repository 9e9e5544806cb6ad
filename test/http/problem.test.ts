import t from 'tap'
import { type Code, catalogue, Refusal } from '../../src/domain/errors.js'
import { text } from '../../src/http/parameters.js'
import { statuses } from '../../src/http/problem.js'
import { query } from '../../src/http/query.js'
import { bearer, bodyOf, keys, service, talk } from './service.js'

const open = (t: Parameters<typeof service>[0], log?: string[]) =>
  service(
    t,
    app => {
      app.get('/v1/events/:id', async () => 'event')
      app.put('/v1/events/:id', async () => 'event')
      app.get('/v1/events.:format', async () => 'events')
      app.get<{ Params: { code: Code } }>('/fail/:code', async (request, reply) => {
        reply.header('etag', '"1"')
        throw new Refusal(request.params.code, 'Because.', [{ pointer: '/a', code: 'missing', detail: 'Gone.' }], {
          seen: 1,
        })
      })
      app.get('/bug', async () => {
        throw new Error('secret detail')
      })
      app.get('/given', async (_request, reply) => reply.send(Object.assign(new Error('Teapot'), { statusCode: 418 })))
    },
    log ? { log } : {},
  )

t.test('every code is answered as a problem, RFC 9457', async t => {
  const app = await open(t)
  for (const code of Object.keys(catalogue) as Code[]) {
    const answer = await app.inject(`/fail/${code}`)
    t.equal(answer.statusCode, statuses[code])
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.equal(answer.headers['access-control-allow-origin'], '*')
    t.equal(answer.headers['cache-control'], 'no-store')
    t.equal(answer.headers.etag, undefined)
    t.strictSame(answer.json(), {
      type: `/errors/${code}`,
      title: catalogue[code],
      status: statuses[code],
      code,
      detail: 'Because.',
      errors: [{ pointer: '/a', code: 'missing', detail: 'Gone.' }],
      seen: 1,
    })
    t.match((await app.inject(answer.json().type)).json(), { code, status: statuses[code], title: catalogue[code] })
  }
  t.equal((await app.inject('/errors')).json().items.length, Object.keys(catalogue).length)
  t.equal((await app.inject('/errors/__proto__')).json().code, 'not_found')
})

t.test('a fault of the service tells its client nothing and the log everything', async t => {
  const log: string[] = []
  const app = await open(t, log)
  const answer = await app.inject('/bug')
  t.match(answer.json(), { status: 500, code: 'internal' })
  t.notMatch(answer.body, 'secret')
  t.ok(log.some(line => line.includes('secret detail')))
  t.equal((await app.inject('/given')).json().code, 'internal', 'a status that no code has')
})

t.test('an unknown address is 404, an unknown method 405 with Allow', async t => {
  const app = await open(t)
  for (const url of [
    '/nothing',
    '/v1/events',
    '/v1/events/',
    '/V1/events/a',
    '/v1/events/a/b',
    '/%2e%2e%2fbug',
    '/v1/events//',
  ]) {
    t.match((await app.inject(url)).json(), { status: 404, code: 'not_found' }, url)
  }
  t.match((await app.inject({ method: 'PUT', url: '/nothing', payload: 'x' })).json(), { status: 404 })
  const raw = await talk(app, 'GET /v1/../bug HTTP/1.1\r\nHost: x\r\n\r\n', /"errors"/)
  t.match(raw, /^HTTP\/1\.1 404 /, 'a path is not walked')
  for (const method of ['POST', 'DELETE', 'PATCH', 'TRACE', 'QUERY'] as const) {
    const answer = await app.inject({ method: method as 'POST', url: '/v1/events/a?x=1' })
    t.match(answer.json(), { status: 405, code: 'method_not_allowed' }, method)
    t.equal(answer.headers.allow, 'GET, HEAD, OPTIONS, PUT')
  }
  t.equal((await app.inject({ method: 'PUT', url: '/v1/events.csv' })).headers.allow, 'GET, HEAD, OPTIONS')
})

t.test('an address that cannot be read is 400, one too long 414', async t => {
  const app = await open(t)
  for (const url of ['/v1/events/%zz', '/v1/events/%ff', '/%']) {
    const answer = await app.inject(url)
    t.match(answer.json(), { status: 400, code: 'malformed' }, url)
    t.equal(answer.headers['access-control-allow-origin'], '*')
  }
  t.match((await app.inject(`/v1/events/${'a'.repeat(600)}`)).json(), { status: 414, code: 'uri_too_long' })
  t.match((await app.inject(`/v1/events/a?q=${'a'.repeat(9000)}`)).json(), { status: 414, code: 'uri_too_long' })
})

t.test('what is no HTTP request is answered as a problem too', async t => {
  const app = await open(t)
  const cases: [number, string, string][] = [
    [400, 'malformed', 'nonsense\r\n\r\n'],
    [400, 'malformed', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'malformed', 'GET /v1/events/a HTTP/1.1\r\n\r\n'],
    [400, 'malformed', 'GET /v1/events/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    [400, 'malformed', 'GET /v1/events/a HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n'],
    [400, 'malformed', 'GET /v1/events/a?x=1#part HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'malformed', 'GET http://other.example#part HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'malformed', 'GET /v1/events/a HTTP/2.0\r\nHost: x\r\n\r\n'],
    [405, 'method_not_allowed', 'CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n'],
    [
      400,
      'malformed',
      'POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [400, 'malformed', 'POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    [431, 'header_too_large', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`],
  ]
  for (const [status, code, bytes] of cases) {
    const raw = await talk(app, bytes, /"errors":\[.*\]/)
    t.match(raw, new RegExp(`^HTTP/1\\.1 ${status} [A-Z].*\r\n`), bytes.slice(0, 60))
    t.match(raw.toLowerCase(), 'content-type: application/problem+json')
    t.match(raw.toLowerCase(), 'access-control-allow-origin: *')
    t.match(bodyOf(raw), { status, code })
  }
})

t.test('an address in full is that of its path, whatever host it names', async t => {
  const app = await service(t, app => {
    app.get('/v1/events/:id', { config: { query: query({ q: text('Any.') }) } }, async ({ url }) => `<${url}>`)
  })
  for (const [target, url] of [
    ['http://other.example/v1/events/a?q=1', '/v1/events/a?q=1'],
    ['HTTPS://user@other.example:8080/v1/events/a', '/v1/events/a'],
  ])
    t.match(await talk(app, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`, />$/), `<${url}>`)
  for (const target of ['http://other.example', 'http://other.example?q=1', 'ftp://other.example/v1/events/a', '*'])
    t.match(
      await talk(app, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`, /"errors"/),
      /^HTTP\/1\.1 404 .*"not_found"/s,
      target,
    )
})

t.test('slow headers are 408 within ten seconds', { timeout: 30_000 }, async t => {
  const app = await open(t)
  const started = Date.now()
  const raw = await talk(app, 'GET /v1/events/a HTTP/1.1\r\nHost: x\r\n')
  t.match(raw, /^HTTP\/1\.1 408 /)
  t.match(bodyOf(raw), { status: 408, code: 'request_timeout' })
  t.ok(Date.now() - started < 10_000)
})

t.test('an expectation that is not understood is ignored', async t => {
  const app = await open(t)
  t.match(
    await talk(app, 'GET /v1/events/a HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n', /event$/),
    /^HTTP\/1\.1 200 /,
  )
})

t.test('a service that shuts down refuses late requests with 503', async t => {
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const app = await service(t, app => {
    app.get('/slow', async () => held.then(() => 'done'))
    app.addHook('preClose', async () => {
      const late = await talk(app, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n', /"errors"/)
      t.match(late, /^HTTP\/1\.1 503 .*"code":"stopping".*"retry_after":5/s)
      t.match(late.toLowerCase(), 'retry-after: 5')
      release()
    })
  })
  const first = talk(app, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n', /done$/)
  await new Promise(resolve => setTimeout(resolve, 100))
  await app.close()
  t.match(await first, /^HTTP\/1\.1 200 /, 'what was running finishes')
})

t.test('the log has no secrets and one line for each message', async t => {
  const log: string[] = []
  const app = await open(t, log)
  const { key } = keys.curator
  await app.inject({ url: `/v1/events/a%0D%0Ab?api_key=${key}`, headers: bearer(keys.curator) })
  t.ok(log.length > 0)
  t.notMatch(log.join(''), key.slice(16))
  for (const line of log) t.doesNotThrow(() => JSON.parse(line))
})

t.test('headers keep browsers from running anything', async t => {
  const app = await open(t)
  for (const url of ['/v1/events/a', '/nothing']) {
    const { headers } = await app.inject(url)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(
      headers['content-security-policy'],
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  }
})

t.test('any page may read; none may write', async t => {
  const app = await open(t)
  const origin = { origin: 'https://charts.example' }
  const read = await app.inject({ url: '/v1/events/a', headers: origin })
  t.equal(read.headers['access-control-allow-origin'], '*')
  t.match(read.headers['access-control-expose-headers'], /ETag.*Link.*Location.*Retry-After/)
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/events/a',
    headers: { ...origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'if-none-match' },
  })
  t.equal(preflight.statusCode, 204)
  t.equal(preflight.headers['access-control-allow-origin'], '*')
  t.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD')
  t.match(preflight.headers['access-control-allow-headers'], 'If-None-Match')
  t.equal(preflight.headers.allow, 'GET, HEAD, OPTIONS, PUT')
  t.equal((await app.inject({ method: 'OPTIONS', url: '/nothing' })).statusCode, 404)
})
