import fc from 'fast-check'
import { test } from 'tap'
import { groundsOf, type Inclusion, inclusionsOf, notSummed } from '../../src/domain/not-summed.js'
import type { RecordOf } from '../../src/model/nouns.js'
import { type Term, terms } from '../../src/model/vocabularies.js'
import { aFigureRecord, aPeriod, aRelationRecord } from '../support/builders.js'

type Own = Partial<RecordOf<'figure'>>
/** A figure, and what is stated to be part of what where it is at hand. */
type Stated = Own & { part_of?: Inclusion[] }

/** The reasons of an answer with these figures, `f0`, `f1` and so on, in entries of their events. */
function reasons(...stated: Stated[]): Term<'not_summed_reason'>[] {
  const figures = stated.map(({ part_of = [], ...own }, i) => ({ part_of, ...aFigureRecord({ id: `f${i}`, ...own }) }))
  const events = [...new Set(figures.map(({ event }) => event))]
  const grounds = events.map(event => {
    const mine = figures.filter(figure => figure.event === event)
    return groundsOf(
      event,
      mine,
      mine.flatMap(({ part_of }) => part_of),
    )
  })
  return notSummed(grounds).reasons
}

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
const MONTH = { ...aPeriod('2015-05-01', '2015-05-31'), edtf: '2015-05', precision: 'month' as const }

/** Three figures of these periods, in every order. */
const inEveryOrder = (...[a, b, c]: Record<'0' | '1' | '2', Own['period']> & Own['period'][]) =>
  [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ].map(periods => periods.map((period): Stated => ({ period: period! })))

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
      [
        { basis: 'stock', period: DAY },
        { basis: 'cumulative', period: DAY },
      ],
      [{}, { places: [at('hit')] }],
      [
        { basis: 'stock', period: DAY },
        { basis: 'stock', period: LATER },
      ],
      [
        { basis: 'stock', period: MONTH },
        { basis: 'stock', period: MONTH },
      ],
    ],
  },
  measures_differ: { holds: [[{}, { measure: 'injured' }]], not: [[{}, {}]] },
  units_differ: { holds: [[{}, { unit: 'household' }]], not: [[{}, {}]] },
  bases_differ: { holds: [[{}, { basis: 'cumulative' }]], not: [[{ basis: 'stock' }, { basis: 'stock' }]] },
  populations_differ: { holds: [[{}, { population: 'civilian' }]], not: [[{}, {}]] },
  places_differ: {
    holds: [
      [{}, { places: [at('hit')] }],
      [{}, { places: [at('ramadi'), at('hit')] }],
    ],
    not: [
      [{}, {}],
      [{}, { measure: 'displaced', places: [at('ramadi', 'exact', 'origin')] }],
      [{ places: [at('ramadi'), at('hit')] }, { places: [at('hit'), at('ramadi')] }],
    ],
  },
  extents_differ: {
    holds: [[{}, { places: [at('ramadi', 'and_surroundings')] }]],
    not: [
      [{}, { places: [at('hit')] }],
      [{}, { places: [at('hit'), at('ramadi')] }],
      [{}, { places: [at('ramadi', 'unknown')] }],
      [{ places: [at('ramadi', 'part_of'), at('hit', 'unknown')] }, { places: [at('ramadi', 'unknown')] }],
    ],
  },
  dates_differ: {
    holds: [
      [
        { basis: 'stock', period: DAY },
        { basis: 'stock', period: LATER },
      ],
      [
        { basis: 'stock', period: MONTH },
        { basis: 'stock', period: MONTH },
      ],
      [
        { basis: 'cumulative', period: aPeriod('2015-05-01', '2015-05-17'), event: 'flight' },
        { basis: 'cumulative', period: aPeriod('2015-05-01', '2015-05-18') },
      ],
    ],
    not: [
      [{ period: DAY }, { period: LATER }],
      [{ basis: 'stock', period: DAY }, { period: LATER }],
      [
        { basis: 'stock', period: DAY },
        { basis: 'stock', period: aPeriod('2015-05-01', '2015-05-17'), event: 'flight' },
      ],
    ],
  },
  periods_overlap: {
    holds: [
      [{ period: DAY }, {}],
      [
        { period: DAY, event: 'flight' },
        { period: DAY, measure: 'casualties' },
      ],
      [
        { period: DAY, measure: 'casualties' },
        { period: DAY, measure: 'injured' },
      ],
      [{ period: aPeriod(null, '2015-05-16') }, {}],
      [{ period: aPeriod('2015-01-01', null) }, { period: aPeriod('2015-02-01', '2015-02-01') }, { period: LATER }],
      [
        { period: aPeriod('2015-01-01', '2015-12-31') },
        { period: aPeriod('2015-02-01', '2015-02-01') },
        { period: LATER },
      ],
      ...inEveryOrder(
        aPeriod('2015-01-01', '2015-01-05'),
        aPeriod('2015-02-01', null),
        aPeriod('2015-03-01', '2015-03-01'),
      ),
      ...inEveryOrder(
        aPeriod('2015-01-01', '2015-01-05'),
        aPeriod(null, '2015-01-03'),
        aPeriod('2015-03-01', '2015-03-01'),
      ),
    ],
    not: [
      [{ period: DAY }, { period: LATER }],
      [{ period: aPeriod(null, null) }, {}],
      [{ period: DAY }, { period: DAY, measure: 'injured' }],
      [{ period: DAY }, { period: LATER, measure: 'casualties' }],
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
      [
        { measure: 'displaced', period: DAY },
        { measure: 'displaced', period: LATER },
      ],
      [
        { measure: 'displaced', period: DAY },
        { measure: 'evacuated', period: DAY },
      ],
      [
        { measure: 'displaced', period: DAY },
        { measure: 'returned', period: LATER },
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
      [{ part_of: [['figure f0', 'figure f1']] }, {}],
      [
        {
          part_of: [
            ['figure f0', 'figure f1'],
            ['figure f0', 'figure f9'],
          ],
        },
        {},
      ],
      [{ part_of: [['figure f0', 'figure f9']] }, { part_of: [['figure f9', 'figure f1']] }],
      [{ part_of: [['event fall', 'event siege']] }, { event: 'siege' }],
      [{ part_of: [['event fall', 'event war']] }, { event: 'siege', part_of: [['event war', 'event siege']] }],
      [{ part_of: [['event fall', 'event siege']] }, { event: 'siege', measure: 'casualties' }],
    ],
    not: [
      [{ part_of: [['figure f0', 'figure f9']] }, {}],
      [{ part_of: [['figure f0', 'figure f9']] }, { part_of: [['figure f1', 'figure f9']] }],
      [{ part_of: [['figure f0', 'figure fall']] }, {}],
      [{ part_of: [['event fall', 'event siege']] }, { event: 'siege', measure: 'displaced' }],
      [{ part_of: [['event fall', 'event siege']], measure: 'casualties' }, { event: 'siege' }],
      [
        { part_of: [['event fall', 'event siege']], measure: 'displaced' },
        { event: 'siege', measure: 'casualties' },
      ],
      [
        {
          part_of: [
            ['figure f0', 'figure f9'],
            ['figure f9', 'figure f0'],
          ],
        },
        {},
      ],
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

test('an event without figures gives no reason, but may stand between a part and its whole', async t => {
  const between = (part_of: Inclusion[]) =>
    notSummed([
      groundsOf('fall', [aFigureRecord({ id: 'f0' })], [['event fall', 'event siege']]),
      groundsOf('siege', [], part_of),
      groundsOf('war', [aFigureRecord({ id: 'f1' })], []),
    ]).reasons
  t.notOk(between([]).includes('parts_included'))
  t.ok(between([['event siege', 'event war']]).includes('parts_included'))
  t.strictSame(notSummed([groundsOf('fall', [aFigureRecord()], []), groundsOf('siege', [], [])]).reasons, [])
})

test('what records are part of is followed to the last whole', async t => {
  const from = (part: string, whole: string, own = {}): [string, RecordOf<'relation'>[]] => [
    `figure ${part}`,
    [aRelationRecord({ kind: 'part_of', from: part, to: whole, ...own })],
  ]
  const relations = new Map([
    from('day', 'week'),
    from('week', 'month'),
    from('month', 'day'),
    from('year', 'all'),
    from('other', 'year', { kind: 'revises' }),
  ])
  t.strictSame(inclusionsOf(['figure day', 'figure other', 'event day'], relations), [
    ['figure day', 'figure week'],
    ['figure week', 'figure month'],
    ['figure month', 'figure day'],
  ])
})

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
    { event: 'flight', measure: 'displaced', unit: 'household', places: [at('hit', 'part_of')] },
  )
  t.strictSame(found, ['separate_events', 'measures_differ', 'units_differ', 'places_differ', 'extents_differ'])
})

const aStated: fc.Arbitrary<Stated> = fc.record(
  {
    event: fc.constantFrom('fall', 'flight', 'siege'),
    measure: fc.constantFrom<Term<'measure'>>('killed', 'displaced', 'returned'),
    unit: fc.constantFrom<Term<'unit'>>('person', 'household'),
    basis: fc.constantFrom<Term<'basis'>>('flow', 'stock', 'cumulative'),
    population: fc.constantFrom<Term<'population'>>('civilian', 'unknown'),
    places: fc.constantFrom(
      [at('hit')],
      [at('ramadi', 'part_of')],
      [at('ramadi', 'unknown', 'origin')],
      [at('hit'), at('ramadi')],
      [at('ramadi'), at('hit')],
    ),
    period: fc.constantFrom(DAY, LATER, aPeriod(null, null), aPeriod('2015-05-17', null), aPeriod(null, '2015-06-01')),
    value: fc.constantFrom(between(1, 2), { ...between(0, 1), low: null }),
  },
  { requiredKeys: [] },
)

const aRecord = fc.constantFrom('figure f0', 'figure f1', 'figure f9', 'event siege', 'event fall', 'event war')
const inclusions = fc.array(fc.tuple(aRecord, aRecord), { maxLength: 4 })

test('a reason holds for an answer if and only if it holds for two of its figures', async t => {
  let several = 0
  fc.assert(
    fc.property(fc.array(aStated, { minLength: 2, maxLength: 6 }), inclusions, (stated, part_of) => {
      const figures = stated.map((one, i) => ({ id: `f${i}`, part_of, ...one }))
      const ofPairs = new Set(figures.flatMap((one, i) => figures.slice(i + 1).flatMap(other => reasons(one, other))))
      const found = reasons(...figures)
      several += found.length
      t.strictSame(
        found,
        terms('not_summed_reason').filter(reason => ofPairs.has(reason)),
      )
    }),
    { numRuns: 500 },
  )
  t.ok(several > 1000)
})
