import { readFileSync } from 'node:fs'
import t from 'tap'
import { loadingService } from '../support/loading.js'
import type { Answer } from '../support/service.js'
import { byId, listed, over, realFile, sendFile, tableRows, tally } from './real.js'

t.setTimeout(240_000)
const IDU = 'idmc/idu-india.json'
const GIDD = 'idmc/gidd-disasters.csv'
const [UPDATES, DISASTERS] = [113, 22_119]
const END: Record<string, [member: 'low' | 'best', qualifier: string]> = {
  total: ['best', 'exactly'],
  approximately: ['best', 'approximately'],
  'more than': ['low', 'more_than'],
}
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** The last day that IDMC's own words give: `07 November  - 09 November`. */
function lastDay({ standard_info_text, year }: Answer): string {
  const [, day = '', month = ''] = /-\s*(\d{1,2}) (\p{L}+)\s*<\/b>/u.exec(standard_info_text) ?? []
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`
}

t.test('all of IDMC’s updates come back as they are: number, qualifier, local dates, source', over(IDU), async t => {
  const service = await loadingService(t)
  const elements: Answer[] = JSON.parse(readFileSync(realFile(IDU), 'utf8'))
  t.equal(elements.length, UPDATES)
  t.match((await sendFile(service, IDU)).body, { format: 'idmc-idu', rows: UPDATES, created: UPDATES, refused: 0 })
  t.match((await sendFile(service, IDU)).body, { created: 0, revised: 0, unchanged: UPDATES })
  const figures = byId(await listed(service, '/v1/figures?limit=1000'))
  const reports = byId(await listed(service, '/v1/reports?limit=1000'))
  t.equal(figures.size, UPDATES)
  for (const element of elements) {
    const { value, period, citations, basis, counts } = figures.get(`idmc-idu:${element.id}`)
    const [member, qualifier] = END[element.qualifier]!
    t.match({ ...value, basis, counts }, { [member]: element.figure, qualifier, basis: 'flow', counts: 'movements' })
    t.equal(period.end, lastDay(element), `${element.id}`)
    const url = /href="([^"]+)"/.exec(element.standard_popup_text)?.[1]
    const printed = citations.map(({ report }: Answer) => reports.get(report).url)
    if (url) t.ok(printed.includes(url.replaceAll('&amp;', '&')), url)
  }
  const shifted = elements.find(({ displacement_start_date: date }) => date === '2023-11-06T11:00:00.000Z')
  t.equal(figures.get(`idmc-idu:${shifted.id}`).period.start, '2023-11-07')
  t.comment(`N = ${elements.length} updates`)
})

t.test('all of IDMC’s disasters come back as they are: flow, stock, both accuracies', over(GIDD), async t => {
  const service = await loadingService(t)
  const rows = tableRows(GIDD)
  t.equal(rows.length, DISASTERS)
  t.match((await sendFile(service, GIDD)).body, { format: 'idmc-gidd', rows: DISASTERS, created: DISASTERS })
  const figures = await listed(service, '/v1/figures?limit=1000')
  const events = byId(await listed(service, '/v1/events?limit=1000'))
  t.equal(events.size, DISASTERS)
  for (const [basis, column] of [
    ['flow', 'new_displacement'],
    ['stock', 'total_displacement'],
  ] as const) {
    const key = (row: Record<string, string>) => [oneLine(row.event_name!), datesOf(row), Number(row[column])].join('|')
    const said = rows.filter(row => row[column] !== '').map(key)
    const held = figures
      .filter(figure => figure.basis === basis)
      .map(({ event, value }) => [events.get(event).title, asTold(events.get(event).period.text), value.best].join('|'))
    t.same(tally(held), tally(said), `${held.length} figures of basis ${basis}`)
  }
  t.comment(`N = ${rows.length} rows, ${figures.length} figures`)
})

/** Both dates, each with its accuracy, as the period's words have them. */
function datesOf(row: Record<string, string>): string {
  const date = (end: 'start' | 'end') => {
    const [day, accuracy] = [row[`${end}_date`], row[`${end}_date_accuracy`]]
    if (day) return `${day} (${accuracy || 'accuracy not stated'})`
    return accuracy ? `an end not stated (${accuracy})` : 'an end not stated'
  }
  return `${date('start')} to ${date('end')}`
}

/** Rows that end before they start are marked as printed so. */
const asTold = (text: string) => text.replace(/, as printed$/, '')

/** A name stands on one line, its words parted by one space, and in NFC like every text. */
const oneLine = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim()
