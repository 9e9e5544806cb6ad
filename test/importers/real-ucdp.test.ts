import t from 'tap'
import { loadingService } from '../support/loading.js'
import type { Answer } from '../support/service.js'
import { byId, listed, over, sendFile, tableRows, tally } from './real.js'

t.setTimeout(240_000)
const FILE = 'ucdp/ged-iraq.csv'
const ROWS = 7473
const PARTS = ['deaths_a', 'deaths_b', 'deaths_civilians', 'deaths_unknown'] as const
const PRECISIONS: Record<string, string> = { 3: 'week', 4: 'month', 5: 'year' }

type Row = Record<string, string>
const number = (row: Row, column: string) => Number(row[column])
const outOfOrder = (row: Row) => number(row, 'low') > number(row, 'best') || number(row, 'best') > number(row, 'high')
/** Words without what nobody sees, and without spaces that only stand around commas. */
const words = (text: string) =>
  text
    .replace(/[\u200E\u200F]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?, ?/g, ',')
    .trim()

/** Sums for the check alone: the service never makes any. */
function sumsByYear(pairs: readonly (readonly [year: string, best: number])[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [year, best] of pairs) sums[year] = (sums[year] ?? 0) + best
  return sums
}

/** The articles that a cell names between quotation marks. */
const quoted = (cell: string) => (/^".*"$/s.test(cell) ? cell.slice(1, -1).split(/"\s*;\s*"/) : null)

function differences(
  row: Row,
  figure: Answer,
  event: Answer,
  reports: Map<string, Answer>,
  sources: Map<string, Answer>,
) {
  const wrong: string[] = []
  const same = (what: string, found: unknown, wanted: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`${row.id} ${what}: ${JSON.stringify(found)}`)
  }
  const { low, best, high, qualifier, sic = false } = figure.value
  same(
    'value',
    [low, best, high, qualifier],
    [...['low', 'best', 'high'].map(column => number(row, column)), 'between'],
  )
  same('sic', sic, outOfOrder(row))
  same('dates', [figure.period.start, figure.period.end], [row.date_start, row.date_end])
  same('event dates', [event.period.start, event.period.end], [row.date_start, row.date_end])
  same(
    'precision',
    figure.period.precision,
    PRECISIONS[row.date_prec!] ?? (row.date_start === row.date_end ? 'day' : 'range'),
  )
  same(
    'breakdown',
    figure.breakdown.map((part: Answer) => [part.category.split(':')[0], part.best]),
    PARTS.map(column => [column, number(row, column)]),
  )
  same('event', [figure.event, event.codes.ucdp], [`ucdp-ged:${row.id}`, row.id])
  const [printed, ...basis] = figure.citations
  same('release', [printed.report, printed.locator], ['ucdp-ged-19.1', `id ${row.id}`])
  const articles = quoted(row.source_article!)
  const cited = basis.map(({ report }: Answer) => {
    const { publisher, published, title, note } = reports.get(report)
    return words(`${sources.get(publisher).name},${published},${note ?? title}`)
  })
  if (articles && cited.length === articles.length) same('articles', cited, articles.map(words))
  else if (row.source_article && cited.length === 0)
    same('source text', words(printed.excerpt ?? '').includes(words(row.source_article)), true)
  return wrong
}

t.test('all of UCDP’s rows come back through the API exactly as the file has them', over(FILE), async t => {
  const service = await loadingService(t)
  const rows = tableRows(FILE)
  t.equal(rows.length, ROWS)
  const first = await sendFile(service, FILE)
  t.match(first, { status: 200, body: { format: 'ucdp-ged', rows: ROWS, created: ROWS, refused: 0, skipped: 1 } })
  t.same(first.body.problems, [])
  const second = await sendFile(service, FILE)
  t.match(second.body, { rows: ROWS, created: 0, revised: 0, unchanged: ROWS, revision: first.body.revision })

  const figures = await listed(service, '/v1/figures?originator=ucdp&limit=1000')
  const [events, reports, sources] = await Promise.all(
    ['events', 'reports', 'sources'].map(async plural => byId(await listed(service, `/v1/${plural}?limit=1000`))),
  )
  t.equal(figures.length, ROWS)
  const found = byId(figures)
  const wrong = rows.flatMap(row => {
    const figure = found.get(`ucdp-ged:${row.id}`)
    return figure ? differences(row, figure, events!.get(figure.event), reports!, sources!) : [`${row.id} is not there`]
  })
  t.same(wrong.slice(0, 20), [], `${wrong.length} differences`)
  t.same(tally(figures.map(({ period }) => period.start.slice(0, 4))), tally(rows.map(({ year }) => year!)))
  t.same(
    sumsByYear(figures.map(({ period, value }) => [period.start.slice(0, 4), value.best])),
    sumsByYear(rows.map(row => [row.year!, number(row, 'best')])),
  )
  t.equal(figures.filter(({ value }) => value.sic).length, rows.filter(outOfOrder).length)
  t.equal(rows.filter(outOfOrder).length, 69)
  t.comment(`N = ${rows.length} rows, ${reports!.size} reports, ${sources!.size} sources`)
})
