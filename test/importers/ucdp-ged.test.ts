import t from 'tap'
import { ucdpGed } from '../../src/importers/ucdp-ged.js'
import { adapted, admitted, documentsOf, draftOf, figureOf, overFile } from './adapted.js'

const FILE = 'ucdp/ged-iraq.csv'

/** Row 197065 of version 19.1. */
const row = {
  id: '197065',
  year: '2015',
  type_of_violence: '1',
  conflict_new_id: '259',
  conflict_name: 'Iraq: Government',
  dyad_name: 'Government of Iraq - IS',
  side_a: 'Government of Iraq',
  side_b: 'IS',
  number_of_sources: '3',
  source_article:
    '"Agence France Presse,2015-05-17,Estimated 500 killed in Iraq\'s Ramadi in two days: official";' +
    '"Associated Press Newswires,2015-05-18,Contested Iraqi city of Ramadi falls to Islamic State group";' +
    '"Reuters News,2015-05-21,U.S. plans to deliver anti-tank weapons to Iraq in early June"',
  source_original: 'a spokesman for the governor of the Iraqi province of Anbar ',
  where_prec: '1',
  where_coordinates: 'Ramādī town',
  adm_1: 'Al Anbār province',
  adm_2: 'Qaḑā’ ar Ramādī',
  latitude: '33.42056',
  longitude: '43.307779',
  country: 'Iraq',
  country_id: '645',
  iso3: 'IRQ',
  event_clarity: '2',
  date_prec: '2',
  date_start: '2015-05-14',
  date_end: '2015-05-17',
  deaths_a: '0',
  deaths_b: '27',
  deaths_civilians: '0',
  deaths_unknown: '250',
  low: '253',
  best: '277',
  high: '527',
}

t.test('Row 197065 becomes one event and one figure, both with its id', async t => {
  const draft = draftOf(ucdpGed, row)
  const [event] = documentsOf(draft, 'event')
  t.equal(event?.id, 'ucdp-ged:197065')
  t.match(event?.document, {
    title: 'Government of Iraq - IS, Ramādī town, 2015-05-14 to 2015-05-17',
    kind: 'conflict',
    codes: { ucdp: '197065' },
    note: /^adm_1: Al Anbār province\nadm_2: Qaḑā’ ar Ramādī\nconflict_name: Iraq: Government\n/,
  })
  t.equal(documentsOf(draft, 'figure')[0]?.id, 'ucdp-ged:197065')
  const figure = figureOf(draft)
  t.same(figure.value, { low: 253, best: 277, high: 527, qualifier: 'between', text: null, sic: false })
  t.match(figure.period, {
    start: '2015-05-14',
    end: '2015-05-17',
    precision: 'range',
    reading: 'throughout',
  })
  t.same(
    figure.breakdown.map(part => [part.category, part.best]),
    [
      ['deaths_a: Government of Iraq', 0],
      ['deaths_b: IS', 27],
      ['deaths_civilians', 0],
      ['deaths_unknown', 250],
    ],
  )
  t.same(figure.attribution, [{ source: 'ucdp', role: 'originator' }])
  t.same(figure.places, [{ locality: 'place', role: 'incident', extent: 'exact', text: 'Ramādī town' }])
  t.equal(
    figure.note,
    'source_original: a spokesman for the governor of the Iraqi province of Anbar\nnumber_of_sources: 3',
  )
  t.match(figure, { measure: 'killed', method: 'estimate', population: 'unknown', basis: 'flow', unit: 'person' })
})

t.test('Every source of a multi-source cell is a citation, after the release whose number it is', async t => {
  const draft = draftOf(ucdpGed, row)
  const reports = new Map(documentsOf(draft, 'report').map(({ id, document }) => [id, document]))
  const cited = figureOf(draft).citations.map(({ report }) => reports.get(report))
  t.match(cited[0], { publisher: 'ucdp', published: '2019', licence: 'CC BY 4.0' })
  t.same(
    cited.slice(1).map(report => [report?.publisher, report?.published, report?.title]),
    [
      ['agence-france-presse', '2015-05-17', "Estimated 500 killed in Iraq's Ramadi in two days: official"],
      ['associated-press-newswires', '2015-05-18', 'Contested Iraqi city of Ramadi falls to Islamic State group'],
      ['reuters-news', '2015-05-21', 'U.S. plans to deliver anti-tank weapons to Iraq in early June'],
    ],
  )
  t.equal(figureOf(draft).citations[0]?.locator, 'id 197065')
  const again = documentsOf(draftOf(ucdpGed, { ...row, id: '1' }), 'report').map(({ id }) => id)
  t.same(again, [...reports.keys()], 'an article has one id in all rows')
  t.ok(draft.documents.filter(({ noun }) => noun === 'source' || noun === 'report').every(({ ifAbsent }) => ifAbsent))
})

t.test('Source text in another form is kept in its words and not taken apart by guess', async t => {
  const excerptOf = (source_article: string) => {
    const { citations } = figureOf(draftOf(ucdpGed, { ...row, number_of_sources: '-1', source_article }))
    return [citations.length, citations[0]?.excerpt]
  }
  t.same(excerptOf('r 5/12'), [1, 'r 5/12'])
  t.same(excerptOf(''), [1, null])
  t.same(excerptOf('AFP 2009-03-15 Four fighters killed'), [1, 'AFP 2009-03-15 Four fighters killed'])
  t.same(excerptOf('Agence France Presse, 2012-11-06, 25 killed, many hurt'), [2, null])
  t.same(excerptOf('A News, 2012-02-23, One //B News, 2012-02-24, Two'), [3, null])
  const joined = 'A News, 2011-01-19, One, B News, 2011-01-20, Two'
  t.same(excerptOf(joined), [1, joined], 'two dates without a mark between them')
  t.same(excerptOf('"A News,2016-09-20,Forces "liberate" a town"'), [2, null])
  const beside = { source_office: 'A News', source_date: '2016-09-20', source_headline: 'Forces; and others' }
  const saidOf = (source_article: string, cells: object = beside) =>
    figureOf(draftOf(ucdpGed, { ...row, source_article, ...cells })).citations[0]?.excerpt
  t.equal(saidOf(''), 'A News, 2016-09-20, Forces; and others')
  t.equal(saidOf('"A News,2016-09-20,Forces; and others"'), null, 'columns that repeat the article')
  t.equal(saidOf('r 5/12'), 'r 5/12\nA News, 2016-09-20, Forces; and others', 'columns that say what it does not')
  t.equal(saidOf('"A News,2016-09-20,Forces"', { source_headline: 'Others' }), 'Others')
})

t.test('-1, 0 and a number of sources are three different statements', async t => {
  const noteOf = (number_of_sources: string) =>
    figureOf(draftOf(ucdpGed, { ...row, source_original: '', number_of_sources })).note
  t.same(['-1', '0', '3', ''].map(noteOf), [
    'number_of_sources: -1 (not recorded)',
    'number_of_sources: 0 (none)',
    'number_of_sources: 3',
    null,
  ])
})

t.test('Zero stays zero; numbers out of order are recorded sic; a missing one is no zero', async t => {
  const dead = { deaths_a: '0', deaths_b: '0', deaths_civilians: '0', deaths_unknown: '0' }
  t.match(figureOf(draftOf(ucdpGed, { ...row, ...dead, low: '0', best: '0', high: '14' })).value, { low: 0, best: 0 })
  t.equal(figureOf(draftOf(ucdpGed, { ...row, low: '300' })).value.sic, true)
  t.equal(figureOf(draftOf(ucdpGed, { ...row, high: '200' })).value.sic, true)
  t.equal(figureOf(draftOf(ucdpGed, { ...row, best: '240', low: '240', high: '249' })).value.sic, true, 'a part')
  t.equal(figureOf(draftOf(ucdpGed, { ...row, deaths_a: '' })).breakdown.length, 3)
  t.match(draftOf(ucdpGed, { ...row, low: '' }).problems, [{ code: 'missing' }])
  t.match(draftOf(ucdpGed, { ...row, best: '-1' }), {
    documents: [],
    problems: [{ column: 'best', code: 'bad_value' }],
  })
})

t.test('date_prec and event_clarity become precision and reading; the printed days stay', async t => {
  const periodOf = (cells: object) => figureOf(draftOf(ucdpGed, { ...row, ...cells })).period
  t.match(periodOf({ date_prec: '1', date_end: '2015-05-14' }), { precision: 'day', reading: null, edtf: '2015-05-14' })
  t.match(periodOf({ date_prec: '3', event_clarity: '1' }), { precision: 'week', reading: 'within', end: '2015-05-17' })
  t.match(periodOf({ date_prec: '4' }), { precision: 'month', start: '2015-05-14' })
  t.match(periodOf({ date_prec: '5' }), { precision: 'year' })
  t.match(draftOf(ucdpGed, { ...row, date_prec: '9' }).problems, [{ column: 'date_prec', code: 'not_in_list' }])
})

t.test('The place is the one that the row is known to, by where_prec', async t => {
  const placed = (where_prec: string, cells: object = {}) => {
    const draft = draftOf(ucdpGed, { ...row, where_prec, ...cells })
    const hint = draft.places.place
    const [place] = figureOf(draft).places
    return [hint?.level, hint?.name, hint?.parents.length, hint?.point !== null, place?.extent, place?.text]
  }
  t.same(placed('1'), ['settlement', 'Ramādī town', 3, true, 'exact', 'Ramādī town'])
  t.same(placed('2'), ['settlement', 'Ramādī town', 3, true, 'and_surroundings', 'Ramādī town'])
  t.same(placed('3'), ['adm2', 'Qaḑā’ ar Ramādī', 2, true, 'part_of', 'Ramādī town'])
  t.same(placed('4'), ['adm1', 'Al Anbār province', 1, true, 'part_of', 'Ramādī town'])
  t.same(placed('5', { where_coordinates: 'Zab river', adm_1: '', adm_2: '' }), [
    ...['country', 'Iraq', 0, false, 'part_of', 'Zab river'],
  ])
  t.same(placed('6'), ['country', 'Iraq', 0, false, 'part_of', 'Ramādī town'])
  t.same(placed('7', { adm_2: '' }), ['adm1', 'Al Anbār province', 1, false, 'unknown', 'Ramādī town'])
  t.same(placed('1', { where_coordinates: 'Northern Iraq', adm_1: '', adm_2: '' }).slice(0, 2), ['country', 'Iraq'])
  t.equal(placed('1', { where_coordinates: 'Camp Ashraf' })[0], 'site')
  const [event] = documentsOf(draftOf(ucdpGed, { ...row, where_prec: '6' }), 'event')
  t.match(event?.document.note, /latitude: 33.42056\nlongitude: 43.307779/, 'whichever locality it is placed at')
})

t.test('The country comes by ISO code and by Gleditsch and Ward number', async t => {
  const { iso3: _, ...later } = row
  t.same(draftOf(ucdpGed, row).places.place?.parents[0]?.codes, {
    iso3166_1: 'IQ',
    iso3166_1_alpha3: 'IRQ',
    gwno: '645',
  })
  t.same(draftOf(ucdpGed, later).places.place?.parents[0]?.codes.iso3166_1, 'IQ', 'by the name in ISO 3166-1')
})

t.test('A title that is too long for a title is whole in the note', async t => {
  const title = `Ramadi falls, ${'and falls '.repeat(60)}`.trim()
  const [, article] = documentsOf(draftOf(ucdpGed, { ...row, source_article: `"AFP,2015-05-17,${title}"` }), 'report')
  t.equal(article?.document.title, `${title.slice(0, 511)}…`)
  t.equal(article?.document.note, `title: ${title}`)
})

t.test('The population is what the parts say', async t => {
  const none = { deaths_a: '0', deaths_b: '0', deaths_civilians: '0', deaths_unknown: '0' }
  const populationOf = (cells: object) => figureOf(draftOf(ucdpGed, { ...row, ...none, ...cells })).population
  t.equal(populationOf({ deaths_a: '2' }), 'military')
  t.equal(populationOf({ deaths_b: '2' }), 'armed_group')
  t.equal(populationOf({ deaths_a: '2', side_a: 'Forces of Government of X' }), 'armed_group')
  t.equal(populationOf({ deaths_civilians: '2', deaths_unknown: '' }), 'unknown', 'an empty cell is no zero')
  t.equal(populationOf({ deaths_civilians: '2', deaths_unknown: '1' }), 'unknown')
  t.equal(populationOf({ deaths_civilians: '2' }), 'civilian')
  t.equal(populationOf({ deaths_b: '2', deaths_civilians: '2' }), 'mixed')
  t.equal(populationOf({ deaths_a: '2', deaths_b: '2' }), 'unknown')
  t.equal(populationOf({}), 'unknown')
  t.equal(populationOf({ type_of_violence: '3' }), 'civilian', 'one-sided violence is against civilians')
  t.equal(populationOf({ type_of_violence: '3', deaths_unknown: '2' }), 'unknown')
  t.equal(populationOf({ type_of_violence: '3', deaths_a: '2' }), 'military', 'but its dead may be of the other side')
})

t.test('Later editions: other columns, times after dates, a release that the file name says', async t => {
  const later = {
    ...row,
    relid: 'IRQ-2015-1-524-322',
    code_status: 'Clear',
    conflict_dset_id: '259',
    where_description: 'in the city',
    date_start: '2015-05-14 00:00:00.000',
    date_end: '2015-05-17 00:00:00',
  }
  const draft = draftOf(ucdpGed, later)
  t.match(figureOf(draft).period, { start: '2015-05-14', end: '2015-05-17' })
  t.match(
    documentsOf(draft, 'event')[0]?.document.note,
    /code_status: Clear\nconflict_dset_id: 259\n[\s\S]*\nrelid: IRQ-2015-1-524-322\n/,
  )
  t.match(documentsOf(draft, 'report')[0], { id: 'ucdp-ged', document: { published: null } })
  const named = draftOf(ucdpGed, later, { name: 'GEDEvent_v25_1.csv' })
  t.match(documentsOf(named, 'report')[0], { id: 'ucdp-ged-25.1', document: { published: '2025' } })
  const recent = draftOf(ucdpGed, { ...row, year: '2021' })
  t.equal(documentsOf(recent, 'report')[0]?.id, 'ucdp-ged', '19.1 ends with 2018')
  const { year, ...undated } = row
  for (const cells of [undated, { ...row, year: '' }])
    t.equal(documentsOf(draftOf(ucdpGed, cells), 'report')[0]?.id, 'ucdp-ged', 'nor is it known to cover no year')
})

t.test('The release is known from the names that UCDP gives its files, and guessed from no others', async t => {
  const releaseOf = (name: string) =>
    documentsOf(draftOf(ucdpGed, { ...row, relid: 'x' }, { name }), 'report')[0]?.id.replace(/^ucdp-ged-?/, '')
  for (const [name, release] of Object.entries({
    'GEDEvent_v25_1.csv': '25.1',
    'gedevent_v25_1.CSV': '25.1',
    'GEDEvent_v24_0_3.csv': '24.0.3',
    'GEDEvent_v24_01_24_12.csv': '24.01.24.12',
    'ged191.csv': '19.1',
    'ged50.csv': '5.0',
  }))
    t.equal(releaseOf(name), release, name)
  for (const name of [
    ...['ged_iraq_05_2015.csv', 'ged_iraq_2015_05.csv', 'aged_12.5.csv', 'ged15.csv', 'ged2015.csv', 'ged-2.1.csv'],
    ...['GEDEvent_v25_1_2015.csv', 'my ged191.csv', 'ged191.final.csv', 'rows'],
  ])
    t.equal(releaseOf(name), '', name)
})

t.test('A row of objects is read by its own members, whatever the first one has', async t => {
  const { event_clarity, conflict_name, ...fewer } = row
  const read = ucdpGed.open(Object.keys(fewer))
  read({ line: 1, cells: fewer })
  const note = documentsOf(read({ line: 2, cells: { ...row, id: '2' } })!, 'event')[0]?.document.note
  t.match(note, /^conflict_name: Iraq: Government$/m)
  const later = ucdpGed.open(Object.keys(row))({ line: 1, cells: { ...row, relid: 'x' } })!
  t.equal(documentsOf(later, 'report')[0]?.id, 'ucdp-ged', 'its release too')
})

t.test('Terms are numbers, as spreadsheets may write them; others are refused and never passed over', async t => {
  const terms = { type_of_violence: '1.0', where_prec: '1.0', event_clarity: '2.0', date_prec: '2.0' }
  t.same(draftOf(ucdpGed, { ...row, ...terms }).places, draftOf(ucdpGed, row).places)
  t.same(figureOf(draftOf(ucdpGed, { ...row, ...terms })), figureOf(draftOf(ucdpGed, row)))
  for (const column of Object.keys(terms))
    for (const term of ['8', '1.5', 'constructor'])
      t.match(
        draftOf(ucdpGed, { ...row, [column]: term }).problems,
        [{ column, code: 'not_in_list', value: term }],
        `${column} ${term}`,
      )
  t.equal(figureOf(draftOf(ucdpGed, { ...row, event_clarity: '' })).period.reading, null)
})

t.test('The HXL row is no data; garbage is refused with its column', async t => {
  const read = ucdpGed.open(Object.keys(row))
  const hxl = Object.fromEntries(Object.keys(row).map(column => [column, '']))
  t.equal(read({ line: 2, cells: { ...hxl, date_start: '#date+start' } }), null)
  t.equal(read({ line: 9, cells: hxl }), null)
  const faults = (cells: object) =>
    draftOf(ucdpGed, { ...row, ...cells }).problems.map(({ column, code }) => [column, code])
  t.same(faults({ id: '' }), [['id', 'missing']])
  t.same(faults({ id: 'a b' }), [['id', 'bad_format']])
  t.same(faults({ type_of_violence: '4' }), [['type_of_violence', 'not_in_list']])
  t.same(faults({ date_start: '14/05/2015' }), [['date_start', 'bad_date']])
  t.same(faults({ date_start: '2015-02-30' }), [['date_start', 'bad_date']])
  t.same(faults({ date_start: '2015-05-13 21:00:00Z' }), [['date_start', 'bad_date']])
  t.same(faults({ date_end: '2015-05-13' }), [['date_end', 'bad_date']])
  t.same(faults({ latitude: '133' }), [['latitude', 'out_of_range']])
  t.same(faults({ best: '2.5' }), [['best', 'bad_value']])
  t.same(faults({ best: '277.00', deaths_b: '27.0' }), [], 'as spreadsheets write whole numbers')
  t.same(faults({ best: '12.000' }), [['best', 'bad_value']], 'twelve or twelve thousand')
  t.same(faults({ country: '', iso3: '', country_id: '' }), [['country', 'missing']])
})

t.test('All rows for Iraq load: 7,473, 69 of them out of order', overFile(FILE), async t => {
  const counts = { rows: 0, sic: 0, none: 0, several: 0 }
  const faults: string[] = []
  const ids = new Set<string>()
  for await (const { row, draft } of adapted(ucdpGed, FILE)) {
    const result = admitted(draft)
    faults.push(...result.faults)
    const [figure] = result.figures
    if (!figure) continue
    const { value, citations, breakdown } = figure.document
    counts.rows += 1
    counts.sic += value.sic ? 1 : 0
    counts.none += value.best === 0 ? 1 : 0
    const sources = Number(row.cells.number_of_sources)
    counts.several += String(row.cells.source_article).includes('";"') ? 1 : 0
    ids.add(figure.id)
    const exact =
      figure.id === `ucdp-ged:${row.cells.id}` &&
      [value.low, value.best, value.high].join() === [row.cells.low, row.cells.best, row.cells.high].join() &&
      breakdown.map(part => part.best).join() ===
        ['deaths_a', 'deaths_b', 'deaths_civilians', 'deaths_unknown'].map(column => row.cells[column]).join()
    if (!exact) faults.push(`${figure.id} differs from its row`)
    if (sources > 0 && citations.length !== sources + 1) faults.push(`${figure.id} lost a source`)
  }
  t.same(faults, [])
  t.same(counts, { rows: 7473, sic: 69, none: 324, several: 497 })
  t.equal(ids.size, 7473)
})

t.test('Without an ISO code the number of the country gives it, where that is one country of today', t => {
  const codesOf = (country: string, country_id: string, date_start = '2015-05-14') =>
    draftOf(ucdpGed, { ...row, iso3: '', where_prec: '6', country, country_id, date_start }).places.place?.codes
  t.match(codesOf('Syria', '652'), { iso3166_1: 'SY', gwno: '652' })
  t.match(codesOf('DR Congo (Zaire)', '490'), { iso3166_1: 'CD' })
  t.same(codesOf('Serbia (Yugoslavia)', '345'), { gwno: '345' })
  t.same(codesOf('Yemen (North Yemen)', '678'), { iso3166_1: 'YE', iso3166_1_alpha3: 'YEM' })
  t.same(codesOf('Yemen (North Yemen)', '678', '1990-01-02'), { gwno: '678' })
  t.end()
})

t.test('Divisions that a row names are noted, but for the place itself', t => {
  const noteOf = (where_prec: string) =>
    documentsOf(draftOf(ucdpGed, { ...row, where_prec }), 'event')[0]?.document.note?.match(/^adm_\d/gm)
  t.same(noteOf('1'), ['adm_1', 'adm_2'])
  t.same(noteOf('3'), ['adm_1'])
  t.same(noteOf('4'), ['adm_2'])
  t.end()
})
