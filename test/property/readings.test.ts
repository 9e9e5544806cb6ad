import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { test } from 'tap'
import { envelopes } from '../../src/domain/envelope.js'
import { Refusal } from '../../src/domain/errors.js'
import { readPeriod } from '../../src/domain/period.js'
import { readValue } from '../../src/domain/value.js'
import type { Value, ValueInput } from '../../src/model/figure.js'
import { terms } from '../../src/model/vocabularies.js'
import { aFigureRecord } from '../support/builders.js'

const RUNS = { numRuns: 2000 }

/** What a reading gives, or null where it refuses. */
function unlessRefused<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** Null half of the time. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 })
const count = maybe(fc.integer({ min: 0, max: 4 }))
const aValue = fc.record({
  low: count,
  best: count,
  high: count,
  qualifier: fc.constantFrom(...terms('qualifier')),
  text: maybe(fc.constant('words')),
  sic: fc.constantFrom(false, false, false, true),
})

/** domain.md, Value: which of low, best and high each qualifier has; `?` is either. */
const TABLE: Record<Value['qualifier'], string> = {
  exactly: 'lbh',
  approximately: '-b-',
  at_least: 'l--',
  more_than: 'l--',
  at_most: '--h',
  less_than: '--h',
  between: 'l?h',
  unqualified: '-b-',
  vague: '---',
}

/** Whether a value is to be accepted, said another way than the service says it. */
function fits({ low, best, high, qualifier, text, sic }: Required<ValueInput>): boolean {
  // the ends of `exactly` may be left to its best
  const given = qualifier === 'exactly' && best !== null ? [low ?? best, best, high ?? best] : [low, best, high]
  const shape = [...TABLE[qualifier]].every((mark, i) => mark === '?' || (mark !== '-') === (given[i] !== null))
  const numbers = given.filter(number => number !== null) as number[]
  const rising = numbers.every((number, i) => i === 0 || numbers[i - 1]! <= number)
  if (!shape || (qualifier === 'vague' && text === null)) return false
  return qualifier === 'exactly' ? numbers.every(number => number === best) && !sic : rising !== sic
}

test('a value is accepted if and only if the table says so, for any numbers and qualifier', async t => {
  let accepted = 0
  fc.assert(
    fc.property(aValue, value => {
      const read = unlessRefused(() => readValue(value, '/value'))
      deepStrictEqual(read !== null, fits(value), JSON.stringify(value))
      if (read === null) return
      accepted += 1
      for (const member of ['low', 'best', 'high'] as const)
        if (value[member] !== null || value.qualifier !== 'exactly') deepStrictEqual(read[member], value[member])
    }),
    RUNS,
  )
  t.ok(accepted > 100, `${accepted} accepted`)
})

/** A written date, and the days that it may mean by another calendar than the service's. */
interface Written {
  edtf: string
  start: string
  end: string
}
const spanning = (edtf: string, first: DateTime, unit: 'day' | 'month' | 'year', last = first): Written => ({
  edtf,
  start: first.toISODate()!,
  end: last.endOf(unit).toISODate()!,
})
const utc = (year: number, month = 1, day = 1) => DateTime.utc(year, month, day)
const fourDigits = (year: number) => String(year).padStart(4, '0')
const aYear = fc.integer({ min: 1, max: 9999 })
const aDate: fc.Arbitrary<Written> = fc
  .oneof(
    aYear.map(year => spanning(fourDigits(year), utc(year), 'year')),
    aYear.map(year => spanning(`${fourDigits(year)}-XX`, utc(year), 'year')),
    fc
      .integer({ min: 1, max: 999 })
      .map(decade =>
        spanning(`${fourDigits(decade * 10).slice(0, 3)}X`, utc(decade * 10), 'year', utc(decade * 10 + 9)),
      ),
    fc
      .integer({ min: 1, max: 99 })
      .map(century =>
        spanning(`${String(century).padStart(2, '0')}XX`, utc(century * 100), 'year', utc(century * 100 + 99)),
      ),
    fc.tuple(aYear, fc.integer({ min: 1, max: 12 }), fc.constantFrom('', '-XX')).map(([year, month, rest]) => {
      const first = utc(year, month)
      return spanning(first.toFormat('yyyy-MM') + rest, first, 'month')
    }),
    fc.tuple(aYear, fc.integer({ min: 0, max: 364 })).map(([year, days]) => {
      const day = utc(year).plus({ days })
      return spanning(day.toISODate()!, day, 'day')
    }),
  )
  .chain(date => fc.constantFrom('', '~', '?', '%').map(mark => ({ ...date, edtf: date.edtf + mark })))
const OPEN = { start: null, end: null }
const anEnd = fc.oneof({ weight: 4, arbitrary: aDate }, fc.constantFrom({ ...OPEN, edtf: '..' }, { ...OPEN, edtf: '' }))

test('a date in EDTF is read to the very days that it may mean, and reading the answer gives it again', async t => {
  fc.assert(
    fc.property(aDate, ({ edtf, start, end }) => {
      const period = readPeriod({ edtf }, '/period')
      deepStrictEqual([period.edtf, period.start, period.end], [edtf, start, end])
      deepStrictEqual(readPeriod(period, '/period'), period)
    }),
    RUNS,
  )
  t.pass()
})

test('an interval in EDTF reaches from the first day of its start to the last of its end, or is refused', async t => {
  let accepted = 0
  fc.assert(
    fc.property(anEnd, anEnd, (from, to) => {
      const edtf = `${from.edtf}/${to.edtf}`
      const [start, end] = [from.start, to.end]
      const sound = (start ?? end) !== null && (start === null || end === null || start <= end)
      const period = unlessRefused(() => readPeriod({ edtf }, '/period'))
      deepStrictEqual(period && [period.edtf, period.start, period.end], sound ? [edtf, start, end] : null, edtf)
      if (period === null) return
      accepted += 1
      deepStrictEqual(readPeriod(period, '/period'), period)
    }),
    RUNS,
  )
  t.ok(accepted > 500, `${accepted} accepted`)
})

test('days in EDTF and as start and end are one period', async t => {
  fc.assert(
    fc.property(aDate, aDate, (one, other) => {
      const [start, end] = [one.start, other.start].sort() as [string, string]
      const edtf = start === end ? start : `${start}/${end}`
      deepStrictEqual(readPeriod({ start, end }, '/period'), readPeriod({ edtf }, '/period'))
    }),
    RUNS,
  )
  t.pass()
})

test('an envelope reaches as far as its rivals assert, no further, and holds no number that none of them asserts', async t => {
  const aRival = fc.record({
    value: aValue,
    rank: fc.constantFrom('normal' as const, 'preferred' as const, 'deprecated' as const),
    verification: fc.constantFrom('unverified' as const, 'contested' as const, 'discounted' as const),
    source: fc.constantFrom('un', 'iom', 'governor'),
  })
  let bounded = 0
  fc.assert(
    fc.property(fc.array(aRival, { minLength: 1, maxLength: 6 }), given => {
      const rivals = given.flatMap(({ value, rank, verification, source }, i) => {
        const read = unlessRefused(() => readValue(value, '/value'))
        const attribution = [{ source, role: 'originator' as const }]
        return read ? [aFigureRecord({ id: `f${i}`, value: read, rank, verification, attribution })] : []
      })
      fc.pre(rivals.length > 0)
      const [envelope, ...others] = envelopes(rivals)
      deepStrictEqual(others, [])
      const heard = rivals.filter(
        ({ rank, verification, value }) => rank !== 'deprecated' && verification !== 'discounted' && !value.sic,
      )
      const ends = (end: 'low' | 'high') =>
        heard.flatMap(({ value }) => value[end] ?? value.best ?? []).sort((a, b) => a - b)
      deepStrictEqual(
        [envelope!.low, envelope!.high, envelope!.figures, envelope!.originators],
        [
          ends('low')[0] ?? null,
          ends('high').at(-1) ?? null,
          rivals.length,
          new Set(rivals.map(({ attribution }) => attribution[0]!.source)).size,
        ],
      )
      if (envelope!.low !== null && envelope!.high !== null) bounded += 1
    }),
    RUNS,
  )
  t.ok(bounded > 200, `${bounded} bounded on both sides`)
})
