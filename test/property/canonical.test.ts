import canonicalize from 'canonicalize'
import fc from 'fast-check'
import tap, { test } from 'tap'
import { canonical } from '../../src/domain/canonical.js'
import { openLog, payloadOf, recordText } from '../../src/store/log.js'
import { openScratch } from '../../src/store/open.js'
import { aHistory, live } from '../support/histories.js'

tap.setTimeout(240_000)

const RUNS = { numRuns: 2000 }

/** Any characters, the controls and those beyond the Basic Multilingual Plane among them; no half of a pair. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '/', '\u0000', '\b', '\t', '\u001f', '\u007f', '\u2028', '\ud7ff', '\ue000', '😀'),
  }),
)
/** Names whose order by UTF-16 units is not that of code points, or which objects put before all others. */
const name = fc
  .oneof(
    text,
    fc.constantFrom('', '\ue000', '\ufb01', '😀', '𐀀', '10', '9', '1', '01', '-1', 'toString', 'constructor'),
  )
  .filter(name => name !== '__proto__') // refused in what clients send

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0, 1e21, 1e-7, 123456789012345680000, 5e-324, Number.MAX_VALUE, 0.1 + 0.2, 9007199254740991),
)
const { value } = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, true, false), number, text, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc.dictionary(name, tie('value'), { maxKeys: 8, noNullPrototype: true }),
}))

test('canonical JSON is that of another implementation of RFC 8785, byte for byte', async t => {
  fc.assert(
    fc.property(value, any => canonical(any) === canonicalize(any)),
    RUNS,
  )
  // RFC 8785, 3.2.3 and appendix B
  const euro = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 }
  t.equal(canonical(euro), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
  t.equal(canonical([-0, 1e30, 4.5, 2e-3, 1e-27]), '[0,1e+30,4.5,0.002,1e-27]')
})

test('canonical JSON is the same whatever the order in which members came, and reading it changes nothing', async t => {
  const members = fc.uniqueArray(fc.tuple(name, value), { maxLength: 8, selector: ([name]) => name })
  fc.assert(
    fc.property(members, pairs => {
      const one = canonical(Object.fromEntries(pairs))
      const other = canonical(Object.fromEntries([...pairs].reverse()))
      return one === other && canonical(JSON.parse(one)) === one
    }),
    RUNS,
  )
  t.pass()
})

test('SQLite quotes every character as JSON.stringify does', async t => {
  const db = openScratch()
  const quoted = db.prepare<[string], string>('SELECT json_quote(?)').pluck()
  let characters = 0
  for (let first = 0; first <= 0x10ffff; first += 0x800) {
    if (first === 0xd800) continue
    const all = Array.from({ length: 0x800 }, (_, i) => String.fromCodePoint(first + i)).join('')
    if (quoted.get(all) !== JSON.stringify(all)) t.fail(`from U+${first.toString(16)} on`)
    characters += 0x800
  }
  t.equal(characters, 0x110000 - 0x800, 'but for surrogates')
  db.close()
})

test('the view of the log gives the bytes that were hashed and the records that are served, whatever they say', async t => {
  const db = openScratch()
  const log = openLog(db, () => new Date('2026-01-05T09:00:00.000Z'))
  log.begin()
  const row = db.prepare<[number], { payload: string; record: string }>('SELECT payload, record FROM log WHERE seq = ?')
  const documents = fc.dictionary(name, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true }).map(canonical)
  fc.assert(
    fc.property(
      documents,
      fc.stringMatching(/^[a-z0-9][a-z0-9._:-]{0,127}$/),
      text,
      text,
      (document, id, reason, by) => {
        const into = { op: 'merge' as const, into_id: id }
        const revision = log.append({ noun: 'event', id, rev: 2, ...into, reason, recorded_by: by, document })
        const { payload, record } = row.get(revision.seq)!
        const { into_id, seq: _, ...said } = { ...revision, document: JSON.parse(document) }
        return (
          payload === payloadOf(revision) &&
          payload === canonicalize({ ...said, into: into_id }) &&
          record === recordText(revision)
        )
      },
    ),
    RUNS,
  )
  db.close()
  t.pass()
})

test('every payload that random writes leave in the log is canonical', async t => {
  let rows = 0
  fc.assert(
    fc.property(aHistory, history => {
      const { read } = live(t, history)
      for (const { payload } of read.logAfter(0, -1)) {
        rows += 1
        if (payload !== canonicalize(JSON.parse(payload))) throw new Error(payload)
      }
    }),
    { numRuns: 20 },
  )
  t.ok(rows > 500, `${rows} rows`)
})
