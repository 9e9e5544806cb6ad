import t from 'tap'
import type { Answer } from '../support/service.js'
import { awkwardService } from './offered.js'

const IRAQ = '/v1/localities/iq/timeline'
const SERIES = `${IRAQ}?shape=series`
const figuresOf = ({ points }: Answer): string[] => points.map(({ figure }: Answer) => figure)

t.test('rows are the lines of NDJSON', async t => {
  const { app, get } = await awkwardService(t)
  const lines = (await app.inject(`${IRAQ}.ndjson`)).body.trimEnd().split('\n')
  t.same(
    (await get(`${IRAQ}?shape=rows&limit=1000`)).rows,
    lines.map(line => JSON.parse(line)),
  )
})

t.test('every stock and cumulative figure is a point of one series, and no flow is', async t => {
  const { get } = await awkwardService(t)
  const { series } = await get(SERIES)
  const { rows } = await get(`${IRAQ}?shape=rows&limit=1000`)
  const points: string[] = series.flatMap(figuresOf)
  t.equal(new Set(points).size, points.length)
  t.same(
    new Set(points),
    new Set(rows.filter(({ basis }: Answer) => basis !== 'flow').map(({ figure_id }: Answer) => figure_id)),
  )
  t.ok(series.every(({ basis }: Answer) => basis === 'stock' || basis === 'cumulative'))
})

t.test('a cumulative count that starts again starts a new series, of its own anchor', async t => {
  const { get } = await awkwardService(t)
  const { series } = await get(SERIES)
  const counts = series.filter((one: Answer) => figuresOf(one).some(figure => figure.startsWith('awkward-count')))
  t.match(counts.map(figuresOf), [['awkward-count-1', 'awkward-count-2'], ['awkward-count-3']])
  t.match(counts, [{ anchor: '2016-01-01' }, { anchor: '2016-02-15' }])
  t.match(counts[0].points, [
    { date: '2016-01-31', best: 100 },
    { date: '2016-02-10', best: 140 },
  ])
})

t.test('series are whole: they take no limit and no cursor, and name no next page', async t => {
  const { app, get } = await awkwardService(t)
  const { next: cursor } = await get(`${IRAQ}?limit=1`)
  for (const parameter of ['limit', 'cursor']) {
    const given = { limit: '1000', cursor: new URL(cursor, 'http://annals').searchParams.get('cursor') }[parameter]
    t.match((await app.inject(`${SERIES}&${parameter}=${given}`)).json(), {
      status: 400,
      errors: [{ parameter, code: 'conflict' }],
    })
  }
  const { series, next, number_matched } = await get(SERIES)
  t.equal(next, null)
  const events = series.flatMap(({ points }: Answer) => points.map(({ event }: Answer) => event))
  t.equal(number_matched, new Set(events).size)
})

t.test('a series names its sources and reports, and why its figures are not added', async t => {
  const { get } = await awkwardService(t)
  const { series, sources, localities, not_summed, total, citation } = await get(SERIES)
  for (const { originators, places } of series) {
    for (const id of originators) t.ok(sources[id], id)
    for (const { locality } of places) t.ok(localities[locality], locality)
  }
  t.equal(total, null)
  t.ok(not_summed.reasons.includes('separate_events'))
  t.ok(not_summed.reasons.includes('bases_differ'), 'a stock and cumulative counts')
  t.match(citation.url, /shape=series.*as_of=\d+/)
})

t.test('of flows alone there is no series', async t => {
  const { get } = await awkwardService(t)
  t.match(await get(`${SERIES}&basis=flow`), { series: [], number_matched: 0, next: null })
  const stocks = await get(`${SERIES}&basis=stock,flow`)
  t.ok(stocks.series.length > 0 && stocks.series.every(({ basis }: Answer) => basis === 'stock'))
})

t.test('what was withdrawn is shown only where it says so: in nested events and on maps', async t => {
  const { app, get, send } = await awkwardService(t)
  const gone = { headers: { 'if-match': '"1"' } }
  t.equal((await send('DELETE', '/v1/figures/awkward-count-2?reason=misread', undefined, gone)).status, 200)
  const nested = [
    (await get(`${IRAQ}?include=retracted&limit=1000`)).events,
    (await get(`${IRAQ}.geojson?include=retracted`)).features.map(({ properties }: Answer) => properties),
  ]
  for (const events of nested) {
    const figures = events.flatMap(({ figures }: Answer) => figures)
    t.match(figures.find(({ id }: Answer) => id === 'awkward-count-2').retracted, { reason: 'misread' })
  }
  for (const url of [
    `${IRAQ}.csv?`,
    `${IRAQ}.ndjson?`,
    `${IRAQ}.txt?`,
    `${IRAQ}?shape=rows&`,
    `${SERIES}&`,
    `${IRAQ}/cite?shape=rows&`,
  ]) {
    t.match(
      (await app.inject(`${url}include=retracted`)).json(),
      { status: 400, errors: [{ parameter: 'include', code: 'conflict' }] },
      url,
    )
    t.notMatch((await app.inject(url.slice(0, -1))).body, 'awkward-count-2')
  }
  for (const suffix of ['csv', 'ndjson', 'txt', 'geojson'])
    t.match((await app.inject(`${IRAQ}.${suffix}?shape=series`)).json(), { errors: [{ parameter: 'shape' }] }, suffix)
})
