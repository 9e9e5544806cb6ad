import t from 'tap'
import { idmcGidd } from '../../src/importers/idmc-gidd.js'
import { adapted, admitted, documentsOf, draftOf, overFile } from './adapted.js'

const FILE = 'idmc/gidd-disasters.csv'

const row = {
  iso3: 'IND',
  country_name: 'India',
  year: '2023',
  start_date: '2023-04-01',
  start_date_accuracy: 'Day',
  end_date: '2023-10-31',
  end_date_accuracy: 'Month',
  event_name: 'India: Flood [Monsoon] - Countrywide - 01/04/2023',
  hazard_type: '10',
  hazard_type_name: 'Flood',
  hazard_sub_type: '13',
  new_displacement: '45171',
  new_displacement_rounded: '45000',
  total_displacement: '0',
  total_displacement_rounded: '',
  event_codes: "['FL-2023-000104-BGD', 'FL-2023-000112-IND', 'MDRIN028', 'local 7']",
}

t.test('A row becomes a flow of movements and a stock of people at the end of the year', async t => {
  const draft = draftOf(idmcGidd, row)
  const { figures, faults } = admitted(draft)
  t.same(faults, [])
  const [flow, stock] = figures
  t.match(flow?.document, { measure: 'displaced', basis: 'flow', counts: 'movements', value: { best: 45171 } })
  t.equal(flow?.id, documentsOf(draft, 'event')[0]?.id)
  t.match(stock?.document, { basis: 'stock', counts: 'people', value: { best: 0, qualifier: 'unqualified' } })
  t.match(stock?.document.period, { start: '2023-12-31', end: '2023-12-31', reading: 'as_of', inferred: true })
  t.equal(stock?.id, `${flow?.id}:stock`)
  t.equal(draft.places.country?.codes.iso3166_1_alpha3, 'IND')
})

t.test('An empty stock is unknown, a printed zero is zero, and neither number is a problem', async t => {
  t.equal(admitted(draftOf(idmcGidd, { ...row, total_displacement: '' })).figures.length, 1)
  t.match(admitted(draftOf(idmcGidd, { ...row, new_displacement: '0' })).figures, [
    { document: { basis: 'flow', value: { best: 0 } } },
    { document: { basis: 'stock' } },
  ])
  const none = { ...row, total_displacement: '', new_displacement: '' }
  t.match(draftOf(idmcGidd, none).problems, [{ column: 'new_displacement', code: 'missing' }])
  t.match(draftOf(idmcGidd, { ...row, new_displacement: 'many' }).problems, [{ code: 'bad_value' }])
})

t.test('Event codes go by scheme, the country’s own first; others are noted', async t => {
  const [event] = documentsOf(draftOf(idmcGidd, row), 'event')
  t.same(event?.document.codes, {
    glide: 'FL-2023-000112-IND',
    ifrc_appeal: 'MDRIN028',
    glide_2: 'FL-2023-000104-BGD',
  })
  t.match(event?.document.note, /event_codes: local 7/)
})

t.test('Editions that know fewer codes of an event, or call them otherwise, have the same event', async t => {
  const { event_codes, ...older } = row
  const eventOf = (cells: Record<string, unknown>) => documentsOf(draftOf(idmcGidd, cells), 'event')[0]
  const codesOf = (cells: Record<string, unknown>) => eventOf(cells)?.document.codes
  for (const cells of [
    older,
    { ...row, event_codes: '[]', year: 2023, hazard_type: '10.0' },
    { ...older, glide_numbers: 'FL-2023-000112-IND' },
  ])
    t.equal(eventOf(cells)?.id, eventOf(row)?.id)
  const glide = { glide: 'FL-2023-000112-IND', glide_2: 'FL-2023-000104-BGD' }
  for (const numbers of [
    'FL-2023-000104-BGD; FL-2023-000112-IND',
    'FL-2023-000104-BGD,FL-2023-000112-IND',
    ['FL-2023-000104-BGD', 'FL-2023-000112-IND'],
  ])
    t.same(codesOf({ ...older, glide_numbers: numbers }), glide)
  t.same(codesOf({ ...older, glide_numbers: '' }), {})
})

t.test('Each end is as exact as the row says', async t => {
  const edtfOf = (start: string, from: string, end: string, to: string, year = '2015') => {
    const cells = { start_date: start, start_date_accuracy: from, end_date: end, end_date_accuracy: to, year }
    const draft = draftOf(idmcGidd, { ...row, ...cells })
    const [figure] = admitted(draft).figures
    const period = figure?.document.period
    return draft.problems[0]?.code ?? [period?.edtf, period?.start, period?.end, period?.precision]
  }
  t.same(edtfOf('2015-04-01', 'Month', '2015-05-17', 'Day'), [
    '2015-04/2015-05-17',
    '2015-04-01',
    '2015-05-17',
    'range',
  ])
  t.same(edtfOf('2015-04-01', 'Month', '2015-04-30', 'Month'), ['2015-04', '2015-04-01', '2015-04-30', 'month'])
  t.same(edtfOf('2015-01-01', 'Year', '2015-01-01', 'Year'), ['2015', '2015-01-01', '2015-12-31', 'year'])
  t.same(edtfOf('2015-04-03', 'Day', '2015-04-03', 'Day'), ['2015-04-03', '2015-04-03', '2015-04-03', 'day'])
  t.same(edtfOf('2015-04-03', 'Week', '2015-04-20', 'Week'), [
    ...['2015-04-03~/2015-04-20~', '2015-04-03', '2015-04-20', 'range'],
  ])
  t.same(edtfOf('2015-04-03', 'Week', '2015-04-03', 'Week'), ['2015-04-03~', '2015-04-03', '2015-04-03', 'week'])
  t.same(edtfOf('2015-04-03', 'Day', '2015-04-03', 'Week'), [
    ...['2015-04-03/2015-04-03~', '2015-04-03', '2015-04-03', 'week'],
  ])
  t.same(edtfOf('2015-04-03', '', '2015-04-03', ''), ['2015-04-03?', '2015-04-03', '2015-04-03', 'day'])
  t.same(edtfOf('2015-03-10', 'Day', '', ''), ['2015-03-10/2015', '2015-03-10', '2015-12-31', 'range'])
  t.same(edtfOf('2015-05-15', 'Day', '2015-05-01', 'Month')[0], '2015-05-15/2015-05')
  t.same(edtfOf('2015-05-15', 'Day', '2015-01-01', 'Year')[0], '2015-05-15/2015')
  t.same(edtfOf('2008-03-02', 'Day', '2008-02-03', 'Day', '2008'), ['2008', '2008-01-01', '2008-12-31', 'year'])
  t.equal(edtfOf('2015-04-31', 'Day', '', ''), 'bad_date')
  const endless = draftOf(idmcGidd, { ...row, end_date: '', end_date_accuracy: 'Day' })
  t.match(documentsOf(endless, 'event')[0]?.document.period, { text: '2023-04-01 (Day) to an end not stated (Day)' })
  t.equal(edtfOf('2015-04-01', 'Decade', '', ''), 'not_in_list')
  for (const [start_date, edtf] of [
    ['2023-04-01', '2023-04-01/2023'],
    ['2024-01-05', '2024-01-05'],
  ]) {
    const [event] = documentsOf(draftOf(idmcGidd, { ...row, start_date, end_date: '' }), 'event')
    t.match(event?.document.period, { edtf, inferred: true }, 'an end that nobody stated is worked out')
  }
})

t.test('Rows that differ in nothing but their number stay apart, and a corrected number keeps its id', async t => {
  const idOf = (read: ReturnType<typeof idmcGidd.open>, cells: object) =>
    read({ line: 2, cells: { ...row, ...cells } })
      ?.documents.at(-1)
      ?.id.replace(/:stock$/, '')
  const read = idmcGidd.open(Object.keys(row))
  const first = idOf(read, {})
  t.equal(idOf(read, { new_displacement: '100' }), `${first}-2`)
  t.equal(idOf(idmcGidd.open(Object.keys(row)), { new_displacement: '46000' }), first)
  t.not(idOf(read, { year: '2024' }), first)
  const mended = idmcGidd.open(Object.keys(row))
  t.equal(idOf(mended, { new_displacement: 'many' }), undefined)
  t.equal(idOf(mended, { new_displacement: '100' }), `${first}-2`, 'whether the first is refused or not')
  t.equal(mended({ line: 2, cells: { ...row, iso3: '#country+code', ...tags } }), null, 'hashtags are no data')
})

t.test('A row of objects is read by its own members', async t => {
  const { hazard_type_name, event_codes, ...fewer } = row
  const read = idmcGidd.open(Object.keys(fewer))
  const [event] = documentsOf(read({ line: 2, cells: row })!, 'event')
  t.match(event?.document, { codes: { ifrc_appeal: 'MDRIN028' }, note: /^hazard_type_name: Flood$/m })
})

const tags = Object.fromEntries(Object.keys(row).map(column => [column, '#meta']))

t.test('Territories without an ISO code keep IDMC’s', async t => {
  const hintOf = (iso3: string) => draftOf(idmcGidd, { ...row, iso3, country_name: '' }).places.country
  t.match(hintOf('AB9'), { name: 'Abyei Area', codes: { idmc_country: 'AB9' } })
  t.match(hintOf('XKX'), { name: 'Kosovo', codes: { iso3166_1: 'XK' } })
})

t.test('All 22,119 rows load, each with an id of its own', overFile(FILE), async t => {
  const faults: string[] = []
  const ids = new Set<string>()
  const counts = { rows: 0, flows: 0, stocks: 0, zero: 0 }
  for await (const { row, draft } of adapted(idmcGidd, FILE)) {
    const result = admitted(draft)
    faults.push(...result.faults)
    counts.rows += 1
    for (const { id, document } of result.figures) {
      ids.add(id)
      counts[document.basis === 'stock' ? 'stocks' : 'flows'] += 1
      counts.zero += document.value.best === 0 ? 1 : 0
      const printed = row.cells[document.basis === 'stock' ? 'total_displacement' : 'new_displacement']
      if (String(document.value.best) !== printed) faults.push(`${id}: ${document.value.best}, printed ${printed}`)
    }
  }
  t.same(faults, [])
  t.same(counts, { rows: 22119, flows: 22119, stocks: 6208, zero: 1056 })
  t.equal(ids.size, 22119 + 6208)
})
