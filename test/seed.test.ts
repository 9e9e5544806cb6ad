import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { parse } from 'csv-parse/sync'
import { test } from 'tap'
import { type Inputs, NOUNS, type Noun, nouns } from '../src/model/nouns.js'
import { ID_PATTERN } from '../src/model/schema.js'

type Line = { [N in Noun]: { noun: N; id: string; document: Inputs[N] } }[Noun]

const SEED = new URL('../../seed/', import.meta.url)
const FILES = readdirSync(SEED)
  .filter(name => name.endsWith('.ndjson'))
  .sort()
const RAMADI = new URL('../../../shared/data/ramadi-2015/figures.csv', import.meta.url)

const linesOf = (file: string): Line[] =>
  readFileSync(new URL(file, SEED), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
const lines = FILES.flatMap(linesOf)

function documents<N extends Noun>(noun: N): Map<string, Inputs[N]> {
  return new Map(lines.filter(line => line.noun === noun).map(line => [line.id, line.document as Inputs[N]]))
}
const sources = documents('source')
const reports = documents('report')
const events = documents('event')
const figures = documents('figure')
const relations = documents('relation')

/** Every record that a document names. */
function references(line: Line): [Noun, string | null | undefined][] {
  switch (line.noun) {
    case 'locality':
      return [['locality', line.document.parent]]
    case 'source':
      return [['source', line.document.parent]]
    case 'report':
      return [['source', line.document.publisher]]
    case 'event':
      return [['locality', line.document.locality]]
    case 'figure':
      return [
        ['event', line.document.event],
        ...(line.document.places ?? []).map(({ locality }): [Noun, string] => ['locality', locality]),
        ...line.document.attribution.map(({ source }): [Noun, string] => ['source', source]),
        ...line.document.citations.map(({ report }): [Noun, string] => ['report', report]),
      ]
    case 'relation':
      return [
        [line.document.of, line.document.from],
        [line.document.of, line.document.to],
        ['report', line.document.report],
      ]
  }
}

test('the seed holds one file per noun, in dependency order', async t => {
  t.same(
    FILES.map(file => [...new Set(linesOf(file).map(line => line.noun))]),
    NOUNS.map(noun => [noun]),
  )
})

test('every document of the seed fits the schema that clients write by', async t => {
  const ajv = new Ajv({ allErrors: true, strict: false })
  for (const line of lines) {
    t.same(Object.keys(line), ['noun', 'id', 'document'], line.id)
    const fits = ajv.compile(nouns[line.noun].input)
    t.ok(fits(line.document), `${line.noun} ${line.id}`, { errors: fits.errors })
  }
})

test('ids of the seed are well-formed and unique', async t => {
  for (const { id } of lines) t.match(id, new RegExp(ID_PATTERN))
  t.equal(new Set(lines.map(({ noun, id }) => `${noun} ${id}`)).size, lines.length)
})

test('every reference of the seed names a line before it', async t => {
  const seen = new Set<string>()
  for (const line of lines) {
    for (const [noun, id] of references(line)) {
      if (id != null) t.ok(seen.has(`${noun} ${id}`), `${line.noun} ${line.id} names ${noun} ${id}`)
    }
    seen.add(`${line.noun} ${line.id}`)
  }
})

test('no report, source or locality of the seed stands unused', async t => {
  const used = new Set(lines.flatMap(line => references(line).map(([noun, id]) => `${noun} ${id}`)))
  for (const { noun, id } of lines) {
    if (noun === 'report' || noun === 'source' || noun === 'locality' || noun === 'event') {
      t.ok(used.has(`${noun} ${id}`), `${noun} ${id}`)
    }
  }
})

test('the three figures of the article are three events, and 8,000 is additional to 114,000 by its source', async t => {
  const article = ['ramadi-2015:exodus-un', 'ramadi-2015:fall-killed', 'ramadi-2015:fall-fled']
  for (const id of article) {
    t.ok(figures.get(id)?.citations.some(citation => citation.report === 'scotsman-2015-05-18'))
  }
  t.equal(new Set(article.map(id => figures.get(id)?.event)).size, 3)
  const stated = [...relations.values()].filter(relation => relation.kind === 'additional_to')
  t.same(stated.map(({ of, from, to, asserted_by, report }) => ({ of, from, to, asserted_by, report })).sort(byKind), [
    {
      of: 'event',
      from: 'ramadi-flight-2015-05',
      to: 'ramadi-exodus-2015-04',
      asserted_by: 'source',
      report: 'scotsman-2015-05-18',
    },
    {
      of: 'figure',
      from: 'ramadi-2015:fall-fled',
      to: 'ramadi-2015:exodus-un',
      asserted_by: 'source',
      report: 'scotsman-2015-05-18',
    },
  ])
})
const byKind = (a: { of: string }, b: { of: string }) => a.of.localeCompare(b.of)

test('the 500 is one figure with five citations whose wording drifts', async t => {
  const figure = figures.get('ramadi-2015:fall-killed')
  t.match(figure?.value, { best: 500, qualifier: 'approximately' })
  t.same(
    figure?.citations.map(({ qualifier }) => qualifier),
    ['approximately', 'approximately', 'at_most', 'at_least', 'approximately'],
  )
})

test('relations join records of their kind, and part_of stays within one measure and unit', async t => {
  for (const [id, { of, kind, from, to }] of relations) {
    const known = of === 'event' ? events : figures
    t.ok(known.has(from) && known.has(to) && from !== to, id)
    if (of === 'figure' && kind === 'part_of') {
      const [part, whole] = [figures.get(from), figures.get(to)]
      t.equal(part?.measure, whole?.measure, id)
      t.equal(part?.unit, whole?.unit, id)
      t.ok((part?.value.best ?? 0) <= (whole?.value.best ?? 0), id)
    }
  }
})

test('nothing in the seed adds or multiplies the figures of the article', async t => {
  for (const file of readdirSync(SEED)) {
    const text = readFileSync(new URL(file, SEED), 'utf8')
    t.notMatch(text, /(?<!\d)(122[,. ]?000|1[,. ]?500)(?!\d)/, file)
  }
})

type Row = Record<string, string>

test('every row of the Ramadi file is in the seed as printed', {
  skip: existsSync(RAMADI) ? false : 'the Ramadi file is not beside this checkout',
}, async t => {
  const rows: Row[] = parse(readFileSync(RAMADI), { columns: true })
  const keys = [...new Set(rows.map(({ key }) => key!))]
  t.equal(rows.length, 19)
  t.same([...figures.keys()].sort(), keys.map(key => `ramadi-2015:${key}`).sort())
  for (const key of keys) {
    const printings = rows.filter(row => row.key === key)
    const figure = figures.get(`ramadi-2015:${key}`)!
    t.same(readingOf(figure), readingIn(printings[0]!), key)
    t.equal(figure.citations.length, printings.length, `${key}: one citation per printing`)
    for (const row of printings) {
      const citation = figure.citations.find(({ report }) => reports.get(report)?.url === row.url)
      const report = reports.get(citation?.report ?? '')
      t.equal(report?.published, row.published, `${key}: ${row.url}`)
      t.equal(citation?.qualifier, row.qualifier, `${key}: ${row.url}`)
      t.ok(
        numbersIn(citation?.text ?? '').every(number => numbersIn(row.printed!).includes(number)),
        `${key}: the words of ${row.url}`,
      )
      if (row.publisher === 'UCDP GED 19.1') {
        t.equal(citation?.locator, row.title)
      } else {
        t.equal(report?.title, row.title)
        t.ok(row.publisher?.startsWith(sources.get(report?.publisher ?? '')?.name ?? '?'), `${key}: ${row.publisher}`)
      }
    }
  }
})

const numbersIn = (words: string): string[] => words.replace(/(?<=\d),(?=\d{3})/g, '').match(/\d+/g) ?? []

/** First and last day of the forms of EDTF that the seed uses. */
function daysOf(edtf: string | null | undefined): [string, string] {
  if (!edtf) return ['', '']
  const [start, end] = edtf.split('/')
  if (end) return [start!, end]
  const [year, month] = edtf.split('-').map(Number)
  return [`${edtf}-01`, new Date(Date.UTC(year!, month!, 0)).toISOString().slice(0, 10)]
}

/** What a figure of the seed says, in the columns of the Ramadi file. */
function readingOf(figure: Inputs['figure']) {
  const [start, end] = daysOf(figure.period?.edtf)
  const [originator, voice] = figure.attribution.map(({ source }) => sources.get(source)?.name)
  return {
    originator,
    // The file has no column for a relayer: Reuters stands beside its publisher, UNAMI among the spokespersons.
    spokesperson: voice ?? '',
    start,
    end,
    period_text: figure.period?.text ?? '',
    measure: figure.measure,
    basis: figure.basis,
    unit: figure.unit,
    qualifier: figure.value.qualifier,
    numbers: [figure.value.low ?? null, figure.value.best ?? null, figure.value.high ?? null],
    place_text: figure.places?.map(({ text }) => text).join(),
    population: figure.population,
  }
}

/** The same of a row. A blank cell is unknown, never zero. */
function readingIn(row: Row) {
  const { originator, spokesperson, start, end, period_text, measure, basis, unit, qualifier, place_text } = row
  return {
    ...{ originator, spokesperson, start, end, period_text, measure, basis, unit, qualifier, place_text },
    numbers: [row.low, row.best, row.high].map(cell => (cell === '' ? null : Number(cell))),
    population: row.population?.split(' ')[0],
  }
}
