import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import Type from 'typebox'
import { answerTag, FRESH, heldTag, isKnown, isKnownBy, parseTags, SETTLED } from '../../src/http/caching.js'
import { MEDIA_TYPES, negotiate } from '../../src/http/negotiate.js'
import { flag, text } from '../../src/http/parameters.js'
import { recordTag } from '../../src/http/preconditions.js'
import { query } from '../../src/http/query.js'
import { service } from './service.js'

const list = query({ settled: flag('In the past.'), q: text('Any.') })

function open(t: Parameters<typeof service>[0]) {
  const log = { revision: 412, queries: 0 }
  const opened = service(t, app => {
    const answer = (url: string) =>
      app.get(url, { config: { query: list } }, async (request, reply) => {
        const format = negotiate(request, ['json', 'csv'])
        const mediaType = MEDIA_TYPES[format]
        const { settled } = list.of(request)
        if (isKnown(request, reply, { revision: log.revision, mediaType, settled })) return reply
        log.queries += 1
        return reply.type(mediaType).send(format === 'json' ? '{"items":[]}' : 'items\r\n')
      })
    answer('/events')
    answer('/events.:format')
    app.get('/record', async (request, reply) => (isKnownBy(recordTag(3), request, reply) ? reply : { rev: 3 }))
    app.post('/events', async () => ({}))
  })
  return { log, opened }
}

t.test('a service that the world reaches elsewhere tags its answers otherwise', async t => {
  const basis = { revision: 1, mediaType: MEDIA_TYPES.json }
  const tagAt = async (publicUrl: string) => {
    const routes = (app: FastifyInstance) =>
      void app.get('/', (request, reply) => void (isKnown(request, reply, basis) || reply.send({ url: publicUrl })))
    return (await (await service(t, routes, { publicUrl: () => publicUrl })).inject('/')).headers.etag
  }
  t.not(await tagAt('https://a.example'), await tagAt('https://b.example'))
  t.equal(await tagAt('https://a.example'), await tagAt('https://a.example'))
})

t.test('an answer has a strong tag of its revision, address and form', async t => {
  const { log, opened } = open(t)
  const app = await opened
  const tagOf = async (url: string, headers = {}) => (await app.inject({ url, headers })).headers.etag
  const tags = [
    await tagOf('/events'),
    await tagOf('/events?q=a'),
    await tagOf('/events.json'),
    await tagOf('/events', { accept: 'text/csv' }),
  ]
  t.match(tags[0], /^"412\.[\w-]{16}"$/)
  t.equal(new Set(tags).size, 4)
  t.equal(await tagOf('/events'), tags[0], 'the same again')
  log.revision += 1
  t.not(await tagOf('/events'), tags[0], 'another revision')
  const basis = { revision: 1, mediaType: 'text/csv' }
  t.not(answerTag(basis, '/a', '1.0.0'), answerTag(basis, '/a', '1.0.1'), 'another release')
})

t.test('a client that has the answer gets 304 before any query', async t => {
  const { log, opened } = open(t)
  const app = await opened
  const { headers } = await app.inject('/events')
  const tag = String(headers.etag)
  const held = [tag, `W/${tag}`, `"other", ${tag}`, `"a,b",W/"c" , W/${tag}`, tag.replace(/"$/, '-gzip"')]
  const before = log.queries
  for (const given of held) {
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await app.inject({ method, url: '/events', headers: { 'if-none-match': given } })
      t.equal(answer.statusCode, 304, given)
      t.equal(answer.body, '')
      t.equal(String(answer.headers.etag).replace(/-(gzip|br)"$/, '"'), tag, 'the tag that was held')
      t.match(answer.headers, { 'cache-control': FRESH, vary: 'Accept, Accept-Encoding' })
      t.equal(answer.headers['access-control-allow-origin'], '*')
      t.equal(answer.headers['content-type'], undefined)
      t.equal(answer.headers['content-length'], undefined)
    }
  }
  t.equal(log.queries, before)
  for (const given of ['"other"', 'W/"other"', '""', 'junk', tag.replace(/"$/, '')]) {
    t.equal((await app.inject({ url: '/events', headers: { 'if-none-match': given } })).statusCode, 200, given)
  }
})

t.test('If-None-Match: * is 304 where there is an answer, and only there', async t => {
  const app = await open(t).opened
  const any = { 'if-none-match': '*' }
  const answer = await app.inject({ url: '/events', headers: any })
  t.equal(answer.statusCode, 304)
  t.equal(answer.body, '')
  t.equal((await app.inject({ method: 'HEAD', url: '/events', headers: any })).statusCode, 304)
  t.equal((await app.inject({ url: '/nothing', headers: any })).statusCode, 404)
  t.equal((await app.inject({ url: '/events?x=1', headers: any })).statusCode, 400)
})

t.test('what is fresh for a minute, for ever, and not kept', async t => {
  const app = await open(t).opened
  t.equal((await app.inject('/events')).headers['cache-control'], FRESH)
  t.equal((await app.inject('/events?settled=1')).headers['cache-control'], SETTLED)
  t.match(SETTLED, 'immutable')
  t.equal((await app.inject('/nothing')).headers['cache-control'], 'no-store')
  t.equal((await app.inject({ method: 'POST', url: '/events' })).headers['cache-control'], 'no-store')
})

t.test('Vary names Accept only where it chose', async t => {
  const app = await open(t).opened
  t.equal((await app.inject('/events')).headers.vary, 'Accept, Accept-Encoding')
  t.equal((await app.inject('/events.csv')).headers.vary, 'Accept-Encoding')
})

t.test('HEAD has the headers of GET and no body', async t => {
  const app = await open(t).opened
  const [get, head] = [await app.inject('/events'), await app.inject({ method: 'HEAD', url: '/events' })]
  t.equal(head.body, '')
  for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'vary']) {
    t.equal(head.headers[name], get.headers[name], name)
  }
})

t.test('a record’s tag is its revision', async t => {
  const app = await open(t).opened
  t.equal((await app.inject('/record')).headers.etag, '"3"')
  t.equal((await app.inject({ url: '/record', headers: { 'if-none-match': 'W/"3"' } })).statusCode, 304)
  t.equal((await app.inject({ url: '/record', headers: { 'if-none-match': '"30"' } })).statusCode, 200)
})

t.test('an answer that is held in any coding is held', async t => {
  t.equal(heldTag(['"1.a-gzip"'], '"1.a-br"'), '"1.a-gzip"')
  t.equal(heldTag(['"1.a-gzip"'], '"1.b-gzip"'), undefined)
  t.equal(parseTags(undefined), null)
})

t.test('a HEAD of a stream reads none of it', async t => {
  let read = 0
  function* pieces() {
    for (; read < 1000; read++) yield `${read}\r\n`
  }
  const app = await service(t, app => {
    app.get('/export', async (_request, reply) => reply.type('text/csv').send(Readable.from(pieces())))
  })
  const head = await app.inject({ method: 'HEAD', url: '/export' })
  t.match(head, { statusCode: 200, body: '' })
  t.equal(head.headers['content-type'], 'text/csv')
  t.equal(head.headers['content-length'], undefined, 'nobody knows how long it is')
  await new Promise(resolve => setImmediate(resolve))
  t.equal(read, 0)
  t.equal((await app.inject('/export')).body.trimEnd().split('\r\n').length, 1000)
})

t.test('the suffix decides, then Accept by weight, then the first offered', async t => {
  const app = await open(t).opened
  const typeOf = async (url: string, accept?: string) =>
    String((await app.inject({ url, headers: accept === undefined ? {} : { accept } })).headers['content-type']).split(
      ';',
    )[0]
  t.equal(await typeOf('/events'), 'application/json')
  t.equal(await typeOf('/events', '*/*'), 'application/json')
  t.equal(await typeOf('/events', 'text/csv'), 'text/csv')
  t.equal(await typeOf('/events', 'text/*'), 'text/csv')
  t.equal(await typeOf('/events', 'text/csv;q=0.5, application/json;q=0.6'), 'application/json')
  t.equal(
    await typeOf('/events', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'),
    'application/json',
  )
  t.equal(await typeOf('/events', 'application/json;q=0, */*'), 'text/csv')
  t.equal(await typeOf('/events.csv', 'application/json'), 'text/csv', 'the path wins')
})

t.test('what is not offered is 406, with what is', async t => {
  const app = await open(t).opened
  for (const [url, accept] of [
    ['/events', 'image/png'],
    ['/events.xml', '*/*'],
    ['/events', 'text/csv;q=0'],
  ] as const) {
    const answer = await app.inject({ url, headers: { accept } })
    t.match(answer.json(), { status: 406, code: 'not_acceptable', offered: ['application/json', 'text/csv'] }, accept)
    t.match(answer.json().detail, '.csv')
  }
})

t.test('a suffix that the description does not list is 406 too, other parts of the path are 400', async t => {
  const params = Type.Object({ id: Type.String({ pattern: '^[a-z]+$' }), format: Type.Enum(['json']) })
  const app = await service(t, app => {
    app.get('/places/:id/timeline.:format', { schema: { params } }, async request => ({
      is: negotiate(request, ['json']),
    }))
  })
  t.match((await app.inject('/places/a/timeline.json')).json(), { is: 'json' })
  t.match((await app.inject('/places/a/timeline.xml')).json(), { status: 406, offered: ['application/json'] })
  t.match((await app.inject('/places/A/timeline.json')).json(), {
    status: 400,
    errors: [{ parameter: 'id', code: 'bad_format' }],
  })
})
