import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { isKnown } from '../../src/http/caching.js'
import { frame, serverOptions } from '../../src/http/frame.js'

const LONG = JSON.stringify({ text: 'as many as 114,000 '.repeat(200) })

function* breaking() {
  yield LONG
  throw new Error('the disk is gone')
}

async function service(test: Test) {
  const kept = new Map<string, Buffer>()
  const app = Fastify(serverOptions({ logLevel: 'silent' }))
  await frame(app, {
    findKey: () => undefined,
    now: () => 0,
    version: '1',
    publicUrl: () => 'http://127.0.0.1',
    compressed: kept,
  })
  const basis = { revision: 7, mediaType: 'application/json' }
  app.get('/long', async (request, reply) => {
    if (isKnown(request, reply, basis)) return reply
    return reply.type('application/json; charset=utf-8').send(LONG)
  })
  app.get('/short', async (_request, reply) => reply.type('application/json').send('{"a":1}'))
  app.get('/pieces', async (_request, reply) => reply.type('text/csv').send(Readable.from([LONG, LONG])))
  app.get('/breaking', async (_request, reply) => reply.type('text/csv').send(Readable.from(breaking())))
  app.get('/events', async (_request, reply) => reply.type('text/event-stream').send(Readable.from([LONG])))
  app.get('/picture', async (_request, reply) => reply.type('image/png').send(Buffer.alloc(5000)))
  test.teardown(() => app.close())
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
  return { app, get, kept }
}

t.test('the coding that the client prefers is taken, and says so with a tag of its own', async t => {
  const { get } = await service(t)
  const plain = await get('/long')
  const zipped = await get('/long', { 'accept-encoding': 'gzip' })
  const brotli = await get('/long', { 'accept-encoding': 'br, gzip;q=0.5' })
  t.equal(plain.headers['content-encoding'], undefined)
  t.equal(zipped.headers['content-encoding'], 'gzip')
  t.equal(brotli.headers['content-encoding'], 'br')
  t.equal(gunzipSync(zipped.rawPayload).toString(), LONG)
  t.equal(brotliDecompressSync(brotli.rawPayload).toString(), LONG)
  t.equal(zipped.headers.etag, String(plain.headers.etag).replace(/"$/, '-gzip"'))
  t.equal(brotli.headers.etag, String(plain.headers.etag).replace(/"$/, '-br"'))
  for (const answer of [plain, zipped, brotli]) t.match(answer.headers.vary, /Accept-Encoding/)
  t.equal((await get('/long', { 'accept-encoding': 'br;q=0, gzip;q=0' })).headers['content-encoding'], undefined)
})

t.test('holding any coding of an answer is holding it, and the 304 repeats the tag that was held', async t => {
  const { get } = await service(t)
  const { etag } = (await get('/long', { 'accept-encoding': 'gzip' })).headers
  const again = await get('/long', { 'accept-encoding': 'gzip', 'if-none-match': String(etag) })
  t.equal(again.statusCode, 304)
  t.equal(again.headers.etag, etag)
  t.equal(again.body, '')
})

t.test('an answer is compressed once for as long as it stays the same', async t => {
  const { get, kept } = await service(t)
  const first = await get('/long', { 'accept-encoding': 'br' })
  t.equal(kept.size, 1)
  const [[name]] = [...kept] as [[string, Buffer]]
  kept.set(name, Buffer.from('kept'))
  t.equal((await get('/long', { 'accept-encoding': 'br' })).body, 'kept')
  t.ok(first.rawPayload.length < LONG.length / 5)
})

t.test('streams are compressed as they go; events, pictures and short answers are left alone', async t => {
  const { get } = await service(t)
  t.equal(gunzipSync((await get('/pieces', { 'accept-encoding': 'gzip' })).rawPayload).toString(), LONG + LONG)
  for (const url of ['/short', '/events', '/picture'])
    t.equal((await get(url, { 'accept-encoding': 'gzip, br' })).headers['content-encoding'], undefined, url)
})

t.test('an answer that breaks half way is not taken for a whole one, and the service goes on', async t => {
  const { app, get } = await service(t)
  const address = await app.listen({ port: 0 })
  for (const coding of ['identity', 'gzip', 'br']) {
    const answer = await fetch(`${address}/breaking`, { headers: { 'accept-encoding': coding } }).catch(() => null)
    const whole = answer?.ok && (await answer.text().catch(() => null))
    t.notOk(whole, coding)
  }
  t.equal((await get('/short')).statusCode, 200)
})
