import { deepStrictEqual, strictEqual } from 'node:assert'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import {
  checkPublished,
  DURATION_CLASSES,
  durationClass,
  earliestStart,
  localDate,
  orderKey,
  overlaps,
  publishedBy,
  readInstant,
  readPeriod,
  readWindowDate,
} from '../../src/domain/period.js'
import type { Period, PeriodInput } from '../../src/model/period.js'

const rest = { reading: null, text: null, inferred: false }
const read = (input: PeriodInput) => readPeriod(input, '/period')

function refusedAt(action: () => unknown): string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof Refusal) return error.faults.map(fault => `${fault.code} ${fault.pointer}`)
    throw error
  }
  return []
}

function dates(edtf: string): [string | null, string | null, Period['precision']] {
  const period = read({ edtf })
  t.equal(period.edtf, edtf, 'the expression is kept as written')
  return [period.start, period.end, period.precision]
}

t.test('The table of periods in domain.md holds', async t => {
  t.same(read({ edtf: '2015-04', text: 'April' }), {
    edtf: '2015-04',
    start: '2015-04-01',
    end: '2015-04-30',
    precision: 'month',
    reading: null,
    text: 'April',
    inferred: false,
  })
  t.same(dates('2015-05-17'), ['2015-05-17', '2015-05-17', 'day'])
  t.same(read({ edtf: '2015-05-15/2015-05-17', text: 'the past three days, since Friday', inferred: true }), {
    edtf: '2015-05-15/2015-05-17',
    start: '2015-05-15',
    end: '2015-05-17',
    precision: 'range',
    reading: null,
    text: 'the past three days, since Friday',
    inferred: true,
  })
  t.same(dates('../2015-05-18'), [null, '2015-05-18', 'range'])
  t.same(dates('2015'), ['2015-01-01', '2015-12-31', 'year'])
  t.same(dates('2015-06~'), ['2015-06-01', '2015-06-30', 'month'])
})

t.test('Every form of the subset is read to the days it may mean', async t => {
  const table: [string, string | null, string | null, Period['precision']][] = [
    ['2015-04/2015-05-17', '2015-04-01', '2015-05-17', 'range'],
    ['2015-05-17/2015-05', '2015-05-17', '2015-05-31', 'range'],
    ['2014/2015', '2014-01-01', '2015-12-31', 'range'],
    ['2015-05-17/2015-05-17', '2015-05-17', '2015-05-17', 'day'],
    ['2015-05-17/..', '2015-05-17', null, 'range'],
    ['2015-05-17/', '2015-05-17', null, 'range'],
    ['/2013', null, '2013-12-31', 'range'],
    ['2015-04~/2015-05-17?', '2015-04-01', '2015-05-17', 'range'],
    ['2015-05-17%', '2015-05-17', '2015-05-17', 'day'],
    ['201X', '2010-01-01', '2019-12-31', 'range'],
    ['201X?', '2010-01-01', '2019-12-31', 'range'],
    ['19XX', '1900-01-01', '1999-12-31', 'range'],
    ['2015-XX', '2015-01-01', '2015-12-31', 'year'],
    ['2015-XX-XX', '2015-01-01', '2015-12-31', 'year'],
    ['2015-02-XX', '2015-02-01', '2015-02-28', 'month'],
    ['2016-02', '2016-02-01', '2016-02-29', 'month'],
    ['2000-02-29', '2000-02-29', '2000-02-29', 'day'],
    ['0001', '0001-01-01', '0001-12-31', 'year'],
    ['9999-12-31', '9999-12-31', '9999-12-31', 'day'],
  ]
  for (const [edtf, ...expected] of table) t.same(dates(edtf), expected, edtf)
})

t.test('start and end are written as EDTF', async t => {
  t.same(read({ start: '2015-05-17', end: '2015-05-17' }), {
    edtf: '2015-05-17',
    start: '2015-05-17',
    end: '2015-05-17',
    precision: 'day',
    ...rest,
  })
  t.match(read({ start: '2015-05-15', end: '2015-05-17' }), { edtf: '2015-05-15/2015-05-17', precision: 'range' })
  t.match(read({ end: '2015-05-18' }), { edtf: '../2015-05-18', start: null, precision: 'range' })
  t.match(read({ start: '2015-05-18', end: null }), { edtf: '2015-05-18/..', end: null, precision: 'range' })
})

t.test('Nothing said is unknown, never guessed', async t => {
  const unknown = { edtf: null, start: null, end: null, precision: 'unknown', ...rest }
  t.same(read({}), unknown)
  t.same(read({ edtf: null, start: null, end: null, precision: 'unknown' }), unknown)
  t.same(read({ text: 'recently', reading: 'within' }), { ...unknown, text: 'recently', reading: 'within' })
})

t.test('A dataset may state that its days are known to the week, month or year only', async t => {
  t.match(read({ start: '2015-05-01', end: '2015-05-31', precision: 'month' }), {
    edtf: '2015-05-01/2015-05-31',
    precision: 'month',
  })
  t.match(read({ start: '2015-05-17', end: '2015-05-17', precision: 'week' }), {
    edtf: '2015-05-17',
    precision: 'week',
  })
  t.match(read({ edtf: '2015-05-11/2015-05-17', precision: 'week' }), { precision: 'week' })
  t.match(read({ edtf: '2016-01-01/2016-12-31', precision: 'year' }), { precision: 'year' })
})

t.test('Days are known to the week, month or year that is as long as they are, and not to a shorter one', async t => {
  const most = { week: 7, month: 31, year: 366 }
  for (const precision of ['week', 'month', 'year'] as const) {
    const lasting = (days: number): PeriodInput => {
      const end = DateTime.fromISO('2016-01-01').plus({ days: days - 1 })
      return { start: '2016-01-01', end: end.toISODate(), precision }
    }
    t.equal(read(lasting(most[precision])).precision, precision)
    t.same(
      refusedAt(() => read(lasting(most[precision] + 1))),
      ['bad_date /period/precision'],
      precision,
    )
    for (const edtf of ['../2016-01-01', '2016-01-01/..'])
      t.same(
        refusedAt(() => read({ edtf, precision })),
        ['bad_date /period/precision'],
        `${precision} ${edtf}`,
      )
  }
  for (const precision of ['month', 'year'] as const)
    t.same(
      refusedAt(() => read({ edtf: '2015-05-17', precision })),
      ['bad_date /period/precision'],
    )
})

t.test('What is said of an end needs that end, unless no date was stated at all', async t => {
  for (const reading of ['as_of', 'since', 'throughout', 'within'] as const) {
    t.equal(read({ edtf: '2015-05', reading }).reading, reading)
    t.equal(read({ text: 'recently', reading }).reading, reading)
  }
  t.equal(read({ edtf: '../2015-05-18', reading: 'as_of' }).reading, 'as_of')
  t.equal(read({ edtf: '2015-05-18/..', reading: 'since' }).reading, 'since')
  t.same(
    refusedAt(() => read({ edtf: '2015-05-18/..', reading: 'as_of' })),
    ['bad_date /period/reading'],
  )
  t.same(
    refusedAt(() => read({ edtf: '../2015-05-18', reading: 'since' })),
    ['bad_date /period/reading'],
  )
})

t.test('A period that contradicts itself is refused at the member at fault', async t => {
  const table: [PeriodInput, string][] = [
    [{ edtf: '2015-04', start: '2015-04-02' }, 'bad_date /period/start'],
    [{ edtf: '2015-04', end: '2015-05-01' }, 'bad_date /period/end'],
    [{ edtf: '../2015-04', start: '2015-04-01' }, 'bad_date /period/start'],
    [{ edtf: '2015-04', precision: 'day' }, 'bad_date /period/precision'],
    [{ edtf: '2015', precision: 'month' }, 'bad_date /period/precision'],
    [{ edtf: '2015-04', precision: 'year' }, 'bad_date /period/precision'],
    [{ edtf: '201X', precision: 'year' }, 'bad_date /period/precision'],
    [{ edtf: '2015-04/2015-05-17', precision: 'month' }, 'bad_date /period/precision'],
    [{ start: '2015-05-15', end: '2015-05-17', precision: 'day' }, 'bad_date /period/precision'],
    [{ start: '2015-05-17', end: '2015-05-17', precision: 'range' }, 'bad_date /period/precision'],
    [{ start: '2015-05-17', precision: 'unknown' }, 'bad_date /period/precision'],
    [{ precision: 'month' }, 'bad_date /period/precision'],
    [{ start: '2015-05-18', end: '2015-05-17' }, 'bad_date /period/start'],
    [{ edtf: '2015-05-18/2015-05-17' }, 'bad_date /period/edtf'],
    [{ edtf: '2015-05/2015-04' }, 'bad_date /period/edtf'],
  ]
  for (const [input, expected] of table)
    t.same(
      refusedAt(() => read(input)),
      [expected],
      JSON.stringify(input),
    )
})

t.test('Dates that no calendar has are refused', async t => {
  const days = ['2015-02-29', '1900-02-29', '0000-01-01', '2015-13-01', '2015-00-10', '2015-04-31', '2015-05-00']
  const others = [
    '2015-05',
    '2015-05-17T24:00',
    '2015-5-17',
    ' 2015-05-17',
    '2015-05-17\n',
    '٢٠١٥-٠٥-١٧',
    '2015-05-17~',
  ]
  for (const start of [...days, ...others])
    t.same(
      refusedAt(() => read({ start })),
      ['bad_date /period/start'],
      start,
    )
  for (const end of days)
    t.same(
      refusedAt(() => read({ end })),
      ['bad_date /period/end'],
      end,
    )
  for (const edtf of days)
    t.same(
      refusedAt(() => read({ edtf })),
      ['bad_date /period/edtf'],
      edtf,
    )
})

t.test('EDTF outside the subset is refused, not approximated', async t => {
  const seasons = ['2015-21', '2015-24', '2015-33']
  const times = ['2015-05-17T12:00:00', '2015-05-17T24:00:00Z']
  const years = ['0000', '000X', '-0044', 'Y17000', 'XXXX', '2XXX', '201X-05', '201X-XX']
  const parts = ['2015-XX-17', '2015-1X', '2015-05-1X', '2015-~05', '?2015', '2015-05~?', '[2014,2015]']
  const intervals = ['..', '/', '../..', '/..', '2015/2016/2017', '2015-05-15/17', '2015--05', '2015/...', ' /2015']
  for (const edtf of [...seasons, ...times, ...years, ...parts, ...intervals]) {
    t.same(
      refusedAt(() => read({ edtf })),
      ['bad_date /period/edtf'],
      edtf,
    )
  }
})

const day = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10))
const single = fc.oneof(
  day,
  day.map(date => date.slice(0, 7)),
  day.map(date => date.slice(0, 4)),
  day.map(date => `${date.slice(0, 4)}-XX`),
  fc.integer({ min: 1, max: 999 }).map(decade => `${String(decade).padStart(3, '0')}X`),
)
const qualified = fc.tuple(single, fc.constantFrom('', '~', '?', '%')).map(parts => parts.join(''))
const interval = fc
  .tuple(fc.oneof(qualified, fc.constantFrom('', '..')), qualified)
  .map(sides => sides.sort().join('/'))
const input = fc.oneof(
  fc.record({ edtf: fc.oneof(qualified, interval) }),
  fc.tuple(day, day).map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a })),
  fc.record({ start: day, precision: fc.constantFrom('week', 'month', 'year') }),
  fc.record({ end: day, text: fc.string(), inferred: fc.boolean() }),
) as fc.Arbitrary<PeriodInput>

function attempt(given: PeriodInput): Period | null {
  try {
    return read(given)
  } catch {
    return null
  }
}

t.test('Reading what was answered gives the same period', async () => {
  fc.assert(
    fc.property(input, given => {
      const period = attempt(given)
      fc.pre(period !== null)
      deepStrictEqual(read(period), period)
    }),
    { numRuns: 300 },
  )
})

t.test('A period never ends before it starts, and its dates are real', async () => {
  fc.assert(
    fc.property(input, given => {
      const period = attempt(given)
      fc.pre(period !== null)
      const { start, end } = period
      const real = (date: string | null) =>
        date === null || DateTime.fromISO(date, { zone: 'utc' }).toISODate() === date
      return real(start) && real(end) && (start === null || end === null || start <= end)
    }),
    { numRuns: 300 },
  )
})

t.test('No string makes the reader fail otherwise than by refusing', async () => {
  const noise = fc.string({ unit: fc.constantFrom(...'0123459-X/.~?%TZ:+ '), maxLength: 24 })
  fc.assert(fc.property(noise, edtf => void refusedAt(() => read({ edtf, start: edtf }))))
})

t.test('A publication date is a day, a month, a year or a timestamp with zone', async t => {
  const table: [string, string][] = [
    ['2015-05-18', '2015-05-18'],
    ['2015-05', '2015-05-31'],
    ['2016-02', '2016-02-29'],
    ['2019', '2019-12-31'],
    ['2015-05-18T23:30:00-08:00', '2015-05-18'],
    ['2015-05-18T00:30:00.123456Z', '2015-05-18'],
  ]
  for (const [published, last] of table) {
    t.equal(checkPublished(published, '/published'), published, 'is returned as given')
    t.equal(publishedBy(published), last, 'counts from its last local day')
  }
})

const NO_TIMESTAMPS = [
  '2015-05-18T10:00:60Z',
  '2015-05-18T24:00:00Z',
  '2015-05-18T10:60:00Z',
  '2015-05-18T10:00:00',
  '2015-05-18 10:00:00Z',
  '2015-05-18T10:00:00 03:00',
  '2015-05-18T10:00Z',
  '2015-05-18T10:00:00+3',
  '2015-05-18T10:00:00+24:00',
  '2015-02-29T10:00:00Z',
  '0000-01-01T10:00:00Z',
  '2015-05-18T10:00:00z',
  '2015-05-18T10:00:00Z\n',
  '2015-05-18T',
]

t.test('A publication date that no clock or calendar shows is refused', async t => {
  const dates = [
    '',
    'May 2015',
    '2015-05-32',
    '2015-13',
    '0000',
    '2015-05~',
    '201X',
    '2015-21',
    '2014/2015',
    '18.05.2015',
  ]
  for (const text of [...NO_TIMESTAMPS, ...dates]) {
    t.same(
      refusedAt(() => checkPublished(text, '/published')),
      ['bad_date /published'],
      text,
    )
  }
})

t.test('A window takes a date, or the date of a timestamp as written', async t => {
  t.equal(readWindowDate('2015-05-18'), '2015-05-18')
  t.equal(readWindowDate('2015-05-18T23:30:00-08:00'), '2015-05-18')
  for (const text of [...NO_TIMESTAMPS, '2015-05', '2015', '2015-02-29', '..', ''])
    t.equal(readWindowDate(text), null, text)
})

t.test('An instant is read to UTC milliseconds', async t => {
  t.equal(readInstant('2026-11-22T10:00:00Z'), '2026-11-22T10:00:00.000Z')
  t.equal(readInstant('2015-05-18T00:30:00+03:00'), '2015-05-17T21:30:00.000Z')
  t.equal(readInstant('2015-05-18T00:30:00.1239999Z'), '2015-05-18T00:30:00.123Z')
  for (const text of [...NO_TIMESTAMPS, '2015-05-18', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']) {
    t.equal(readInstant(text), null, text)
  }
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), date => {
      strictEqual(readInstant(date.toISOString()), date.toISOString())
    }),
  )
})

t.test('Midnight in Baghdad is the day before in UTC', async t => {
  t.equal(localDate('2015-05-17T21:00:00Z', 'Asia/Baghdad'), '2015-05-18')
  t.equal(localDate('2015-05-18T00:00:00+03:00', 'UTC'), '2015-05-17')
  t.equal(localDate('2023-11-06T18:30:00Z', 'Asia/Kolkata'), '2023-11-07')
  t.throws(() => localDate('2015-05-17T21:00:00Z', 'Asia/Nowhere'), RangeError)
  t.throws(() => localDate('2015-05-17', 'UTC'), RangeError)
})

t.test('The timeline is ordered by start, else end, then end; the undated come last', async t => {
  t.same(orderKey({ start: '2015-04-01', end: '2015-04-30' }), { start: '2015-04-01', end: '2015-04-30' })
  t.same(orderKey({ start: null, end: '2015-05-18' }), { start: '2015-05-18', end: '2015-05-18' })
  t.same(orderKey({ start: '2015-05-18', end: null }), { start: '2015-05-18', end: '9999-12-31' })
  t.same(orderKey({ start: null, end: null }), { start: '9999-12-31', end: '9999-12-31' })
})

t.test('A period overlaps a window when they share a day', async t => {
  const april = { start: '2015-04-01', end: '2015-04-30' }
  t.ok(overlaps(april, '2015-04-30', '2015-05-31'), 'both ends are inclusive')
  t.ok(overlaps(april, null, '2015-04-01'))
  t.notOk(overlaps(april, '2015-05-01', null))
  t.notOk(overlaps(april, null, '2015-03-31'))
  const bySpring = { start: null, end: '2015-05-18' }
  t.ok(overlaps(bySpring, '1990-01-01', '1990-01-02'), 'an open start reaches back')
  t.notOk(overlaps(bySpring, '2015-05-19', null))
  const since = { start: '2015-05-18', end: null }
  t.ok(overlaps(since, '2030-01-01', null), 'an open end reaches on')
  t.notOk(overlaps(since, null, '2015-05-17'))
  const undated = { start: null, end: null }
  t.ok(overlaps(undated, null, null))
  t.notOk(overlaps(undated, '2015-01-01', null), 'no date is in no bounded window')
  t.notOk(overlaps(undated, null, '2015-01-01'))
})

t.test('Periods are classed by their length in days', async t => {
  t.equal(durationClass({ start: '2015-05-01', end: '2015-05-01' }), 0)
  t.equal(durationClass({ start: '2015-05-01', end: '2015-05-31' }), 0)
  t.equal(durationClass({ start: '2015-05-01', end: '2015-06-01' }), 1)
  t.equal(durationClass({ start: '2016-01-01', end: '2016-12-31' }), 1)
  t.equal(durationClass({ start: '2015-01-01', end: '2016-01-02' }), 2)
  t.equal(durationClass({ start: null, end: '2015-05-01' }), 3)
  t.equal(durationClass({ start: '2015-05-01', end: null }), 3)
  t.same(
    DURATION_CLASSES.map(each => each.days),
    [31, 366, null, null],
  )
  t.equal(earliestStart(0, '2015-05-31'), '2015-04-30')
  t.equal(earliestStart(1, '0001-06-01'), '0001-01-01')
  t.equal(earliestStart(2, '2015-05-31'), null)
  t.equal(earliestStart(3, '2015-05-31'), null)
  t.equal(earliestStart(0, null), null)
})

t.test('No period that overlaps a window starts before the earliest start of its class', async () => {
  const near = fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 800 })).map(([offset, length]) => {
    const start = DateTime.fromISO('2014-01-01', { zone: 'utc' }).plus({ days: offset })
    return { start: start.toISODate()!, end: start.plus({ days: length }).toISODate()! }
  })
  fc.assert(
    fc.property(near, near, (period, window) => {
      if (!overlaps(period, window.start, window.end)) return true
      const earliest = earliestStart(durationClass(period), window.start)
      return earliest === null || (period.start >= earliest && period.start <= window.end)
    }),
  )
})
