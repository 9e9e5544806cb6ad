import fc from 'fast-check'
import tap, { test } from 'tap'
import { flatLookups } from '../../src/actions/flat-rows.js'
import { everything } from '../../src/actions/whole.js'
import { csvHeader, csvLine } from '../../src/formats/csv.js'
import { toFlatRow } from '../../src/formats/flat.js'
import { ndjsonLine } from '../../src/formats/ndjson.js'
import type { FlatRow } from '../../src/model/flat-row.js'
import type { ListQuestion } from '../../src/model/queries.js'
import { openReader, type Reader } from '../../src/store/reader.js'
import { aFigure, aLocality, anEvent, aReport, aSource, desk, furnish } from '../support/builders.js'
import { aHistory, live, type Wish } from '../support/histories.js'

tap.setTimeout(120_000)

/** The flat rows of a log position, each made from documents. */
function rowsAt(read: Reader, at: number): FlatRow[] {
  const lookups = flatLookups(read, at)
  const figures = read.list('figure', everything(at) as ListQuestion<'figure'>)
  return figures.map(({ record }) => {
    const figure = JSON.parse(record)
    const event = read.find('event', figure.event, at)!
    return toFlatRow(figure, { id: event.id, ...JSON.parse(event.document) }, lookups)
  })
}

const pagesAt = (read: Reader, at: number) => [...read.flatPages(everything(at) as ListQuestion<'figure'>, 2)].flat()
const textAt = (read: Reader, at: number, form: 'csv' | 'ndjson') =>
  Buffer.concat([...read.flatText(at, form)]).toString()

test('at every position of the log the index yields the flat rows that the documents do, as rows and as text', async t => {
  let rows = 0
  fc.assert(
    fc.property(aHistory, history => {
      const { read } = live(t, history)
      const positions = Array.from({ length: Math.ceil((read.head().seq + 1) / 3) }, (_, i) => i * 3)
      const all = positions.map(at => ({ at, made: rowsAt(read, at) }))
      rows += all.reduce((n, { made }) => n + made.length, 0)
      for (const { at, made } of all) t.strictSame(pagesAt(read, at), made)
      // one after the other: what an export knows of places may serve the next
      for (const { at, made } of all) t.equal(textAt(read, at, 'csv'), made.map(row => csvLine(row)).join(''))
      for (const { at, made } of all) t.equal(textAt(read, at, 'ndjson'), made.map(ndjsonLine).join(''))
    }),
    { numRuns: 15 },
  )
  t.ok(rows > 100)
  t.comment(`N = ${rows} rows`)
})

const awkward = fc.constantFrom(',', '"', '""', '\n', '\t', '\\', '%s', "'", '\u2028', 'ا', '𝔘', 'é', 'x', ' ', ';')
const text = fc.array(awkward, { minLength: 1, maxLength: 6 }).map(parts => `a${parts.join('')}`)
const name = text.map(words => words.replace(/[\n\t\u2028]/g, '-'))

test('no text comes out of SQLite other than CSV and JSON write it here', async t => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name, text, text, text), { minLength: 8, maxLength: 8 }), rows => {
      const wishes = rows.flatMap(([title, place, words, when, excerpt], i): Wish[] => [
        { do: 'put', noun: 'locality', id: `l${i}`, body: aLocality({ name: place }) },
        {
          do: 'put',
          noun: 'report',
          id: `r${i}`,
          body: aReport({ title, publisher: 's0', url: `https://x.example/${i},"` }),
        },
        { do: 'put', noun: 'event', id: `e${i}`, body: anEvent({ title, locality: `l${i}` }) },
        {
          do: 'put',
          noun: 'figure',
          id: `f${i}`,
          body: aFigure({
            event: `e${i}`,
            value: { qualifier: 'between', low: 0, high: Number.MAX_SAFE_INTEGER, text: words },
            period: { start: '2015-05-01', text: when },
            attribution: [{ source: 's0', role: 'spokesperson' }],
            citations: [{ report: `r${i}`, excerpt }],
            provisional: i % 2 === 0,
          }),
        },
      ])
      const { read } = live(t, [[{ do: 'put', noun: 'source', id: 's0', body: aSource() }, ...wishes]])
      const at = read.head().seq
      const made = rowsAt(read, at)
      t.ok(made.length >= rows.length)
      t.strictSame(pagesAt(read, at), made)
      t.equal(textAt(read, at, 'csv'), made.map(row => csvLine(row)).join(''))
      t.equal(textAt(read, at, 'ndjson'), made.map(ndjsonLine).join(''))
    }),
    { numRuns: 30 },
  )
})

test('of an empty log there are no rows', async t => {
  const { read } = live(t, [])
  t.strictSame(pagesAt(read, 0), [])
  t.equal(csvHeader() + textAt(read, 0, 'csv'), csvHeader())
})

test('readers over one connection write text side by side', async t => {
  const made = desk(t)
  furnish(made)
  made.put('figure', 'killed', aFigure())
  const [one, other] = [made.read, openReader(made.db)].map(read => read.flatText(made.head(), 'csv'))
  const texts = [other!, one!].map(pieces => Buffer.concat([...pieces]).toString())
  t.match(texts[0], /Ramadi/)
  t.equal(texts[1], texts[0])
})
