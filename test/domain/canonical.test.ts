import { strictEqual } from 'node:assert'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import t from 'tap'
import { canonical } from '../../src/domain/canonical.js'

t.test('members are sorted by UTF-16 code units, numbers and strings written as ECMAScript writes them', async t => {
  t.equal(canonical({ b: 1, a: [{ z: null, y: true }] }), '{"a":[{"y":true,"z":null}],"b":1}')
  const mixed = { '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 }
  t.equal(canonical(mixed), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
  t.equal(canonical([1e21, 1e-7, -0, 333333333.3333333, 4.5, 0.002]), '[1e+21,1e-7,0,333333333.3333333,4.5,0.002]')
  t.equal(canonical({ gone: undefined, kept: null }), '{"kept":null}')
})

t.test('property: any JSON is written as another implementation of RFC 8785 writes it', async () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), value => {
      const text = canonical(value)
      strictEqual(text, canonicalize(value))
      strictEqual(canonical(JSON.parse(text)), text)
    }),
    { numRuns: 1000 },
  )
})
