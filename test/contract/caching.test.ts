import t from 'tap'
import { type Answer, seededService } from './client.js'

/** One address of each kind of read that can be kept. */
const KEPT = [
  '/v1/localities',
  '/v1/localities?q=ramadi',
  '/v1/localities/iq-ramadi',
  '/v1/localities/geonames:98717',
  '/v1/localities/iq-ramadi/timeline',
  '/v1/localities/iq-ramadi/timeline.csv',
  '/v1/localities/iq-ramadi/timeline.txt',
  '/v1/localities/iq-ramadi/timeline.ndjson',
  '/v1/localities/iq-ramadi/timeline.geojson',
  '/v1/localities/iq-ramadi/timeline?shape=rows',
  '/v1/sources',
  '/v1/reports',
  '/v1/events',
  '/v1/events/ramadi-fall-2015-05',
  '/v1/events/ramadi-fall-2015-05/revisions',
  '/v1/events/ramadi-fall-2015-05/revisions/1',
  '/v1/figures?measure=killed',
  '/v1/relations',
  '/v1/changes',
  '/v1/resolve?name=Ramadi',
  '/v1/exports/figures.csv',
  '/v1/exports/figures.ndjson',
]
const WRONG = [
  '/v1/none',
  '/v1/events/none',
  '/v1/events?limit=0',
  '/v1/localities/iq-ramadi/timeline?aggregate=sum',
  '/v1/localities/iq-ramadi/timeline.pdf',
  '/v1/resolve',
  '/v1/%FF',
]

const isOpen = ({ headers }: Answer) =>
  headers['access-control-allow-origin'] === '*' &&
  ['ETag', 'Link', 'Location', 'Retry-After'].every(name =>
    String(headers['access-control-expose-headers']).includes(name),
  )

t.test('what a client holds is answered 304, however it names it, with the headers that it needs', async t => {
  const { call } = await seededService(t)
  for (const url of KEPT) {
    const first = await call('GET', url)
    const { etag } = first.headers
    t.equal(first.statusCode, 200, url)
    t.match(etag, /^"[^"]+"$/, `${url}: a strong tag`)
    t.match(first.headers['cache-control'], /^public, max-age=\d+/, url)
    t.ok(first.headers.vary, `${url}: vary`)
    for (const tags of [`${etag}`, `W/${etag}`, `"other", ${etag}`, `"other",W/${etag} , "third"`, '*']) {
      const again = await call('GET', url, { headers: { 'if-none-match': tags } })
      t.equal(again.statusCode, 304, `${url} ${tags}`)
      t.equal(again.body, '')
      t.equal(again.headers.etag, etag)
      t.equal(again.headers['cache-control'], first.headers['cache-control'])
      t.equal(again.headers.vary, first.headers.vary)
      t.notOk(again.headers['content-length'] || again.headers['content-type'], url)
      t.ok(isOpen(again), `${url}: CORS on 304`)
    }
    for (const tags of ['"other"', 'W/"x"', `"${String(etag).slice(1, -1)}x"`])
      t.equal((await call('GET', url, { headers: { 'if-none-match': tags } })).statusCode, 200, `${url} ${tags}`)
  }
})

t.test('the same revision gives the same bytes; a write gives another tag', async t => {
  const { call } = await seededService(t)
  const ask = () => Promise.all(KEPT.map(url => call('GET', url)))
  const [one, two] = [await ask(), await ask()]
  t.same(
    one.map(({ body }) => body),
    two.map(({ body }) => body),
  )
  t.same(
    one.map(({ headers }) => headers.etag),
    two.map(({ headers }) => headers.etag),
  )
  const note = { as: 'curator', body: { note: 'Checked.' }, headers: { 'if-match': '"1"' } } as const
  for (const url of ['/v1/events/ramadi-fall-2015-05', '/v1/localities/iq-ramadi'])
    t.equal((await call('PATCH', `${url}?reason=test`, note)).statusCode, 200)
  const changed = await ask()
  for (const [i, url] of KEPT.entries())
    t.equal(changed[i]!.headers.etag === one[i]!.headers.etag, url.endsWith('/revisions/1'), url)
})

t.test('two representations never share a tag', async t => {
  const { call } = await seededService(t)
  const urls = [...KEPT, '/v1/localities/iq-ramadi/timeline?limit=1', '/v1/localities/iq-ramadi/timeline.csv?hxl=1']
  const whole = (await Promise.all(urls.map(url => call('GET', url)))).filter(
    (_, i) => !/\/(iq-ramadi|geonames:98717|ramadi-fall-2015-05|1)$/.test(urls[i]!),
  )
  t.equal(new Set(whole.map(({ headers }) => headers.etag)).size, whole.length)
  const types = ['application/json', 'text/csv', 'application/x-ndjson', 'text/plain', 'application/geo+json']
  const asked = await Promise.all(
    types.map(accept => call('GET', '/v1/localities/iq-ramadi/timeline', { headers: { accept } })),
  )
  t.equal(new Set(asked.map(({ headers }) => headers.etag)).size, types.length)
  for (const { headers } of asked) t.match(headers.vary, /\bAccept\b/)
})

t.test('a code that comes to name another locality has another tag there, at either’s first revision', async t => {
  const { call, send } = await seededService(t)
  const place = (name: string, codes: object) => ({ name, level: 'site', codes })
  await send('PUT', '/v1/localities/old', place('Old', { geonames: '1' }))
  const addresses = ['/v1/localities/geonames:1', '/v1/localities/geonames:1/revisions/1']
  const held = await Promise.all(addresses.map(url => call('GET', url)))
  await send('DELETE', '/v1/localities/old?reason=none', undefined, { headers: { 'if-match': '"1"' } })
  await send('PUT', '/v1/localities/new', place('New', { geonames: '1' }))
  for (const [i, url] of addresses.entries()) {
    const answer = await call('GET', url, { headers: { 'if-none-match': String(held[i]!.headers.etag) } })
    t.match({ status: answer.statusCode, body: answer.body }, { status: 200, body: /"name":"New"/ }, url)
    t.equal((await call('GET', url, { headers: { 'if-none-match': String(answer.headers.etag) } })).statusCode, 304)
  }
})

t.test('a withdrawn locality’s id is the address of another whose code it is; its history stays its own', async t => {
  const { call, send } = await seededService(t)
  const id = 'geonames:1'
  await send('PUT', `/v1/localities/${id}`, { name: 'Old', level: 'site' })
  await send('DELETE', `/v1/localities/${id}?reason=none`, undefined, { headers: { 'if-match': '"1"' } })
  const addresses = ['', '/timeline', '/timeline/cite'].map(rest => `/v1/localities/${id}${rest}`)
  for (const url of addresses) t.equal((await call('GET', url)).statusCode, 410, url)
  await send('PUT', '/v1/localities/new', { name: 'New', level: 'site', codes: { geonames: '1' } })
  for (const url of addresses) t.match(await call('GET', url), { statusCode: 200, body: /New/ }, url)
  t.equal((await call('GET', `/v1/localities/${id}/revisions`)).json().items.at(-1).op, 'retract')
})

t.test('an answer as of a log number that the log has passed may be kept for ever', async t => {
  const { call, head } = await seededService(t)
  for (const url of [
    '/v1/localities/iq-ramadi/timeline',
    '/v1/figures',
    '/v1/events/ramadi-fall-2015-05',
    '/v1/localities/iq-ramadi/timeline.csv',
  ]) {
    t.match((await call('GET', `${url}?as_of=${head() - 1}`)).headers['cache-control'], /immutable/, url)
    t.notMatch((await call('GET', url)).headers['cache-control'], /immutable/, url)
  }
})

t.test('HEAD says what GET would, without a body', async t => {
  const { call } = await seededService(t)
  const fixed = ({
    headers: { date: _, connection: __, 'transfer-encoding': ___, 'content-length': ____, ...rest },
  }: Answer) => rest
  for (const url of [...KEPT, ...WRONG]) {
    const [get, head] = [await call('GET', url), await call('HEAD', url)]
    t.equal(head.statusCode, get.statusCode, url)
    t.equal(head.body, '', url)
    t.same(fixed(head), fixed(get), url)
    const coded = { headers: { 'accept-encoding': 'gzip' } }
    const [zipped, told] = [await call('GET', url, coded), await call('HEAD', url, coded)]
    t.same(fixed(told), fixed(zipped), `${url} in gzip`)
    const { etag } = get.headers
    for (const tag of etag ? [`${etag}`, '*'] : [])
      t.equal((await call('HEAD', url, { headers: { 'if-none-match': tag } })).statusCode, 304, `${url} ${tag}`)
  }
})

t.test('what does not change with the log is kept, too, and by coding', async t => {
  const { call } = await seededService(t)
  for (const url of ['/v1/codelists', '/openapi.json', '/openapi.yaml']) {
    const zipped = await call('GET', url, { headers: { 'accept-encoding': 'gzip' } })
    t.match(zipped.headers, { 'content-encoding': 'gzip', vary: /Accept-Encoding/, etag: /-gzip"$/ }, url)
    const again = await call('GET', url, { headers: { 'if-none-match': String(zipped.headers.etag) } })
    t.equal(again.statusCode, 304, url)
  }
  t.match((await call('GET', '/errors', { headers: { 'accept-encoding': 'gzip' } })).headers.vary, 'Accept-Encoding')
  t.equal((await call('GET', '/v1/exports/figures.csv')).headers.vary, 'Accept-Encoding', 'its name settles the form')
})

t.test('every answer, refusals too, may be read by any page, and is typed, unframed and unsniffed', async t => {
  const { call } = await seededService(t)
  for (const url of [
    ...KEPT,
    ...WRONG,
    '/healthz',
    '/openapi.json',
    '/openapi.yaml',
    '/v1/codelists',
    '/errors/invalid',
  ]) {
    const answer = await call('GET', url, { headers: { origin: 'https://page.example' } })
    t.ok(isOpen(answer), `${url}: CORS`)
    t.match(
      answer.headers,
      { 'x-content-type-options': 'nosniff', 'content-security-policy': /default-src 'none'/ },
      url,
    )
    t.ok(answer.headers['content-type'], url)
    if (answer.statusCode >= 400) {
      t.match(answer.headers['content-type'], 'application/problem+json', url)
      t.equal(answer.headers['cache-control'], 'no-store', url)
      t.equal(answer.headers.etag, undefined, url)
    }
  }
  const refused = await call('POST', '/v1/events', { body: {} })
  t.ok(isOpen(refused), 'a write that is refused')
})

t.test('a page that asks first is told what it may read', async t => {
  const { call } = await seededService(t)
  const asked = {
    origin: 'https://page.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'if-none-match',
  }
  for (const url of ['/v1/events', '/v1/localities/iq-ramadi/timeline', '/v1/events/ramadi-fall-2015-05']) {
    const answer = await call('OPTIONS', url, { headers: asked })
    t.equal(answer.statusCode, 204, url)
    t.match(answer.headers['access-control-allow-methods'], /\bGET\b/)
    t.match(answer.headers['access-control-allow-headers'], /If-None-Match/i)
    t.equal(answer.headers['access-control-allow-origin'], '*')
    t.match(answer.headers.allow, /GET/)
  }
})
