import t from 'tap'
import type { GazetteerPlace } from '../../src/importers/adapter.js'
import { geonames } from '../../src/importers/geonames.js'
import { pcodes } from '../../src/importers/pcodes.js'
import { whosonfirst } from '../../src/importers/whosonfirst.js'
import { hintFaults, overFile, places } from './adapted.js'

const WOF = 'gazetteer/whosonfirst-iraq.csv'
const GEONAMES = 'gazetteer/geonames-iraq-cities500.tsv'
const PCODES = 'gazetteer/pcodes-adm1-adm2.csv'

const ramadie = {
  wof_id: '421181481',
  name: 'Ramadie',
  placetype: 'locality',
  lat: '33.42056',
  lon: '43.30778',
  parent_id: '421178933',
  geonames_id: '98717',
  wikidata_id: 'Q192961',
  names_eng: 'Ramadi|Ramadie',
  names_ara: 'الرمادي|Ar Ramadi',
  names_kur: '',
  names_variant: 'Rumādīya',
  is_current: '1',
  deprecated: '',
}

t.test("Who's On First: names in every script, codes, parent", async t => {
  const place = whosonfirst.read({ line: 2, cells: ramadie }) as GazetteerPlace
  t.equal(place.id, 'whosonfirst:421181481')
  t.same(place.containers, [{ level: null, codes: { whosonfirst: '421178933' } }])
  t.match(place.place, { name: 'Ramadie', level: 'settlement', point: { lat: 33.42056, lon: 43.30778 } })
  t.same(Object.entries(place.place.codes), [
    ['whosonfirst', '421181481'],
    ['geonames', '98717'],
    ['wikidata', 'Q192961'],
  ])
  t.same(place.place.names, [
    { text: 'Ramadi', lang: 'en', kind: 'alias' },
    { text: 'Ramadie', lang: 'en', kind: 'alias' },
    { text: 'الرمادي', lang: 'ar', kind: 'alias' },
    { text: 'Ar Ramadi', lang: 'ar-Latn', kind: 'transliteration' },
    { text: 'Rumādīya', lang: null, kind: 'alias' },
  ])
  t.match(place.place.note, /is_current: 1 \(current\)/)
  const levelOf = (placetype: string) =>
    (whosonfirst.read({ line: 2, cells: { ...ramadie, placetype } }) as GazetteerPlace).place.level
  t.same(['country', 'region', 'county', 'neighbourhood', 'campus'].map(levelOf), [
    ...['country', 'adm1', 'adm2', 'neighbourhood', 'site'],
  ])
  t.same((whosonfirst.read({ line: 2, cells: { ...ramadie, parent_id: '-1' } }) as GazetteerPlace).containers, [])
  t.match(whosonfirst.read({ line: 2, cells: { ...ramadie, placetype: 'ocean' } }), {
    problems: [{ code: 'not_in_list' }],
  })
  t.match(whosonfirst.read({ line: 2, cells: { ...ramadie, lat: 'x' } }), { problems: [{ column: 'lat' }] })
})

t.test("Who's On First: an entry that was withdrawn, replaced or is gone leaves the codes of others to the next", t => {
  const isCoded = (own: Record<string, string>) => {
    const { place } = whosonfirst.read({
      line: 2,
      cells: { ...ramadie, geonames_id: '98717', ...own },
    }) as GazetteerPlace
    t.equal(place.codes.whosonfirst, ramadie.wof_id)
    t.equal(place.note?.includes('geonames_id: 98717') ?? false, place.codes.geonames === undefined)
    return place.codes.geonames === '98717'
  }
  t.notOk(isCoded({ deprecated: '2024-03-01' }))
  t.notOk(isCoded({ deprecated: 'uuuu', is_current: '0' }), 'nobody knows when')
  t.notOk(isCoded({ cessation: '2016' }))
  t.notOk(isCoded({ superseded_by: '[421181483]' }))
  t.ok(isCoded({ deprecated: 'uuuu', cessation: 'uuuu', superseded_by: '[]' }), 'nor whether')
  t.ok(isCoded({ is_current: '0' }))
  t.end()
})

t.test("Who's On First: names in every language that has a column, and what else a row says", async t => {
  const cells = {
    ...ramadie,
    names_eng: '',
    names_ara: '',
    names_variant: '',
    names_fas: 'رمادی',
    names_tur: 'Ramadi',
    iso: 'IQ',
  }
  const { place } = whosonfirst.read({ line: 2, cells }) as GazetteerPlace
  t.same(place.names, [
    { text: 'رمادی', lang: 'fa', kind: 'alias' },
    { text: 'Ramadi', lang: 'tr', kind: 'alias' },
  ])
  t.match(place.note, /^iso: IQ$/m)
})

t.test('GeoNames: alternate names, feature codes, divisions', async t => {
  const cells = {
    geonameid: '98717',
    name: 'Ramadi',
    asciiname: 'Ramadi',
    alternatenames: 'Ar Ramādī,الرمادي,الرمادى,Рамади',
    latitude: '33.42056',
    longitude: '43.30778',
    feature_class: 'P',
    feature_code: 'PPLA',
    country_code: 'IQ',
    admin1_code: '01',
    admin2_code: '98718',
    population: '0',
  }
  const read = (more: object) => geonames.read({ line: 1, cells: { ...cells, ...more } }) as GazetteerPlace
  const place = read({})
  t.equal(place.id, 'geonames:98717')
  const adm1 = { level: 'adm1', codes: { geonames_adm1: 'IQ.01' } }
  t.same(place.containers, [{ level: 'adm2', codes: { geonames_adm2: 'IQ.01.98718', geonames: '98718' } }, adm1])
  t.same(
    place.place.names.map(name => name.text),
    ['Ar Ramādī', 'الرمادي', 'الرمادى', 'Рамади'],
  )
  t.match(place.place.parents, [{ level: 'country', codes: { iso3166_1: 'IQ', iso3166_1_alpha3: 'IRQ' } }])
  t.notMatch(place.place.note, /population/, '0 is not known')
  t.match(read({ timezone: 'Asia/Baghdad', dem: '54' }).place.note, /^dem: 54\ntimezone: Asia\/Baghdad$/m)
  t.equal(read({ feature_code: 'PPLX' }).place.level, 'neighbourhood')
  t.match(read({ feature_class: 'A', feature_code: 'ADM1' }), {
    place: { codes: { geonames_adm1: 'IQ.01' } },
    containers: [],
  })
  t.same(read({ admin2_code: '061' }).containers, [{ level: 'adm2', codes: { geonames_adm2: 'IQ.01.061' } }, adm1])
  t.same(read({ admin2_code: '' }).containers, [adm1])
  t.same(read({ admin1_code: '00', admin2_code: '' }).containers, [])
  t.same(read({ feature_class: 'A', feature_code: 'ADM2' }).containers, [adm1])
  t.equal(read({ feature_class: 'T', feature_code: 'MT' }), null)
  for (const feature_code of ['PCL', 'PCLD', 'PCLF', 'PCLI', 'PCLS'])
    t.match(read({ feature_class: 'A', feature_code }), { place: { level: 'country', codes: { iso3166_1: 'IQ' } } })
  for (const feature_code of ['PCLH', 'PCLIX', 'ADM1H'])
    t.equal(read({ feature_class: 'A', feature_code }), null, `${feature_code} is no country of today`)
  const section = { feature_class: 'A', feature_code: 'PCLIX', country_code: 'AX', name: 'Åland' }
  t.match(read({ ...section, alternatenames: 'Ahvenanmaa,Åland Islands' }), {
    place: { level: 'country', codes: { iso3166_1: 'AX', iso3166_1_alpha3: 'ALA' }, parents: [] },
  })
  t.equal(read({ ...section, country_code: 'FI', alternatenames: 'Åland Islands' }), null, 'the code is another’s')
  t.match(geonames.read({ line: 1, cells: { ...cells, geonameid: 'x' } }), { problems: [{ code: 'bad_format' }] })
})

t.test('P-codes: level, parent, country; the tag row and placeholders are skipped', async t => {
  const cells = {
    Location: 'IRQ',
    'Admin Level': '1',
    'P-Code': 'IQG01',
    Name: 'Al-Anbar',
    'Parent P-Code': 'IRQ',
    'Valid from date': '2019-06-03',
  }
  t.match(pcodes.read({ line: 3, cells }), {
    id: 'pcode:iqg01',
    containers: [{ level: null, codes: { pcode: 'IRQ' } }],
    place: {
      name: 'Al-Anbar',
      level: 'adm1',
      codes: { pcode: 'IQG01' },
      parents: [{ name: 'Iraq', codes: { iso3166_1: 'IQ', iso3166_1_alpha3: 'IRQ', pcode: 'IRQ' } }],
      note: 'Valid from date: 2019-06-03',
    },
  })
  const tags = Object.fromEntries(
    Object.keys(cells).map(column => [column, column === 'P-Code' ? '#adm+code' : '#adm']),
  )
  t.equal(pcodes.read({ line: 2, cells: tags }), null)
  t.equal(pcodes.read({ line: 2, cells: { ...cells, 'P-Code': 'Unspecified', Name: 'Unspecified' } }), null)
  t.match(pcodes.read({ line: 3, cells: { ...cells, 'Admin Level': '9' } }), { problems: [{ column: 'Admin Level' }] })
})

for (const [adapter, file, count] of [
  [whosonfirst, WOF, 22900],
  [geonames, GEONAMES, 144],
  // 33,363 rows, of which one is for an unspecified place.
  [pcodes, PCODES, 33362],
] as const) {
  t.test(`All places of ${adapter.title} are localities with ids of their own`, overFile(file), async t => {
    const faults: string[] = []
    const ids = new Set<string>()
    for await (const { place } of places(adapter, file)) {
      if (ids.has(place.id) || !/^[a-z0-9][a-z0-9._:-]{0,127}$/.test(place.id)) faults.push(place.id)
      ids.add(place.id)
      faults.push(...hintFaults(place.line, place.place))
    }
    t.same(faults, [])
    t.equal(ids.size, count)
  })
}

t.test('Arabic and Kurdish names are there, and parents but for a few', overFile(WOF), async t => {
  const lost: string[] = []
  const ids = new Set<string>()
  const parents: string[] = []
  for await (const { row, place } of places(whosonfirst, WOF)) {
    const has = (lang: string) => place.place.names.some(name => name.lang === lang)
    if (/\p{Script=Arabic}/u.test(String(row.cells.names_ara)) && !has('ar')) lost.push(place.id)
    if (row.cells.names_kur !== '' && !has('ku')) lost.push(place.id)
    ids.add(place.place.codes.whosonfirst ?? '')
    parents.push(...place.containers.map(({ codes }) => codes.whosonfirst ?? ''))
  }
  t.same(lost, [])
  t.equal(parents.filter(parent => ids.has(parent)).length, 22900 - 23)
})
