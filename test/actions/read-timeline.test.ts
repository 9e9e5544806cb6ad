import { test } from 'tap'
import { readTimeline, type TimelinePage } from '../../src/actions/read-timeline.js'
import { notSummed } from '../../src/domain/not-summed.js'
import type { PagedQuestion, TimelineQuestion } from '../../src/model/queries.js'
import { vocabularies } from '../../src/model/vocabularies.js'
import { openReading } from '../../src/store/open.js'
import { openReader, type Reader } from '../../src/store/reader.js'
import {
  aFigure,
  aLocality,
  anEvent,
  aQuestion,
  aRelation,
  aReport,
  type Desk,
  desk,
  furnish,
} from '../support/builders.js'
import { seededDatabase } from '../support/database.js'

type Test = Parameters<typeof seededDatabase>[0]

async function seeded(t: Test): Promise<Reader> {
  const read = openReader(openReading(await seededDatabase(t)))
  t.teardown(() => read.close())
  return read
}

/** Events with their figures, by id. */
const shown = (page: TimelinePage) => page.events.map(({ id, figures }) => [id, figures.map(figure => figure.id)])
const ids = (page: TimelinePage) => page.events.map(({ id }) => id)

const json = (page: TimelinePage) =>
  JSON.stringify(page, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value))

const RAMADI = ['ramadi-exodus-2015-04', 'ramadi-casualties-2015-05', 'ramadi-fall-2015-05', 'ramadi-flight-2015-05']
const ANBAR = ['anbar-displacement-2015-04', 'anbar-casualties-2015-05']

test('the three figures of the article come back as three events in one request', async t => {
  const page = readTimeline(await seeded(t), aQuestion('iq-ramadi', { from: '2015-04-01', to: '2015-05-18' }))
  t.strictSame(ids(page), RAMADI)
  const figure = (id: string) => page.events.flatMap(({ figures }) => figures).find(one => one.id === id)
  t.match(figure('ramadi-2015:exodus-un'), {
    event: 'ramadi-exodus-2015-04',
    measure: 'displaced',
    value: { low: null, best: null, high: 114_000, qualifier: 'at_most' },
    attribution: [{ source: 'un' }],
  })
  t.match(figure('ramadi-2015:fall-fled'), {
    event: 'ramadi-flight-2015-05',
    measure: 'displaced',
    value: { best: 8000, qualifier: 'approximately' },
    relations: [
      { kind: 'additional_to', to: 'ramadi-2015:exodus-un', asserted_by: 'source', report: 'scotsman-2015-05-18' },
    ],
  })
  t.match(figure('ramadi-2015:fall-killed'), {
    event: 'ramadi-fall-2015-05',
    measure: 'killed',
    value: { low: null, best: 500, high: null, qualifier: 'approximately' },
    period: { start: '2015-05-15', end: '2015-05-17' },
    population: 'mixed',
    citations: { length: 5 },
    drift: [{ qualifier: 'at_most' }, { qualifier: 'at_least' }],
  })
  t.match(page.events[3]!.relations, [
    { kind: 'additional_to', to: 'ramadi-exodus-2015-04', asserted_by: 'source', report: 'scotsman-2015-05-18' },
  ])
  t.ok(
    ['separate_events', 'measures_differ', 'people_may_recur'].every(r =>
      notSummed(page.grounds).reasons.includes(r as never),
    ),
  )
  const named = page.events.flatMap(event => event.figures)
  for (const { source } of named.flatMap(({ attribution }) => attribution)) t.ok(page.sources.has(source), source)
  for (const { report } of named.flatMap(({ citations }) => citations)) t.ok(page.reports.has(report), report)
  for (const { publisher } of page.reports.values()) t.ok(page.sources.has(publisher), publisher)
  for (const { locality } of named.flatMap(({ places }) => places)) t.ok(page.localities.has(locality), locality)
})

test('no question has an answer in which 122,000, 1,500 or a third of 500 appears', async t => {
  const read = await seeded(t)
  const SUMS = /(?<![\d-])(122[,. ]?000|1[,. ]?500|166[.,]6\d*)(?!\d)/
  const questions: Partial<TimelineQuestion>[] = [
    {},
    { retracted: true },
    { from: '2015-05-15', to: '2015-05-17' },
    { from: '2015-05-16', to: '2015-05-16' },
    { limit: 1 },
    { at: read.head().seq - 1 },
    ...['2015-05-01', '2015-05-18', '2019-12-31'].map(published_by => ({ figures: { published_by } })),
    ...(Object.keys(vocabularies.measure) as never[]).map(measure => ({ figures: { measure: [measure] } })),
    ...(Object.keys(vocabularies.basis) as never[]).map(basis => ({ figures: { basis: [basis] } })),
  ]
  let checked = 0
  for (const locality of ['iq', 'iq-anbar', 'iq-ramadi-district', 'iq-ramadi']) {
    for (const scope of ['within', 'exact', 'around'] as const) {
      for (const question of questions) {
        const text = json(readTimeline(read, aQuestion(locality, { ...question, area: { locality, scope } })))
        t.notMatch(text, SUMS, `${locality} ${scope} ${JSON.stringify(question)}`)
        checked += Number(text.includes('"figures":[{'))
      }
    }
  }
  t.ok(checked > 100, `${checked} answers held figures`)
})

test('scope within is the place and all below it, exact the place alone, around also what contains it', async t => {
  const read = await seeded(t)
  const asked = (locality: string, scope: 'within' | 'exact' | 'around') =>
    readTimeline(read, aQuestion(locality, { area: { locality, scope } })).events.map(({ id, match }) => [id, match])
  const as = (match: string, ...events: string[]) => events.map(id => [id, match])
  t.strictSame(asked('iq-ramadi', 'within'), as('event', ...RAMADI))
  t.strictSame(asked('iq-ramadi', 'exact'), as('event', ...RAMADI))
  t.strictSame(asked('iq', 'within').sort(), as('event', ...RAMADI, ...ANBAR).sort())
  t.strictSame(asked('iq', 'exact'), [])
  t.strictSame(asked('iq-anbar', 'exact'), as('event', ...ANBAR))
  t.strictSame(asked('iq-ramadi', 'around').sort(), [...as('event', ...RAMADI), ...as('broader', ...ANBAR)].sort())
  // only figures of the exodus are recorded at the district itself
  t.strictSame(asked('iq-ramadi-district', 'exact'), as('figures', 'ramadi-exodus-2015-04'))
  t.strictSame(
    shown(
      readTimeline(read, aQuestion('iq-ramadi-district', { area: { locality: 'iq-ramadi-district', scope: 'exact' } })),
    ),
    [
      [
        'ramadi-exodus-2015-04',
        ['exodus-goi', 'exodus-goi-families', 'exodus-partners'].map(id => `ramadi-2015:${id}`),
      ],
    ],
  )
})

test('published_by shows what had been printed by then, and counts the figures that no dated report prints', async t => {
  const { read, put } = desk(t, await seededDatabase(t))
  const asked = (published_by: string) => readTimeline(read, aQuestion('iq-ramadi', { figures: { published_by } }))
  const april = [
    ['ramadi-exodus-2015-04', ['exodus-goi', 'exodus-goi-families', 'exodus-partners'].map(id => `ramadi-2015:${id}`)],
  ]
  t.strictSame(shown(asked('2015-05-01')), april)
  t.equal(asked('2015-05-01').left_out.undated_figures, 0)
  t.strictSame(readTimeline(read, aQuestion('iq-ramadi')).left_out, {})
  t.strictSame(shown(asked('2015-04-22')), [])
  t.equal(asked('2015-05-18').events.flatMap(({ figures }) => figures).length, 8)
  t.notOk(json(asked('2019-12-30')).includes('fall-killed-ged'), 'a year counts from its last day')
  t.ok(json(asked('2019-12-31')).includes('fall-killed-ged'))

  put('report', 'undated', aReport({ publisher: 'un', published: null }))
  const undated = { attribution: [{ source: 'un', role: 'originator' as const }], citations: [{ report: 'undated' }] }
  put('figure', 'undated', aFigure({ ...undated, event: 'ramadi-fall-2015-05' }))
  const elsewhere = [{ locality: 'iq-anbar' }]
  put('figure', 'undated-elsewhere', aFigure({ ...undated, event: 'anbar-casualties-2015-05', places: elsewhere }))
  t.strictSame(shown(asked('2015-05-01')), april)
  t.equal(asked('2015-05-01').left_out.undated_figures, 1)
  const both = [...undated.citations, { report: 'ocha-ramadi-displacement-5' }]
  put('figure', 'half-dated', aFigure({ ...undated, event: 'ramadi-exodus-2015-04', citations: both }))
  const [event] = asked('2015-05-01').events
  t.strictSame(
    event!.figures.find(({ id }) => id === 'half-dated')?.citations.map(({ report }) => report),
    ['ocha-ramadi-displacement-5'],
  )
})

test('published_by shows the number that stood then, later its replacement with the number as history', async t => {
  const { read, put } = twoReports(t)
  put('figure', 'first', aFigure({ citations: [{ report: 'april' }] }))
  put('figure', 'second', aFigure({ citations: [{ report: 'sitrep' }] }))
  put('relation', 'x', aRelation({ of: 'figure', kind: 'revises', from: 'second', to: 'first' }))
  const asked = (published_by: string) =>
    readTimeline(read, aQuestion('ramadi', { figures: { published_by } })).events.flatMap(({ figures }) =>
      figures.map(({ id, history }) => [id, history.map(figure => figure.id)]),
    )
  t.strictSame(asked('2015-04-30'), [['first', []]])
  t.strictSame(asked('2015-05-18'), [['second', ['first']]])
})

test('what replaced a number is followed over numbers that were not printed to the next that was', async t => {
  const { read, put } = twoReports(t)
  put('report', 'undated', aReport({ published: null }))
  const reports = { first: 'april', second: 'undated', third: 'undated', fourth: 'sitrep' }
  for (const [id, report] of Object.entries(reports)) put('figure', id, aFigure({ citations: [{ report }] }))
  const revises = (from: keyof typeof reports, to: string) =>
    put('relation', `${from}-${to}`, aRelation({ of: 'figure', kind: 'revises', from, to, report: reports[from] }))
  revises('second', 'first')
  revises('third', 'second')
  const asked = (figures: TimelineQuestion['figures']) =>
    readTimeline(read, aQuestion('ramadi', { figures })).events.flatMap(event =>
      event.figures.map(({ id, history, replaced_by }) => [id, history.map(figure => figure.id), replaced_by]),
    )
  const published_by = '2015-05-18'
  t.strictSame(asked({ published_by }), [
    ['first', [], undefined],
    ['fourth', [], undefined],
  ])
  revises('fourth', 'third')
  t.strictSame(asked({}), [['fourth', ['third', 'second', 'first'], undefined]])
  t.strictSame(asked({ published_by }), [['fourth', ['first'], undefined]])
  t.strictSame(asked({ published_by: '2015-05-17' }), [['first', [], undefined]])
  put('figure', 'fourth', aFigure({ citations: [{ report: 'sitrep' }], verification: 'verified' }), {
    expect: 'any',
    reason: 'checked',
  })
  t.strictSame(asked({ published_by, verification: ['unverified'] }), [['first', [], ['fourth']]])
})

test('published_by shows what reports of that day state of one another, also reports that no figure cites', async t => {
  const { read, put } = twoReports(t)
  put('report', 'stated', aReport({ published: '2015-04' }))
  put('figure', 'first', aFigure({ citations: [{ report: 'april' }] }))
  put('figure', 'other', aFigure({ citations: [{ report: 'april' }], measure: 'injured' }))
  const states = aRelation({ of: 'figure', kind: 'additional_to', from: 'first', to: 'other' })
  put('relation', 'late', { ...states, report: 'sitrep' })
  put('relation', 'early', { ...states, report: 'stated' })
  put('relation', 'always', { ...states, asserted_by: 'curator' })
  const asked = (published_by: string) =>
    readTimeline(read, aQuestion('ramadi', { figures: { published_by } }))
      .events.flatMap(({ figures }) => figures.flatMap(({ relations }) => relations.map(({ id }) => id)))
      .sort()
  t.strictSame(asked('2015-04-30'), ['always', 'early'])
  t.strictSame(asked('2015-05-18'), ['always', 'early', 'late'])
})

test('a number is not replaced by one that no report had printed by the day, though one was its basis', async t => {
  const { read, put } = twoReports(t)
  put('figure', 'first', aFigure({ citations: [{ report: 'april' }] }))
  const citations = [{ report: 'sitrep' }, { report: 'april', role: 'basis' as const }]
  put('figure', 'second', aFigure({ citations }))
  put('relation', 'x', aRelation({ of: 'figure', kind: 'revises', from: 'second', to: 'first' }))
  const asked = (published_by: string) =>
    readTimeline(read, aQuestion('ramadi', { figures: { published_by } })).events.flatMap(({ figures }) =>
      figures.map(({ id, replaced_by }) => [id, replaced_by]),
    )
  t.strictSame(asked('2015-04-30'), [['first', undefined]])
  t.strictSame(asked('2015-05-18'), [['second', undefined]])
})

test('a number that was replaced says so where its event shows none of what replaced it', async t => {
  const { read, put } = twoReports(t)
  const elsewhere = { event: 'march', places: [{ locality: 'hit' }], verification: 'verified' as const }
  put('event', 'march', anEvent({ locality: 'hit' }))
  put('figure', 'first', aFigure({ citations: [{ report: 'april' }] }))
  put('figure', 'second', aFigure({ ...elsewhere, citations: [{ report: 'sitrep' }] }))
  const revises = aRelation({ of: 'figure', kind: 'revises', from: 'second', to: 'first' })
  put('relation', 'x', revises)
  put('relation', 'y', { ...revises, report: 'april' })
  const asked = (locality: string, figures: TimelineQuestion['figures'] = {}) => {
    const { events, grounds } = readTimeline(read, aQuestion(locality, { figures }))
    const shown = events.flatMap(event => event.figures.map(({ id, replaced_by }) => [id, replaced_by]))
    return { shown, envelopes: events.flatMap(({ envelopes }) => envelopes).length, not_summed: notSummed(grounds) }
  }
  const replaced = { shown: [['first', ['second']]], envelopes: 0, not_summed: { reasons: [] } }
  t.match(asked('ramadi'), replaced)
  t.match(asked('ramadi', { verification: ['unverified'] }), replaced)
  t.strictSame(asked('ramadi', { published_by: '2015-04-30' }).shown, [['first', undefined]])
  t.strictSame(asked('ramadi', { published_by: '2015-05-18' }).shown, [['first', ['second']]])
  t.strictSame(asked('hit').shown, [['second', undefined]])
  const bothEvents = { shown: [['first', ['second']], ['second']], envelopes: 1, not_summed: { reasons: [] } }
  t.match(asked('anbar'), bothEvents)
})

function twoReports(t: Test): Desk {
  const made = desk(t)
  furnish(made)
  made.put('report', 'april', aReport({ published: '2015-04' }))
  return made
}

test('a figure placed in the area while its event is elsewhere shows that figure alone', async t => {
  const made = desk(t)
  const { read, put } = made
  furnish(made)
  put('figure', 'in-ramadi', aFigure())
  put('figure', 'in-hit', aFigure({ places: [{ locality: 'hit' }], measure: 'injured' }))
  t.match(readTimeline(read, aQuestion('hit')).events, [{ id: 'fall', match: 'figures', figures: [{ id: 'in-hit' }] }])
  t.match(readTimeline(read, aQuestion('ramadi', { to: '2015-05-31' })).events[0], {
    id: 'fall',
    match: 'event',
    figures: [{ id: 'in-hit' }, { id: 'in-ramadi' }],
  })
  t.strictSame(shown(readTimeline(read, aQuestion('hit', { figures: { measure: ['killed'] } }))), [])
  t.strictSame(shown(readTimeline(read, aQuestion('hit', { figures: { measure: ['injured'] } }))), [
    ['fall', ['in-hit']],
  ])
})

test('an event recorded around the area is broader and whole, whatever figures of the area it has', async t => {
  const made = desk(t)
  const { read, put } = made
  furnish(made)
  put('event', 'province', anEvent({ locality: 'anbar' }))
  put('figure', 'in-anbar', aFigure({ event: 'province' }))
  put('figure', 'in-hit', aFigure({ event: 'province', places: [{ locality: 'hit' }], measure: 'injured' }))
  const asked = (figures: TimelineQuestion['figures'] = {}) =>
    readTimeline(read, aQuestion('hit', { area: { locality: 'hit', scope: 'around' }, figures })).events
  t.match(asked(), [{ match: 'broader', figures: [{ id: 'in-anbar' }, { id: 'in-hit' }] }])
  t.match(asked({ measure: ['killed'] }), [{ match: 'broader', figures: [{ id: 'in-anbar' }] }])
  t.match(asked({ measure: ['injured'] }), [{ match: 'broader', figures: [{ id: 'in-hit' }] }])
})

test('figures left out for want of a date are counted where they would have been shown', async t => {
  const made = desk(t)
  const { read, put } = made
  furnish(made)
  put('report', 'undated', aReport({ published: null }))
  put('figure', 'in-ramadi', aFigure({ citations: [{ report: 'undated' }] }))
  put('figure', 'in-hit', aFigure({ citations: [{ report: 'undated' }], places: [{ locality: 'hit' }] }))
  const left = (locality: string) =>
    readTimeline(read, aQuestion(locality, { figures: { published_by: '2015-12-31' } })).left_out.undated_figures
  t.equal(left('hit'), 1)
  t.equal(left('ramadi'), 2)
})

test('pages of a window show each event once, also those that begin before it', async t => {
  const made = desk(t)
  const { read, put } = made
  furnish(made)
  for (const id of ['one', 'other'])
    put('event', id, anEvent({ locality: 'hit', period: { edtf: '2015-04-01/2015-05-01' } }))
  const seen: string[] = []
  const asked = (after: TimelineQuestion['after']) =>
    readTimeline(read, aQuestion('hit', { from: '2015-05-01', limit: 1, after }))
  for (let page = asked(null); ; page = asked(page.next!)) {
    seen.push(...ids(page))
    if (!page.next || seen.length > 3) break
  }
  t.strictSame(seen, ['one', 'other'])
})

test('a destination never shows as flight from that place, nor an origin as an arrival there', async t => {
  const made = desk(t)
  const { read, put, amend } = made
  furnish(made)
  const places = [
    { locality: 'ramadi', role: 'origin' as const },
    { locality: 'hit', role: 'destination' as const },
  ]
  put('event', 'far', anEvent({ locality: 'anbar' }))
  for (const measure of ['displaced', 'evacuated', 'crossed_border'] as const) {
    put('figure', 'moved', aFigure({ event: 'far', measure, places }), { expect: 'any', reason: 'next' })
    t.strictSame(shown(readTimeline(read, aQuestion('hit'))), [], measure)
    t.match(readTimeline(read, aQuestion('ramadi')).events[1], { id: 'far', figures: [{ id: 'moved' }] }, measure)
  }
  for (const measure of ['returned', 'sheltered'] as const) {
    amend('figure', 'moved', { measure })
    t.strictSame(shown(readTimeline(read, aQuestion('hit'))), [['far', ['moved']]], measure)
    t.notOk(ids(readTimeline(read, aQuestion('ramadi'))).includes('far'), measure)
  }
})

test('what was retracted is gone from now, stays in then, and is shown marked when it is asked for', async t => {
  const made = desk(t)
  const { read, put, withdraw, head } = made
  furnish(made)
  // an event and its figure may have one id
  put('event', 'same-id', anEvent({ locality: 'hit' }))
  put('figure', 'same-id', aFigure({ event: 'same-id' }))
  put('figure', 'other', aFigure({ event: 'same-id', value: { qualifier: 'at_most', high: 9 } }))
  const then = head()
  withdraw('figure', 'same-id')
  t.strictSame(shown(readTimeline(read, aQuestion('hit'))), [['same-id', ['other']]])
  t.strictSame(shown(readTimeline(read, aQuestion('hit', { at: then }))), [['same-id', ['other', 'same-id']]])
  const [event] = readTimeline(read, aQuestion('hit', { retracted: true })).events
  t.notOk(event!.retracted)
  t.strictSame(
    event!.figures.map(({ id, retracted }) => [id, retracted]),
    [
      ['other', undefined],
      ['same-id', { reason: 'withdrawn' }],
    ],
  )
  t.match(event!.envelopes, [{ figures: 1, high: 9 }])

  withdraw('figure', 'other')
  withdraw('event', 'same-id')
  withdraw('report', 'sitrep')
  t.strictSame(shown(readTimeline(read, aQuestion('hit'))), [])
  const all = readTimeline(read, aQuestion('hit', { retracted: true }))
  t.match(all.events, [{ id: 'same-id', retracted: { reason: 'withdrawn' }, figures: { length: 2 } }])
  t.ok(all.reports.has('sitrep'), 'what the retracted records name is there too')
  t.strictSame(notSummed(all.grounds).reasons, [])
})

test('relations of an event and of a figure with one id are each shown once', async t => {
  const made = desk(t)
  const { read, put } = made
  furnish(made)
  put('figure', 'flight', aFigure({ event: 'flight' }))
  put('figure', 'fall', aFigure({ event: 'fall' }))
  put('relation', 'events', aRelation())
  put('relation', 'figures', aRelation({ of: 'figure', kind: 'part_of' }))
  const flight = readTimeline(read, aQuestion('ramadi')).events.find(({ id }) => id === 'flight')!
  t.strictSame(
    [flight.relations, flight.figures[0]!.relations].map(list => list.map(({ id }) => id)),
    [['events'], ['figures']],
  )
})

test('a figure is known to be part of another in however many steps, whatever of them is shown', async t => {
  const made = desk(t)
  const { read, put, withdraw, store } = made
  furnish(made)
  put('event', 'elsewhere', anEvent({ locality: 'hit' }))
  put('figure', 'day', aFigure())
  put('figure', 'week', aFigure({ event: 'elsewhere' }))
  put('figure', 'month', aFigure({ event: 'elsewhere' }))
  put('figure', 'year', aFigure({ event: 'flight' }))
  const part = (from: string, to: string, own: object = {}) =>
    put('relation', `${from}-${to}`, aRelation({ of: 'figure', kind: 'part_of', from, to, ...own }))
  const isTold = (figures: TimelineQuestion['figures'] = {}) => {
    while (store.makeEntries());
    const { grounds } = readTimeline(read, aQuestion('ramadi', { figures }))
    const ready = read.readyPage(aQuestion('ramadi', { limit: 10 }) as PagedQuestion)!
    return [grounds, ready.abouts.map(about => about.grounds)].map(all =>
      notSummed(all).reasons.includes('parts_included'),
    )
  }
  part('day', 'week')
  part('month', 'year')
  t.strictSame(isTold(), [false, false])
  put('report', 'later', aReport({ published: '2016' }))
  part('week', 'month', { report: 'later' })
  t.strictSame(isTold(), [true, true], 'the step between changes what is ready of those at its ends')
  t.strictSame(isTold({ published_by: '2015-12-31' })[0], false, 'nobody had said so by then')
  withdraw('relation', 'week-month')
  t.strictSame(isTold(), [false, false])
})

test('a name is found in any spelling and script; what resembles it stands below', async t => {
  const { read, put } = desk(t, await seededDatabase(t))
  put('locality', 'ramadan', aLocality({ name: 'Ramadan', names: [{ text: 'رمضان', lang: 'ar' }] }))
  for (const spelling of ['Ramadi', 'Ar-Ramadi', 'الرمادي', 'الرمادى', 'ramadi', 'RAMADI', 'Ar Ramādī', 'al-Ramadi']) {
    const [best, ...others] = read.searchNames(spelling)
    t.match(best, { id: 'iq-ramadi', score: 1 }, spelling)
    t.ok(
      others.every(({ score }) => score < 1),
      spelling,
    )
    t.notOk(
      others.slice(0, 1).some(({ id }) => id === 'ramadan'),
      spelling,
    )
  }
  t.match(read.searchNames('Ramadi City')[0], { id: 'iq-ramadi' })
  t.match(read.searchNames('Ramadi District')[0], { id: 'iq-ramadi-district', score: 1 })
  t.match(read.searchNames('Ramadan'), [{ id: 'ramadan', score: 1 }])
  t.strictSame(
    read.searchNames('ramad').map(({ id }) => id),
    ['iq-ramadi', 'ramadan', 'iq-ramadi-district'],
  )
})

test('search text is text: no query language, no wildcard, never an error', async t => {
  const { read } = desk(t, await seededDatabase(t))
  const HOSTILE = [
    ...[
      '"',
      '""',
      "'",
      '"Ramadi',
      'NEAR(Ramadi Anbar, 2)',
      'NEAR(',
      'NOT',
      'Ramadi NOT Anbar',
      'AND',
      'OR',
      '*',
      'Rama*',
    ],
    ...['folded:Ramadi', 'col:', '{folded}: x', '^Ramadi', '(', ')', '-Ramadi', '+', '\\', '%', '_', '%%%', '', ' '],
    ...['\0', 'Ramadi\0', '\ud800', '😀', 'x'.repeat(5000), "'; DROP TABLE revision; --"],
  ]
  for (const text of HOSTILE) t.ok(Array.isArray(read.searchNames(text)), JSON.stringify(text))
  for (const text of ['%', '_', 'Ram%', 'Ram_di', 'R%i', '______']) t.strictSame(read.searchNames(text), [], text)
})
