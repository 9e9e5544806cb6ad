import fc from 'fast-check'
import t from 'tap'
import { admit } from '../../src/domain/admit.js'
import { toFlatRow } from '../../src/formats/flat.js'
import { ROW_PLACE, readFlatRow } from '../../src/importers/flat-row.js'
import type { FigureInput } from '../../src/model/figure.js'
import { FLAT_COLUMNS, type FlatRow } from '../../src/model/flat-row.js'
import { ID_PATTERN } from '../../src/model/schema.js'
import { terms } from '../../src/model/vocabularies.js'
import { event, figure, flatRow, iraq, locality, scotsman } from '../formats/rows.js'

/** A row as a CSV file holds it. */
function asStrings(row: Partial<FlatRow>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell === null ? null : String(cell)]))
}
const read = (changes: Partial<FlatRow> = {}) => readFlatRow(asStrings(flatRow(changes)), 2)
const readCells = (changes: Record<string, string | null>) => readFlatRow({ ...asStrings(flatRow()), ...changes }, 2)
const figureOf = (draft: ReturnType<typeof readFlatRow>) => draft.documents.at(-1)!.document as FigureInput
const ids = (draft: ReturnType<typeof readFlatRow>) => draft.documents.map(({ noun, id }) => `${noun} ${id}`)

/** The period of our row. */
const APRIL = {
  start: '2015-04-01',
  end: '2015-04-30',
  precision: 'month',
  text: 'April',
  edtf: '2015-04',
  inferred: false,
}

/** A row as somebody types it who knows no id. */
const typed = {
  event_title: 'Fall of Ramadi',
  measure: 'killed',
  best: '500',
  qualifier: 'approximately',
  period_start: '2015-05-15',
  period_end: '2015-05-17',
  locality_name: 'Ramadi',
  country: 'IQ',
  originator: "Anbar governor's office",
  spokesperson: 'Muhannad Haimour',
  publisher: 'The Scotsman',
  report_title: '500 killed as Islamic State take Iraqi city Ramadi',
  published: '2015-05-18',
}

t.test('a row of our own export becomes its sources, report and event if there are none, and its figure', async t => {
  const draft = read()
  t.same(draft, {
    line: 2,
    places: {},
    problems: [],
    documents: [
      { noun: 'source', id: 'un', document: { name: 'un', kind: 'other' }, ifAbsent: true },
      { noun: 'source', id: 'the-scotsman', document: { name: 'the-scotsman', kind: 'other' }, ifAbsent: true },
      {
        noun: 'report',
        id: 'scotsman-2015-05-18',
        document: {
          title: '500 killed as Islamic State take Iraqi city Ramadi',
          publisher: 'the-scotsman',
          url: 'https://www.scotsman.com/news/world/ramadi',
          published: '2015-05-18',
          published_inferred: true,
        },
        ifAbsent: true,
      },
      {
        noun: 'event',
        id: 'ramadi-exodus-2015-04',
        document: {
          title: 'Exodus from Ramadi, April 2015',
          kind: 'other',
          locality: 'iq-ramadi',
          period: APRIL,
        },
        ifAbsent: true,
      },
      {
        noun: 'figure',
        id: 'ramadi-exodus',
        document: {
          event: 'ramadi-exodus-2015-04',
          measure: 'displaced',
          value: { low: null, best: null, high: 114000, qualifier: 'at_most', text: 'as many as 114,000' },
          attribution: [{ source: 'un', role: 'originator' }],
          citations: [{ report: 'scotsman-2015-05-18', excerpt: null }],
          basis: 'flow',
          unit: 'person',
          counts: 'unspecified',
          period: APRIL,
          places: [{ locality: 'iq-ramadi', role: 'origin', extent: 'and_surroundings' }],
          population: 'unknown',
          method: 'estimate',
          provisional: false,
          verification: 'unverified',
          rank: 'normal',
        },
        ifAbsent: false,
      },
    ],
  })
})

t.test('a JSON row reads as its CSV row does', async t => {
  t.same(readFlatRow(flatRow(), 2, 'json'), read())
})

const disordered = ({ low, best, high }: { low: number; best: number | null; high: number }) =>
  low > high || (best !== null && (best < low || best > high))

t.test('what a flat row says of a figure comes back in its flat row, from exactly that figure', async t => {
  const count = fc.maxSafeNat()
  const none = { low: fc.constant(null), best: fc.constant(null), high: fc.constant(null) }
  const value = fc.oneof(
    count.map(v => ({ low: v, best: v, high: v, qualifier: 'exactly' })),
    fc.record({ ...none, best: count, qualifier: fc.constantFrom('approximately', 'unqualified') }),
    fc.record({ ...none, low: count, qualifier: fc.constantFrom('at_least', 'more_than') }),
    fc.record({ ...none, high: count, qualifier: fc.constantFrom('at_most', 'less_than') }),
    fc
      .record({ low: count, best: fc.option(count), high: count, qualifier: fc.constant('between') })
      .map(numbers => ({ ...numbers, sic: disordered(numbers) })),
    fc.record({ ...none, qualifier: fc.constant('vague') }),
  )
  const period = fc.constantFrom(
    { period_start: null, period_end: null, period_precision: 'unknown', period_edtf: null },
    { period_start: '2015-05-17', period_end: '2015-05-17', period_precision: 'day', period_edtf: '2015-05-17' },
    { period_start: null, period_end: '2015-05-18', period_precision: 'range', period_edtf: '../2015-05-18' },
    { period_start: '2015-04-01', period_end: '2015-04-30', period_precision: 'month', period_edtf: '2015-04' },
    { period_start: '2015-04-01', period_end: '2015-04-30', period_precision: 'month', period_edtf: '2015-04~' },
    {
      period_start: '2015-05-01',
      period_end: '2015-05-18',
      period_precision: 'range',
      period_edtf: '2015-05?/2015-05-18',
    },
  )
  const rest = fc.record({
    measure: fc.constantFrom(...terms('measure')),
    place_role: fc.constantFrom(...terms('place_role')),
    place_extent: fc.constantFrom(...terms('extent')),
    population: fc.constantFrom(...terms('population')),
    verification: fc.constantFrom(...terms('verification')),
    originator: fc.constantFrom('un', 'un;iom'),
    spokesperson: fc.constantFrom(null, 'haimour'),
    provisional: fc.boolean(),
    period_inferred: fc.boolean(),
    excerpt: fc.constantFrom(null, '=1', 'as many as\n114,000'),
  })
  const lookups = { locality: () => locality(), countryOf: () => iraq, report: () => scotsman }
  fc.assert(
    fc.property(value, period, rest, (...parts) => {
      const row = flatRow(Object.assign({}, ...parts))
      const { documents } = readFlatRow(asStrings(row), 2)
      const { id, document } = documents.at(-1)!
      const stored = admit.figure(document as FigureInput, event().id, event())
      t.same(toFlatRow({ ...figure(), ...stored, id }, event(), lookups), row)
    }),
  )
})

t.test(
  'what the service derives is not read: rev, recorded_at, citations, places, country, and a name beside an id',
  async t => {
    t.same(
      readCells({
        rev: '7',
        recorded_at: 'junk',
        citations: 'junk',
        places: 'junk',
        country: '?',
        locality_name: 'Fallujah',
      }),
      read(),
    )
  },
)

t.test('a row without ids names its place, sources, report and event itself', async t => {
  const draft = readFlatRow(typed, 2)
  t.same(draft.problems, [])
  t.same(draft.places, {
    [ROW_PLACE]: {
      name: 'Ramadi',
      level: 'settlement',
      supposed: true,
      codes: {},
      names: [],
      parents: [
        {
          name: 'Iraq',
          level: 'country',
          codes: { iso3166_1: 'IQ', iso3166_1_alpha3: 'IRQ' },
          names: [],
          parents: [],
          point: null,
        },
      ],
      point: null,
    },
  })
  t.same(
    draft.documents
      .filter(({ noun }) => noun === 'source')
      .map(({ id, document }) => [id, (document as { name: string }).name]),
    [
      ['anbar-governors-office', "Anbar governor's office"],
      ['muhannad-haimour', 'Muhannad Haimour'],
      ['the-scotsman', 'The Scotsman'],
    ],
  )
  t.match(figureOf(draft), { places: [{ locality: ROW_PLACE }], value: { low: null, best: 500, high: null } })
  for (const { id } of draft.documents) t.match(id, new RegExp(ID_PATTERN))
  t.match(figureOf(draft).citations[0]!.report, /^row-report-/)
  t.match(figureOf(draft).event, /^row-event-/)
})

t.test('a place is the row’s country, or of the level that its name says', async t => {
  const hintOf = (locality_name: string, country = 'IQ') =>
    readFlatRow({ ...typed, locality_name, country }, 2).places[ROW_PLACE]
  for (const [name, country] of [
    ['Iraq', 'IQ'],
    ['IRAQ', 'Iraq'],
  ] as const)
    t.match(hintOf(name, country), { level: 'country', codes: { iso3166_1: 'IQ' }, parents: [] })
  for (const [name, level] of [
    ['Anbar Governorate', 'adm1'],
    ['محافظة الأنبار', 'adm1'],
    ['Ramadi District', 'adm2'],
    ['قضاء الرمادي', 'adm2'],
    ['Wafa Subdistrict, Ramadi District', 'adm3'],
    ['Ramadi city', 'settlement'],
    ['Liwa', 'settlement'],
    ['Habbaniyah Tourist City camp', 'settlement'],
    ['Baharka camp', 'site'],
  ] as const)
    t.match(hintOf(name), { name, level, supposed: true }, name)
})

t.test('a country is an ISO code in any case, or a name; a code that is nobody’s is refused', async t => {
  const row = (country: string) => readFlatRow({ ...typed, country }, 2)
  for (const country of ['IQ', 'iq', 'IRQ', 'irq', 'Iraq'])
    t.same(row(country), row('IQ'), `${country}: one place, one event, one claim`)
  for (const country of ['XK', 'xkx'])
    t.match(row(country).places[ROW_PLACE]!.parents, [{ name: 'Kosovo', codes: { iso3166_1: 'XK' } }])
  t.match(row('Chad').places[ROW_PLACE]!.parents, [{ codes: { iso3166_1: 'TD' } }])
  t.match(row('Somaliland').places[ROW_PLACE]!.parents, [{ name: 'Somaliland', codes: {} }])
  for (const country of ['UK', 'QQ', 'uae'])
    t.match(row(country).problems, [{ column: 'country', code: 'not_in_list', value: country }])
})

t.test('made ids follow from the claim alone, so that loading twice creates nothing', async t => {
  t.same(readFlatRow(typed, 2), { ...readFlatRow({ ...typed }, 9), line: 2 })
  const first = readFlatRow(typed, 2).documents.at(-1)!.id
  t.match(first, /^row-[0-9a-f]{24}$/)
  const judged = { ...typed, verification: 'contested', rank: 'deprecated', excerpt: 'words', method: 'count' }
  t.equal(
    readFlatRow(judged, 2).documents.at(-1)!.id,
    first,
    'what is thought of the claim does not change which it is',
  )
  for (const other of [
    { best: '501' },
    { period_end: '2015-05-18' },
    { originator: 'ICRC' },
    { locality_name: 'Fallujah' },
    { population: 'civilian' },
    { spokesperson: '' },
    { qualifier: 'unqualified' },
    { unit: 'household' },
    { counts: 'movements' },
    { place_role: 'destination' },
    { place_extent: 'part_of' },
    { country: 'SY' },
  ]) {
    t.not(readFlatRow({ ...typed, ...other }, 2).documents.at(-1)!.id, first, JSON.stringify(other))
  }
})

t.test('where it was printed makes no other claim, unless nobody knows whose number it is, or of when', async t => {
  const idOf = (row: object) => readFlatRow({ ...typed, ...row }, 2).documents.at(-1)!.id
  const printings = [
    { publisher: 'The Guardian' },
    { report_title: 'Ramadi falls' },
    { published: '2015-05-19' },
    { text: 'some 500' },
  ]
  for (const printing of printings) t.equal(idOf(printing), idOf({}), JSON.stringify(printing))
  for (const unknown of [{ originator: '' }, { period_start: '', period_end: '' }])
    for (const printing of printings) t.not(idOf({ ...unknown, ...printing }), idOf(unknown), JSON.stringify(printing))
  t.not(idOf({ period_end: '', publisher: 'The Guardian' }), idOf({}))
  const undated = { period_start: '', period_end: '' }
  for (const dated of [{ period_start: '' }, { period_end: '' }, { ...undated, period_edtf: '2015-05' }])
    t.equal(idOf({ ...dated, publisher: 'The Guardian' }), idOf(dated), JSON.stringify(dated))
  const known = { event_id: 'fall-of-ramadi' }
  t.equal(idOf({ ...known, period_text: 'since Friday' }), idOf(known), 'in whatever words it was dated')
  const vague = { best: '', qualifier: 'vague', text: 'dozens' }
  t.equal(idOf({ ...vague, publisher: 'The Guardian' }), idOf(vague))
  t.not(idOf({ ...vague, text: 'hundreds' }), idOf(vague), 'the words are its number')
})

t.test('rows share a made event only when title, place and period are the same', async t => {
  const eventOf = (changes: object) => figureOf(readFlatRow({ ...typed, ...changes }, 2)).event
  t.equal(eventOf({ measure: 'injured', best: '9' }), eventOf({}))
  t.not(eventOf({ period_end: '2015-05-18' }), eventOf({}))
  t.not(eventOf({ locality_name: 'Fallujah' }), eventOf({}))
  t.not(eventOf({ event_title: 'Siege of Ramadi' }), eventOf({}))
})

t.test('names in other scripts keep apart what their Latin letters would confuse', async t => {
  const source = (name: string) => readFlatRow({ ...typed, originator: name }, 2).documents[0]!
  t.match(source('وزارة الصحة').id, /^source-/)
  t.not(source('منظمة UN').id, 'un')
  t.not(source('وزارة الصحة').id, source('وزارة الدفاع').id)
  t.same(source('وزارة الصحة').document, { name: 'وزارة الصحة', kind: 'other' })
  t.equal(source('Médecins Sans Frontières').id, 'medecins-sans-frontieres')
  t.equal(source('Ministry of Health; WHO').id, 'ministry-of-health-who', 'a name with a semicolon is one name')
  t.same(
    ids(readFlatRow({ ...typed, publisher: 'afp;reuters' }, 2)).filter(id => /afp|reuters/.test(id)),
    ['source afp-reuters'],
  )
})

t.test('without a title the event must exist, and without its title or publisher the report', async t => {
  t.same(ids(read({ event_title: null, report_title: null })), ['source un', 'figure ramadi-exodus'])
  t.same(ids(read({ publisher: null })), ['source un', 'event ramadi-exodus-2015-04', 'figure ramadi-exodus'])
})

t.test(
  'a row without a place or period leaves both to its event; empty cells of a period say that it is unknown',
  async t => {
    const bare = { locality_id: null, locality_name: null, place_role: null, place_extent: null }
    const cells = Object.entries(asStrings(flatRow(bare)))
    const without = Object.fromEntries(cells.filter(([column]) => !column.startsWith('period_')))
    t.match(figureOf(readFlatRow(without, 2)), { places: null, period: null })
    const unknown = { start: null, end: null, precision: null, text: null }
    for (const column of Object.keys(FLAT_COLUMNS).filter(column => column.startsWith('period_')))
      t.same(figureOf(readFlatRow({ ...without, [column]: '' }, 2)).period, unknown, column)
    const idOf = (row: object) => readFlatRow({ ...typed, ...row, period_end: null }, 2).documents.at(-1)!.id
    t.equal(idOf({ period_start: '' }), idOf({ period_start: null, period_text: '' }), 'the same claim all the same')
    t.equal(idOf({ period_inferred: 'true' }), idOf({}), 'whoever worked its dates out')
  },
)

t.test('a column that there is not is a problem, whatever it is called', async t => {
  for (const column of ['killed', 'Measure', '__proto__', 'constructor', '']) {
    const cells = JSON.parse(`{${JSON.stringify(column)}: "5"}`)
    const { problems, documents } = readFlatRow({ ...cells, ...asStrings(flatRow()) }, 2)
    t.match(problems, [{ column, code: 'invalid', value: /.*/ }])
    t.same(documents, [])
  }
  t.match(readCells({ localty_name: 'Hit' }).problems, [{ detail: /Did you mean locality_name\?$/ }])
})

t.test('junk in a count is refused by column and code, never guessed at', async t => {
  const junk = {
    '1e3': 'bad_format',
    ' 5': 'bad_format',
    '1.5': 'bad_format',
    '1,000': 'bad_format',
    '+5': 'bad_format',
  }
  const more = {
    '05': 'bad_format',
    '٥': 'bad_format',
    '0x10': 'bad_format',
    '-1': 'out_of_range',
    '9007199254740992': 'out_of_range',
  }
  for (const [cell, code] of Object.entries({ ...junk, ...more })) {
    const { problems, documents, places } = readCells({ high: cell })
    t.match(problems, [{ column: 'high', code, value: cell }], cell)
    t.equal(problems.length, 1)
    t.same([documents, places], [[], {}])
  }
  t.match(figureOf(readCells({ high: '9007199254740991' })).value, { high: 9007199254740991 })
  t.match(figureOf(readCells({ high: '0' })).value, { high: 0 })
})

t.test('a flag is read as we write it and as a spreadsheet saves it, and nothing else is', async t => {
  for (const [cell, provisional] of Object.entries({ true: true, TRUE: true, false: false, FALSE: false }))
    t.match(figureOf(readCells({ provisional: cell })), { provisional })
  for (const cell of ['True', 'yes', '1', '0', ' TRUE', 'WAHR'])
    t.match(
      readCells({ provisional: cell }).problems,
      [{ column: 'provisional', code: 'bad_format', value: cell }],
      cell,
    )
  t.match(readFlatRow({ ...flatRow(), provisional: 'TRUE' }, 2, 'json').problems, [{ column: 'provisional' }])
})

t.test('JSON values are never converted', async t => {
  for (const changes of [
    { high: '5' },
    { high: true },
    { high: '' },
    { high: 1.5 },
    { provisional: 'true' },
    { provisional: 1 },
    { text: '' },
    { text: 5 },
    { high: [5] },
  ]) {
    const { problems } = readFlatRow({ ...flatRow(), ...changes }, 2, 'json')
    t.match(problems, [{ column: Object.keys(changes)[0], code: 'bad_format' }], JSON.stringify(changes))
  }
  t.match(readFlatRow({ ...flatRow(), high: -1 }, 2, 'json').problems, [{ column: 'high', code: 'out_of_range' }])
})

t.test('an empty cell is null, not zero, and not text', async t => {
  const draft = readCells({ high: '', text: '', qualifier: 'vague', spokesperson: '', provisional: '' })
  t.same(draft.problems, [])
  t.match(figureOf(draft), { value: { low: null, best: null, high: null, text: null }, provisional: null })
})

t.test('each other cell that does not hold what its column is for is named', async t => {
  const cases: [string, string, string][] = [
    ['measure', 'deaths', 'not_in_list'],
    ['measure', '', 'missing'],
    ['qualifier', '', 'missing'],
    ['qualifier', 'about', 'not_in_list'],
    ['period_start', '4/1/2015', 'bad_date'],
    ['period_end', '2015-02-29', 'bad_date'],
    ['period_precision', 'decade', 'not_in_list'],
    ['provisional', 'yes', 'bad_format'],
    ['locality_id', 'Ramadi', 'bad_format'],
    ['figure_id', 'A B', 'bad_format'],
    ['originator', '', 'missing'],
  ]
  for (const [column, cell, code] of cases) {
    const { problems, documents } = readCells({ [column]: cell })
    t.match(problems, [{ column, code }], `${column} ${cell}`)
    t.same(documents, [])
  }
})

t.test('what cannot be made up is missing: an event, a new event’s place, a report', async t => {
  t.match(read({ event_id: null, event_title: null }).problems, [{ column: 'event_id', code: 'missing' }])
  t.match(read({ report_id: null, report_title: null }).problems, [{ column: 'report_title', code: 'missing' }])
  t.match(read({ report_id: null, publisher: null }).problems, [{ column: 'publisher', code: 'missing' }])
  t.match(read({ locality_id: null, locality_name: null }).problems, [{ column: 'locality_id', code: 'missing' }])
  const nowhere = { locality_id: null, locality_name: null, place_role: null, place_extent: null, event_id: null }
  t.match(read(nowhere).problems, [{ column: 'locality_id', code: 'missing' }])
})

t.test('all problems of a row are listed', async t => {
  t.same(
    readCells({ low: 'x', best: '-1', measure: 'deaths' })
      .problems.map(({ column }) => column)
      .sort(),
    ['best', 'low', 'measure'],
  )
})

t.test('numbers out of order are sic only where the row says so', async t => {
  const disordered = { low: 5, best: 3, high: 4, qualifier: 'between', sic: true }
  t.equal(figureOf(read(disordered)).value.sic, true)
  t.equal(figureOf(read({ ...disordered, sic: false })).value.sic, undefined)
  t.equal(figureOf(read({ ...disordered, best: null, low: 4 })).value.sic, undefined)
})

t.test('the tag row of an HXL export is not data', async t => {
  t.same(readFlatRow({ figure_id: '#meta+id+figure', measure: '#indicator+name' }, 2), {
    line: 2,
    places: {},
    documents: [],
    problems: [],
  })
})

t.test('a figure whose id is a hashtag is no tag row, and is refused', async t => {
  t.match(readCells({ figure_id: '#12' }).problems, [{ column: 'figure_id', value: '#12' }])
})

t.test('every flat column is read or known to be derived', async t => {
  const derived = ['rev', 'recorded_at', 'citations', 'places', 'country', 'locality_name']
  for (const column of Object.keys(FLAT_COLUMNS)) {
    const changed = readCells({ [column]: 'CHANGED' })
    if (derived.includes(column)) t.same(changed, read(), column)
    else t.strictNotSame(changed, read(), column)
  }
})
