import { test } from 'tap'
import { aFigure, aLocality, anEvent, desk, furnish } from '../support/builders.js'

const MAY = { edtf: '2015-05-15/2015-05-17' }

function furnished(t: Parameters<typeof desk>[0]) {
  const made = desk(t)
  furnish(made)
  made.put('event', 'siege', anEvent({ period: MAY }))
  return made
}

test('a figure of days that its event does not have is stored with a warning', async t => {
  const { put, amend, document } = furnished(t)
  const beyond = [{ code: 'beyond_event', detail: /siege/ }]
  t.strictSame(put('figure', 'inherits', aFigure({ event: 'siege' })).warnings, [])
  t.strictSame(put('figure', 'within', aFigure({ event: 'siege', period: { edtf: '2015-05-16' } })).warnings, [])
  t.strictSame(put('figure', 'undated', aFigure({ event: 'siege', period: { precision: 'unknown' } })).warnings, [])
  t.strictSame(put('figure', 'open', aFigure({ event: 'siege', period: { edtf: '../2015-05-17' } })).warnings, [])
  t.match(put('figure', 'earlier', aFigure({ event: 'siege', period: { edtf: '2015-04-30' } })).warnings, beyond)
  t.match(put('figure', 'longer', aFigure({ event: 'siege', period: { edtf: '2015-05' } })).warnings, beyond)
  t.match(put('figure', 'later', aFigure({ event: 'siege', period: { edtf: '2015-05-20/..' } })).warnings, beyond)
  t.match(amend('figure', 'within', { period: { edtf: '2015-06' } }).warnings, beyond)
  t.equal(document('figure', 'within').period.start, '2015-06-01')
})

test('a cumulative count may start at an anchor before its event, and ends within it', async t => {
  const { put } = furnished(t)
  const count = (edtf: string) => aFigure({ event: 'siege', basis: 'cumulative', period: { edtf } })
  t.strictSame(put('figure', 'since-april', count('2015-04-08/2015-05-17')).warnings, [])
  t.match(put('figure', 'to-june', count('2015-04-08/2015-06-01')).warnings, [{ code: 'beyond_event' }])
})

test('figures keep the period and place that they took from their event; a change of it names them', async t => {
  const { put, amend, document } = furnished(t)
  put('figure', 'inherits', aFigure({ event: 'siege' }))
  put('figure', 'own', aFigure({ event: 'siege', period: { edtf: '2015-05-17' }, places: [{ locality: 'hit' }] }))
  t.strictSame(amend('event', 'siege', { note: 'nothing that figures take' }).warnings, [])
  t.strictSame(amend('event', 'siege', { period: { edtf: '2015-05' } }).warnings, [], 'wider: all are found still')
  for (const edtf of ['2015-05-16/2015-05-31', '2015-05-16/2015-05-17'])
    t.strictSame(
      amend('event', 'siege', { period: { edtf } }).warnings,
      [{ code: 'beyond_event', detail: 'the periods of figures reach beyond that of the event siege: inherits' }],
      edtf,
    )
  t.strictSame(amend('event', 'siege', { locality: 'hit', period: { edtf: '2015-06' } }).warnings, [
    { code: 'place_kept', detail: 'figures stay where the event was, at ramadi: inherits' },
    { code: 'beyond_event', detail: 'the periods of figures reach beyond that of the event siege: inherits, own' },
  ])
  t.match(document('figure', 'inherits'), { period: { start: '2015-05-15' }, places: [{ locality: 'ramadi' }] })
})

test('a warning names twenty figures and counts the rest', async t => {
  const { put, amend } = furnished(t)
  const of = (from: number, to: number) => {
    for (let i = from; i < to; i++) put('figure', `f${i}`, aFigure({ event: 'siege', period: MAY }))
    return (edtf: string) => amend('event', 'siege', { period: { edtf } }).warnings
  }
  t.match(of(10, 30)('2015-06'), [{ code: 'beyond_event', detail: /: f10, .*, f29$/ }])
  t.match(of(30, 33)('2015-07'), [{ code: 'beyond_event', detail: /: f10, .*, f29 and 3 more$/ }])
})

test('a merge names the figures whose days the survivor does not have', async t => {
  const { put, merge } = furnished(t)
  put('figure', 'killed', aFigure({ event: 'siege', period: { edtf: '2015-05-16' } }))
  put('event', 'april', anEvent({ period: { edtf: '2015-04' } }))
  t.match(merge('event', 'siege', 'april').warnings, [{ code: 'beyond_event', detail: /april: killed$/ }])
})

test('a locality that answers to a code of another is stored with a warning that names it, whichever came first', async t => {
  const { put, amend, merge } = furnished(t)
  const coded = (codes: Record<string, string>) => aLocality({ codes })
  t.strictSame(put('locality', 'geonames:1', coded({ geonames: '1', wikidata: 'Q1' })).warnings, [])
  t.strictSame(put('locality', 'other', coded({ geonames: '2' })).warnings, [])
  const twin = [
    {
      code: 'shared_code',
      detail:
        'the locality geonames:1 answers to geonames:1, wikidata:Q1, too; if they are one place, a curator may merge them',
    },
  ]
  t.strictSame(put('locality', 'iq-one', coded({ geonames: '1', wikidata: 'Q1' })).warnings, twin)
  t.strictSame(put('locality', 'iq-one', coded({ geonames: '1', wikidata: 'Q1' })).warnings, [], 'nothing was written')
  t.strictSame(amend('locality', 'iq-one', { note: 'A town.' }).warnings, twin)
  t.match(amend('locality', 'other', { codes: { geonames: '1' } }).warnings, [
    { detail: /geonames:1 / },
    { detail: /iq-one/ },
  ])
  t.match(put('locality', 'geonames:2', aLocality()).warnings, [], 'its code is free again')
  t.match(put('locality', 'iq-two', coded({ geonames: '2' })).warnings, [{ detail: /geonames:2 answers/ }], 'by its id')
  for (const id of ['iq-one', 'other']) merge('locality', id, 'geonames:1')
  t.strictSame(amend('locality', 'geonames:1', { note: 'A town.' }).warnings, [], 'merged, they are one')
})
