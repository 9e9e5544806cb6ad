import t, { type Test } from 'tap'
import { seededDatabase } from '../support/database.js'
import { type Answer, openService, type ServiceUnderTest } from '../support/service.js'

const TIMELINE = '/v1/localities/iq-ramadi/timeline'

async function twoEvents(t: Test) {
  const service = await openService(t, await seededDatabase(t))
  const { send } = service
  const period = { edtf: '2016-01' }
  const event = { title: 'Return to Ramadi', kind: 'conflict', locality: 'iq-ramadi', period }
  await send('PUT', '/v1/events/return-a', event)
  await send('PUT', '/v1/events/return-b', { ...event, title: 'Families come back' })
  const figure = {
    measure: 'returned',
    value: { qualifier: 'exactly', best: 300 },
    attribution: [{ source: 'un', role: 'originator' }],
    citations: [{ report: 'scotsman-2015-05-18' }],
  }
  await send('PUT', '/v1/figures/back-a', { ...figure, event: 'return-a' })
  await send('PUT', '/v1/figures/back-b', { ...figure, event: 'return-b' })
  return service
}

const eventsIn = async ({ get }: ServiceUnderTest, query = '') => {
  const { events } = await get(`${TIMELINE}?from=2016-01-01${query}`)
  return events.map(({ id, figures }: Answer) => [id, figures.map(({ id }: Answer) => id)])
}

t.test('a merge moves the figures, redirects the old id, and leaves the past as it was', async t => {
  const service = await twoEvents(t)
  const { app, read, send, get } = service
  const before = read.head().seq
  const apart = [
    ['return-a', ['back-a']],
    ['return-b', ['back-b']],
  ]
  t.strictSame(await eventsIn(service), apart)

  const { status, body, headers } = await send('POST', '/v1/events/return-b/merge?reason=the%20same', {
    into: 'return-a',
  })
  t.equal(status, 200)
  t.match(body, { id: 'return-a', rev: 1, merged: { id: 'return-b', rev: 2 } })
  t.match(headers, { etag: '"1"', 'content-location': '/v1/events/return-a' })

  t.strictSame(await eventsIn(service), [['return-a', ['back-a', 'back-b']]])
  t.strictSame(await eventsIn(service, `&as_of=${before}`), apart, 'as of before the merge there are two')
  const moved = await app.inject(`/v1/events/return-b?as_of=${read.head().seq}`)
  t.equal(moved.statusCode, 301)
  t.equal(moved.headers.location, `/v1/events/return-a?as_of=${read.head().seq}`)
  t.equal((await get(`/v1/events/return-b?as_of=${before}`)).title, 'Families come back')
  const { items } = await get('/v1/events/return-b/revisions')
  t.match(items[1], { rev: 2, op: 'merge', into: 'return-a', reason: 'the same', diff: [] })
})

t.test('putting the merged event again takes the merge back', async t => {
  const service = await twoEvents(t)
  const { send, get } = service
  await send('POST', '/v1/events/return-b/merge?reason=the%20same', { into: 'return-a' })
  const merged = service.read.head().seq
  const { items } = await get('/v1/events/return-b/revisions')
  const { title, kind, locality, period } = items[0].record
  const { status } = await send(
    'PUT',
    '/v1/events/return-b?reason=not%20the%20same',
    { title, kind, locality, period: { edtf: period.edtf } },
    { headers: { 'if-match': `"${items.at(-1).rev}"` } },
  )
  t.equal(status, 200)
  t.strictSame(await eventsIn(service), [
    ['return-a', ['back-a']],
    ['return-b', ['back-b']],
  ])
  t.strictSame(await eventsIn(service, `&as_of=${merged}`), [['return-a', ['back-a', 'back-b']]])
})

t.test('a merge is a curator’s, with a reason, of two records that stand', async t => {
  const { send } = await twoEvents(t)
  const url = '/v1/events/return-b/merge?reason=x'
  const into = { into: 'return-a' }
  t.match(await send('POST', url, into, { role: 'contributor' }), { status: 403, body: { code: 'forbidden' } })
  t.match(await send('POST', '/v1/events/return-b/merge', into), { status: 400, body: { code: 'reason_required' } })
  t.match(await send('POST', url, { into: 'no-such' }), { status: 404 })
  t.match(await send('POST', url, { into: 'return-b' }), { status: 409 })
  t.match(await send('POST', url, { into: 'return-a', x: 1 }), { status: 400 })
  t.match(await send('POST', url, into, { headers: { 'if-match': '"9"' } }), { status: 412 })
  t.match(await send('POST', url, into, { headers: { 'if-match': '"1"' } }), { status: 200 })
  t.match(
    await send('POST', url, into),
    { status: 409, body: { code: 'conflict', into: 'return-a' } },
    'not twice; the survivor is named',
  )
})

t.test('a merge with an Idempotency-Key happens once and is answered twice', async t => {
  const { read, send } = await twoEvents(t)
  const merge = () =>
    send('POST', '/v1/events/return-b/merge?reason=x', { into: 'return-a' }, { headers: { 'idempotency-key': 'k1' } })
  const first = await merge()
  const { seq } = read.head()
  t.strictSame((await merge()).body, first.body)
  t.equal(read.head().seq, seq)
})

t.test('every address of a merged locality leads to its survivor, whatever else it asks', async t => {
  const service = await openService(t, await seededDatabase(t))
  const { app, send, read, get } = service
  await send('PUT', '/v1/localities/ramadi-twin', { name: 'Ar Ramadi', level: 'settlement', codes: { pcode: 'TWIN' } })
  const event = { title: 'Twin', kind: 'conflict', locality: 'ramadi-twin', period: { edtf: '2017' } }
  await send('PUT', '/v1/events/twin', event)
  const before = read.head().seq
  await send('POST', '/v1/localities/ramadi-twin/merge?reason=one%20town', { into: 'iq-ramadi' })
  for (const [from, to] of [
    ['/v1/localities/ramadi-twin', '/v1/localities/iq-ramadi'],
    ['/v1/localities/ramadi-twin/timeline', TIMELINE],
    ['/v1/localities/ramadi-twin/timeline?from=2017-01-01&scope=exact', `${TIMELINE}?from=2017-01-01&scope=exact`],
    ['/v1/localities/ramadi-twin/timeline.csv?hxl=1', `${TIMELINE}.csv?hxl=1`],
  ]) {
    const { statusCode, headers } = await app.inject(from!)
    t.equal(statusCode, 301, String(from))
    t.equal(headers.location, to)
  }
  t.equal((await get(`${TIMELINE}?from=2017-01-01`)).events[0].id, 'twin')
  t.equal((await get(`/v1/localities/ramadi-twin/timeline?as_of=${before}`)).events[0].id, 'twin')
})

t.test('names and codes of a merged locality mean its survivor, and take no second one', async t => {
  const service = await openService(t, await seededDatabase(t))
  const { send, get, read } = service
  const place = { level: 'settlement', parent: 'iq' }
  await send('PUT', '/v1/localities/old', { ...place, name: 'Albu Hayat', codes: { geonames: '9991' } })
  await send('PUT', '/v1/localities/new', { ...place, name: 'Hayat Farms' })
  const before = read.head().seq
  await send('POST', '/v1/localities/old/merge?reason=one%20place', { into: 'new' })
  t.equal((await get('/v1/localities/geonames:9991')).id, 'new')
  t.match(await get('/v1/resolve?name=Albu%20Hayat'), {
    resolved: 'new',
    candidates: [{ name: 'Hayat Farms', matched: 'Albu Hayat' }],
  })
  t.match(await get('/v1/localities?q=albu%20hayat'), { items: [{ id: 'new', match: { name: 'Albu Hayat' } }] })
  t.equal((await get(`/v1/resolve?name=Albu%20Hayat&as_of=${before}`)).resolved, 'old')
  const other = await send('PUT', '/v1/localities/other', { ...place, name: 'Another', codes: { geonames: '9991' } })
  t.match(other.body.warnings, [{ code: 'shared_code', detail: /^the locality new answers to geonames:9991/ }])
  await send(
    'PUT',
    '/v1/localities/old?reason=two%20after%20all',
    { ...place, name: 'Albu Hayat' },
    { headers: { 'if-match': '"2"' } },
  )
  t.equal((await get('/v1/resolve?name=Albu%20Hayat')).resolved, 'old', 'until the merge is taken back')
  await send('POST', '/v1/localities/old/merge?reason=one%20place', { into: 'new' })
  await send('DELETE', '/v1/localities/new?reason=never%20was', undefined, { headers: { 'if-match': '"1"' } })
  t.strictSame((await get('/v1/resolve?name=Albu%20Hayat')).candidates, [], 'or the survivor is withdrawn')
})

t.test('a relation that a merge retracted is found by the event that it names', async t => {
  const { send, get } = await twoEvents(t)
  const apart = { of: 'event', kind: 'distinct_from', from: 'return-a', to: 'return-b', asserted_by: 'curator' }
  const besides = { ...apart, kind: 'additional_to', from: 'return-b', to: 'ramadi-exodus-2015-04' }
  await send('PUT', '/v1/relations/apart', apart)
  await send('PUT', '/v1/relations/besides', besides)
  await send('PUT', '/v1/relations/besides-too', { ...besides, from: 'return-a' })
  await send('POST', '/v1/events/return-b/merge?reason=the%20same', { into: 'return-a' })
  const found = async (query: string) =>
    (await get(`/v1/relations?${query}`)).items.map(({ id, state }: Answer) => `${id} ${state ?? 'live'}`)
  t.strictSame(await found('event=return-b'), ['besides-too live'])
  t.strictSame(await found('event=return-b&include=retracted'), [
    'apart retracted',
    'besides retracted',
    'besides-too live',
  ])
})
