import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { envelopes } from '../../src/domain/envelope.js'
import { readPeriod } from '../../src/domain/period.js'
import { readValue } from '../../src/domain/value.js'
import type { Figure, ValueInput } from '../../src/model/figure.js'
import type { PeriodInput } from '../../src/model/period.js'

type Rival = Figure & { id: string }
const ramadi: Figure['places'][number] = {
  locality: 'iq-ramadi',
  role: 'origin',
  extent: 'and_surroundings',
  text: null,
}

function figure(id: string, value: ValueInput, given: Partial<Figure> = {}): Rival {
  return {
    id,
    event: 'ramadi-exodus-2015-04',
    measure: 'displaced',
    value: readValue(value, '/value'),
    attribution: [{ source: `${id}-source`, role: 'originator' }],
    citations: [],
    basis: 'flow',
    unit: 'person',
    counts: 'unspecified',
    period: readPeriod({ edtf: '2015-04' }, '/period'),
    places: [ramadi],
    population: 'unknown',
    breakdown: [],
    method: 'estimate',
    provisional: false,
    verification: 'unverified',
    rank: 'normal',
    note: null,
    ...given,
  }
}
const about = (best: number): ValueInput => ({ best, qualifier: 'approximately' })
const upTo = (high: number): ValueInput => ({ high, qualifier: 'at_most' })
const cumulative = { basis: 'cumulative' as const, period: readPeriod({ edtf: '2015-04-08/2015-04-23' }, '/period') }

t.test('The envelopes of April 2015 are those of the documentation', async t => {
  const found = envelopes([
    figure('un', upTo(114000)),
    figure('iom', about(104934), cumulative),
    figure('ocha', about(114000), cumulative),
  ])
  const shared = {
    measure: 'displaced',
    unit: 'person',
    population: 'unknown',
    places: [{ locality: 'iq-ramadi', role: 'origin', extent: 'and_surroundings' }],
    preferred: null,
  }
  t.strictSame(found, [
    { ...shared, basis: 'flow', as_of: null, anchor: null, low: null, high: 114000, figures: 1, originators: 1 },
    {
      ...shared,
      basis: 'cumulative',
      as_of: '2015-04-23',
      anchor: '2015-04-08',
      low: 104934,
      high: 114000,
      figures: 2,
      originators: 2,
    },
  ])
  t.same(Object.keys(found[0]!), [
    'measure',
    'unit',
    'basis',
    'population',
    'places',
    'as_of',
    'anchor',
    'low',
    'high',
    'figures',
    'originators',
    'preferred',
  ])
})

t.test('An end that no rival bounds is null', async t => {
  t.match(envelopes([figure('a', upTo(114000)), figure('b', about(104934))]), [{ low: 104934, high: 114000 }])
  t.match(envelopes([figure('a', upTo(114000)), figure('b', upTo(90000))]), [{ low: null, high: 114000 }])
  t.match(envelopes([figure('a', { low: 5, qualifier: 'at_least' })]), [{ low: 5, high: null }])
  t.match(envelopes([figure('a', { qualifier: 'vague', text: 'hundreds' })]), [{ low: null, high: null, figures: 1 }])
  t.match(envelopes([figure('a', { best: 0, qualifier: 'exactly' }), figure('b', about(7))]), [{ low: 0, high: 7 }])
})

t.test('Only comparable figures are rivals', async t => {
  const first = figure('a', about(10))
  const others: Partial<Figure>[] = [
    { measure: 'evacuated' },
    { unit: 'household' },
    { basis: 'stock' },
    { population: 'civilian' },
    { places: [{ ...ramadi, extent: 'exact' }] },
    { places: [{ ...ramadi, locality: 'iq-hit' }] },
    { places: [{ ...ramadi, role: 'incident' }] },
    { places: [ramadi, { ...ramadi, locality: 'iq-hit' }] },
  ]
  for (const given of others) {
    t.same(envelopes([first, figure('b', about(20), given)]).length, 2, JSON.stringify(given))
  }
  const later = { ...cumulative, period: readPeriod({ edtf: '2015-04-08/2015-04-24' }, '/period') }
  t.equal(envelopes([figure('a', about(1), cumulative), figure('b', about(2), later)]).length, 2, 'another date')
  const then = { ...cumulative, basis: 'stock' as const }
  t.equal(envelopes([figure('a', about(1), cumulative), figure('b', about(2), then)]).length, 2, 'another basis')
  t.equal(
    envelopes([first, figure('b', about(2), { period: later.period })]).length,
    1,
    'flows of one event are rivals',
  )
})

t.test('A set of places is the same in any order and whatever words name it', async t => {
  const hit = { ...ramadi, locality: 'iq-hit' }
  const found = envelopes([
    figure('a', about(1), { places: [ramadi, hit] }),
    figure('b', about(2), { places: [hit, { ...ramadi, text: 'Ramadi and its villages' }] }),
  ])
  t.equal(found.length, 1)
  t.same(found[0]?.places, [
    { locality: 'iq-hit', role: 'origin', extent: 'and_surroundings' },
    { locality: 'iq-ramadi', role: 'origin', extent: 'and_surroundings' },
  ])
})

const days = { start: '2015-01-01', end: '2015-01-31' }
const stock = (period: PeriodInput) => ({ basis: 'stock' as const, period: readPeriod(period, '/period') })

t.test('A date that is not known to the day is no date, and two such are not the same', async t => {
  const undated: PeriodInput[] = [
    {},
    { start: '2015-04-01' },
    { edtf: '2015-01' },
    { edtf: '2015-01-31~' },
    { edtf: '2015-01-31?' },
    { edtf: '2015-01-01/2015-01' },
    { edtf: '2015-01-01/2015-01-31%' },
    { ...days, precision: 'month' },
    { ...days, reading: 'since' },
    { ...days, reading: 'within' },
  ]
  for (const period of undated) {
    const found = envelopes([
      figure('a', about(1), stock(period)),
      figure('b', about(2), stock(period)),
      figure('c', about(3), stock({ edtf: '2015-01-31' })),
    ])
    t.match(
      found,
      [
        { as_of: null, figures: 1, high: 1 },
        { as_of: null, figures: 1, high: 2 },
        { as_of: '2015-01-31', figures: 1, high: 3 },
      ],
      JSON.stringify(period),
    )
  }
})

t.test('A date is the last day of the period, however its beginning is known', async t => {
  const dated: PeriodInput[] = [
    days,
    { ...days, reading: 'as_of' },
    { ...days, reading: 'throughout' },
    { edtf: '2015-01~/2015-01-31' },
    { edtf: '../2015-01-31' },
    { edtf: '2015-01-31', reading: 'since' },
  ]
  t.match(envelopes(dated.map((period, i) => figure(`f${i}`, about(i), stock(period)))), [
    { as_of: '2015-01-31', figures: dated.length },
  ])
  const count = { basis: 'cumulative' as const, period: readPeriod({ ...days, reading: 'since' }, '/period') }
  t.match(envelopes([figure('a', about(1), count)]), [{ as_of: '2015-01-31' }])
})

t.test('Cumulative counts are comparable where they count from the same day', async t => {
  const since = (edtf: string) => ({ basis: 'cumulative' as const, period: readPeriod({ edtf }, '/period') })
  const found = envelopes([
    figure('year', about(10000), since('2016-01-01/2016-03-31')),
    figure('week', about(20), since('2016-03-25/2016-03-31')),
    figure('year-too', about(9000), since('2016-01-01/2016-03-31')),
    figure('month', about(30), since('2016-03/2016-03-31')),
    figure('unknown', about(40), since('../2016-03-31')),
  ])
  t.match(found, [
    { anchor: '2016-01-01', low: 9000, high: 10000 },
    { anchor: '2016-03-25', low: 20, high: 20 },
    { anchor: null, low: 30, high: 30 },
    { anchor: null, low: 40, high: 40 },
  ])
})

t.test('A flow is of no one day, also where it has but one', async t => {
  const period = readPeriod({ edtf: '2015-05-17' }, '/period')
  t.match(envelopes([figure('a', about(1), { period })]), [{ basis: 'flow', as_of: null }])
})

t.test('Discounted, deprecated and sic figures are counted but bound nothing', async t => {
  const [found] = envelopes([
    figure('a', about(500)),
    figure('b', about(9000), { verification: 'discounted' }),
    figure('c', about(1), { rank: 'deprecated' }),
    figure('d', { low: 34, best: 33, high: 40, qualifier: 'between', sic: true }),
    figure('e', about(600), { verification: 'contested' }),
  ])
  t.match(found, { low: 500, high: 600, figures: 5, originators: 5 })
})

t.test('Independence is counted in originators, not in relayers or repetitions', async t => {
  const said = (source: string, role: 'originator' | 'spokesperson' | 'relayer') => ({ source, role })
  const [found] = envelopes([
    figure('a', about(1), { attribution: [said('un', 'originator'), said('haimour', 'spokesperson')] }),
    figure('b', about(2), { attribution: [said('un', 'originator'), said('afp', 'relayer')] }),
    figure('c', about(3), { attribution: [said('reuters', 'relayer')] }),
  ])
  t.match(found, { figures: 3, originators: 1 })
})

t.test('A preferred figure is named; two that are preferred at once are none', async t => {
  const preferred = { rank: 'preferred' as const }
  t.match(envelopes([figure('a', about(1)), figure('b', about(2), preferred)]), [{ preferred: 'b' }])
  t.match(envelopes([figure('a', about(1), preferred), figure('b', about(2), preferred)]), [{ preferred: null }])
})

t.test('A figure that was discounted is not preferred, whatever its rank', async t => {
  const preferred = { rank: 'preferred' as const }
  const wrong = figure('a', about(1), { ...preferred, verification: 'discounted' })
  t.match(envelopes([wrong]), [{ low: null, preferred: null }])
  t.match(envelopes([wrong, figure('b', about(2), preferred)]), [{ low: 2, high: 2, preferred: 'b' }])
})

t.test('No envelope holds a number that no figure asserts', async () => {
  const given = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom('approximately', 'at_most', 'at_least')),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(given, rows => {
      const figures = rows.map(([n, qualifier], index) => {
        const value = qualifier === 'at_most' ? upTo(n) : qualifier === 'at_least' ? { low: n, qualifier } : about(n)
        return figure(`f${index}`, value as ValueInput)
      })
      const asserted = new Set<number | null>([null, ...rows.map(([n]) => n)])
      const [one, ...more] = envelopes(figures)
      const [reversed] = envelopes([...figures].reverse())
      deepStrictEqual(more, [])
      deepStrictEqual(reversed, one, 'whatever the order of the figures')
      return asserted.has(one!.low) && asserted.has(one!.high) && one!.figures === rows.length
    }),
  )
})

t.test('No figures, no envelopes; groups come in the order of their first figures', async t => {
  t.same(envelopes([]), [])
  const order = envelopes([
    figure('a', about(1), { measure: 'killed' }),
    figure('b', about(2)),
    figure('c', about(3), { measure: 'killed' }),
  ])
  t.same(
    order.map(each => each.measure),
    ['killed', 'displaced'],
  )
})
