import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { type Difference, diff } from '../../src/domain/diff.js'

type Holder = Record<string, unknown>

/** Carries out differences as RFC 6902 has `add`, `remove` and `replace`. */
function applied(value: unknown, differences: readonly Difference[]): unknown {
  const root: Holder = { '': structuredClone(value) }
  for (const { path, ...change } of differences) {
    const steps = path.split('/').map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const name = steps.pop()!
    const holder = steps.reduce((at, step) => at[step] as Holder, root)
    if ('to' in change) holder[name] = structuredClone(change.to)
    else if (Array.isArray(holder)) holder.splice(Number(name), 1)
    else delete holder[name]
  }
  return root['']
}

t.test('a difference names the member, what it was and what it became', async t => {
  const before = { value: { low: null, high: 114000 }, note: 'old', citations: [{ report: 'a' }, { report: 'b' }] }
  const after = { value: { low: 0, high: 114000 }, period: '2015-04', citations: [{ report: 'a', text: 'x' }] }
  t.strictSame(diff(before, after), [
    { path: '/citations/0/text', to: 'x' },
    { path: '/citations/1', from: { report: 'b' } },
    { path: '/note', from: 'old' },
    { path: '/period', to: '2015-04' },
    { path: '/value/low', from: null, to: 0 },
  ])
})

t.test('null, zero, an empty list and an empty object are all different', async t => {
  const values = [null, 0, [], {}, '', false]
  for (const from of values)
    for (const to of values)
      t.strictSame(
        diff({ a: from }, { a: to }),
        from === to ? [] : [{ path: '/a', from, to }],
        JSON.stringify([from, to]),
      )
})

t.test('a name that a pointer must escape is escaped', async t => {
  t.strictSame(diff({ codes: { 'a/b~c': '1' } }, { codes: {} }), [{ path: '/codes/a~1b~0c', from: '1' }])
})

t.test('property: applying the difference gives the next version, and equal versions differ in nothing', async () => {
  // what a document can hold: JSON without the names that are refused on the way in, and without -0
  const json = fc
    .jsonValue({ maxDepth: 4 })
    .filter(value => !/"__proto__"/.test(JSON.stringify(value)))
    .map(value => JSON.parse(JSON.stringify(value)))
  fc.assert(
    fc.property(json, json, (before, after) => {
      deepStrictEqual(applied(before, diff(before, after)), after)
      deepStrictEqual(diff(after, structuredClone(after)), [])
    }),
    { numRuns: 500 },
  )
})

t.test('property: versions that share most of their members differ only where they do', async () => {
  const document = fc.record(
    { a: fc.nat(3), b: fc.array(fc.nat(2), { maxLength: 4 }), c: fc.option(fc.string()) },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(document, document, (before, after) => {
      const differences = diff(before, after)
      deepStrictEqual(applied(before, differences), after)
      deepStrictEqual(new Set(differences.map(({ path }) => path)).size, differences.length)
    }),
    { numRuns: 500 },
  )
})
