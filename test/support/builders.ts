import type { Actor, Expectation, Outcome, RecordCommand } from '../../src/actions/commands.js'
import { executeGroup } from '../../src/actions/execute.js'
import { Refusal } from '../../src/domain/errors.js'
import type { Documents, Inputs, Noun, RecordOf } from '../../src/model/nouns.js'
import type { TimelineQuestion } from '../../src/model/queries.js'
import { openWriting } from '../../src/store/open.js'
import { openReader, type Reader } from '../../src/store/reader.js'
import { openWriter } from '../../src/store/writer.js'
import { emptyDatabase, steadyClock } from './database.js'

export const CURATOR: Actor = { name: 'cleo', role: 'curator' }
export const CONTRIBUTOR: Actor = { name: 'ann', role: 'contributor' }

/** Documents as clients write them, each the least that is whole; `own` members replace or add. */
export const aLocality = (own: Partial<Inputs['locality']> = {}): Inputs['locality'] => ({
  name: 'Ramadi',
  level: 'settlement',
  ...own,
})
export const aSource = (own: Partial<Inputs['source']> = {}): Inputs['source'] => ({
  name: 'United Nations',
  kind: 'un_agency',
  ...own,
})
export const aReport = (own: Partial<Inputs['report']> = {}): Inputs['report'] => ({
  title: 'A report',
  publisher: 'un',
  published: '2015-05-18',
  ...own,
})
export const anEvent = (own: Partial<Inputs['event']> = {}): Inputs['event'] => ({
  title: 'The fall of Ramadi',
  kind: 'conflict',
  locality: 'ramadi',
  period: { edtf: '2015-05' },
  ...own,
})
export const aFigure = (own: Partial<Inputs['figure']> = {}): Inputs['figure'] => ({
  event: 'fall',
  measure: 'killed',
  value: { qualifier: 'exactly', best: 500 },
  attribution: [{ source: 'un', role: 'originator' }],
  citations: [{ report: 'sitrep' }],
  ...own,
})
export const aRelation = (own: Partial<Inputs['relation']> = {}): Inputs['relation'] => ({
  of: 'event',
  kind: 'additional_to',
  from: 'flight',
  to: 'fall',
  asserted_by: 'source',
  ...own,
})

/** A figure's record as stored, for tests of the domain. */
export const aFigureRecord = (own: Partial<RecordOf<'figure'>> = {}): RecordOf<'figure'> => ({
  id: 'f1',
  rev: 1,
  recorded_at: '2026-01-05T09:00:00.000Z',
  recorded_by: 'ann',
  event: 'fall',
  measure: 'killed',
  value: { low: 500, best: 500, high: 500, qualifier: 'exactly', text: null, sic: false },
  attribution: [{ source: 'un', role: 'originator' }],
  citations: [
    { report: 'sitrep', role: 'printing' as const, excerpt: null, text: null, qualifier: null, locator: null },
  ],
  basis: 'flow',
  unit: 'person',
  counts: 'unspecified',
  period: aPeriod('2015-05-15', '2015-05-17'),
  places: [{ locality: 'ramadi', role: 'incident', extent: 'exact', text: null }],
  population: 'unknown',
  breakdown: [],
  method: 'unspecified',
  provisional: false,
  verification: 'unverified',
  rank: 'normal',
  note: null,
  ...own,
})

export const anEventRecord = (own: Partial<RecordOf<'event'>> = {}): RecordOf<'event'> => ({
  id: 'fall',
  rev: 1,
  recorded_at: '2026-01-05T09:00:00.000Z',
  recorded_by: 'ann',
  title: 'The fall of Ramadi',
  kind: 'conflict',
  locality: 'ramadi',
  period: aPeriod('2015-05-15', '2015-05-17'),
  codes: {},
  note: null,
  ...own,
})

export const aRelationRecord = (own: Partial<RecordOf<'relation'>> = {}): RecordOf<'relation'> => ({
  id: 'x1',
  rev: 1,
  recorded_at: '2026-01-05T09:00:00.000Z',
  recorded_by: 'ann',
  of: 'figure',
  kind: 'revises',
  from: 'f2',
  to: 'f1',
  asserted_by: 'source',
  report: null,
  excerpt: null,
  note: null,
  ...own,
})

export const aPeriod = (start: string | null, end: string | null): Documents['event']['period'] => ({
  edtf: start === null && end === null ? null : start === end ? start : `${start ?? '..'}/${end ?? '..'}`,
  start,
  end,
  precision: start === null && end === null ? 'unknown' : start === end ? 'day' : 'range',
  reading: null,
  text: null,
  inferred: false,
})

/** A question about a locality's timeline; everything, unless `own` members say less. */
export const aQuestion = (locality: string, own: Partial<TimelineQuestion> = {}): TimelineQuestion => ({
  area: { locality, scope: 'within' },
  from: null,
  to: null,
  figures: {},
  at: Number.MAX_SAFE_INTEGER,
  retracted: false,
  after: null,
  limit: null,
  ...own,
})

interface Options {
  expect?: Expectation | undefined
  reason?: string | null
  actor?: Actor
  idempotency?: { key: string; fingerprint: string }
}

/** A database with its writer, and words for writing to it that throw what the service refuses. */
export function desk(
  t: { teardown(end: () => unknown): unknown },
  file = emptyDatabase(t),
  clock: () => Date = steadyClock(),
) {
  const db = openWriting(file)
  const store = openWriter(db, clock)
  const read: Reader = openReader(db)
  t.teardown(() => store.close())

  function run(command: RecordCommand): Outcome {
    const [settled] = executeGroup(store, [command])
    if (!settled!.ok) throw settled!.error
    return settled!.value as Outcome
  }
  const common = ({ expect, reason = null, actor = CURATOR, idempotency }: Options) => ({
    expect,
    reason,
    actor,
    idempotency,
  })
  const rev = (noun: Noun, id: string) => [read.find(noun, id)!.rev]

  return {
    file,
    db,
    store,
    read,
    run,
    head: () => read.head().seq,
    put: (noun: Noun, id: string, body: unknown, options: Options = {}) =>
      run({ do: 'put', noun, id, body, ...common(options) }),
    patch: (noun: Noun, id: string, patch: unknown, options: Options = {}) =>
      run({ do: 'patch', noun, id, patch, ...common(options) }),
    retract: (noun: Noun, id: string, options: Options = {}) => run({ do: 'retract', noun, id, ...common(options) }),
    /** The same on the revision that stands, with a reason. */
    revise: (noun: Noun, id: string, body: unknown, options: Options = {}) =>
      run({ do: 'put', noun, id, body, ...common({ expect: rev(noun, id), reason: 'corrected', ...options }) }),
    amend: (noun: Noun, id: string, patch: unknown, options: Options = {}) =>
      run({ do: 'patch', noun, id, patch, ...common({ expect: rev(noun, id), reason: 'corrected', ...options }) }),
    withdraw: (noun: Noun, id: string, options: Options = {}) =>
      run({ do: 'retract', noun, id, ...common({ expect: rev(noun, id), reason: 'withdrawn', ...options }) }),
    merge: (noun: 'event' | 'locality', id: string, into: string, options: Options = {}) =>
      run({
        do: 'merge',
        noun,
        id,
        into,
        ...common({ expect: rev(noun, id), reason: 'one and the same', ...options }),
      }),
    document: <N extends Noun>(noun: N, id: string): Documents[N] => JSON.parse(read.find(noun, id)!.document),
    state: (noun: Noun, id: string) => read.find(noun, id)?.state,
  }
}
export type Desk = ReturnType<typeof desk>

/** A source, a report, a town in a district with a village beside it, and two events of the town. */
export function furnish({ put }: Desk): void {
  put('locality', 'anbar', aLocality({ name: 'Anbar', level: 'adm1' }))
  put('locality', 'ramadi', aLocality({ parent: 'anbar' }))
  put('locality', 'hit', aLocality({ name: 'Hit', parent: 'anbar' }))
  put('source', 'un', aSource())
  put('source', 'governor', aSource({ name: 'The governor', kind: 'government' }))
  put('report', 'sitrep', aReport())
  put('event', 'fall', anEvent())
  put('event', 'flight', anEvent({ title: 'Flight from Ramadi', period: { edtf: '2015-05-15/2015-05-17' } }))
}

/** What a call refuses with: its code, or the codes of its faults with their pointers. */
export function refusal(call: () => unknown): Refusal {
  try {
    call()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** The code of a refusal, then its faults as `pointer code`. */
export function refused(call: () => unknown): string[] {
  const { code, faults } = refusal(call)
  return [code, ...faults.map(fault => `${fault.pointer ?? fault.parameter} ${fault.code}`)]
}
