import t from 'tap'
import { unescapeExcel } from '../../src/formats/csv.js'
import { FLAT_COLUMNS, type FlatColumn } from '../../src/model/flat-row.js'
import { HASHTAGS, OF_DATES, OF_NUMBERS } from '../formats/hxl-hashtags.js'
import { cellOf, csvRows, ndjsonRecords } from '../support/cells.js'
import { awkwardService, FILES, suffixOf } from './offered.js'

/** The columns of every table, in order. New ones may follow; none may move. */
const PROMISED: Readonly<Record<string, string>> = {
  figures:
    'figure_id event_id event_title measure basis unit counts low best high qualifier text period_start period_end ' +
    'period_precision period_text locality_id locality_name country place_role place_extent population originator ' +
    'spokesperson publisher report_id report_title report_url published excerpt citations verification rank provisional ' +
    'method rev recorded_at sic',
  events: 'id title kind locality period_edtf period_start period_end period_precision period_text codes note',
  localities: 'id name level parent lat lon codes names note',
  sources: 'id name kind parent url reliability note',
  reports: 'id title publisher url archived_url language published published_inferred accessed licence note',
  relations: 'id of kind from to asserted_by report excerpt note',
}
const FIGURES = ['/v1/figures.csv', '/v1/exports/figures.csv', '/v1/localities/iq/timeline.csv']
const tableOf = (url: string) => (url.includes('timeline') ? 'figures' : /(\w+)\.\w+$/.exec(url)![1]!)

t.test('the order of columns is a promise, wherever a table is asked for', async t => {
  const { app } = await awkwardService(t)
  const tables = FILES.filter(url => suffixOf(url) === 'csv')
  t.ok(tables.length >= 14, `${tables.length} addresses`)
  for (const url of tables) {
    const promised = PROMISED[tableOf(url)]!.split(' ')
    const [header = []] = csvRows((await app.inject(url)).body)
    t.same(header.slice(0, promised.length), promised, url)
  }
})

t.test('CSV and NDJSON of one question are the same rows, null, zero and text told apart', async t => {
  const { app } = await awkwardService(t)
  for (const url of FILES.filter(url => suffixOf(url) === 'csv')) {
    const ndjson = url.replace(/csv$/, 'ndjson')
    // whole exports of other nouns are importable documents
    const records = ndjsonRecords(
      (await app.inject(tableOf(url) === 'figures' ? ndjson : `/v1/${tableOf(url)}.ndjson`)).body,
    )
    const [header = [], ...rows] = csvRows((await app.inject(url)).body)
    t.equal(rows.length, records.size, url)
    for (const row of rows) {
      const cells = header.map(column => cellOf(records.get(row[0]!), column!))
      t.same(
        row,
        cells.map(cell => (cell === null ? null : String(cell))),
        `${url} ${row[0]}`,
      )
    }
  }
})

t.test('NDJSON is a line for each record, the last one ended, without a byte order mark', async t => {
  const { app } = await awkwardService(t)
  for (const url of FILES.filter(url => suffixOf(url) === 'ndjson')) {
    const { body } = await app.inject(url)
    t.match(body, /^\{[\s\S]*\}\n$/, url)
    for (const line of body.slice(0, -1).split('\n')) t.type(JSON.parse(line), 'object')
  }
})

t.test('hxl=1 puts a row of HXL 1.1 hashtags below the header, true of the values under them', async t => {
  const { app } = await awkwardService(t)
  for (const url of FIGURES) {
    const [header = [], tags = [], ...rows] = csvRows((await app.inject(`${url}?hxl=1`)).body)
    const plain = csvRows((await app.inject(url)).body)
    t.same([header, ...rows], plain, `${url}: the same but for the row of tags`)
    t.equal(new Set(tags).size, header.length)
    for (const [i, tag] of tags.entries()) {
      const [hashtag = '', ...attributes] = tag!.split('+')
      t.ok(HASHTAGS.has(hashtag), tag!)
      t.ok(
        attributes.every(attribute => /^[a-z][a-z0-9_]*$/.test(attribute)),
        tag!,
      )
      const cells = rows.flatMap(row => row[i] ?? [])
      if (OF_NUMBERS.has(hashtag) || attributes.includes('num'))
        t.ok(
          cells.every(cell => /^\d+$/.test(cell)),
          tag!,
        )
      if (OF_DATES.has(hashtag))
        t.ok(
          cells.every(cell => /^\d{4}(-\d\d(-\d\d(T[\d:.]+Z)?)?)?$/.test(cell)),
          tag!,
        )
    }
  }
})

t.test('excel=1 starts with a byte order mark and holds no text that runs; undone, it is what it was', async t => {
  const { app } = await awkwardService(t)
  let escaped = 0
  for (const url of FILES.filter(url => suffixOf(url) === 'csv')) {
    const { rawPayload } = await app.inject(`${url}?excel=1`)
    t.same([...rawPayload.subarray(0, 6)], [0xef, 0xbb, 0xbf, ...rawPayload.subarray(3, 6)], `${url}: once`)
    const [header = [], ...rows] = csvRows(rawPayload.toString())
    const [, ...plain] = csvRows((await app.inject(url)).body)
    t.equal(rows.length, plain.length)
    for (const [i, row] of rows.entries())
      for (const [j, cell] of row.entries()) {
        const was = plain[i]![j]!
        if (cell === was) t.notMatch(cell ?? '', /^["' \u00a0]*[=+\-@\t\r\n＝＋－＠](?![\d.]+$)/, `${url} ${header[j]}`)
        else {
          t.equal(cell && unescapeExcel(cell), was)
          const kind = FLAT_COLUMNS[header[j] as FlatColumn] ?? 'text'
          t.equal(kind, 'text', `${url} ${header[j]}: numbers and dates never`)
          escaped += 1
        }
      }
  }
  t.ok(escaped >= 10, `N = ${escaped} cells escaped`)
})

t.test('hxl and excel are refused where they would do nothing', async t => {
  const { app } = await awkwardService(t)
  for (const url of FILES) {
    const refused = async (parameter: string) => {
      const answer = await app.inject(`${url}?${parameter}=1`)
      if (url.includes('/cite') || answer.json().code === 'unknown_parameter') t.equal(answer.json().status, 400)
      else t.match(answer.json(), { status: 400, errors: [{ parameter, code: 'conflict' }] }, `${url}?${parameter}=1`)
    }
    if (suffixOf(url) !== 'csv') await refused('excel')
    if (!FIGURES.includes(url) && !url.endsWith('timeline.csv')) await refused('hxl')
  }
})
