import { deepStrictEqual, strictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import { bounds, outOfOrder, readBreakdown, readValue } from '../../src/domain/value.js'
import type { FigureInput, Value, ValueInput } from '../../src/model/figure.js'
import { terms } from '../../src/model/vocabularies.js'

type Parts = FigureInput['breakdown']

function faults(action: () => unknown): string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof Refusal) return error.faults.map(fault => `${fault.code} ${fault.pointer}`)
    throw error
  }
  return []
}
const refused = (input: ValueInput, parts?: Parts) => faults(() => readValue(input, '/value', parts))
const value = (qualifier: Value['qualifier'], low: number | null, best: number | null, high: number | null): Value => ({
  low,
  best,
  high,
  qualifier,
  text: null,
  sic: false,
})

t.test('The table of values in domain.md holds', async t => {
  const table: Value[] = [
    value('exactly', 27, 27, 27),
    value('approximately', null, 8000, null),
    value('at_least', 500, null, null),
    value('more_than', 500, null, null),
    value('at_most', null, null, 114000),
    value('less_than', null, null, 114000),
    value('between', 6000, null, 8000),
    value('between', 253, 277, 527),
    value('unqualified', null, 500, null),
    { ...value('vague', null, null, null), text: 'hundreds' },
  ]
  for (const row of table) t.same(readValue(row, '/value'), row, row.qualifier)
})

t.test('Each qualifier refuses the numbers that its row has not, and needs those that it has', async t => {
  const rows: Record<Value['qualifier'], string[]> = {
    exactly: ['b', 'lb', 'bh', 'lbh'],
    approximately: ['b'],
    at_least: ['l'],
    more_than: ['l'],
    at_most: ['h'],
    less_than: ['h'],
    between: ['lh', 'lbh'],
    unqualified: ['b'],
    vague: [''],
  }
  for (const qualifier of terms('qualifier')) {
    for (const given of ['', 'l', 'b', 'h', 'lb', 'lh', 'bh', 'lbh']) {
      const input: ValueInput = { qualifier, text: 'words' }
      if (given.includes('l')) input.low = 5
      if (given.includes('b')) input.best = 5
      if (given.includes('h')) input.high = 5
      t.equal(refused(input).length === 0, rows[qualifier].includes(given), `${qualifier} with ${given || 'nothing'}`)
    }
  }
})

t.test('Exactly 27 may be given as best alone', async t => {
  t.same(readValue({ best: 27, qualifier: 'exactly' }, '/value'), value('exactly', 27, 27, 27))
  t.same(refused({ low: 26, best: 27, qualifier: 'exactly' }), ['bad_value /value/low'])
  t.same(refused({ best: 27, high: 28, qualifier: 'exactly' }), ['bad_value /value/high'])
  t.same(refused({ low: 28, best: 27, high: 26, qualifier: 'exactly', sic: true }), [
    'bad_value /value/low',
    'bad_value /value/high',
  ])
  t.same(refused({ qualifier: 'exactly' }), ['bad_value /value/best'])
})

t.test('Zero is a number, null is not', async t => {
  t.same(readValue({ best: 0, qualifier: 'exactly' }, '/value'), value('exactly', 0, 0, 0))
  t.same(readValue({ low: 0, best: null, high: 0, qualifier: 'between' }, '/value'), value('between', 0, null, 0))
  t.same(readValue({ low: 0, qualifier: 'at_least' }, '/value'), value('at_least', 0, null, null))
  t.same(refused({ best: 0, qualifier: 'at_least', low: 0 }), ['bad_value /value/best'])
})

t.test('A vague value keeps its words and has no number', async t => {
  for (const text of [undefined, '', ' \n', ' \u200B '])
    t.same(refused({ qualifier: 'vague', ...(text !== undefined && { text }) }), ['missing /value/text'])
  t.same(refused({ qualifier: 'vague', text: 'hundreds', low: 200 }), ['bad_value /value/low'])
})

t.test('Numbers out of order are refused, unless the source published them so', async t => {
  const disordered: [number, number | null, number, string][] = [
    [8000, null, 6000, 'low'],
    [34, 33, 40, 'low'],
    [22, 22, 21, 'best'],
  ]
  for (const [low, best, high, member] of disordered) {
    const input: ValueInput = { low, best, high, qualifier: 'between' }
    t.same(refused(input), [`bad_value /value/${member}`])
    t.same(readValue({ ...input, sic: true }, '/value'), { ...value('between', low, best, high), sic: true })
  }
})

t.test('sic is refused when nothing is out of order', async t => {
  t.same(refused({ low: 1, best: 2, high: 3, qualifier: 'between', sic: true }), ['bad_value /value/sic'])
  t.same(refused({ best: 27, qualifier: 'exactly', sic: true }), ['bad_value /value/sic'])
  t.same(refused({ text: 'dozens', qualifier: 'vague', sic: true }), ['bad_value /value/sic'])
  const within: Parts = [{ dimension: 'sex', category: 'women', best: 2 }]
  t.same(refused({ best: 2, qualifier: 'exactly', sic: true }, within), ['bad_value /value/sic'])
})

t.test('sic also records parts that the source published larger than their whole', async t => {
  const parts: Parts = [{ dimension: 'sex', category: 'women', best: 30 }]
  const whole = readValue({ best: 27, qualifier: 'exactly', sic: true }, '/value', parts)
  t.same(whole, { ...value('exactly', 27, 27, 27), sic: true })
  t.same(readValue(whole, '/value', parts), whole)
  t.same(readBreakdown(parts, whole, '/breakdown'), [
    { dimension: 'sex', category: 'women', low: null, best: 30, high: null },
  ])
})

t.test('What is out of order is what is refused without sic and kept with it', async t => {
  const count = fc.option(fc.integer({ min: 0, max: 3 }))
  const numbers = { low: count, best: count, high: count }
  const aPart = fc.record({ dimension: fc.constant('sex' as const), category: fc.constant('women'), ...numbers })
  const some = fc.constantFrom<Value['qualifier']>('between', 'unqualified', 'at_most', 'at_least')
  let disordered = 0
  fc.assert(
    fc.property(fc.record({ ...numbers, qualifier: some }), fc.array(aPart, { maxLength: 1 }), (given, parts) => {
      const faultsOf = (sic: boolean) =>
        faults(() => readBreakdown(parts, readValue({ ...given, sic }, '/value', parts), '/breakdown'))
      const [without, by] = [faultsOf(false), faultsOf(true)]
      if (without.length > 0 && by.length > 0) return
      disordered += Number(outOfOrder(given, parts))
      t.same([without.length > 0, by.length > 0], [outOfOrder(given, parts), !outOfOrder(given, parts)])
    }),
    { numRuns: 1000 },
  )
  t.ok(disordered > 20, `${disordered}`)
})

t.test('Reading a read value changes nothing', async () => {
  const count = fc.option(fc.integer({ min: 0, max: 9 }))
  const input = fc.record({
    low: count,
    best: count,
    high: count,
    qualifier: fc.constantFrom(...terms('qualifier')),
    text: fc.option(fc.constant('some')),
    sic: fc.option(fc.boolean()),
  })
  fc.assert(
    fc.property(input, given => {
      if (refused(given).length > 0) return
      const read = readValue(given, '/value')
      deepStrictEqual(readValue(read, '/value'), read)
      for (const member of ['low', 'best', 'high'] as const) {
        if (given[member] !== null) strictEqual(read[member], given[member], 'what was asserted is kept')
        else if (given.qualifier !== 'exactly') strictEqual(read[member], null, 'what was not asserted stays unknown')
      }
    }),
    { numRuns: 1000 },
  )
})

t.test('A breakdown is completed with nulls; none is an empty one', async t => {
  t.same(readBreakdown(null, value('exactly', 27, 27, 27), '/breakdown'), [])
  t.same(readBreakdown([{ dimension: 'age', category: '0-4', low: 1 }], value('exactly', 27, 27, 27), '/breakdown'), [
    { dimension: 'age', category: '0-4', low: 1, best: null, high: null },
  ])
})

t.test('No part may exceed the whole', async t => {
  const check = (whole: Value, part: { low?: number; best?: number; high?: number }) =>
    faults(() => readBreakdown([{ dimension: 'population', category: 'civilian', ...part }], whole, '/breakdown'))
  t.same(check(value('exactly', 27, 27, 27), { best: 28 }), ['bad_value /breakdown/0/best'])
  t.same(check(value('between', 253, 277, 527), { best: 400 }), [], 'the whole reaches up to its high')
  t.same(check(value('between', 253, 277, 527), { low: 528, best: 528 }), ['bad_value /breakdown/0/low'])
  t.same(check(value('approximately', null, 500, null), { low: 501 }), ['bad_value /breakdown/0/low'])
  t.same(check(value('between', 253, 277, 527), { low: 2, best: 9, high: 528 }), ['bad_value /breakdown/0/high'])
  t.same(check(value('approximately', null, 500, null), { low: 100, high: 600 }), [], 'no bound says how many at most')
  t.same(check(value('at_most', null, null, 500), { best: 501 }), ['bad_value /breakdown/0/best'])
  t.same(check(value('at_least', 500, null, null), { best: 900 }), [], 'at least 500 has no upper bound')
  t.same(check(value('exactly', 27, 27, 27), { high: 40 }), ['bad_value /breakdown/0/high'])
  t.same(check(value('exactly', 27, 27, 27), { low: 5, best: 4 }), ['bad_value /breakdown/0/low'])
})

t.test('Parts are never added up, and each is named once in its dimension', async t => {
  const whole = value('exactly', 27, 27, 27)
  const parts: Parts = [
    { dimension: 'age', category: 'children', best: 20 },
    { dimension: 'age', category: 'under five', best: 20 },
    { dimension: 'other', category: 'children', best: 1 },
  ]
  t.equal(readBreakdown(parts, whole, '/breakdown').length, 3)
  t.same(
    faults(() => readBreakdown([...parts, { dimension: 'age', category: 'Children' }], whole, '/breakdown')),
    ['bad_value /breakdown/3/category'],
  )
})

t.test('A value bounds an envelope only where it asserts something', async t => {
  t.same(bounds(value('exactly', 27, 27, 27)), { low: 27, high: 27 })
  t.same(bounds(value('approximately', null, 104934, null)), { low: 104934, high: 104934 })
  t.same(bounds(value('unqualified', null, 0, null)), { low: 0, high: 0 })
  t.same(bounds(value('between', 253, 277, 527)), { low: 253, high: 527 })
  t.same(bounds(value('at_least', 500, null, null)), { low: 500, high: null })
  t.same(bounds(value('more_than', 500, null, null)), { low: 500, high: null })
  t.same(bounds(value('at_most', null, null, 114000)), { low: null, high: 114000 })
  t.same(bounds(value('less_than', null, null, 114000)), { low: null, high: 114000 })
  t.same(bounds(value('vague', null, null, null)), { low: null, high: null })
  t.same(bounds({ ...value('between', 34, 33, 33), sic: true }), { low: null, high: null })
})
