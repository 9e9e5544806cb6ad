import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import tap, { test } from 'tap'
import type { RecordCommand } from '../../src/actions/commands.js'
import { executeGroup } from '../../src/actions/execute.js'
import { openReading, openWriting } from '../../src/store/open.js'
import { DERIVED_TABLES, differences, rebuild } from '../../src/store/rebuild.js'
import { openWriter } from '../../src/store/writer.js'
import { emptyDatabase, SEEDER, seededDatabase, steadyClock, tempDirectory, writing } from '../support/database.js'
import { tamper } from '../support/tamper.js'

tap.setTimeout(120_000)

const CURATOR = { ...SEEDER, name: 'cleo' }
const as = { actor: CURATOR, reason: 'better known now', expect: 'any' as const }

test('every table of the index migration is rebuilt', async t => {
  const sql = readFileSync(new URL('../../../migrations/0002-index.sql', import.meta.url), 'utf8')
  const made = [...sql.matchAll(/^CREATE TABLE (\w+)/gm)].map(match => match[1]!)
  t.same([...DERIVED_TABLES].sort(), made.sort())
})

test('the index of a loaded seed equals one derived from the log', async t => {
  t.same(differences(await seededDatabase(t)), [])
})

test('a rebuilt index equals the one that the writer kept, and a damaged one is mended', async t => {
  const file = await seededDatabase(t)
  tamper(file, db => {
    db.exec(`UPDATE figure SET best = 1; DELETE FROM timeline; UPDATE timeline_size SET events = 9;
             DELETE FROM locality_name; INSERT INTO reference VALUES ('event', 'nowhere', 7)`)
  })
  t.same(
    differences(file).map(({ table }) => table),
    ['timeline', 'timeline_size', 'reference', 'locality_name', 'figure'],
  )
  const db = openWriting(file)
  t.equal(rebuild(db), 64)
  db.close()
  t.same(differences(file), [])
})

test('a difference says how many rows are missing and too many, and the first position that they belong to', async t => {
  const file = await seededDatabase(t)
  tamper(file, db => {
    db.exec(
      `UPDATE event SET kind = 'other' WHERE from_seq IN (SELECT from_seq FROM event ORDER BY 1 LIMIT 2 OFFSET 1)`,
    )
    db.exec(`DELETE FROM source WHERE from_seq = 6`)
  })
  const second = 38
  t.same(differences(file), [
    { table: 'source', missing: 1, extra: 0, seq: 6 },
    { table: 'event', missing: 2, extra: 2, seq: second },
  ])
})

test('ready entries are compared with those that the log yields', async t => {
  const file = await seededDatabase(t)
  const store = openWriter(openWriting(file), steadyClock())
  while (store.makeEntries());
  const renamed = {
    do: 'patch' as const,
    noun: 'event' as const,
    id: 'ramadi-exodus-2015-04',
    patch: { title: 'Exodus' },
  }
  executeGroup(store, [{ ...renamed, ...as }])
  while (store.makeEntries());
  store.close()
  const db = openReading(file)
  t.ok((db.prepare('SELECT count(*) FROM timeline_entry').pluck().get() as number) > 3)
  db.close()
  t.same(differences(file), [])
  tamper(file, held => held.exec(`UPDATE timeline_entry SET entry = replace(entry, '114000', '14000')`))
  t.match(differences(file), [{ table: 'timeline_entry' }])
})

test('the comparison leaves nothing behind and does not wait for a writer', async t => {
  const file = await seededDatabase(t)
  // a directory of its own: other tests compare at the same time
  const { TMPDIR: usual = tmpdir() } = process.env
  const own = tempDirectory(t)
  process.env.TMPDIR = own
  t.teardown(() => {
    process.env.TMPDIR = usual
  })
  await writing(file, async writer => {
    await writer.apply({ do: 'put', noun: 'source', id: 'msf', body: { name: 'MSF', kind: 'ngo' }, ...as })
    t.same(differences(file), [])
  })
  t.same(readdirSync(own), [])
  t.notOk(existsSync(`${file}-wal`))
})

test('a place may be called constructor', async t => {
  const file = emptyDatabase(t)
  await writing(file, async writer => {
    const put = (noun: 'locality' | 'event', id: string, body: unknown) =>
      writer.apply({ do: 'put', noun, id, body, ...as })
    await put('locality', 'constructor', { name: 'Constructor', level: 'site' })
    await put('event', 'e', { title: 'E', kind: 'other', locality: 'constructor', period: { edtf: '2015' } })
  })
  const db = openReading(file)
  t.same(db.prepare('SELECT ancestor, event FROM timeline').all(), [{ ancestor: 'constructor', event: 'e' }])
  db.close()
})

const one = (prefix: string) => fc.integer({ min: 1, max: 4 }).map(n => `${prefix}${n}`)
const period = fc.constantFrom({ edtf: '2015-04' }, { edtf: '2015' }, { edtf: '../2015-05-18' }, { edtf: '2013/2016' })
const figureBody = fc.record({
  event: one('e'),
  measure: fc.constantFrom('displaced', 'killed', 'returned'),
  value: fc.constantFrom(
    { best: 500, qualifier: 'exactly', low: 500, high: 500 },
    { high: 8000, qualifier: 'at_most' },
  ),
  period,
  places: fc.array(fc.record({ locality: one('l'), role: fc.constantFrom('origin', 'destination', 'incident') }), {
    maxLength: 2,
  }),
  attribution: fc.constant([{ source: 's1', role: 'originator' }]),
  citations: fc.constant([{ report: 'r1' }]),
})

const put = (
  noun: 'locality' | 'event' | 'figure' | 'relation',
  id: fc.Arbitrary<string>,
  body: fc.Arbitrary<unknown>,
) =>
  fc
    .record({ do: fc.constant('put' as const), noun: fc.constant(noun), id, body })
    .map(command => ({ ...command, ...as }))

const command: fc.Arbitrary<RecordCommand> = fc.oneof(
  put(
    'locality',
    one('l'),
    fc.record({
      name: fc.constantFrom('Ramadi', 'الرمادي', 'Anbar'),
      level: fc.constant('site'),
      parent: fc.option(one('l')),
      codes: fc.constantFrom({}, { pcode: 'IQ01' }),
    }),
  ),
  put(
    'event',
    one('e'),
    fc.record({ title: fc.constant('E'), kind: fc.constantFrom('conflict', 'other'), locality: one('l'), period }),
  ),
  put('figure', one('f'), figureBody),
  put('figure', one('f'), figureBody),
  put(
    'relation',
    one('x'),
    fc.record({
      of: fc.constant('event'),
      kind: fc.constantFrom('overlaps', 'part_of'),
      from: one('e'),
      to: one('e'),
      asserted_by: fc.constant('curator'),
    }),
  ),
  fc
    .tuple(
      fc.constantFrom(['locality', 'l'] as const, ['event', 'e'] as const, ['figure', 'f'] as const),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([[noun, prefix], n]) => ({ do: 'retract' as const, noun, id: `${prefix}${n}`, ...as })),
  fc
    .tuple(fc.constantFrom(['locality', 'l'] as const, ['event', 'e'] as const), fc.nat(3), fc.nat(3))
    .map(([[noun, p], a, b]) => ({ do: 'merge' as const, noun, id: `${p}${a + 1}`, into: `${p}${b + 1}`, ...as })),
)

const SETTING: RecordCommand[] = [
  { do: 'put', noun: 'source', id: 's1', body: { name: 'UN', kind: 'un_agency' }, ...as },
  { do: 'put', noun: 'report', id: 'r1', body: { title: 'R', publisher: 's1', published: '2015-05-18' }, ...as },
  ...[1, 2, 3, 4].flatMap((n): RecordCommand[] => [
    { do: 'put', noun: 'locality', id: `l${n}`, body: { name: `L${n}`, level: 'site' }, ...as },
    {
      do: 'put',
      noun: 'event',
      id: `e${n}`,
      body: { title: 'E', kind: 'other', locality: `l${n}`, period: { edtf: '2015' } },
      ...as,
    },
  ]),
]

test('after any sequence of changes, refused ones among them, the index equals one derived from the log', async t => {
  const outcomes = new Map<string, number>()
  fc.assert(
    fc.property(
      fc.array(fc.array(command, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      groups => {
        const file = emptyDatabase(t)
        const store = openWriter(openWriting(file), steadyClock())
        for (const group of [SETTING, ...groups])
          for (const settled of executeGroup(store, group)) {
            const outcome = settled.ok ? (settled.value as { outcome: string }).outcome : 'refused'
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
          }
        store.close()
        t.same(differences(file), [])
        return differences(file).length === 0
      },
    ),
    { numRuns: 40 },
  )
  for (const outcome of ['created', 'revised', 'unchanged', 'retracted', 'merged', 'refused'])
    t.ok(outcomes.has(outcome), `${outcome}: ${outcomes.get(outcome)}`)
})
