import t from 'tap'
import { geojsonFeature, geojsonFooter, geojsonHeader } from '../../src/formats/geojson.js'
import { event, figure, locality } from './rows.js'

t.test('an event is a feature at its locality’s point, longitude first', async t => {
  const feature = JSON.parse(geojsonFeature({ event: event(), figures: [figure()], locality: locality() }, true))
  t.equal(feature.type, 'Feature')
  t.equal(feature.id, 'ramadi-exodus-2015-04')
  t.same(feature.geometry, { type: 'Point', coordinates: [43.31, 33.42] })
  t.match(feature.properties, {
    id: 'ramadi-exodus-2015-04',
    title: 'Exodus from Ramadi, April 2015',
    kind: 'conflict',
    period: { edtf: '2015-04' },
    locality: 'iq-ramadi',
    locality_name: 'Ramadi',
    locality_level: 'settlement',
  })
  t.same(feature.properties.figures, [figure()])
})

t.test('the precision of the point is the locality’s level and the extents that figures state for it', async t => {
  const elsewhere = { locality: 'iq-baghdad', role: 'destination', extent: 'part_of', text: null } as const
  const here = { locality: 'iq-ramadi', role: 'origin', extent: 'exact', text: null } as const
  const figures = [figure(), figure({ places: [here, elsewhere] }), figure()]
  const feature = JSON.parse(geojsonFeature({ event: event(), figures, locality: locality() }, true))
  t.same(feature.properties.point_precision, { level: 'settlement', extents: ['and_surroundings', 'exact'] })
})

t.test('a locality without a point gives a null geometry: no point is made up', async t => {
  const feature = JSON.parse(geojsonFeature({ event: event(), figures: [], locality: locality({ point: null }) }, true))
  t.equal(feature.geometry, null)
  t.equal(feature.properties.point_precision, null)
})

t.test('the pieces make one FeatureCollection, with members of the whole answer at its end', async t => {
  const one = { event: event(), figures: [figure()], locality: locality() }
  const not_summed = { statement: 'Separate events. Do not add these figures.' }
  const whole = geojsonHeader() + geojsonFeature(one, true) + geojsonFeature(one, false) + geojsonFooter({ not_summed })
  const collection = JSON.parse(whole)
  t.equal(collection.type, 'FeatureCollection')
  t.equal(collection.features.length, 2)
  t.same(collection.not_summed, not_summed)
  t.same(JSON.parse(geojsonHeader() + geojsonFooter()), { type: 'FeatureCollection', features: [] })
})
