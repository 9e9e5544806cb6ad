import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { exporters } from '../../src/actions/exports.js'
import { awkwardService, EXPORTS, FILES, OFFERED, suffixOf, TYPES } from './offered.js'

type Headers = Readonly<Record<string, unknown>>

const typeOf = ({ 'content-type': type }: Headers) => String(type).split(';')[0]
const isOpen = (headers: Headers) => headers['access-control-allow-origin'] === '*'

t.test('every address of every form is known to these tests', async t => {
  const { get } = await awkwardService(t)
  const { paths } = await get('/openapi.json')
  // a checkpoint is a signed note, not data
  const suffixed = Object.keys(paths).filter(path => path.endsWith('.{format}') && !path.startsWith('/v1/log/'))
  const known = Object.keys(OFFERED).map(path => path.replace(/localities\/iq[-a-z]*\//, 'localities/{id}/'))
  t.same(new Set(suffixed.map(path => path.replace('.{format}', ''))), new Set(known))
  t.same(new Set(EXPORTS.map(url => url.replace('/v1/exports/', ''))), new Set(Object.keys(exporters)))
})

t.test('a suffix gives its media type, whatever Accept says', async t => {
  const { app } = await awkwardService(t)
  for (const url of FILES)
    for (const accept of ['*/*', 'image/png', 'application/json']) {
      const { statusCode, headers, rawPayload } = await app.inject({ url, headers: { accept } })
      t.equal(statusCode, 200, url)
      t.equal(typeOf(headers), TYPES[suffixOf(url)], url)
      t.ok(rawPayload.length > 0)
    }
})

t.test(
  'without a suffix Accept chooses by weight, the more specific before the rest, and JSON is the usual',
  async t => {
    const { app } = await awkwardService(t)
    for (const [url, suffixes] of Object.entries(OFFERED)) {
      const chosen = async (accept?: string) =>
        typeOf((await app.inject({ url, headers: accept === undefined ? {} : { accept } })).headers)
      for (const usual of [undefined, '*/*', 'text/html, */*;q=0.1', 'application/*'])
        t.equal(await chosen(usual), TYPES.json)
      for (const suffix of suffixes) {
        t.equal(await chosen(TYPES[suffix]), TYPES[suffix], url)
        t.equal(
          await chosen(`application/json;q=0.4, ${TYPES[suffix]};q=0.5`),
          suffix === 'json' ? TYPES.json : TYPES[suffix],
        )
        t.equal(await chosen(`*/*;q=0.1, ${TYPES[suffix]}`), TYPES[suffix], url)
        const others = suffixes.filter(other => other !== suffix)
        t.equal(await chosen(`${TYPES[suffix]};q=0, */*`), TYPES[others[0]!], `${url}: anything but .${suffix}`)
      }
    }
  },
)

t.test('what is not offered is 406 with all that is, by suffix and by Accept', async t => {
  const { app } = await awkwardService(t)
  for (const [url, suffixes] of Object.entries(OFFERED)) {
    const offered = suffixes.map(suffix => TYPES[suffix])
    for (const request of [
      { url, headers: { accept: 'image/png' } },
      { url, headers: { accept: `${offered.join(';q=0, ')};q=0` } },
      { url: `${url}.pdf` },
      { url: `${url}.pdf`, headers: { accept: TYPES.json } },
    ]) {
      const answer = await app.inject(request)
      t.same(answer.json().offered, offered, url)
      t.match(answer.json(), { status: 406, code: 'not_acceptable' })
      for (const suffix of suffixes) t.ok(answer.json().detail.includes(`.${suffix} (`), url)
      t.ok(isOpen(answer.headers), 'CORS on a refusal')
      t.equal(answer.headers['cache-control'], 'no-store')
    }
  }
  t.equal((await app.inject('/v1/exports/constructor')).statusCode, 404)
  const unknown = await app.inject('/v1/exports/figures.xlsx')
  t.match(unknown.json(), { status: 404, errors: [{ parameter: 'name', allowed: Object.keys(exporters) }] })
  t.ok(isOpen(unknown.headers))
})

t.test('HEAD, 304 and Vary hold for every form', async t => {
  const { app } = await awkwardService(t)
  const lasting = ({ date: _, connection: __, 'transfer-encoding': ___, 'content-length': ____, ...rest }: Headers) =>
    rest
  for (const url of [...FILES, ...Object.keys(OFFERED)]) {
    const get = await app.inject(url)
    const head = await app.inject({ method: 'HEAD', url })
    t.equal(head.statusCode, 200, url)
    t.equal(head.body, '')
    t.same(lasting(head.headers), lasting(get.headers), url)
    const { etag, vary } = get.headers
    t.match(etag, /^"\d+\.[\w-]{16}"$/)
    t.equal(String(vary).includes('Accept-Encoding'), true, url)
    if (url in OFFERED) t.match(vary, /^Accept, /)
    for (const method of ['GET', 'HEAD'] as const)
      for (const held of [`${etag}`, `W/${etag}`, `"x", ${etag}`, '*']) {
        const again = await app.inject({ method, url, headers: { 'if-none-match': held } })
        t.equal(again.statusCode, 304, `${method} ${url} ${held}`)
        t.equal(again.body, '')
        t.match(again.headers, { etag, vary, 'cache-control': get.headers['cache-control'] })
        t.equal(again.headers['content-length'] ?? again.headers['content-type'], undefined)
        t.ok(isOpen(again.headers), 'CORS on a 304')
      }
  }
})

t.test(
  'an answer as of a past that is closed may be kept for ever, one as of now or of a time to come may not',
  async t => {
    const { app, read, send } = await awkwardService(t)
    const before = read.head().recorded_at
    await send('PUT', '/v1/sources/later', { name: 'Later', kind: 'media' })
    for (const url of [...FILES, ...Object.keys(OFFERED)]) {
      const cacheOf = async (query: string) => (await app.inject(url + query)).headers['cache-control']
      t.match(await cacheOf(`?as_of=${read.head().seq - 1}`), /\bimmutable\b/, url)
      t.match(await cacheOf(`?as_of=${before}`), /\bimmutable\b/, 'a row was recorded since')
      t.notMatch(await cacheOf(`?as_of=${read.head().recorded_at}`), /immutable/, 'others may bear the same time')
      t.notMatch(await cacheOf(''), /immutable/, url)
      t.notMatch(await cacheOf('?as_of=2036-01-01T00:00:00Z'), /immutable/, url)
      t.match((await app.inject(`${url}?as_of=${read.head().seq + 1}`)).json(), { status: 400, code: 'out_of_range' })
    }
  },
)

t.test('each content coding has its own tag and the same content; archives are left alone', async t => {
  const { app } = await awkwardService(t)
  const decoded = { gzip: gunzipSync, br: brotliDecompressSync }
  for (const url of FILES) {
    const plain = await app.inject({ url, headers: { 'accept-encoding': 'identity' } })
    const tags = new Set([plain.headers.etag])
    for (const coding of ['gzip', 'br'] as const) {
      const { headers, rawPayload } = await app.inject({ url, headers: { 'accept-encoding': coding } })
      if (['zip', 'parquet', 'bib'].includes(suffixOf(url)) || plain.rawPayload.length < 1024) {
        t.equal(headers['content-encoding'], undefined, url)
        continue
      }
      t.equal(headers['content-encoding'], coding, url)
      t.equal(headers['content-length'], headers['transfer-encoding'] ? undefined : `${rawPayload.length}`)
      t.ok(decoded[coding](rawPayload).equals(plain.rawPayload), `${url} in ${coding}`)
      t.equal(headers.etag, String(plain.headers.etag).replace(/"$/, `-${coding}"`))
      const again = await app.inject({
        url,
        headers: { 'accept-encoding': coding, 'if-none-match': String(headers.etag) },
      })
      t.equal(again.statusCode, 304)
      t.equal(again.headers.etag, headers.etag)
      tags.add(headers.etag)
    }
    t.ok(tags.size === 3 || tags.size === 1)
  }
})
