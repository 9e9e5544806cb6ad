import t, { type Test } from 'tap'
import { seededService } from './client.js'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by what the tests say of them
type Any = any

const URL_ = '/v1/localities/iq-ramadi/timeline'
/** The three events of one newspaper article. */
const EXODUS = 'ramadi-exodus-2015-04'
const FLIGHT = 'ramadi-flight-2015-05'
const FALL = 'ramadi-fall-2015-05'

t.test('the article’s three figures come back as three events, 8,000 additional to 114,000 by its source', async t => {
  const { get } = await seededService(t)
  const { events: all, total, not_summed, reports } = await get(URL_)
  t.ok(all.length >= 3)
  t.equal(total, null)
  t.equal(not_summed.statement, 'Separate events. Do not add these figures.')
  for (const reason of ['separate_events', 'measures_differ', 'extents_differ', 'people_may_recur'])
    t.ok(not_summed.reasons.includes(reason), reason)
  const eventOf = (id: string) => all.find((event: Any) => event.id === id)
  const figureOf = (event: string, id: string) =>
    eventOf(event).figures.find((figure: Any) => figure.id === `ramadi-2015:${id}`)
  t.match(figureOf(EXODUS, 'exodus-un').value, {
    low: null,
    best: null,
    high: 114000,
    qualifier: 'at_most',
    text: 'as many as 114,000',
  })
  t.match(figureOf(FLIGHT, 'fall-fled').value, { best: 8000, qualifier: 'approximately' })
  t.match(figureOf(FALL, 'fall-killed').value, { best: 500, qualifier: 'approximately' })
  t.match(figureOf(FALL, 'fall-killed'), {
    population: 'mixed',
    period: { start: '2015-05-15', end: '2015-05-17', inferred: true },
  })
  t.equal(figureOf(FALL, 'fall-killed').citations.length, 5)
  t.ok(figureOf(FALL, 'fall-killed').drift.length >= 2, 'the drift of its printings shows')
  t.match(eventOf(FLIGHT).relations, [
    { kind: 'additional_to', to: EXODUS, asserted_by: 'source', report: 'scotsman-2015-05-18' },
  ])
  t.match(reports['scotsman-2015-05-18'], { publisher: 'the-scotsman' })
})

t.test('every source, report and locality that is named is there, once', async t => {
  const { get } = await seededService(t)
  for (const query of ['', '?scope=around', '?measure=killed', '?published_by=2015-05-01', '?limit=1']) {
    const { events, sources, reports, localities } = await get(`${URL_}${query}`)
    const figures = events.flatMap((event: Any) => event.figures)
    const named = {
      sources: figures
        .flatMap(({ attribution }: Any) => attribution.map(({ source }: Any) => source))
        .concat(Object.values(reports).map(({ publisher }: Any) => publisher)),
      reports: figures.flatMap(({ citations }: Any) => citations.map(({ report }: Any) => report)),
      localities: figures
        .flatMap(({ places }: Any) => places.map(({ locality }: Any) => locality))
        .concat(events.map(({ locality }: Any) => locality)),
    }
    for (const id of named.sources) t.equal(sources[id]?.id, id, `source ${id}`)
    for (const id of named.reports) t.equal(reports[id]?.id, id, `report ${id}`)
    for (const id of named.localities) t.equal(localities[id]?.id, id, `locality ${id}`)
    t.ok(Object.keys(sources).every(id => named.sources.includes(id)))
  }
})

t.test('a report that no figure cites is there where a relation of an event or of a figure names it', async t => {
  const { get, send } = await seededService(t)
  const states = { kind: 'additional_to', asserted_by: 'source' }
  for (const [of, from, to] of [
    ['event', FALL, EXODUS],
    ['figure', 'ramadi-2015:fall-killed', 'ramadi-2015:fall-fled'],
  ]) {
    const report = `on-${of}s`
    await send('PUT', `/v1/reports/${report}`, { title: 'What belongs together', publisher: 'ocha' })
    t.equal((await send('PUT', `/v1/relations/${report}`, { ...states, of, from, to, report })).status, 201)
    const { reports, sources } = await get(URL_)
    t.match([reports[report]?.id, sources.ocha?.id], [report, 'ocha'])
  }
})

t.test('published_by shows what had been printed: by 1 May 2015 nothing of May', async t => {
  const { get } = await seededService(t)
  const { events } = await get(`${URL_}?published_by=2015-05-01`)
  t.same(
    events.map(({ id }: Any) => id),
    [EXODUS],
  )
  t.ok(events[0].figures.length > 0)
  for (const figure of events[0].figures) t.ok(figure.citations.every(({ report }: Any) => !/2015-05/.test(report)))
  t.same((await get(`${URL_}?published_by=2014-01-01`)).events, [])
})

t.test('as_of shows the value before a correction, the figure before its retraction', async t => {
  const { get, call, head } = await seededService(t)
  const value = async (query = '') =>
    (await get(`${URL_}${query}`)).events
      .flatMap(({ figures }: Any) => figures)
      .find(({ id }: Any) => id === 'ramadi-2015:fall-fled')?.value.best
  const before = head()
  const url = '/v1/figures/ramadi-2015:fall-fled'
  const corrected = { as: 'curator', body: { value: { best: 8001 } }, headers: { 'if-match': '"1"' } } as const
  t.equal((await call('PATCH', `${url}?reason=misread`, corrected)).statusCode, 200)
  const between = head()
  t.equal(await value(), 8001)
  t.equal(await value(`?as_of=${before}`), 8000)
  const { recorded_at } = await get(url)
  t.equal(await value(`?as_of=${recorded_at}`), 8001)
  t.equal(await value(`?as_of=${encodeURIComponent(new Date(Date.parse(recorded_at) - 1).toISOString())}`), 8000)
  const { relations } = { relations: (await get('/v1/relations?figure=ramadi-2015:fall-fled')).items }
  t.ok(relations.length > 0)
  t.equal(
    (await call('DELETE', `${url}?reason=withdrawn`, { as: 'curator', headers: { 'if-match': '"2"' } })).statusCode,
    200,
  )
  t.equal(await value(), undefined)
  t.equal(await value(`?as_of=${between}`), 8001)
  t.equal(await value('?include=retracted'), 8001)
})

t.test('what was withdrawn is shown only where it is marked as such', async t => {
  const { get, call } = await seededService(t)
  const url = '/v1/figures/ramadi-2015:fall-killed-ged?reason=withdrawn'
  t.equal((await call('DELETE', url, { as: 'curator', headers: { 'if-match': '"1"' } })).statusCode, 200)
  const { events } = await get(`${URL_}?include=retracted`)
  const { features } = await get(`${URL_}.geojson?include=retracted`)
  for (const figures of [events, features.map(({ properties }: Any) => properties)].map(all =>
    all.flatMap((event: Any) => event.figures),
  ))
    t.same(
      figures.filter((figure: Any) => figure.retracted).map(({ id, retracted }: Any) => [id, retracted]),
      [['ramadi-2015:fall-killed-ged', { reason: 'withdrawn' }]],
    )
  for (const unmarked of ['?shape=rows&', '?shape=series&', '.csv?', '.ndjson?', '.txt?'])
    t.match(
      (await call('GET', `${URL_}${unmarked}include=retracted`)).json(),
      { status: 400, errors: [{ parameter: 'include', code: 'conflict' }] },
      unmarked,
    )
})

t.test('from and to keep the events whose periods overlap the window, both ends inclusive', async t => {
  const { get } = await seededService(t)
  const all = (await get(`${URL_}?scope=around&limit=1000`)).events as Any[]
  const windows: [string, string][] = [
    ['2015-04-30', '2015-04-30'],
    ['2015-05-01', '2015-05-14'],
    ['2015-05-17', '2015-05-18'],
    ['2015-05-31', '2016-01-01'],
    ['2016-01-01', '2017-01-01'],
  ]
  for (const [from, to] of windows) {
    const { events } = await get(`${URL_}?scope=around&from=${from}&to=${to}`)
    const expected = all.filter(
      ({ period: { start, end } }) => (start === null || start <= to) && (end === null || end >= from),
    )
    t.same(
      events.map(({ id }: Any) => id),
      expected.map(({ id }) => id),
      `${from}…${to}`,
    )
  }
})

t.test('scope: the place alone, all below it, or what is recorded around it', async t => {
  const { call, get } = await seededService(t)
  const ids = async (locality: string, scope: string) =>
    (await get(`/v1/localities/${locality}/timeline?scope=${scope}`)).events.map(({ id }: Any) => id)
  const [exact, within, around] = [
    await ids('iq-anbar', 'exact'),
    await ids('iq-anbar', 'within'),
    await ids('iq-ramadi', 'around'),
  ]
  t.ok(exact.every((id: string) => id.startsWith('anbar-')))
  t.ok(exact.length < within.length && exact.every((id: string) => within.includes(id)))
  t.ok(around.some((id: string) => id.startsWith('anbar-')))
  const broader = (await get(`${URL_}?scope=around`)).events.filter(({ match }: Any) => match === 'broader')
  t.ok(broader.length > 0 && broader.every(({ id }: Any) => id.startsWith('anbar-')))
  const marked = (scope: string) => call('GET', `${URL_}.txt?scope=${scope}`).then(({ body }) => body)
  t.match(await marked('around'), /^b {2}broader: Its event is recorded for a place that contains/m)
  t.match(await marked('around'), / b +person +Anbar /)
  t.notMatch(await marked('within'), /broader/)
})

/** Rows of CSV without quotes in the way. */
const rowsOf = (csv: string) => csv.trim().split('\n').length - 1

t.test('every format says the same figures, in the same order', async t => {
  const { call, get } = await seededService(t)
  const { rows } = await get(`${URL_}?shape=rows&limit=1000`)
  t.ok(rows.length >= 8)
  const csv = await call('GET', `${URL_}.csv`)
  t.match(csv.headers['content-type'], /^text\/csv; charset=utf-8/)
  t.equal(rowsOf(csv.body.replace(/"[^"]*"/g, '')), rows.length)
  const ndjson = await call('GET', `${URL_}.ndjson`)
  t.same(
    ndjson.body
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
    rows,
  )
  const geojson = (await call('GET', `${URL_}.geojson`)).json()
  t.equal(geojson.type, 'FeatureCollection')
  t.equal(geojson.total, null)
  const text = await call('GET', `${URL_}.txt`)
  t.match(text.headers['content-type'], /^text\/plain; charset=utf-8/)
  t.ok(text.body.includes('114,000') && text.body.includes('8,000') && text.body.includes('500'))
  const order = (ids: string[]) => [...new Set(ids)]
  t.same(
    order(geojson.features.map(({ id, properties }: Any) => id ?? properties.id)),
    order((await get(URL_)).events.map(({ id }: Any) => id)),
  )
  t.same(order(rows.map(({ event_id }: Any) => event_id)), order((await get(URL_)).events.map(({ id }: Any) => id)))
})

t.test('Accept chooses the format, the path wins, and what is not offered is 406 with the list', async t => {
  const { call } = await seededService(t)
  const type = async (url: string, accept: string) => {
    const { statusCode, headers } = await call('GET', url, { headers: { accept } })
    return statusCode === 200 ? String(headers['content-type']).split(';')[0] : statusCode
  }
  t.equal(await type(URL_, 'text/csv'), 'text/csv')
  t.equal(await type(URL_, 'text/csv;q=0.5, application/x-ndjson'), 'application/x-ndjson')
  t.equal(await type(URL_, '*/*'), 'application/json')
  t.equal(await type(URL_, 'text/html,application/xhtml+xml,*/*;q=0.8'), 'application/json')
  t.equal(await type(URL_, 'text/csv;q=0, application/json'), 'application/json')
  t.equal(await type(`${URL_}.csv`, 'application/json'), 'text/csv')
  t.equal(await type(URL_, 'image/png'), 406)
  t.match((await call('GET', URL_, { headers: { accept: 'image/png' } })).json(), {
    code: 'not_acceptable',
    offered: ['application/json', 'text/csv'],
  })
  t.match((await call('GET', `${URL_}.pdf`)).json(), { status: 406, code: 'not_acceptable' })
})

t.test('clients that say what they like best get what their other parameters ask for', async t => {
  const { call } = await seededService(t)
  const typed = async (url: string, accept: string) => {
    const { statusCode, headers } = await call('GET', url, { headers: { accept } })
    return [statusCode, headers['content-type']]
  }
  const json = [200, 'application/json; charset=utf-8']
  // as Grafana's Infinity asks for JSON
  for (const parameters of ['shape=rows', 'shape=series', 'limit=5', 'shape=rows&limit=1000'])
    t.strictSame(await typed(`${URL_}?${parameters}`, 'application/json;q=0.9,text/plain'), json, parameters)
  t.strictSame(await typed(`${URL_}?shape=rows`, 'text/csv'), [400, 'application/problem+json; charset=utf-8'])
  for (const url of [URL_, '/v1/figures', '/v1/figures/ramadi-2015:fall-killed', '/v1/log/checkpoint'])
    t.strictSame(await typed(url, 'application/json; charset=utf-8'), json, url)
  for (const accept of ['text/csv; charset=utf-8', 'text/csv; header=present', 'text/csv;charset=UTF-8'])
    t.match(await typed(URL_, accept), [200, /^text\/csv/], accept)
})

t.test('a number that was replaced is marked where there is a mark, and left out where there is none', async t => {
  const { call, get, send } = await seededService(t)
  const {
    id: _,
    rev: __,
    recorded_at: ___,
    recorded_by: ____,
    ...killed
  } = await get('/v1/figures/ramadi-2015:fall-killed')
  const dead = { ...killed, basis: 'stock', places: [{ locality: 'iq-ramadi' }] }
  await send('PUT', '/v1/figures/older', dead)
  await send('PUT', '/v1/figures/newer', { ...dead, verification: 'verified' })
  const shown = async (format: string, query = '') =>
    (await call('GET', `${URL_}${format}${query}`)).body.includes('older')
  const tables = ['.csv', '.ndjson', '?shape=rows', '?shape=series']
  for (const form of tables) t.ok(await shown(form), `${form} before`)
  const revises = { of: 'figure', kind: 'revises', from: 'newer', to: 'older', asserted_by: 'curator' }
  t.equal((await send('PUT', '/v1/relations/x', revises)).status, 201)
  const filter = 'verification=unverified'
  for (const form of tables) t.notOk(await shown(form, `${form.includes('?') ? '&' : '?'}${filter}`), form)
  const figures = (list: Any[]) => list.flatMap(({ figures }) => figures).filter(({ id }) => id === 'older')
  t.match(figures((await get(`${URL_}?${filter}`)).events), [{ replaced_by: ['newer'] }])
  const { features } = (await call('GET', `${URL_}.geojson?${filter}`)).json()
  t.match(figures(features.map(({ properties }: Any) => properties)), [{ replaced_by: ['newer'] }])
})

t.test('the timeline of a locality that was withdrawn says so', async t => {
  const { call, get, send, head } = await seededService(t)
  await send('PUT', '/v1/localities/gone', { name: 'Gone', level: 'site' })
  const before = head()
  await send('DELETE', '/v1/localities/gone?reason=never%20was', undefined, { headers: { 'if-match': '"1"' } })
  for (const rest of ['', '.csv', '/cite'])
    t.match(
      (await call('GET', `/v1/localities/gone/timeline${rest}`)).json(),
      { status: 410, code: 'retracted', tombstone: { reason: 'never was' } },
      rest,
    )
  t.strictSame((await get(`/v1/localities/gone/timeline?as_of=${before}`)).events, [])
})

/** The seed, and a figure whose only report has no date. */
async function serviceWithUndated(t: Test) {
  const service = await seededService(t)
  const { get, send } = service
  await send('PUT', '/v1/reports/undated', { title: 'Undated', publisher: 'un', published: null })
  const figure = await get('/v1/figures/ramadi-2015:fall-killed')
  const { id: _, rev: __, recorded_at: ___, recorded_by: ____, ...document } = figure
  await send('PUT', '/v1/figures/undated', { ...document, citations: [{ report: 'undated' }] })
  return service
}

t.test('what published_by leaves out for want of a date is counted wherever there is room for it', async t => {
  const { call, get } = await serviceWithUndated(t)
  const asked = '?published_by=2030-01-01'
  t.match(await get(URL_ + asked), { left_out: { undated_figures: 1 } })
  t.match(await get(`${URL_}.geojson${asked}`), { left_out: { undated_figures: 1 } })
  const left_out = { undated_figures: 1 }
  t.match(await get(`/v1/figures${asked}`), { left_out })
  t.match(await get(`/v1/figures.json${asked}&measure=killed`), { left_out })
  t.match(await get(`/v1/figures${asked}&measure=displaced`), { left_out: { undated_figures: 0 } })
  t.notOk('left_out' in (await get('/v1/figures')))
  t.match((await call('GET', `${URL_}.txt${asked}`)).body, /Left out, for no dated report prints them: 1 figures\./)
  t.notMatch((await call('GET', `${URL_}.txt`)).body, /Left out/)
})

t.test('where there is only room for rows, a header counts it', async t => {
  const { call } = await serviceWithUndated(t)
  const asked = '?published_by=2030-01-01'
  for (const url of [`${URL_}.csv`, `${URL_}.ndjson`, '/v1/figures.csv', '/v1/figures.ndjson'])
    for (const method of ['GET', 'HEAD'] as const) {
      const headersOf = async (query: string) => (await call(method, url + query)).headers
      const headers = await headersOf(asked)
      t.equal(headers['annals-left-out'], 'undated_figures=1', `${method} ${url}`)
      t.match(headers['access-control-expose-headers'], /\bAnnals-Left-Out\b/, 'any page may read it')
      t.match(await headersOf(`${asked}&measure=displaced`), { 'annals-left-out': 'undated_figures=0' })
      t.notOk('annals-left-out' in (await headersOf('')), 'nothing was asked about publication')
    }
})

t.test('what a window leaves out for want of a date is counted wherever there is room for it', async t => {
  const { call, get, send } = await seededService(t)
  const event = await get('/v1/events/ramadi-flight-2015-05')
  const { id: _, rev: __, recorded_at: ___, recorded_by: ____, ...document } = event
  await send('PUT', '/v1/events/dateless', { ...document, period: { text: 'some time ago' } })
  await send('PUT', '/v1/events/open', { ...document, period: { end: '2015-05-01' } })
  const { revision } = await get(URL_)
  const asked = '?from=2015-01-01&to=2015-12-31'
  const left_out = { without_dates: 1 }
  const windowed = await get(URL_ + asked)
  t.strictSame(windowed.left_out, left_out, 'at first')
  t.equal(windowed.number_matched, (await get(URL_)).number_matched - 1)
  t.notOk('left_out' in (await get(URL_)), 'nothing was asked about a time')
  for (const query of [
    '?from=2015-01-02',
    '?to=2015-12-30',
    `${asked}&limit=1`,
    `${asked}&scope=around`,
    `${asked}&as_of=${revision}`,
  ])
    t.strictSame((await get(URL_ + query)).left_out, left_out, query)
  t.strictSame((await get(`${URL_}${asked}&measure=killed`)).left_out, { without_dates: 0 }, 'it has no such figure')
  t.strictSame((await get(`${URL_}${asked}&published_by=2030-01-01`)).left_out, {
    undated_figures: 0,
    without_dates: 0,
  })
  t.strictSame((await get(`${URL_}.geojson${asked}`)).left_out, left_out)
  t.strictSame((await get(`/v1/events${asked}`)).left_out, left_out)
  t.strictSame((await get(`/v1/figures${asked}`)).left_out, { without_dates: 2 })
  await send('PUT', '/v1/reports/undated', { title: 'Undated', publisher: 'un', published: null })
  t.strictSame((await get(`/v1/reports${asked}`)).left_out, left_out)
  t.match((await call('GET', `${URL_}.txt${asked}`)).body, /\nLeft out, for no day of them is known: 1 events\.\n$/)
  for (const url of [`${URL_}.csv`, `${URL_}.ndjson`, '/v1/events.csv'])
    t.equal((await call('GET', url + asked)).headers['annals-left-out'], 'without_dates=1', url)
  const dated = { as: 'curator', body: { period: { end: '2015-05-02' } }, headers: { 'if-match': '"1"' } } as const
  await call('PATCH', '/v1/events/dateless?reason=found', dated)
  t.strictSame((await get(URL_ + asked)).left_out, { without_dates: 0 }, 'what is in memory learns of it')
})

t.test('asking for a sum is refused by name, in every format and spelling', async t => {
  const { call } = await seededService(t)
  const wishes = [
    'aggregate=sum',
    'aggregate=',
    'sum=1',
    'total=true',
    'totals',
    'group_by=measure',
    'groupBy=month',
    'avg=best',
    'mean=1',
    'GROUP-BY=x',
    'aggregate[]=sum',
    'per_day=1',
    'sum=1&unknown=2',
  ]
  for (const wish of wishes)
    for (const url of [
      URL_,
      `${URL_}.csv`,
      `${URL_}.txt`,
      '/v1/figures',
      '/v1/events',
      '/v1/exports/figures.csv',
      '/v1/changes',
    ]) {
      const answer = await call('GET', `${url}?${wish}`)
      t.match(answer.json(), { status: 400, code: 'sum_refused', detail: /not_summed/ }, `${url}?${wish}`)
    }
})
