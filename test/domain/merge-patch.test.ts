import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { admit } from '../../src/domain/admit.js'
import { mergePatch, patched } from '../../src/domain/merge-patch.js'
import { readPeriod } from '../../src/domain/period.js'
import { readValue } from '../../src/domain/value.js'
import { aFigureRecord } from '../support/builders.js'

/** Objects without null, which a merge patch can neither hold nor keep. */
const { json } = fc.letrec<{ json: unknown; object: Record<string, unknown> }>(tie => ({
  json: fc.oneof(
    fc.constantFrom(0, 1, '', 'x', true, false),
    fc.array(fc.oneof(fc.constant(null), tie('json')), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('json'), { maxKeys: 3, noNullPrototype: true }),
}))
const aPatch: fc.Arbitrary<unknown> = json.chain(value =>
  fc.constantFrom(null, 'a', 'b').map(gone => (isObject(value) && gone ? { ...value, [gone]: null } : value)),
)
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

t.test('the examples of RFC 7396, appendix A, hold', async t => {
  const examples: [unknown, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ]
  for (const [target, patch, result] of examples) t.strictSame(mergePatch(target, patch), result, JSON.stringify(patch))
})

t.test(
  'property: a patch applied twice is applied once, an empty one changes nothing, and neither touches its target',
  async () => {
    fc.assert(
      fc.property(json, aPatch, (target, patch) => {
        const before = structuredClone(target)
        const once = mergePatch(target, patch)
        deepStrictEqual(mergePatch(once, patch), once)
        if (isObject(target)) deepStrictEqual(mergePatch(target, {}), target)
        deepStrictEqual(target, before)
      }),
    )
  },
)

t.test('property: a member that a patch does not name stays, one that it names null goes', async () => {
  fc.assert(
    fc.property(json, aPatch, (target, patch) => {
      if (!isObject(target) || !isObject(patch)) return
      const result = mergePatch(target, patch) as Record<string, unknown>
      for (const name of Object.keys(target)) if (!(name in patch)) deepStrictEqual(result[name], target[name])
      for (const name of Object.keys(patch)) deepStrictEqual(name in result, patch[name] !== null, name)
    }),
  )
})

const figure = aFigureRecord({
  value: readValue({ best: 7, qualifier: 'exactly', text: 'seven' }, '/value'),
  period: readPeriod({ edtf: '2015-06~', text: 'about June' }, '/period'),
})
const after = (patch: object) => {
  const { id: _, rev: __, recorded_at: ___, recorded_by: ____, ...document } = figure
  return admit.figure(patched(document, patch) as never, 'fall', {} as never)
}

t.test('what was derived from a replaced member makes way; what was said besides stays', async t => {
  t.match(after({ value: { best: 8 } }).value, { low: 8, best: 8, high: 8, text: 'seven' })
  t.match(after({ value: { qualifier: 'approximately' } }).value, { low: null, best: 7, high: null })
  t.match(after({ period: { edtf: '2015-05' } }).period, {
    edtf: '2015-05',
    start: '2015-05-01',
    end: '2015-05-31',
    precision: 'month',
    text: 'about June',
  })
  t.match(after({ period: { end: '2015-06-15' } }).period, { edtf: '2015-06-01/2015-06-15', precision: 'range' })
  t.match(after({ period: { start: null, end: null } }).period, { edtf: null, precision: 'unknown' })
})

t.test('property: saying again what stands changes nothing, not even how exactly a date is known', async () => {
  const spoken = fc.constantFrom(
    ...['2015-06~', '2015', '201X', '2015-04/2015-05-17?', '../2015-05-18', '2015-05-17'].map(edtf => ({ edtf })),
    { edtf: '2015-06-01/2015-06-07', precision: 'week' as const },
  )
  fc.assert(
    fc.property(
      spoken,
      fc.subarray(['edtf', 'start', 'end', 'precision', 'text', 'inferred'] as const),
      (said, named) => {
        const period = readPeriod({ ...said, text: 'so', inferred: true }, '/period')
        const patch = Object.fromEntries(named.map(name => [name, period[name]]))
        // null in a patch takes away; only what has a value can be said again
        fc.pre(Object.values(patch).every(value => value !== null))
        const { period: result } = patched({ period }, { period: patch }) as { period: object }
        deepStrictEqual(readPeriod(result, '/period'), period)
      },
    ),
  )
})
