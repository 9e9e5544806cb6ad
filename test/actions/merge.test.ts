import { test } from 'tap'
import { readTimeline } from '../../src/actions/read-timeline.js'
import {
  aFigure,
  aLocality,
  anEvent,
  aQuestion,
  aRelation,
  aReport,
  type Desk,
  desk,
  furnish,
  refusal,
} from '../support/builders.js'
import { steadyClock } from '../support/database.js'

const FLIGHT = anEvent({ title: 'Flight from Ramadi', period: { edtf: '2015-05-15/2015-05-17' } })
const FLED = aFigure({ event: 'flight', measure: 'displaced', value: { qualifier: 'approximately', best: 8000 } })
const BACK = { reason: 'they are two after all' }

/** Two events of Ramadi with a figure each, a third event, and relations among them. */
function twoEvents(t: Parameters<typeof desk>[0], clock?: () => Date): Desk {
  const made = desk(t, undefined, clock)
  const { put } = made
  furnish(made)
  put('event', 'siege', anEvent({ title: 'Siege' }))
  put('figure', 'killed', aFigure())
  put('figure', 'fled', FLED)
  put('relation', 'besides', aRelation())
  put('relation', 'of-siege', aRelation({ kind: 'part_of', from: 'flight', to: 'siege' }))
  return made
}

/** What the timeline of Ramadi holds: its events with their figures and relations. */
const held = ({ read }: Desk, at?: number) =>
  readTimeline(read, aQuestion('ramadi', at === undefined ? {} : { at })).events.map(({ id, figures, relations }) => [
    id,
    figures.map(figure => figure.id),
    relations.map(relation => relation.id),
  ])

const APART = [
  ['fall', ['killed'], []],
  ['siege', [], []],
  ['flight', ['fled'], ['besides', 'of-siege']],
]
const TOGETHER = [
  ['fall', ['killed', 'fled'], ['of-siege']],
  ['siege', [], []],
]

test('a merge moves figures and relations in one transaction; as_of before it still shows two events', async t => {
  const made = twoEvents(t)
  const before = made.head()
  t.strictSame(held(made), APART)
  t.match(made.merge('event', 'flight', 'fall'), { outcome: 'merged', id: 'flight', rev: 2, seq: before + 4 })
  t.strictSame(held(made), TOGETHER)
  t.strictSame(held(made, before), APART)
  t.match(made.read.find('event', 'flight'), { state: 'merged', into_id: 'fall', reason: 'one and the same' })
  t.equal(made.document('figure', 'fled').event, 'fall')
  t.match(made.read.find('figure', 'fled'), { rev: 2, reason: 'one and the same' })
  t.match(made.document('relation', 'of-siege'), { from: 'fall', to: 'siege' })
  t.equal(made.state('relation', 'besides'), 'retracted', 'it would join the survivor to itself')
})

test('a merge needs a reason, two events that stand, and the revision that it was decided on', async t => {
  const { merge, withdraw, head } = twoEvents(t)
  const before = head()
  t.equal(refusal(() => merge('event', 'flight', 'fall', { reason: null })).code, 'reason_required')
  t.equal(refusal(() => merge('event', 'flight', 'fall', { expect: [5] })).code, 'precondition_failed')
  t.equal(refusal(() => merge('event', 'flight', 'flight')).code, 'conflict')
  t.equal(refusal(() => merge('event', 'flight', 'nothing')).code, 'not_found')
  t.equal(head(), before)
  withdraw('event', 'siege')
  t.match(
    refusal(() => merge('event', 'flight', 'siege')),
    { code: 'retracted', extra: { tombstone: { rev: 2 } } },
  )
})

test('a PATCH of a merged record takes no merge back, whatever revision it names', async t => {
  const { merge, amend, state, head } = twoEvents(t)
  merge('event', 'flight', 'fall')
  const before = head()
  for (const expect of [[1], [2], 'existing'] as const)
    t.match(
      refusal(() => amend('event', 'flight', { note: 'changed' }, { expect })),
      { code: 'conflict', extra: { rev: 2, into: 'fall' } },
    )
  t.equal(state('event', 'flight'), 'merged')
  t.equal(head(), before)
})

test('what names a merged record afterwards means its survivor', async t => {
  const { put, merge, document, retract, head } = twoEvents(t)
  merge('event', 'flight', 'fall')
  put('figure', 'more', FLED)
  t.equal(document('figure', 'more').event, 'fall')
  t.match(put('figure', 'fled', FLED), { outcome: 'unchanged' })
  const before = head()
  t.match(put('event', 'flight', FLIGHT), { outcome: 'unchanged', seq: before })
  t.match(put('event', 'flight', FLIGHT, { expect: 'any' }), { outcome: 'unchanged', seq: before })
  t.match(put('relation', 'besides', aRelation(), { expect: 'any' }), { outcome: 'unchanged', seq: before })
  t.equal(refusal(() => put('relation', 'new', aRelation())).code, 'invalid', 'both ends are one event now')
  const changed = { ...FLIGHT, note: 'a new edition' }
  for (const expect of [undefined, 'any'] as const)
    t.match(
      refusal(() => put('event', 'flight', changed, { expect, reason: 'load' })),
      {
        code: 'conflict',
        extra: { into: 'fall', rev: 2 },
      },
    )
  t.equal(refusal(() => retract('event', 'flight', { expect: 'any', reason: 'x' })).code, 'conflict')
  t.equal(refusal(() => retract('event', 'flight', { expect: [2], reason: 'x' })).code, 'conflict')
  for (const [id, into] of [
    ['flight', 'siege'],
    ['siege', 'flight'],
  ] as const)
    t.match(
      refusal(() => merge('event', id, into, { expect: 'any' })),
      { code: 'conflict', extra: { into: 'fall' } },
      `what was merged already is named with its survivor: ${id} into ${into}`,
    )
  t.equal(head(), before)
})

test('a relation that the survivor has already is not stated twice', async t => {
  const { put, merge, state } = twoEvents(t)
  put('relation', 'fall-of-siege', aRelation({ kind: 'part_of', from: 'fall', to: 'siege' }))
  merge('event', 'flight', 'fall')
  t.equal(state('relation', 'of-siege'), 'retracted')
  t.equal(state('relation', 'fall-of-siege'), 'live')
})

test('a relation that would contradict the survivor’s, or close a circle, stands in the way of a merge', async t => {
  const { put, merge, withdraw, head } = twoEvents(t)
  put('relation', 'besides-siege', aRelation({ from: 'fall', to: 'siege' }))
  const before = head()
  t.match(
    refusal(() => merge('event', 'flight', 'fall')),
    { code: 'conflict', extra: { relation: 'of-siege' } },
  )
  t.equal(head(), before)
  withdraw('relation', 'besides-siege')
  put('relation', 'siege-of-fall', aRelation({ kind: 'part_of', from: 'siege', to: 'fall' }))
  t.match(
    refusal(() => merge('event', 'flight', 'fall')),
    { code: 'conflict', extra: { relation: 'of-siege' } },
  )
})

test('un-merging puts back what the merge moved; every position of the log keeps its answer', async t => {
  const made = twoEvents(t)
  const apart = made.head()
  made.merge('event', 'flight', 'fall')
  const together = made.head()
  t.match(made.revise('event', 'flight', FLIGHT, BACK), { outcome: 'revised', rev: 3, seq: together + 4, warnings: [] })
  t.strictSame(held(made), APART)
  t.strictSame(held(made, together), TOGETHER)
  t.strictSame(held(made, apart), APART)
  t.match(made.read.find('figure', 'fled'), { rev: 3, reason: 'they are two after all' })
  made.merge('event', 'flight', 'fall')
  t.strictSame(held(made), TOGETHER, 'and again')
  made.revise('event', 'flight', { ...FLIGHT, note: 'put back with a note' }, BACK)
  t.strictSame(held(made), APART)
})

test('what was changed since the merge, or no longer fits, stays where it is and is named in warnings', async t => {
  const made = twoEvents(t)
  const { put, merge, amend, revise, withdraw, document, state } = made
  put('figure', 'fled-2', { ...FLED, note: 'another' })
  put('figure', 'fled-3', { ...FLED, note: 'a third' })
  put('relation', 'noted', aRelation({ kind: 'overlaps', report: 'sitrep' }))
  merge('event', 'flight', 'fall')
  amend('figure', 'fled', { note: 'changed since' })
  withdraw('figure', 'fled-2')
  const { warnings } = revise('event', 'flight', FLIGHT, BACK)
  t.strictSame(warnings, [
    { code: 'not_moved_back', detail: 'the figure fled was changed since the merge and stays as it is' },
    { code: 'not_moved_back', detail: 'the figure fled-2 was changed since the merge and stays as it is' },
  ])
  t.equal(document('figure', 'fled').event, 'fall')
  t.equal(document('figure', 'fled-3').event, 'flight')
  t.equal(state('relation', 'noted'), 'live')
})

test('a relation that names what was retracted since the merge stays where it is and is named in warnings', async t => {
  const { put, merge, revise, withdraw, state } = twoEvents(t)
  put('report', 'daily', aReport())
  put('relation', 'stated', aRelation({ kind: 'overlaps', report: 'daily' }))
  merge('event', 'flight', 'fall')
  withdraw('report', 'daily')
  const detail = /^the relation stated stays as it is: .*it was retracted/
  t.match(revise('event', 'flight', FLIGHT, BACK).warnings, [{ code: 'not_moved_back', detail }])
  t.equal(state('relation', 'stated'), 'retracted')
})

test('un-merging moves back nothing but what that merge moved', async t => {
  const { put, merge, amend, revise, document } = twoEvents(t)
  put('figure', 'moved-by-hand', FLED)
  amend('figure', 'moved-by-hand', { event: 'fall' }, { reason: 'one and the same' })
  put('source', 'between', { name: 'Between', kind: 'other' })
  merge('event', 'flight', 'fall')
  put('figure', 'written-since', FLED)
  merge('event', 'fall', 'siege')
  t.strictSame(revise('event', 'fall', anEvent(), BACK).warnings, [])
  t.equal(document('figure', 'fled').event, 'fall', 'the later merge taken back first')
  t.strictSame(revise('event', 'flight', FLIGHT, BACK).warnings, [])
  t.equal(document('figure', 'fled').event, 'flight')
  for (const id of ['killed', 'moved-by-hand', 'written-since']) t.equal(document('figure', id).event, 'fall', id)
})

for (const [clock, note] of [
  [steadyClock(), 'right before it'],
  [steadyClock(undefined, 0), 'in the same millisecond'],
] as const)
  test(`what was changed or withdrawn for the reason of a merge, ${note}, is none of its doing`, async t => {
    const { put, merge, amend, withdraw, revise, document, state } = twoEvents(t, clock)
    const why = { reason: 'duplicates' }
    for (const id of ['corrected', 'withdrawn']) put('figure', id, FLED)
    amend('figure', 'corrected', { event: 'fall', value: { best: 9000 } }, why)
    withdraw('figure', 'withdrawn', why)
    merge('event', 'flight', 'fall', why)
    t.strictSame(revise('event', 'flight', FLIGHT, BACK).warnings, [])
    t.match(document('figure', 'corrected'), { event: 'fall', value: { best: 9000 } })
    t.equal(state('figure', 'withdrawn'), 'retracted')
    t.equal(document('figure', 'fled').event, 'flight')
  })

test('parting takes back no other merge: what was moved, and merged itself since, stays merged', async t => {
  const { put, merge, revise, state } = twoEvents(t)
  put('locality', 'twin', aLocality())
  put('locality', 'quarter', aLocality({ parent: 'twin' }))
  put('event', 'in-twin', anEvent({ locality: 'twin' }))
  merge('locality', 'twin', 'ramadi')
  merge('locality', 'quarter', 'hit')
  merge('event', 'in-twin', 'fall')
  t.strictSame(
    revise('locality', 'twin', aLocality(), BACK).warnings.map(({ detail }) => detail),
    ['locality quarter', 'event in-twin'].map(which => `the ${which} was changed since the merge and stays as it is`),
  )
  t.equal(state('locality', 'quarter'), 'merged')
  t.equal(state('event', 'in-twin'), 'merged')
})

test('localities merge and part again: children, events and places of figures go along, each revised once', async t => {
  const made = desk(t)
  const { put, merge, revise, document, read, head } = made
  furnish(made)
  const twin = aLocality({ name: 'Ar-Ramadi', parent: 'anbar' })
  put('locality', 'twin', twin)
  put('locality', 'quarter', aLocality({ level: 'neighbourhood', parent: 'twin' }))
  put('event', 'in-twin', anEvent({ title: 'In the twin', locality: 'twin' }))
  const places = [
    { locality: 'twin', role: 'origin' as const },
    { locality: 'twin', role: 'destination' as const },
  ]
  put('figure', 'within', aFigure({ event: 'in-twin', measure: 'displaced', places }))
  const apart = head()
  const idsOf = (at: number) => readTimeline(read, aQuestion('ramadi', { at })).events.map(({ id }) => id)

  merge('locality', 'twin', 'ramadi')
  t.equal(document('locality', 'quarter').parent, 'ramadi')
  t.equal(document('event', 'in-twin').locality, 'ramadi')
  t.strictSame(
    document('figure', 'within').places.map(({ locality }) => locality),
    ['ramadi', 'ramadi'],
  )
  t.equal(read.find('figure', 'within')!.rev, 2)
  t.strictSame(idsOf(head()), ['fall', 'in-twin', 'flight'])
  t.strictSame(idsOf(apart), ['fall', 'flight'])

  t.strictSame(revise('locality', 'twin', twin, BACK).warnings, [])
  t.equal(document('locality', 'quarter').parent, 'twin')
  t.strictSame(
    document('figure', 'within').places.map(({ locality }) => locality),
    ['twin', 'twin'],
  )
  t.strictSame(idsOf(head()), ['fall', 'flight'])
})

test('a place is not merged into a place within it, and parting makes no circle', async t => {
  const made = desk(t)
  const { put, merge, revise, document } = made
  furnish(made)
  t.equal(refusal(() => merge('locality', 'anbar', 'ramadi')).code, 'conflict')
  put('locality', 'quarter', aLocality({ parent: 'ramadi' }))
  merge('locality', 'ramadi', 'hit')
  const { warnings } = revise('locality', 'ramadi', aLocality({ parent: 'quarter' }), BACK)
  t.match(warnings, [{ code: 'not_moved_back', detail: /^the locality quarter stays as it is/ }])
  t.equal(document('locality', 'quarter').parent, 'hit')
})

test('places that a merge would make one stand in its way, and are refused when they are written after it', async t => {
  const made = desk(t)
  furnish(made)
  made.put('locality', 'ramadi-2', aLocality())
  const places = [{ locality: 'ramadi' }, { locality: 'ramadi-2' }]
  made.put('figure', 'both', aFigure({ places }))
  const merge = () => made.merge('locality', 'ramadi-2', 'ramadi')
  t.match(refusal(merge), { code: 'conflict', detail: /^the figure both stands in the way/, extra: { figure: 'both' } })
  made.amend('figure', 'both', { places: [{ locality: 'ramadi-2' }] })
  t.match(merge(), { outcome: 'merged' })
  t.match(made.document('figure', 'both').places, [{ locality: 'ramadi' }])
  t.equal(refusal(() => made.put('figure', 'again', aFigure({ places }))).code, 'invalid')
})

test('a record that would be too large for its place in an export stands in the way of a merge', async t => {
  const made = twoEvents(t)
  made.put('event', 'the-fall-of-the-town', anEvent())
  const cited = (excerpts: string[]) => ({
    ...FLED,
    citations: excerpts.map(excerpt => ({ report: 'sitrep', excerpt })),
  })
  const filled = Array.from({ length: 6 }, () => 'x'.repeat(10_000))
  made.put('figure', 'short', cited([...filled, 'x']))
  const room = 64_512 - Buffer.byteLength(made.read.find('figure', 'short')!.document)
  made.put('figure', 'long', cited([...filled, 'x'.repeat(room)]))
  const before = made.head()
  t.match(
    refusal(() => made.merge('event', 'flight', 'the-fall-of-the-town')),
    { code: 'conflict', detail: /^the figure long stands in the way: .*64512 bytes/, extra: { figure: 'long' } },
  )
  t.equal(made.head(), before)
  t.match(made.merge('event', 'flight', 'fall'), { outcome: 'merged' })
})
