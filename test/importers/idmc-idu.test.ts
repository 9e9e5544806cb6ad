import t from 'tap'
import { idmcIdu } from '../../src/importers/idmc-idu.js'
import { adapted, admitted, documentsOf, draftOf, figureOf, overFile } from './adapted.js'

const FILE = 'idmc/idu-india.json'

const element = {
  id: 126716,
  country: 'India',
  iso3: 'IND',
  latitude: 10.44581,
  longitude: 76.27562,
  displacement_type: 'Disaster',
  qualifier: 'total',
  figure: 2,
  displacement_date: '2023-11-06T11:00:00.000Z',
  displacement_start_date: '2023-11-06T11:00:00.000Z',
  displacement_end_date: '2023-11-06T11:00:00.000Z',
  year: 2023,
  event_name: 'India: Flood - Kerala - 07/11/2023',
  event_start_date: '2023-11-06T11:00:00.000Z',
  event_end_date: '2023-11-06T11:00:00.000Z',
  type: 'Flood',
  standard_popup_text:
    '<b> India:                2 displacements (in relief camp), 07 November  - 07 November  </b> <br> ' +
    'A total of 2 people were in relief camp due to flood on 7 November in Kerala, according to authorities. <br> ' +
    '<a href="https://example.gov.in/report?a=1&amp;b=2"target="_blank">Disaster Authority - 08 November  2023</a>',
  standard_info_text: '<b> India:                2 displacements (in relief camp), 07 November  - 07 November  </b>',
  old_id: null,
  created_at: '2023-11-08T19:37:23.870Z',
}

t.test('One event and one figure, with the words, the place and both publications', async t => {
  const draft = draftOf(idmcIdu, element)
  t.match(documentsOf(draft, 'event')[0], {
    id: 'idmc-idu:126716',
    document: { title: 'India: Flood - Kerala - 07/11/2023', kind: 'disaster', note: /type: Flood/ },
  })
  t.equal(documentsOf(draft, 'figure')[0]?.id, 'idmc-idu:126716')
  const figure = figureOf(draft)
  t.match(figure.value, { low: 2, best: 2, high: 2, qualifier: 'exactly', text: '2 displacements (in relief camp)' })
  t.match(figure, { measure: 'sheltered', basis: 'flow', counts: 'movements', provisional: true })
  t.match(figure.places, [{ locality: 'place', role: 'destination', extent: 'unknown', text: 'Kerala' }])
  t.match(draft.places.place, { name: 'Kerala', level: null, point: { lat: 10.44581, lon: 76.27562 } })
  t.equal(draft.places.place?.parents[0]?.codes.iso3166_1_alpha3, 'IND')
  const [update, article] = documentsOf(draft, 'report')
  t.match(update, {
    id: 'idmc-idu:126716',
    document: { publisher: 'idmc', published: '2023-11-08T19:37:23.870Z', published_inferred: true },
  })
  t.match(article?.document, {
    title: 'Disaster Authority - 08 November 2023',
    published: '2023-11-08',
    url: 'https://example.gov.in/report?a=1&b=2',
  })
  t.match(documentsOf(draft, 'source')[1], { document: { name: 'Disaster Authority', kind: 'government' } })
  t.match(figure.citations[0]?.excerpt, /^A total of 2 people were in relief camp due to flood on 7 November in Kerala/)
})

t.test('A shifted instant is the day that began in New Zealand then', async t => {
  const startOf = (displacement_start_date: string) => {
    const draft = draftOf(idmcIdu, {
      ...element,
      displacement_start_date,
      displacement_end_date: displacement_start_date,
    })
    return draft.problems[0]?.code ?? figureOf(draft).period.start
  }
  t.equal(startOf('2023-11-06T11:00:00.000Z'), '2023-11-07', 'summer there, 13 hours')
  t.equal(startOf('2023-06-12T12:00:00.000Z'), '2023-06-13', 'winter there, 12 hours')
  t.equal(startOf('2023-06-13'), '2023-06-13', 'a plain date')
  t.equal(startOf('2023-06-13T00:00:00Z'), '2023-06-13', 'an instant at midnight')
  t.equal(startOf('2023-06-12T11:00:00.000Z'), 'bad_date', 'an hour before midnight there')
  t.equal(startOf('2023-06-12T18:30:00.000Z'), 'bad_date', 'midnight elsewhere')
  t.equal(startOf('2023-06-12T12:00:00'), 'bad_date', 'nobody knows in which zone')
  t.equal(startOf('12 June 2023'), 'bad_date')
})

t.test('One date of a displacement leaves its other end open; one that ends before it starts is refused', async t => {
  const [start, end] = ['displacement_start_date', 'displacement_end_date']
  const dated = (from: string | null, to: string | null) => draftOf(idmcIdu, { ...element, [start!]: from, [end!]: to })
  t.match(figureOf(dated('2023-11-07', null)).period, { start: '2023-11-07', end: null })
  t.match(figureOf(dated(null, '2023-11-07')).period, { start: null, end: '2023-11-07' })
  t.match(dated(null, null).problems, [{ column: start, code: 'missing' }])
  t.match(dated('2023-11-07', '2023-11-06').problems, [{ column: end, code: 'bad_date' }])
})

t.test('Qualifiers are ours; an unknown one is refused', async t => {
  const valueIn = (qualifier: string) => figureOf(draftOf(idmcIdu, { ...element, qualifier, figure: 500 })).value
  for (const [word, qualifier, ends] of [
    ['total', 'exactly', { low: 500, best: 500, high: 500 }],
    ['exact', 'exactly', { low: 500, best: 500, high: 500 }],
    ['approximately', 'approximately', { low: null, best: 500, high: null }],
    ['more than', 'more_than', { low: 500, best: null, high: null }],
    ['more than or equal', 'at_least', { low: 500, best: null, high: null }],
    ['at least', 'at_least', { low: 500, best: null, high: null }],
    ['less than', 'less_than', { low: null, best: null, high: 500 }],
    ['less than or equal', 'at_most', { low: null, best: null, high: 500 }],
    ['at most', 'at_most', { low: null, best: null, high: 500 }],
  ] as const)
    t.match(valueIn(word), { qualifier, ...ends }, word)
  t.match(draftOf(idmcIdu, { ...element, qualifier: 'perhaps' }).problems, [
    { column: 'qualifier', code: 'not_in_list' },
  ])
  t.match(draftOf(idmcIdu, { ...element, figure: -2 }).problems, [{ column: 'figure', code: 'bad_value' }])
  t.match(draftOf(idmcIdu, { ...element, figure: null }).problems, [{ column: 'figure', code: 'missing' }])
  t.equal(figureOf(draftOf(idmcIdu, { ...element, figure: 0 })).value.best, 0)
})

t.test('What people did is the measure', async t => {
  const measureOf = (words: string) =>
    figureOf(draftOf(idmcIdu, { ...element, standard_info_text: `<b> India: 9 ${words}, 07 May - 08 May </b>` }))
      .measure
  t.equal(measureOf('displacements (evacuated)'), 'evacuated')
  t.equal(measureOf('displacements (sheltered)'), 'sheltered')
  t.equal(measureOf('displacements (destroyed housing)'), 'displaced')
  t.equal(measureOf('displacements'), 'displaced')
  t.equal(measureOf('returns (returns),'), 'returned')
})

t.test('The places of newer editions come with accuracy and role', async t => {
  const newer = {
    ...element,
    locations_name: 'Imphal, Manipur, India; Assam, India',
    locations_coordinates: '24.8, 93.94; 26.05, 90.75',
    locations_accuracy: 'Point; State/Region/Province (ADM1)',
    locations_type: 'Origin; Destination',
    role: 'Triangulation',
    source_url: 'https://example.org/a',
  }
  const draft = draftOf(idmcIdu, newer)
  t.match(draft.places.place_1, { name: 'Imphal', level: null, point: { lat: 24.8, lon: 93.94 } })
  t.match(draft.places.place_2, { name: 'Assam', level: 'adm1' })
  t.match(figureOf(draft).places, [
    { locality: 'place_1', role: 'origin', text: 'Imphal, Manipur, India' },
    { locality: 'place_2', role: 'destination' },
  ])
  t.equal(documentsOf(draft, 'event')[0]?.document.locality, 'country')
  t.match(figureOf(draft).note, /role: Triangulation/)
  t.equal(documentsOf(draft, 'report').length, 3)
})

t.test('Coordinates and a date that no member holds are noted, whatever place the row is given', async t => {
  const noteOf = (cells: object) => documentsOf(draftOf(idmcIdu, { ...element, ...cells }), 'event')[0]?.document.note
  const listed = { locations_accuracy: 'Country (ADM0)', locations_type: 'Origin' }
  const land = { ...listed, locations_name: 'India', locations_coordinates: '22.35, 78.66' }
  t.match(noteOf(land), /^locations_coordinates: 22\.35, 78\.66$/m, 'of a country')
  t.match(noteOf({ ...land, locations_name: 'Assam; Bihar' }), /^locations_coordinates: 22\.35/m, 'of uneven lists')
  t.match(noteOf({ displacement_date: '2023-11-09' }), /^displacement_date: 2023-11-09$/m)
  t.notMatch(noteOf({}), /displacement_date/, 'start or end are held')
  t.match(noteOf({}), /^latitude: 10\.44581\nlongitude: 76\.27562$/m)
})

t.test('Coordinates are as exact as they mean something: the noise of arithmetic makes no other event', async t => {
  const named = { locations_name: 'Imphal', locations_accuracy: 'ADM1', locations_type: 'Origin' }
  const of = (latitude: number) =>
    draftOf(idmcIdu, { ...element, ...named, latitude, locations_coordinates: `${latitude}, -93.94` })
  t.same(of(13.578933333333332), of(13.578933333333335))
  t.match(of(13.578933333333332).places.place_1, { point: { lat: 13.578933, lon: -93.94 } })
  t.match(documentsOf(of(-13.578933333333332), 'event')[0]?.document.note, /latitude: -13\.578933$/m)
  t.not(of(13.57893).places, of(13.57894).places)
})

t.test('What follows a name is what contains it; a word for its kind is its level', async t => {
  const named = { locations_accuracy: 'ADM2', locations_coordinates: '24.75, 84.37', locations_type: 'Origin' }
  const listed = draftOf(idmcIdu, { ...element, ...named, locations_name: 'Aurangabad, Magadh, Bihar, India' })
  t.match(listed.places.place_1, {
    name: 'Aurangabad',
    level: 'adm2',
    parents: [{ name: 'India' }, { name: 'Bihar', level: null }, { name: 'Magadh', level: null }],
  })
  t.match(placeIn('A total of 2 people were displaced in Aurangabad, Bihar due to flood.'), {
    name: 'Aurangabad',
    parents: [{ name: 'India' }, { name: 'Bihar' }],
  })
  t.match(placeIn('A total of 2 people fled in Ramadi District on 2 May.'), { level: 'adm2', supposed: true })
  t.match(placeIn('A total of 2 people fled in Ramadi Province.'), { level: 'adm1', supposed: true })
  t.match(placeIn('A total of 2 people fled in Hit and Ramadi District.'), { level: null })
})

t.test('A place of the sentence is no month, and ends where something else happened', async t => {
  const patna = 'A total of 40 people were displaced in July 2023 and evacuated in Patna due to flood on 5 July.'
  t.equal(placeIn(patna)?.name, 'Patna')
  t.equal(placeIn('40 people were displaced in Patna and evacuated in Gaya due to flood.')?.name, 'Patna')
  t.equal(placeIn('40 people were displaced in Nuh (Haryana) on 5 July.')?.name, 'Nuh')
  t.equal(placeIn('40 people were displaced in May Pen on 5 July.')?.name, 'May Pen')
})

const placeIn = (sentence: string) =>
  draftOf(idmcIdu, { ...element, standard_popup_text: `<b> India: 4 displacements </b> <br> ${sentence}` }).places.place

t.test('Cells of any length are read in time', async t => {
  const began = Date.now()
  for (const signs of ['<', '(', '<a ', ' - ', "\\'", ' in A', '1', ':']) {
    const long = signs.repeat(200_000)
    const cells = {
      standard_popup_text: long,
      standard_info_text: long,
      event_name: `a: ${long}`,
      event_codes: `${long}\n`,
    }
    draftOf(idmcIdu, { ...element, ...cells, locations_coordinates: long })
  }
  t.ok(Date.now() - began < 10_000, 'each sign once, not once for each other')
})

t.test('An end that is not given is not known', async t => {
  const periodOf = (displacement_start_date: string | null, displacement_end_date: string | null) =>
    figureOf(draftOf(idmcIdu, { ...element, displacement_start_date, displacement_end_date })).period
  t.match(periodOf('2023-07-05', null), { edtf: '2023-07-05/..', start: '2023-07-05', end: null, precision: 'range' })
  t.match(periodOf(null, '2023-07-05'), { edtf: '../2023-07-05' })
})

t.test('A place that people left and reached has both roles', async t => {
  const named = { locations_name: 'Imphal', locations_accuracy: 'Point', locations_coordinates: '24.8, 93.94' }
  const draft = draftOf(idmcIdu, { ...element, ...named, locations_type: 'Origin and destination' })
  t.match(figureOf(draft).places, [
    { locality: 'place_1', role: 'origin' },
    { locality: 'place_1', role: 'destination' },
  ])
  t.equal(documentsOf(draft, 'event')[0]?.document.locality, 'place_1')
})

t.test('Persons are an estimate where they were worked out from homes, not where the sentence has a blank', async t => {
  const methodOf = (sentence: string) =>
    figureOf(draftOf(idmcIdu, { ...element, standard_popup_text: `<b> India: 4 displacements </b> <br> ${sentence}` }))
      .method
  t.equal(methodOf('Flood destroyed 2 houses in Kerala.'), 'estimate')
  t.equal(methodOf('Flood displaced 2 households in Kerala.'), 'estimate')
  t.equal(methodOf('A total of (Figure) (People or Household) being evacuated in Kerala.'), 'unspecified')
})

t.test('HDX’s table says the same in one text and a link', async t => {
  const { standard_popup_text, standard_info_text, ...rest } = element
  const table = {
    ...rest,
    description:
      'India: 2 displacements (in relief camp), 07 November - 07 November. ' +
      'A total of 2 people were in relief camp due to flood on 7 November in Kerala, according to authorities.',
    link: 'https://example.gov.in/report?a=1&b=2',
  }
  const draft = draftOf(idmcIdu, table)
  const [told, ours] = [draftOf(idmcIdu, element), draft].map(figureOf)
  for (const member of ['measure', 'value', 'places', 'method'] as const) t.same(ours?.[member], told?.[member], member)
  t.equal(ours?.citations[0]?.excerpt, told?.citations[0]?.excerpt)
  t.match(documentsOf(draft, 'report')[1]?.document, { url: table.link })
  t.same(documentsOf(draft, 'event'), documentsOf(draftOf(idmcIdu, element), 'event'))
  const words = { ...table, description: 'People fled.' }
  t.match(figureOf(draftOf(idmcIdu, words)).citations[0]?.excerpt, 'People fled.')
  const both = documentsOf(draftOf(idmcIdu, { ...words, standard_popup_text }), 'event')[0]
  t.match(both?.document.note, /^description: People fled\.$/m)
})

t.test('The row of hashtags in HDX’s table, some of which want their #, is no data', async t => {
  const tags = '#country+name,#country+iso3,geo+lat,geo+lon,#event+type,total,#affected+displaced,#date,#date+start'
  const columns = [
    ...['country', 'iso3', 'latitude', 'longitude', 'displacement_type', 'qualifier', 'figure'],
    ...['displacement_date', 'displacement_start_date'],
  ]
  const filled = `${tags},#date+end,#date+year,#event+name`.split(',')
  const cells = Object.fromEntries([...columns, 'end', 'year', 'event_name'].map((column, i) => [column, filled[i]]))
  const read = idmcIdu.open(Object.keys(cells))
  t.equal(read({ line: 2, cells }), null)
  t.match(read({ line: 2, cells: { ...cells, figure: '12' } })?.problems[0], { code: 'missing' })
})

t.test('Half a point is a problem, never a point at zero degrees', async t => {
  const listed = { locations_name: 'Imphal', locations_accuracy: 'Point', locations_type: 'Origin' }
  for (const locations_coordinates of ['23.1, ', '23.1', ', 70', '123.1, 70', '23.1, 70, 5'])
    t.match(
      draftOf(idmcIdu, { ...element, ...listed, locations_coordinates }).problems,
      [{ column: 'locations_coordinates', code: 'out_of_range' }],
      locations_coordinates,
    )
})

t.test('When the entry was made is a day or an instant, however it is written; other words are noted', async t => {
  const made = (created_at: string | null) => {
    const draft = draftOf(idmcIdu, { ...element, created_at })
    const note = documentsOf(draft, 'event')[0]?.document.note ?? ''
    return [documentsOf(draft, 'report')[0]?.document.published ?? null, note.includes('created_at: ')]
  }
  t.strictSame(made('2023-11-08T19:37:23.870Z'), ['2023-11-08T19:37:23.870Z', false])
  t.strictSame(made('2023-11-08'), ['2023-11-08', false])
  t.strictSame(made('2023-11-08T19:37:23+00:00'), ['2023-11-08T19:37:23.000Z', false])
  t.strictSame(made('2023-11-08T01:37:23+02:00'), ['2023-11-07T23:37:23.000Z', false])
  t.strictSame(made('last week'), [null, true])
  t.strictSame(made(null), [null, false])
})

t.test('An event that was over before people fled has the time of the flight', async t => {
  const cells = { ...element, event_start_date: '2023-05-02', event_end_date: '2023-05-25' }
  t.match(documentsOf(draftOf(idmcIdu, cells), 'event')[0]?.document.period, { start: '2023-11-07' })
  const shifted = { ...cells, event_start_date: '2023-05-01T12:00:00.000Z', event_end_date: '2023-05-24T12:00:00.000Z' }
  for (const own of [cells, shifted])
    t.match(
      documentsOf(draftOf(idmcIdu, own), 'event')[0]?.document.note,
      /^event_end_date: 2023-05-25\nevent_start_date: 2023-05-02$/m,
    )
  const within = { ...cells, displacement_start_date: '2023-05-16', displacement_end_date: '2023-06-16' }
  t.match(documentsOf(draftOf(idmcIdu, within), 'event')[0]?.document.period, { end: '2023-05-25' })
})

t.test('All 113 updates for India load, every date the one in IDMC’s words', overFile(FILE), async t => {
  const faults: string[] = []
  let count = 0
  for await (const { row, draft } of adapted(idmcIdu, FILE)) {
    const result = admitted(draft)
    faults.push(...result.faults)
    const [figure] = result.figures
    if (!figure) continue
    count += 1
    const { start, end } = figure.document.period
    const words = String(row.cells.standard_info_text).replace(/\s+/g, ' ')
    if (!words.includes(`, ${dayAndMonth(start)} - ${dayAndMonth(end)} `))
      faults.push(`${figure.id}: ${start} ${end} ${words}`)
    const { low, best } = figure.document.value
    if ((low ?? best) !== row.cells.figure) faults.push(`${figure.id}: ${low} ${best}`)
    if (figure.document.citations.length < 2) faults.push(`${figure.id} has no article`)
  }
  t.same(faults, [])
  t.equal(count, 113)
})

function dayAndMonth(date: string | null): string {
  const month = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
  return `${date?.slice(8)} ${month}`
}
