import fc from 'fast-check'
import t from 'tap'
import { ndjsonLine } from '../../src/formats/ndjson.js'
import { FLAT_COLUMNS, type FlatRow } from '../../src/model/flat-row.js'
import { flatRow } from './rows.js'

t.test('a flat row is one line of JSON with every member, null included', async t => {
  const line = ndjsonLine(flatRow({ excerpt: 'two\nlines\u2028and "quotes"' }))
  t.equal(line.indexOf('\n'), line.length - 1)
  t.same(JSON.parse(line), flatRow({ excerpt: 'two\nlines\u2028and "quotes"' }))
  t.match(line, /"low":null,"best":null,"high":114000,/)
})

t.test('members come in the order of the columns, in whatever order the row holds them', async t => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Object.entries(flatRow()), { minLength: Object.keys(FLAT_COLUMNS).length }),
      shuffled => {
        const row = Object.fromEntries(shuffled) as unknown as FlatRow
        t.equal(ndjsonLine(row), ndjsonLine(flatRow()))
        t.same(Object.keys(JSON.parse(ndjsonLine(row))), Object.keys(FLAT_COLUMNS))
      },
    ),
    { numRuns: 50 },
  )
})
