import t from 'tap'
import type { Gazetteer, Known } from '../../src/domain/gazetteer.js'
import { fold, nameKey } from '../../src/domain/names.js'
import type { PlaceHint } from '../../src/domain/place-hint.js'
import { place } from '../../src/domain/placing.js'
import type { LocalityInput } from '../../src/model/locality.js'

type Place = { id: string } & LocalityInput

/** Localities in memory, found as the store finds them. */
function gazetteer(places: Place[]): Gazetteer & { add(place: Place): void } {
  const known = ({ id, level, point, codes, name, names }: Place): Known => ({
    ...{ id, level, point: point ?? null, codes: codes ?? {} },
    names: [name, ...(names ?? []).map(({ text }) => text)],
  })
  const placeOf = (id: string) => places.find(place => place.id === id)
  const above = (id: string): string[] => {
    const parent = placeOf(id)?.parent
    return parent ? [parent, ...above(parent)] : []
  }
  return {
    add: place => places.push(place),
    byId: id => places.filter(place => place.id === id).map(known)[0],
    byCode: (scheme, value) => places.filter(place => place.codes?.[scheme] === value).map(known)[0],
    byName: key =>
      places
        .filter(({ name, names }) =>
          [name, ...(names ?? []).map(n => n.text)].some(n => [fold(n), nameKey(n)].includes(key)),
        )
        .map(known),
    isBelow: (id, ancestor) => above(id).includes(ancestor),
    countryOf: id => [id, ...above(id)].find(one => placeOf(one)?.level === 'country'),
  }
}

const iraq: Place = { id: 'iq', name: 'Iraq', level: 'country', codes: { iso3166_1: 'IQ' } }
const anbar: Place = {
  id: 'iq-anbar',
  name: 'Anbar',
  level: 'adm1',
  parent: 'iq',
  names: [{ text: 'الأنبار', lang: 'ar', kind: 'official' }],
}
const district: Place = { id: 'iq-ramadi-district', name: 'Ramadi District', level: 'adm2', parent: 'iq-anbar' }
const ramadi: Place = {
  id: 'iq-ramadi',
  name: 'Ramadi',
  level: 'settlement',
  parent: 'iq-ramadi-district',
  codes: { geonames: '98717' },
  point: { lat: 33.42056, lon: 43.30778 },
}
const seed = () => gazetteer([iraq, anbar, district, ramadi])

const hint = (name: string, level: PlaceHint['level'], more: Partial<PlaceHint> = {}): PlaceHint => ({
  ...{ name, level, codes: {}, names: [], parents: [], point: null },
  ...more,
})
const iraqHint = hint('Iraq', 'country', { codes: { iso3166_1: 'IQ' } })
const anbarHint = hint('Al Anbār province', 'adm1')
const districtHint = hint('Qaḑā’ ar Ramādī', 'adm2')
const near = { lat: 33.42056, lon: 43.307779 }
const town = hint('Ramādī town', 'settlement', { parents: [iraqHint, anbarHint, districtHint], point: near })

t.test('A P-code is its own country’s: in another it is no code of that place', async t => {
  const kabul: Place = { id: 'pcode:01', name: 'Kabul', level: 'adm1', parent: 'af', codes: { pcode: '01' } }
  const known = gazetteer([
    iraq,
    { ...anbar, codes: { pcode: 'IQG01' } },
    { ...iraq, id: 'af', codes: { iso3166_1: 'AF' } },
    kabul,
    { id: 'somewhere', name: 'Al Anbār', level: 'adm1', codes: { pcode: 'IQG99' } },
  ])
  const coded = (code: string, parents: PlaceHint[]) =>
    place(hint('Al Anbār', 'adm1', { codes: { pcode: code }, parents }), known)
  t.match(coded('IQG01', [iraqHint]), { locality: 'iq-anbar', by: 'code' })
  t.match(coded('01', [iraqHint]), { locality: 'iq-anbar', by: 'name' })
  const syria = hint('Syria', 'country', { codes: { iso3166_1: 'SY' } })
  for (const code of ['IQG01', '01']) {
    const { by, creations } = coded(code, [syria])
    t.equal(by, 'created', 'in a country that is yet to be made, too')
    t.match(creations, [{ id: 'sy' }, { id: /^sy-anbar-/, document: { parent: 'sy', codes: {} } }])
  }
  t.match(coded('IQG99', [iraqHint]), { locality: 'somewhere', by: 'code' }, 'of a place that is in no country')
  t.match(coded('01', []), { locality: 'pcode:01', by: 'code' }, 'no country is named')
  const district = hint('Hit', 'adm2', { parents: [iraqHint, hint('Al Anbār', 'adm1', { codes: { pcode: '01' } })] })
  t.match(place(district, known).creations, [{ document: { name: 'Hit', parent: 'iq-anbar' } }])
})

t.test('By code first, whatever the name', async t => {
  const found = place(hint('Something', 'settlement', { codes: { geonames: '98717' } }), seed())
  t.same(found, { locality: 'iq-ramadi', by: 'code', why: 'code', creations: [] })
})

t.test('A code that names another kind of place, or another entry of the same gazetteer, is passed over', async t => {
  const kirkuk: Place = {
    id: 'kirkuk',
    name: 'Kirkuk',
    level: 'adm2',
    parent: 'iq',
    codes: { wikidata: 'Q1', wof: '1' },
  }
  const places = gazetteer([iraq, kirkuk])
  const city = place(hint('Kirkuk', 'settlement', { codes: { wof: '2', wikidata: 'Q1' }, parents: [iraqHint] }), places)
  t.equal(city.by, 'created')
  t.same(city.creations[0]?.document.codes, { wof: '2' }, 'a code answers for one locality')
  const twin = place(hint('Kirkuk', 'adm2', { codes: { wof: '3', wikidata: 'Q1' }, parents: [iraqHint] }), places)
  t.equal(twin.by, 'created')
})

t.test('By folded name, type words set aside, below the parents that the row names', async t => {
  t.same(place(town, seed()), { locality: 'iq-ramadi', by: 'name', why: 'name_below_parent', creations: [] })
  t.match(place(hint('محافظة الأنبار', 'adm1', { parents: [iraqHint] }), seed()), { locality: 'iq-anbar', by: 'name' })
  t.match(place(iraqHint, seed()), { locality: 'iq', by: 'code' })
  t.match(place(hint('IRAQ', 'country'), seed()), { locality: 'iq', why: 'name_of_country' })
})

t.test('A district is not the town of its name, nor a province', async t => {
  const found = place(hint('Qaḑā’ ar Ramādī', 'adm2', { parents: [iraqHint, anbarHint] }), seed())
  t.equal(found.locality, 'iq-ramadi-district')
  const only = gazetteer([iraq, anbar, { ...ramadi, parent: 'iq-anbar' }])
  t.match(place(hint('Qaḑā’ ar Ramādī', 'adm2', { parents: [iraqHint, anbarHint] }), only), { by: 'created' })
})

t.test('Not beyond 10 km of the row’s point, and not without a point to compare', async t => {
  const away = (lat: number) => place({ ...town, point: { lat, lon: 43.30778 } }, seed())
  t.equal(away(33.42056 + 0.0898).by, 'name', '9.99 km')
  t.match(away(33.42056 + 0.0901), { by: 'created', why: 'elsewhere' }, '10.02 km')
  const pointless = gazetteer([iraq, anbar, district, { ...ramadi, point: null }])
  t.equal(place(town, pointless).by, 'created')
  t.equal(place({ ...town, point: null }, pointless).by, 'name', 'the row has none')
})

t.test('A division is not held against its point, which only stands for it', async t => {
  const far = { ...anbar, point: { lat: 33, lon: 41 } }
  const asked = hint('Al Anbār province', 'adm1', { parents: [iraqHint], point: { lat: 33, lon: 42 } })
  t.equal(place(asked, gazetteer([iraq, far])).locality, 'iq-anbar')
})

t.test('Two of a name are none: a new place is made, and the next such row finds it', async t => {
  const places = seed()
  places.add({ ...ramadi, id: 'other', codes: {}, point: { lat: 33.44, lon: 43.3 } })
  const found = place(town, places)
  t.match(found, { by: 'created', why: 'ambiguous' })
  for (const { id, document } of found.creations) places.add({ id, ...document })
  t.match(place(town, places), { locality: found.locality, by: 'name', why: 'created_before', creations: [] })
})

t.test('With a parent unknown, the next one out will do if the point confirms', async t => {
  const odd = { ...town, parents: [iraqHint, anbarHint, hint('Unheard-of district', 'adm2')] }
  t.same(place(odd, seed()), { locality: 'iq-ramadi', by: 'name', why: 'name_and_point', creations: [] })
  const { creations, why } = place({ ...odd, point: null }, seed())
  t.equal(why, 'elsewhere')
  t.same(
    creations.map(({ document }) => [document.name, document.level]),
    [
      ['Unheard-of district', 'adm2'],
      ['Ramādī town', 'settlement'],
    ],
  )
})

t.test('In an empty gazetteer the row’s own words make the tree, with ids that do not depend on order', async t => {
  const { locality, by, creations } = place(town, gazetteer([]))
  t.equal(by, 'created')
  t.same(
    creations.map(({ id, document }) => [
      id.replace(/-[0-9a-f]{8}$/, '-…'),
      document.name,
      document.level,
      !!document.parent,
    ]),
    [
      ['iq', 'Iraq', 'country', false],
      ['iq-anbar-…', 'Al Anbār province', 'adm1', true],
      ['iq-anbar-ramadi-…', 'Qaḑā’ ar Ramādī', 'adm2', true],
      ['iq-anbar-ramadi-ramadi-…', 'Ramādī town', 'settlement', true],
    ],
  )
  t.equal(creations.at(-1)?.id, locality)
  t.same(place(town, gazetteer([])).creations, creations)
  const ids = new Set([
    locality,
    place({ ...town, point: { lat: 33.6, lon: 43.3 } }, gazetteer([])).locality,
    place({ ...town, level: 'site' }, gazetteer([])).locality,
    place(hint('Ramādī town', 'settlement', { parents: [iraqHint, anbarHint] }), gazetteer([])).locality,
  ])
  t.equal(ids.size, 4, 'other places have other ids')
  const coded = place(hint('Al-Anbar', 'adm1', { codes: { pcode: 'IQG01' }, parents: [iraqHint] }), seed())
  t.equal(coded.locality, 'iq-anbar', 'a row’s name below its country')
  t.equal(place(hint('Al-Anbar', 'adm1', { codes: { pcode: 'IQG01' } }), gazetteer([])).locality, 'pcode:iqg01')
})

t.test('A name in other letters makes an id too', async t => {
  const { locality } = place(hint('الرمادي', 'settlement', { parents: [iraqHint] }), seed())
  t.match(locality, /^iq-[0-9a-f]{8}$/)
})

t.test('A place of unknown level is found at any level, or its container stands in for it', async t => {
  t.equal(place(hint('Anbar', null, { parents: [iraqHint], point: near }), seed()).locality, 'iq-anbar')
  t.same(place(hint('Gujarat and Rajasthan', null, { parents: [iraqHint], point: near }), seed()), {
    locality: 'iq',
    by: 'container',
    why: 'container_of_unknown_place',
    creations: [],
  })
  t.equal(place(hint('Somewhere', null, { parents: [iraqHint] }), gazetteer([])).creations[0]?.id, 'iq')
})

t.test(
  'A supposed level: the one locality of the very name first, and a division is never the town of its name',
  async t => {
    const divisions = ['Governorate', 'Province', 'District', 'Subdistrict', 'قضاء', 'Muhafazat']
    const supposed = (name: string, level: PlaceHint['level'] = 'settlement') =>
      hint(name, level, { supposed: true, parents: [iraqHint] })
    const found = (places: Gazetteer, name: string, level?: PlaceHint['level']) => place(supposed(name, level), places)
    const arabic = { text: 'العراق', lang: 'ar', kind: 'official' as const }
    const all = gazetteer([{ ...iraq, names: [arabic] }, anbar, district, ramadi])
    for (const [name, level, id] of [
      ['Ramadi', 'settlement', 'iq-ramadi'],
      ['Ramādī town', 'settlement', 'iq-ramadi'],
      ['Ramadi District', 'adm2', 'iq-ramadi-district'],
      ['قضاء Ramadi', 'adm2', 'iq-ramadi-district'],
      ['Ramadi County', 'adm1', 'iq-ramadi-district'],
      ['Anbar', 'settlement', 'iq-anbar'],
      ['Anbar Governorate', 'adm1', 'iq-anbar'],
      ['العراق', 'settlement', 'iq'],
    ] as const)
      t.match(found(all, name, level), { locality: id, why: 'name_below_parent', creations: [] }, name)
    const town = gazetteer([iraq, anbar, { ...ramadi, parent: 'iq-anbar' }])
    for (const word of divisions)
      t.match(
        found(town, `Ramadi ${word}`, 'adm2'),
        { by: 'created', creations: [{ document: { level: 'adm2' } }] },
        word,
      )
    const called = gazetteer([iraq, { ...ramadi, name: 'Ramadi District', parent: 'iq' }])
    t.equal(found(called, 'Ramadi District', 'adm2').locality, 'iq-ramadi', 'unless that is its very name')
    const capital = gazetteer([
      iraq,
      { id: 'governorate', name: 'Baghdad', level: 'adm1', parent: 'iq' },
      { id: 'district', name: 'Baghdad', level: 'adm2', parent: 'governorate' },
      { id: 'city', name: 'Baghdad', level: 'settlement', parent: 'district' },
    ])
    t.equal(found(capital, 'Baghdad').locality, 'city', 'three of the very name are none')
    t.equal(found(capital, 'Baghdad Governorate', 'adm1').locality, 'governorate')
    t.equal(found(capital, 'Baghdad Subdistrict', 'adm3').why, 'ambiguous')
    t.equal(found(all, 'Hit').by, 'created')
    t.equal(place({ ...supposed('Iraq'), parents: [] }, all).by, 'created', 'no country is guessed')
  },
)

t.test('Quezon City is not the town of Quezon where nothing but the country says so', async t => {
  const quezon = { ...ramadi, id: 'quezon', name: 'Quezon', codes: {} }
  const known = gazetteer([iraq, anbar, district, quezon])
  const asked = (name: string, more: Partial<PlaceHint> = {}) =>
    place(hint(name, 'settlement', { parents: [iraqHint], ...more }), known)
  for (const supposed of [false, true]) t.match(asked('Quezon City', { supposed }), { by: 'created', why: 'elsewhere' })
  t.equal(asked('Quezon').locality, 'quezon')
  t.equal(asked('Quezon town').locality, 'quezon')
  t.equal(asked('Quezon City', { point: near }).locality, 'quezon')
  t.equal(asked('Quezon City', { parents: [iraqHint, anbarHint] }).locality, 'quezon')
  const [city] = asked('Quezon City').creations
  known.add({ id: city!.id, ...city!.document })
  t.equal(asked('Quezon City').locality, city!.id)
  t.equal(asked('Quezon').locality, 'quezon', 'nor the other way round')
  t.equal(asked('Quezon city').locality, 'quezon')
  const none = gazetteer([iraq])
  const made = (name: string) => place(hint(name, 'settlement', { parents: [iraqHint] }), none).locality
  t.not(made('Quezon City'), made('Quezon'))
})

t.test('A name alone places nothing but a country', async t => {
  t.equal(place(hint('Ramadi', 'settlement'), seed()).by, 'created')
  t.equal(place(hint('Ramadi', 'settlement', { point: near }), seed()).why, 'name_and_point')
  t.equal(place(hint('Ramadan', 'settlement', { parents: [iraqHint, anbarHint, districtHint] }), seed()).by, 'created')
})

t.test('A code that contradicts a stored one keeps places of one name apart', async t => {
  const congo: Place = { id: 'cg', name: 'Congo', level: 'country', codes: { iso3166_1: 'CG' } }
  t.equal(place(hint('Congo', 'country', { codes: { iso3166_1: 'CD' } }), gazetteer([congo])).locality, 'cd')
})

t.test(
  'Of what contains a place a row may not say the kind; unknown, it leaves only a point to confirm the name',
  async t => {
    const india: Place = { id: 'in', name: 'India', level: 'country', codes: { iso3166_1: 'IN' } }
    const maharashtra: Place = { id: 'mh', name: 'Maharashtra', level: 'adm1', parent: 'in' }
    const bihar: Place = { id: 'br', name: 'Bihar', level: 'adm1', parent: 'in' }
    const town: Place = { id: 'bihar-town', name: 'Bihar', level: 'settlement', parent: 'in' }
    const other: Place = {
      id: 'mh-a',
      name: 'Aurangabad',
      level: 'adm2',
      parent: 'mh',
      point: { lat: 19.9, lon: 75.4 },
    }
    const own: Place = { ...other, id: 'br-a', parent: 'br', point: { lat: 24.75, lon: 84.4 } }
    const within = (...names: string[]) => [
      hint('India', 'country', { codes: { iso3166_1: 'IN' } }),
      ...names.map(name => hint(name, null)),
    ]
    const asked = (more: Partial<PlaceHint>, ...places: Place[]) =>
      place(hint('Aurangabad', 'adm2', more), gazetteer([india, maharashtra, other, ...places]))
    t.match(asked({ parents: within('Bihar') }, bihar, town, own), { locality: 'br-a', why: 'name_below_parent' })
    t.match(asked({ parents: within('India', 'Bihar') }, bihar, own), { locality: 'br-a' }, 'the country again')
    t.match(asked({ parents: within('Bihar') }, bihar), { by: 'created', why: 'elsewhere' })
    const [unknown, elsewhere] = [asked({ parents: within('Bihar') }), asked({ parents: within('Assam') })]
    t.match(unknown.creations, [{ why: 'elsewhere', document: { parent: 'in', note: 'within: Bihar' } }])
    t.not(unknown.locality, elsewhere.locality, 'two places of one name')
    t.match(asked({ parents: within() }), { locality: 'mh-a' })
    t.match(asked({ parents: within(), point: { lat: 24.75, lon: 84.37 } }), { by: 'created' }, '1,000 km away')
    t.match(asked({ parents: within(), point: { lat: 19.4, lon: 74.6 } }), { locality: 'mh-a' }, 'in the same division')
  },
)
