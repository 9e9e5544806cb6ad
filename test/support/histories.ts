import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { RecordCommand } from '../../src/actions/commands.js'
import { executeGroup } from '../../src/actions/execute.js'
import { Refusal } from '../../src/domain/errors.js'
import type { Inputs, Noun } from '../../src/model/nouns.js'
import type { Term } from '../../src/model/vocabularies.js'
import type { Reader } from '../../src/store/reader.js'
import { aFigure, aLocality, anEvent, aRelation, aReport, aSource, CURATOR, desk } from './builders.js'
import { emptyDatabase, tempDirectory } from './database.js'

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`)

type Test = Parameters<typeof emptyDatabase>[0]

/** Few ids, so that random records meet. `constructor` is an id like any other. */
export const IDS: Record<Noun, readonly string[]> = {
  locality: [...numbered('l', 6), 'constructor'],
  source: numbered('s', 3),
  report: numbered('r', 4),
  event: numbered('e', 5),
  figure: numbered('f', 7),
  relation: numbered('x', 5),
}

const anId = (noun: Noun) => fc.constantFrom(...IDS[noun])
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const words = fc.constantFrom('الرمادي', 'Ar-Ramadi', '"quoted" \\', 'Hīt', '𝔘nicode', 'café')

/** Days of half a year, so that windows and periods share some. */
const aDay = fc.integer({ min: 0, max: 180 }).map(n => new Date(Date.UTC(2015, 2, 1 + n)).toISOString().slice(0, 10))
export const aWindow = fc.record({ from: maybe(aDay), to: maybe(aDay) })

const aPeriod: fc.Arbitrary<Inputs['event']['period']> = fc.oneof(
  aDay.map(edtf => ({ edtf })),
  fc.tuple(aDay, aDay).map(days => {
    const [start, end] = days.sort()
    return { start: start!, end: end! }
  }),
  aDay.map(start => ({ start })),
  aDay.map(end => ({ end })),
  fc.constantFrom('2015-04', '2015', '201X', '2014/2016', '2015-06~').map(edtf => ({ edtf })),
  fc.constant({ precision: 'unknown' as const }),
)

const aPlace = fc.record({
  locality: anId('locality'),
  role: maybe(fc.constantFrom<Term<'place_role'>>('incident', 'origin', 'destination')),
})

const documents: { [N in Noun]: fc.Arbitrary<Inputs[N]> } = {
  locality: fc
    .record({
      name: words,
      parent: maybe(anId('locality')),
      codes: maybe(fc.constantFrom({ pcode: 'A' }, { pcode: 'B' })),
    })
    .map(own => aLocality(own)),
  source: fc.record({ name: words, parent: maybe(anId('source')) }).map(own => aSource(own)),
  report: fc
    .record({
      title: words,
      publisher: anId('source'),
      published: maybe(fc.constantFrom('2015-05-18', '2015-04', '2015', '2015-04-20T23:30:00+03:00')),
    })
    .map(own => aReport(own)),
  event: fc.record({ title: words, locality: anId('locality'), period: aPeriod }).map(own => anEvent(own)),
  figure: fc
    .record({
      event: anId('event'),
      measure: fc.constantFrom<Term<'measure'>>('killed', 'displaced', 'returned'),
      value: fc.constantFrom<Inputs['figure']['value']>(
        { qualifier: 'exactly', best: 0 },
        { qualifier: 'at_most', high: 114_000 },
        { qualifier: 'vague', text: 'dozens' },
      ),
      period: maybe(aPeriod),
      places: maybe(fc.array(aPlace, { minLength: 1, maxLength: 2 })),
      rank: fc.constantFrom<Term<'rank'>>('normal', 'preferred'),
      attribution: fc
        .uniqueArray(anId('source'), { minLength: 1, maxLength: 2 })
        .map(sources => sources.map(source => ({ source, role: 'originator' as const }))),
      citations: fc
        .uniqueArray(anId('report'), { minLength: 1, maxLength: 2 })
        .map(reports => reports.map(report => ({ report }))),
    })
    .map(own => aFigure(own)),
  relation: fc
    .record({
      kind: fc.constantFrom(
        ...(['part_of', 'additional_to', 'overlaps', 'same_as'] as const).map(kind => ({ of: 'event' as const, kind })),
        ...(['part_of', 'revises'] as const).map(kind => ({ of: 'figure' as const, kind })),
      ),
      ends: fc.tuple(fc.nat(6), fc.nat(6)),
      report: maybe(anId('report')),
    })
    .map(({ kind: { of, kind }, ends, report }) => {
      const [from, to] = ends.map(n => IDS[of][n % IDS[of].length]!)
      return aRelation({ of, kind, from: from!, to: to!, report, asserted_by: 'curator' })
    }),
}

/** One thing that someone may ask to be written. Many are refused, as in life. */
export type Wish =
  | { do: 'put'; noun: Noun; id: string; body: unknown }
  | { do: 'patch'; noun: Noun; id: string; patch: unknown }
  | { do: 'retract'; noun: Noun; id: string }
  /** Brings back what was withdrawn: this record, or else another. */
  | { do: 'reinstate'; noun: Noun; id: string }
  | { do: 'merge'; noun: 'event' | 'locality'; id: string; into: string }

const NOUNS = Object.keys(IDS) as Noun[]
const aPut = (noun: Noun): fc.Arbitrary<Wish> =>
  fc.record({ do: fc.constant('put' as const), noun: fc.constant(noun), id: anId(noun), body: documents[noun] })
const ofAny = (...nouns: Noun[]) => fc.constantFrom(...nouns).chain(noun => anId(noun).map(id => ({ noun, id })))
const aMerge = (noun: 'event' | 'locality'): fc.Arbitrary<Wish> =>
  fc.tuple(anId(noun), anId(noun)).map(([id, into]) => ({ do: 'merge', noun, id, into }))

const aWish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 3, arbitrary: aPut('locality') },
  { weight: 1, arbitrary: aPut('source') },
  { weight: 1, arbitrary: aPut('report') },
  { weight: 5, arbitrary: aPut('event') },
  { weight: 9, arbitrary: aPut('figure') },
  { weight: 6, arbitrary: aPut('relation') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId('figure'), anId('event'))
      .map(([id, event]): Wish => ({ do: 'patch', noun: 'figure', id, patch: { event } })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId('locality'), maybe(anId('locality')))
      .map(([id, parent]): Wish => ({ do: 'patch', noun: 'locality', id, patch: { parent } })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anId('event'), aPeriod)
      .map(([id, period]): Wish => ({ do: 'patch', noun: 'event', id, patch: { period } })),
  },
  {
    weight: 9,
    arbitrary: ofAny('figure', 'figure', 'event', 'event', ...NOUNS).map((one): Wish => ({ do: 'retract', ...one })),
  },
  { weight: 4, arbitrary: ofAny(...NOUNS).map((one): Wish => ({ do: 'reinstate', ...one })) },
  { weight: 3, arbitrary: aMerge('event') },
  { weight: 2, arbitrary: aMerge('locality') },
)

/** Random wishes, in groups that are committed together. */
export const aHistory: fc.Arbitrary<Wish[][]> = fc.array(fc.array(aWish, { minLength: 1, maxLength: 4 }), {
  minLength: 10,
  maxLength: 20,
})

/** Where every history starts: a tree of places, sources, reports, and events with figures; a few ids are still free. */
const FIRST: [Noun, string, unknown][] = [
  ...IDS.locality.slice(1).map((id, i): [Noun, string, unknown] => {
    const parent = [null, 'l1', 'l2', 'l1', 'l4', 'l5'][i]!
    return ['locality', id, aLocality({ parent })]
  }),
  ...IDS.source.map((id): [Noun, string, unknown] => ['source', id, aSource()]),
  ...IDS.report.map((id, i): [Noun, string, unknown] => {
    const published = ['2015-05-18', '2015-04', null, '2015-04-20T23:30:00+03:00'][i]!
    return ['report', id, aReport({ publisher: 's0', published })]
  }),
  ['event', 'e0', anEvent({ locality: 'l2' })],
  ['event', 'e1', anEvent({ locality: 'constructor', period: { edtf: '2015-04' } })],
  ['event', 'e2', anEvent({ locality: 'l4', period: { precision: 'unknown' } })],
  ...['f0', 'f1', 'f2', 'f3'].map((id, i): [Noun, string, unknown] => [
    'figure',
    id,
    aFigure({
      event: `e${i % 3}`,
      attribution: [{ source: 's0', role: 'originator' }],
      citations: [{ report: `r${i}` }],
    }),
  ]),
  ['relation', 'x0', aRelation({ from: 'e1', to: 'e0' })],
]

/** Every revision that a record may be at: these tests are not about who read what. */
const WHATEVER = Array.from({ length: 500 }, (_, i) => i + 1)

let empty: Buffer | undefined

function anEmptyCopy(t: Test): string {
  empty ??= readFileSync(emptyDatabase(t))
  const file = join(tempDirectory(t), 'annals.db')
  writeFileSync(file, empty)
  return file
}

/** The wishes that make what every history starts with. */
export const BEGINNING: readonly Wish[] = FIRST.map(([noun, id, body]) => ({ do: 'put', noun, id, body }))

/** What the writer is asked for a wish, by someone who knows what stands. */
export function commandsOf(read: Reader, wish: Wish): RecordCommand[] {
  const { noun } = wish
  const common = { actor: CURATOR, reason: 'because: "\u2028"' }
  if (wish.do !== 'reinstate') return [{ ...common, expect: read.find(noun, wish.id) ? WHATEVER : undefined, ...wish }]
  const places = [noun, ...NOUNS].flatMap(noun => IDS[noun].map(id => ({ noun, found: read.find(noun, id) })))
  const withdrawn = [{ noun, found: read.find(noun, wish.id) }, ...places].find(
    ({ found }) => found && found.state !== 'live',
  )
  if (!withdrawn) return []
  const { id, document } = withdrawn.found!
  return [{ ...common, expect: WHATEVER, do: 'put', noun: withdrawn.noun, id, body: JSON.parse(document) }]
}

/** A new database in which a history happens, told after each commit. Anything but a refusal is thrown. */
export function live(t: Test, history: readonly Wish[][], committed = (_: ReturnType<typeof desk>) => {}) {
  const made = desk(t, anEmptyCopy(t))
  const { db, store, read } = made
  // these laws are about what is stored, not about power cuts
  db.pragma('synchronous = OFF')
  for (const group of [BEGINNING, ...history]) {
    const commands = group.flatMap(wish => commandsOf(read, wish))
    for (const settled of executeGroup(store, commands))
      if (!settled.ok && !(settled.error instanceof Refusal)) throw settled.error
    committed(made)
  }
  return made
}
