import type { Readable } from 'node:stream'
import t from 'tap'
import Type from 'typebox'
import { Refusal } from '../../src/domain/errors.js'
import { parseJson } from '../../src/domain/json.js'
import { Closed, Count, Maybe, OneOf } from '../../src/model/schema.js'
import { bearer, bodyOf, keys, service, talk } from './service.js'

const Body = Closed({
  count: Count,
  measure: OneOf('measure'),
  note: Maybe(Type.String({ maxLength: 5 })),
  parts: Type.Optional(Type.Array(Closed({ 'a/b~c': Count }))),
})
const good = '{"count":5,"measure":"killed"}'

const json = { ...bearer(keys.contributor), 'content-type': 'application/json' }

const open = (t: Parameters<typeof service>[0], options = {}) =>
  service(
    t,
    app => {
      app.post('/figures', { schema: { body: Body } }, async request => request.body)
      app.patch('/figures', { schema: { body: Type.Object({}) } }, async request => request.body)
      app.delete('/figures', async () => 'gone')
      app.post('/imports', { config: { reads: ['application/x-ndjson', 'text/csv'] } }, async request => {
        let bytes = 0
        for await (const chunk of request.body as Readable) bytes += chunk.length
        return { bytes }
      })
    },
    options,
  )

t.test('a body is what was sent', async t => {
  const app = await open(t)
  for (const payload of [
    good,
    '{"count":0,"measure":"killed","note":null}',
    '{"count":9007199254740991,"measure":"killed"}',
  ]) {
    t.equal((await app.inject({ method: 'POST', url: '/figures', headers: json, payload })).body, payload)
  }
})

t.test('nothing is coerced, dropped or filled in', async t => {
  const app = await open(t)
  const cases: [string, object][] = [
    ['{"count":"5","measure":"killed"}', { pointer: '/count', code: 'wrong_type', value: '5' }],
    ['{"count":"","measure":"killed"}', { pointer: '/count', code: 'wrong_type' }],
    ['{"count":true,"measure":"killed"}', { pointer: '/count', code: 'wrong_type' }],
    ['{"count":null,"measure":"killed"}', { pointer: '/count', code: 'wrong_type' }],
    ['{"count":[5],"measure":"killed"}', { pointer: '/count', code: 'wrong_type' }],
    ['{"count":1.5,"measure":"killed"}', { pointer: '/count', code: 'wrong_type' }],
    ['{"count":-1,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":1e400,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":1e-400,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":9007199254740993,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":1e+21,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":9007199254740992,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":9007199254740991.4,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"count":0.99999999999999999999,"measure":"killed"}', { pointer: '/count', code: 'out_of_range' }],
    ['{"measure":"killed"}', { pointer: '/count', code: 'missing' }],
    ['{"count":5,"mesure":"killed"}', { pointer: '/mesure', code: 'unknown_member', did_you_mean: 'measure' }],
    ['{"count":5,"measure":"kiled"}', { pointer: '/measure', code: 'not_in_list', did_you_mean: 'killed' }],
    ['{"count":5,"measure":5}', { pointer: '/measure', code: 'wrong_type' }],
    ['{"count":5,"measure":"killed","note":"longer"}', { pointer: '/note', code: 'out_of_range' }],
    ['{"count":5,"measure":"killed","parts":[{"a/b~c":"1"}]}', { pointer: '/parts/0/a~1b~0c', code: 'wrong_type' }],
    ['{"count":5,"measure":"killed","__proto__":{"x":1}}', { pointer: '/__proto__', code: 'unknown_member' }],
    ['{"count":5,"measure":"killed","note":{"__proto__":1}}', { pointer: '/note/__proto__', code: 'unknown_member' }],
    ['{"constructor":{"prototype":{}}}', { pointer: '/constructor', code: 'unknown_member' }],
    ['{"count":5,"count":6,"measure":"killed"}', { pointer: '/count', code: 'malformed' }],
    ['{"count":5,"parts":[{},{"a":1,"\\u0061":2}]}', { pointer: '/parts/1/a', code: 'malformed' }],
    ['{"count":5,"measure":"killed","note":"\\ud800"}', { pointer: '/note', code: 'bad_text' }],
    ['{"count":5,"measure":"killed","\\udc00":1}', { code: 'bad_text' }],
    ['[]', { pointer: '', code: 'wrong_type' }],
    ['null', { pointer: '', code: 'wrong_type' }],
  ]
  for (const [payload, fault] of cases) {
    const answer = await app.inject({ method: 'POST', url: '/figures', headers: json, payload })
    t.equal(answer.statusCode, 400, payload)
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.ok(
      answer
        .json()
        .errors.some((found: object) => Object.entries(fault).every(([k, v]) => Reflect.get(found, k) === v)),
      `${payload} → ${answer.body}`,
    )
  }
})

t.test('what cannot be read as JSON in UTF-8 is malformed', async t => {
  const app = await open(t)
  const payloads = [
    '{',
    '{"count":5,}',
    "{'count':5}",
    ' ',
    'NaN',
    Buffer.from('{"measure":"\xff"}', 'latin1'),
    '['.repeat(5000),
  ]
  for (const payload of [...payloads, '['.repeat(40) + ']'.repeat(40)]) {
    const answer = await app.inject({ method: 'POST', url: '/figures', headers: json, payload })
    t.match(answer.json(), { status: 400, code: 'malformed' }, String(payload).slice(0, 40))
  }
})

t.test('a body that a route needs and does not get is missing', async t => {
  const app = await open(t)
  const answer = await app.inject({ method: 'POST', url: '/figures', headers: json })
  t.match(answer.json(), { status: 400, errors: [{ code: 'missing' }] })
})

t.test('a long text with many escapes is read', async t => {
  const text = JSON.stringify({ a: '\\"\n'.repeat(150_000), b: 'x'.repeat(500_000) })
  t.strictSame(parseJson(text), JSON.parse(text))
  t.strictSame(parseJson('{"lat":33.420567890123456789,"n":[-0,1.0,1e3,0.5,10.50e1,1E-7,9007199254740991,0e5]}'), {
    lat: 33.42056789012346,
    n: [-0, 1, 1000, 0.5, 105, 1e-7, 9007199254740991, 0],
  })
  t.throws(() => parseJson('{"a":{"b":1,"b":1},"a":1}'), Refusal)
})

t.test('a number of many digits is read in the time of any other text', async t => {
  const zeros = '0'.repeat(300_000)
  const begun = performance.now()
  t.throws(() => parseJson(`[1.${zeros}1]`), Refusal)
  t.strictSame(parseJson(`[1.${zeros},10.${zeros}e1,0.${zeros}1e300001,1e${zeros}]`), [1, 100, 1, 1])
  t.ok(performance.now() - begun < 5000)
})

t.test('an unexpected Content-Type or Content-Encoding is 415', async t => {
  const app = await open(t)
  const post = (headers: object, method: 'POST' | 'PATCH' | 'DELETE' = 'POST', payload = good) =>
    app.inject({ method, url: '/figures', headers: { ...bearer(keys.contributor), ...headers }, payload })
  const types = [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'text/csv',
    'application/x-ndjson',
    'application/merge-patch+json',
    'application/jsonx',
    'application/json; charset=latin1',
    'junk',
    '',
  ]
  for (const type of types) {
    const answer = await post({ 'content-type': type })
    t.match(answer.json(), { status: 415, code: 'unsupported_media_type', accepted: ['application/json'] }, type)
  }
  for (const coding of ['gzip', 'br', 'identity, gzip']) {
    t.equal((await post({ 'content-type': 'application/json', 'content-encoding': coding })).statusCode, 415, coding)
  }
  t.equal((await post({ 'content-type': 'application/json', 'content-encoding': 'identity' })).statusCode, 200)
  t.equal((await post({ 'content-type': 'Application/JSON; charset="UTF-8"' })).statusCode, 200)
  const patch = await post({ 'content-type': 'application/json' }, 'PATCH')
  t.equal(patch.statusCode, 415)
  t.equal(patch.headers['accept-patch'], 'application/merge-patch+json')
  t.equal((await post({ 'content-type': 'application/merge-patch+json' }, 'PATCH')).body, good)
  t.equal((await post({ 'content-type': 'application/json' }, 'DELETE')).statusCode, 415, 'DELETE reads no body')
  t.equal((await app.inject({ method: 'DELETE', url: '/figures', headers: json })).statusCode, 200)
})

t.test('a transfer coding that is not chunked is 415: its bytes are not what they seem', async t => {
  const app = await open(t)
  const { authorization } = bearer(keys.contributor)
  const head = `POST /figures HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`
  const chunks = `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`
  const send = (coding: string) => talk(app, `${head}Transfer-Encoding: ${coding}\r\n\r\n${chunks}`, /\r\n\r\n.*\}/s)
  t.match(await send('gzip, chunked'), /^HTTP\/1\.1 415 .*"unsupported_media_type"/s)
  t.match(await send('Chunked'), /^HTTP\/1\.1 200 /)
})

t.test('a document over 1 MiB is 413, with a length and without', async t => {
  const app = await open(t)
  const payload = JSON.stringify({ note: 'x'.repeat(1024 * 1024) })
  const answer = await app.inject({ method: 'POST', url: '/figures', headers: json, payload })
  t.match(answer.json(), { status: 413, code: 'too_large' })
  const head = `POST /figures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.contributor.key}\r\nContent-Type: application/json\r\n`
  const chunk = `${payload.length.toString(16)}\r\n${payload}\r\n0\r\n\r\n`
  const raw = await talk(app, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`, /too_large/)
  t.match(raw, /^HTTP\/1\.1 413 /)
})

t.test('a stream goes to its route whole, whatever its length', async t => {
  const app = await open(t)
  const payload = 'x'.repeat(3 * 1024 * 1024)
  const headers = { ...bearer(keys.contributor), 'content-type': 'text/csv; charset=utf-8' }
  t.strictSame((await app.inject({ method: 'POST', url: '/imports', headers, payload })).json(), {
    bytes: payload.length,
  })
})

t.test('a slow body is 408, as a document and as a stream', async t => {
  const app = await open(t, { bodyTimeout: 200 })
  for (const [url, type] of Object.entries({ '/figures': 'application/json', '/imports': 'text/csv' })) {
    const head = `POST ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.contributor.key}\r\nContent-Type: ${type}\r\nContent-Length: 50\r\n\r\n{"`
    const raw = await talk(app, head)
    t.match(raw, /^HTTP\/1\.1 408 /, url)
    t.match(bodyOf(raw), { code: 'request_timeout', status: 408 })
  }
})

t.test('the key is looked at before the body is read', async t => {
  const app = await open(t)
  const raw = await talk(
    app,
    'POST /figures HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"',
  )
  t.match(raw, /^HTTP\/1\.1 401 /)
  t.match(raw, /connection: close/i)
})

t.test('a stream waits for a slow reader', async t => {
  const app = await service(
    t,
    app => {
      app.post('/slow', { config: { reads: ['text/csv'] } }, async request => {
        let bytes = 0
        for await (const chunk of request.body as Readable) {
          if (bytes === 0) await new Promise(resolve => setTimeout(resolve, 500))
          bytes += chunk.length
        }
        return { bytes }
      })
    },
    { bodyTimeout: 100 },
  )
  const head = `POST /slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.contributor.key}\r\nContent-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n`
  const raw = await talk(app, head + 'x'.repeat(2_000_000), /"bytes":\d+/)
  t.match(bodyOf(raw), { bytes: 2_000_000 })
})

t.test('a stream that its route does not read leaves nothing that keeps the process alive', async t => {
  const app = await service(t, app => {
    app.post('/refused', { config: { reads: ['text/csv'] } }, async () => {
      throw new Refusal('in_flight', 'Not now.')
    })
  })
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const head = `POST /refused HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.contributor.key}\r\nContent-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n`
  const before = timers()
  const raw = await talk(app, head + 'x'.repeat(1_000_000), /in_flight/)
  t.match(raw, /^HTTP\/1\.1 409 /)
  t.equal(timers(), before)
})

t.test(
  'a client that goes away ends its own request and nothing else, whether its stream is read yet or not',
  async t => {
    for (const wait of [0, 1500]) {
      const told = new Promise<string>(resolve => {
        service(t, app => {
          app.post('/late', { config: { reads: ['text/csv'] } }, async request => {
            await new Promise(begin => setTimeout(begin, wait))
            try {
              for await (const _ of request.body as Readable);
            } catch (error) {
              resolve((error as Refusal).code)
            }
            return {}
          })
        }).then(app => talk(app, `${head}x`, undefined, 700))
      })
      t.equal(await told, 'malformed', `read after ${wait} ms`)
    }
  },
)
const head = `POST /late HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.contributor.key}\r\nContent-Type: text/csv\r\nContent-Length: 2000\r\n\r\n`
