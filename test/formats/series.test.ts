import fc from 'fast-check'
import t from 'tap'
import { readPeriod } from '../../src/domain/period.js'
import { seriesOf } from '../../src/formats/series.js'
import type { RecordOf } from '../../src/model/nouns.js'
import { aPeriod } from '../support/builders.js'
import { figure } from './rows.js'

const cumulative = (id: string, start: string | null, end: string | null, changes: Partial<RecordOf<'figure'>> = {}) =>
  figure({ id, basis: 'cumulative', period: aPeriod(start, end), ...changes })
const points = (figures: RecordOf<'figure'>[]) => seriesOf(figures).map(one => one.points.map(point => point.figure))

t.test('flows never enter a series', async t => {
  t.same(seriesOf([figure({ basis: 'flow' })]), [])
})

t.test(
  'figures of one originator, measure, unit and place are one series, ordered by the end of their periods',
  async t => {
    const [series, ...others] = seriesOf([
      cumulative('c', '2015-04-08', '2015-04-23'),
      cumulative('a', '2015-04-08', '2015-04-20', { event: 'other-event' }),
    ])
    t.same(others, [])
    t.same(series, {
      originators: ['un'],
      measure: 'displaced',
      unit: 'person',
      basis: 'cumulative',
      places: [{ locality: 'iq-ramadi', role: 'origin', extent: 'and_surroundings' }],
      population: 'unknown',
      anchor: '2015-04-08',
      points: [
        { ...series!.points[0]!, date: '2015-04-20', figure: 'a', event: 'other-event' },
        {
          date: '2015-04-23',
          precision: 'range',
          edtf: '2015-04-08/2015-04-23',
          low: null,
          best: null,
          high: 114000,
          qualifier: 'at_most',
          text: 'as many as 114,000',
          figure: 'c',
          event: 'ramadi-exodus-2015-04',
          counts: 'unspecified',
          provisional: false,
          verification: 'unverified',
          rank: 'normal',
        },
      ],
    })
  },
)

t.test('a cumulative count that starts again starts a new series', async t => {
  t.same(
    points([
      cumulative('a', '2015-04-08', '2015-04-20'),
      cumulative('b', '2015-05-15', '2015-05-17'),
      cumulative('c', '2015-04-08', '2015-05-18'),
    ]),
    [['a', 'c'], ['b']],
  )
})

t.test('counts from days that are not known are one series only within one event', async t => {
  const other = { event: 'other-event' }
  t.same(
    points([
      cumulative('a', null, '2015-04-20'),
      cumulative('b', null, '2015-04-23', other),
      cumulative('c', null, '2015-04-25'),
      cumulative('d', null, '2015-04-26', other),
    ]).sort(),
    [
      ['a', 'c'],
      ['b', 'd'],
    ],
  )
})

t.test('an anchor is a day that is known to the day; other counts are joined within one event only', async t => {
  const from = (id: string, edtf: string, event = 'a', own: object = {}) =>
    cumulative(id, null, null, { event, period: readPeriod({ edtf, ...own }, '') })
  const series = seriesOf([
    from('about', '2015-04~/2015-05-10'),
    from('day', '2015-04-01/2015-05-12', 'b'),
    from('month', '2015-04/2015-05-14'),
    from('unsure', '2015-04-01?/2015-05-16', 'b'),
    from('to-the-month', '2015-04-01/2015-04-30', 'b', { precision: 'month' }),
    from('later', '2015-05~/2015-05-18'),
    from('day-too', '2015-04-01/2015-05-20', 'c'),
  ])
  t.same(series.map(({ anchor, points }) => [anchor, points.map(point => point.figure)]).sort(), [
    [null, ['about', 'month']],
    [null, ['later']],
    [null, ['to-the-month', 'unsure']],
    ['2015-04-01', ['day', 'day-too']],
  ])
})

t.test('a stock has no anchor: its periods may start where they like, in whatever events', async t => {
  const stock = { basis: 'stock' } as const
  const other = { ...stock, event: 'other-event' }
  t.same(points([cumulative('a', null, '2015-05-01', stock), cumulative('b', null, '2015-04-30', other)]), [['b', 'a']])
})

t.test('whatever differs in originator, measure, unit, basis, place or population is another series', async t => {
  const place = figure().places[0]!
  const others: Partial<RecordOf<'figure'>>[] = [
    { attribution: [{ source: 'iom', role: 'originator' }] },
    { attribution: [...figure().attribution, { source: 'iom', role: 'originator' }] },
    { measure: 'sheltered' },
    { unit: 'household' },
    { basis: 'stock' },
    { places: [{ ...place, locality: 'iq-anbar' }] },
    { places: [{ ...place, role: 'destination' }] },
    { places: [{ ...place, extent: 'exact' }] },
    { population: 'civilian' },
  ]
  for (const other of others) {
    const figures = [cumulative('a', '2015-04-08', '2015-04-20'), cumulative('b', '2015-04-08', '2015-04-23', other)]
    t.equal(seriesOf(figures).length, 2, JSON.stringify(other))
  }
})

t.test('who spoke for the originator and who printed it make no difference', async t => {
  const spoken = [...figure().attribution, { source: 'haimour', role: 'spokesperson' } as const]
  const figures = [
    cumulative('a', '2015-04-08', '2015-04-20'),
    cumulative('b', '2015-04-08', '2015-04-23', { attribution: spoken, citations: [] }),
  ]
  t.same(points(figures), [['a', 'b']])
})

t.test('figures without an originator are never joined', async t => {
  const attribution = [{ source: 'haimour', role: 'spokesperson' } as const]
  const figures = [
    cumulative('a', null, '2015-04-20', { attribution }),
    cumulative('b', null, '2015-04-23', { attribution }),
  ]
  t.equal(seriesOf(figures).length, 2)
})

t.test('two numbers for one day are two points, and an unknown day comes last', async t => {
  const figures = [
    cumulative('c', '2015-04-08', null),
    cumulative('b', '2015-04-08', '2015-04-23'),
    cumulative('a', '2015-04-08', '2015-04-23'),
  ]
  t.same(points(figures), [['a', 'b', 'c']])
})

t.test('every stock and cumulative figure is a point exactly once, whatever the order they come in', async t => {
  const some = fc.array(
    fc.record({
      basis: fc.constantFrom('flow', 'stock', 'cumulative'),
      start: fc.constantFrom(null, '2015-04-01', '2015-05-01'),
      end: fc.constantFrom(null, '2015-05-02', '2015-05-03'),
      source: fc.constantFrom('un', 'iom'),
    }),
  )
  fc.assert(
    fc.property(some, specs => {
      const figures = specs.map(({ basis, start, end, source }, i) => {
        return figure({
          id: `f${i}`,
          basis,
          period: aPeriod(start, end),
          attribution: [{ source, role: 'originator' }],
        })
      })
      const series = seriesOf(figures)
      const ids = series.flatMap(one => one.points.map(point => point.figure))
      t.same(ids.sort(), figures.flatMap(one => (one.basis === 'flow' ? [] : [one.id])).sort())
      t.same(seriesOf([...figures].reverse()), series)
    }),
  )
})
