import { test } from 'tap'
import { factsOf, notSummed } from '../../src/domain/not-summed.js'
import type { RecordOf } from '../../src/model/nouns.js'
import { type Term, terms } from '../../src/model/vocabularies.js'
import { aFigureRecord, aPeriod } from '../support/builders.js'

type Own = Partial<RecordOf<'figure'>>
/** A figure, and what it or its event is stated to be part of. */
type Stated = Own & { part_of?: string[] }

const reasons = (...figures: Stated[]): Term<'not_summed_reason'>[] =>
  notSummed(figures.map(({ part_of = [], ...own }, i) => factsOf(aFigureRecord({ id: `f${i}`, ...own }), part_of)))
    .reasons

const at = (locality: string, extent: Term<'extent'> = 'exact', role: Term<'place_role'> = 'incident') => ({
  locality,
  role,
  extent,
  text: null,
})
const between = (low: number, high: number): RecordOf<'figure'>['value'] => ({
  low,
  best: null,
  high,
  qualifier: 'between',
  text: null,
  sic: false,
})
const DAY = aPeriod('2015-05-17', '2015-05-17')
const LATER = aPeriod('2015-06-01', '2015-06-02')

/** Two answers for each reason: one in which it holds, and the nearest one in which it does not. */
const CASES: Record<Term<'not_summed_reason'>, { holds: Stated[][]; not: Stated[][] }> = {
  separate_events: {
    holds: [[{ event: 'fall' }, { event: 'flight' }]],
    not: [[{ event: 'fall' }, { event: 'fall' }]],
  },
  rival_figures: {
    holds: [
      [{}, {}],
      [{ places: [at('ramadi'), at('hit')] }, { places: [at('hit'), at('ramadi')] }],
    ],
    not: [
      [{}, { event: 'flight' }],
      [{}, { measure: 'injured' }],
      [{ population: 'civilian' }, { population: 'military' }],
      [{}, { places: [at('hit')] }],
    ],
  },
  measures_differ: { holds: [[{}, { measure: 'injured' }]], not: [[{}, {}]] },
  units_differ: { holds: [[{}, { unit: 'household' }]], not: [[{}, {}]] },
  bases_differ: { holds: [[{}, { basis: 'cumulative' }]], not: [[{ basis: 'stock' }, { basis: 'stock' }]] },
  populations_differ: { holds: [[{}, { population: 'civilian' }]], not: [[{}, {}]] },
  places_differ: {
    holds: [
      [{}, { places: [at('hit')] }],
      [{}, { places: [at('ramadi', 'exact', 'origin')] }],
    ],
    not: [
      [{}, {}],
      [{ places: [at('ramadi'), at('hit')] }, { places: [at('hit'), at('ramadi')] }],
    ],
  },
  extents_differ: {
    holds: [[{}, { places: [at('ramadi', 'and_surroundings')] }]],
    not: [
      [{}, { places: [at('hit')] }],
      [{}, { places: [at('hit'), at('ramadi')] }],
    ],
  },
  periods_overlap: {
    holds: [
      [{ period: DAY }, {}],
      [{ period: aPeriod(null, '2015-05-16') }, {}],
      [{ period: aPeriod('2015-01-01', null) }, { period: aPeriod('2015-02-01', '2015-02-01') }, { period: LATER }],
      [
        { period: aPeriod('2015-01-01', '2015-12-31') },
        { period: aPeriod('2015-02-01', '2015-02-01') },
        { period: LATER },
      ],
    ],
    not: [
      [{ period: DAY }, { period: LATER }],
      [{ period: aPeriod(null, null) }, {}],
      [{ period: DAY }, { period: DAY, measure: 'injured' }],
      [{ period: aPeriod(null, '2015-05-16') }, { period: aPeriod('2015-05-17', null) }],
    ],
  },
  people_may_recur: {
    holds: [
      [
        { measure: 'displaced', event: 'exodus' },
        { measure: 'displaced', event: 'flight' },
      ],
      [
        { measure: 'displaced', event: 'exodus', basis: 'cumulative' },
        { measure: 'returned', event: 'return' },
      ],
    ],
    not: [
      [{ measure: 'displaced', event: 'exodus' }, { event: 'fall' }],
      [{ measure: 'displaced' }, { measure: 'displaced' }],
      [
        { measure: 'displaced', event: 'exodus', basis: 'stock' },
        { measure: 'displaced', event: 'flight', basis: 'stock' },
      ],
    ],
  },
  parts_included: {
    holds: [
      [{ part_of: ['figure f1'] }, {}],
      [{ part_of: ['event siege'] }, { event: 'siege' }],
    ],
    not: [
      [{ part_of: ['figure f9'] }, {}],
      [{ part_of: ['figure fall'] }, {}],
    ],
  },
  bounds_missing: {
    holds: [
      [{}, { value: { ...between(0, 1), low: null, qualifier: 'at_most' } }],
      [{}, { value: { ...between(0, 1), low: null, high: null, qualifier: 'vague', text: 'dozens' } }],
      [{}, { value: { ...between(5, 1), sic: true } }],
    ],
    not: [[{}, { value: between(6000, 8000) }]],
  },
}

for (const reason of terms('not_summed_reason')) {
  test(`${reason} is given for figures that it holds for, and for no others`, async t => {
    for (const figures of CASES[reason].holds) t.ok(reasons(...figures).includes(reason), JSON.stringify(figures))
    for (const figures of CASES[reason].not) t.notOk(reasons(...figures).includes(reason), JSON.stringify(figures))
  })
}

test('one figure, or none, is added to nothing and gives no reason', async t => {
  t.strictSame(reasons(), [])
  t.strictSame(reasons({ value: { ...between(0, 1), low: null } }), [])
  t.type(notSummed([]).statement, 'string')
})

test('two figures always give a reason', async t => {
  const differing: Stated[] = [
    { event: 'flight' },
    { measure: 'injured' },
    { unit: 'household' },
    { basis: 'stock' },
    { population: 'military' },
    { places: [at('hit')] },
    { places: [at('ramadi', 'part_of')] },
    { period: LATER },
    { basis: 'stock', period: LATER },
    {},
  ]
  for (const one of differing) {
    for (const other of differing) t.not(reasons(one, other).length, 0, JSON.stringify([one, other]))
  }
})

test('reasons come in the order of the vocabulary', async t => {
  const found = reasons(
    {},
    { event: 'flight', measure: 'displaced', unit: 'household', places: [at('hit', 'unknown')] },
  )
  t.strictSame(found, ['separate_events', 'measures_differ', 'units_differ', 'places_differ', 'extents_differ'])
})
