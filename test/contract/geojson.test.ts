import t from 'tap'
import type { Answer } from '../support/service.js'
import { seededService } from './client.js'
import { awkwardService } from './offered.js'

const MAPS = ['/v1/events.geojson', '/v1/exports/events.geojson', '/v1/localities/iq/timeline.geojson']

/** What of a FeatureCollection of points breaks RFC 7946. */
function faultsOf(collection: Answer): string[] {
  const faults: string[] = []
  if (collection.type !== 'FeatureCollection' || !Array.isArray(collection.features)) return ['no FeatureCollection']
  // section 7.1: members of other types may not stand here; section 4: no other reference system
  for (const name of ['crs', 'geometry', 'geometries', 'properties', 'coordinates'])
    if (name in collection) faults.push(`collection: ${name}`)
  for (const { type, id, geometry, properties, ...rest } of collection.features) {
    if (type !== 'Feature') faults.push(`${id}: ${type}`)
    if (typeof id !== 'string') faults.push(`${id}: id`)
    if (typeof properties !== 'object' || properties === null || Array.isArray(properties))
      faults.push(`${id}: properties`)
    for (const name of ['features', 'geometries', 'coordinates', 'crs']) if (name in rest) faults.push(`${id}: ${name}`)
    if (geometry === null) continue
    const [lon, lat, ...more] = geometry?.coordinates ?? []
    const numbers = [lon, lat].every(each => typeof each === 'number' && Number.isFinite(each))
    if (geometry?.type !== 'Point' || !numbers || more.length > 0) faults.push(`${id}: no point`)
    else if (Math.abs(lon) > 180 || Math.abs(lat) > 90) faults.push(`${id}: out of range`)
  }
  return faults
}

t.test(
  'maps are RFC 7946, each event at its locality’s own point, or without geometry where that has none',
  async t => {
    const { get } = await awkwardService(t)
    const localities = new Map<string, Answer>(
      (await get('/v1/localities.json')).items.map((one: Answer) => [one.id, one]),
    )
    for (const url of MAPS) {
      const map = await get(url)
      t.same(faultsOf(map), [], url)
      t.equal(map.total, null)
      t.ok(map.features.length >= 7, `${map.features.length} events`)
      for (const { id, geometry, properties } of map.features) {
        t.equal(properties.id, id)
        const { point, level, name } = localities.get(properties.locality)!
        t.same(geometry, point && { type: 'Point', coordinates: [point.lon, point.lat] }, id)
        t.match(properties, { locality_name: name, locality_level: level })
        t.equal(properties.point_precision?.level, point ? level : undefined, `${id}: how precise the point is`)
      }
      const featureOf = (id: string) => map.features.find((one: Answer) => one.id === id)
      t.equal(featureOf('awkward').geometry, null, 'its country has a point, which is not this place’s')
      t.same(featureOf('awkward-open').geometry.coordinates, [179.25, -0.5])
      t.same(featureOf('ramadi-exodus-2015-04').properties.point_precision.extents, ['and_surroundings'])
    }
  },
)

t.test('a map names the figures of each event and nothing that was made of them', async t => {
  const { get } = await awkwardService(t)
  for (const url of MAPS) {
    const { features } = await get(url)
    const figures = features.flatMap(({ properties }: Answer) => properties.figures)
    t.same(
      new Set(figures.map(({ id }: Answer) => id)),
      new Set((await get('/v1/figures.json')).items.map(({ id }: Answer) => id)),
    )
    const zero = figures.find(({ id }: Answer) => id === 'awkward-zero')
    t.match(zero.value, { low: 0, best: 0, high: 0 })
    t.match(figures.find(({ id }: Answer) => id === 'awkward-most').value, { low: null, best: null, high: 2 ** 53 - 1 })
  }
  const whole = await get('/v1/localities/iq/timeline?limit=1000')
  t.strictSame((await get(MAPS[2]!)).not_summed, whole.not_summed, 'with the reasons that hold for all of it')
  t.ok(whole.not_summed.reasons.length > 2)
})

t.test('a map of all events marks the figures that their source replaced', async t => {
  const { get, send, head } = await seededService(t)
  const { event, measure, value, attribution, citations } = await get('/v1/figures/ramadi-2015:fall-killed')
  for (const id of ['first', 'second', 'third'])
    await send('PUT', `/v1/figures/${id}`, { event, measure, value, attribution, citations })
  const before = head()
  for (const [from, to] of [
    ['second', 'first'],
    ['third', 'second'],
  ]) {
    const relation = { of: 'figure', kind: 'revises', from, to, asserted_by: 'source' }
    t.equal((await send('PUT', `/v1/relations/${from}`, relation)).status, 201)
  }
  for (const url of MAPS.slice(0, 2)) {
    const marked = async (query: string) => {
      const { features, not_summed } = await get(url + query)
      t.match(not_summed, { statement: /Do not add/ })
      const figures = features.flatMap(({ properties }: Answer) => properties.figures)
      return figures.flatMap(({ id, replaced_by }: Answer) => (replaced_by ? [[id, replaced_by]] : []))
    }
    t.strictSame(await marked(''), [
      ['first', ['second']],
      ['second', ['third']],
    ])
    t.strictSame(await marked(`?as_of=${before}`), [], 'nor before that was known')
  }
})

t.test('the check of maps finds what is wrong with one', async t => {
  const feature = { type: 'Feature', id: 'a', geometry: { type: 'Point', coordinates: [43, 33] }, properties: {} }
  const collection = (change: object) => ({ type: 'FeatureCollection', features: [{ ...feature, ...change }] })
  t.same(faultsOf(collection({})), [])
  for (const change of [
    { type: 'feature' },
    { id: null },
    { properties: null },
    { coordinates: [1, 2] },
    { geometry: { type: 'Point', coordinates: [33, 243] } },
    { geometry: { type: 'Point', coordinates: ['43', '33'] } },
    { geometry: { type: 'MultiPoint', coordinates: [[43, 33]] } },
    { geometry: undefined },
  ])
    t.equal(faultsOf(collection(change)).length, 1, JSON.stringify(change))
  t.same(faultsOf({ ...collection({}), crs: {} }), ['collection: crs'])
})
