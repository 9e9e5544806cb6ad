import t from 'tap'
import { type FlatLookups, toFlatRow } from '../../src/formats/flat.js'
import { FLAT_COLUMNS } from '../../src/model/flat-row.js'
import { event, figure, flatRow, iraq, locality, scotsman } from './rows.js'

const lookups: FlatLookups = {
  locality: id => (id === 'iq-ramadi' ? locality() : null),
  countryOf: () => iraq,
  report: id => (id === scotsman.id ? scotsman : null),
}

t.test('a figure is one flat row, its members in the order of the columns', async t => {
  const row = toFlatRow(figure(), event(), lookups)
  t.same(row, flatRow())
  t.same(Object.keys(row), Object.keys(FLAT_COLUMNS))
})

t.test('zero stays zero and null stays null', async t => {
  const value = { low: 0, best: null, high: 0, qualifier: 'between', text: null, sic: false } as const
  t.match(toFlatRow(figure({ value }), event(), lookups), { low: 0, best: null, high: 0, text: null })
})

t.test('the first place and the first citation stand for all, and both are counted', async t => {
  const [place] = figure().places
  const [citation] = figure().citations
  const several = figure({
    places: [place!, { ...place!, locality: 'iq-baghdad', role: 'destination' }],
    citations: [
      { ...citation!, excerpt: 'as many as 114,000 residents fled' },
      { ...citation!, report: 'guardian' },
    ],
  })
  t.same(
    toFlatRow(several, event(), lookups),
    flatRow({ excerpt: 'as many as 114,000 residents fled', citations: 2, places: 2 }),
  )
})

t.test('sources are given by id, several joined by a semicolon, and relayers left to the document', async t => {
  const attribution = [
    { source: 'anbar-governor', role: 'originator' },
    { source: 'haimour', role: 'spokesperson' },
    { source: 'ap', role: 'relayer' },
    { source: 'moh', role: 'originator' },
  ] as const
  t.match(toFlatRow(figure({ attribution: [...attribution] }), event(), lookups), {
    originator: 'anbar-governor;moh',
    spokesperson: 'haimour',
  })
})

t.test('the country is its ISO code, its id when it has none, null when there is no country', async t => {
  const coded = (country: typeof iraq | null) =>
    toFlatRow(figure(), event(), { ...lookups, countryOf: () => country }).country
  t.equal(coded(iraq), 'IQ')
  t.equal(coded({ ...iraq, codes: {} }), 'iq')
  t.equal(coded(null), null)
})

t.test('a record that cannot be found leaves its columns null and keeps the ids', async t => {
  const none: FlatLookups = { locality: () => null, countryOf: () => null, report: () => null }
  t.same(
    toFlatRow(figure(), event(), none),
    flatRow({
      locality_name: null,
      country: null,
      publisher: null,
      report_title: null,
      report_url: null,
      published: null,
      published_inferred: null,
    }),
  )
})
