import { test } from 'tap'
import { localityNamed } from '../../src/actions/name-locality.js'
import type { Inputs, Noun } from '../../src/model/nouns.js'
import { NOW } from '../../src/store/records.js'
import {
  aFigure,
  aLocality,
  anEvent,
  aRelation,
  aReport,
  aSource,
  CONTRIBUTOR,
  type Desk,
  desk,
  furnish,
  refusal,
  refused,
} from '../support/builders.js'

type Test = Parameters<typeof desk>[0]

/** A desk with a few records on it, and one figure of each event. */
function furnished(t: Test): Desk {
  const made = desk(t)
  furnish(made)
  made.put('figure', 'killed', aFigure())
  made.put(
    'figure',
    'fled',
    aFigure({ event: 'flight', measure: 'displaced', value: { qualifier: 'approximately', best: 8000 } }),
  )
  return made
}

const EVERY: [Noun, string, unknown, object][] = [
  ['locality', 'ramadi', aLocality({ parent: 'anbar' }), { note: 'changed' }],
  ['source', 'un', aSource(), { note: 'changed' }],
  ['report', 'sitrep', aReport(), { note: 'changed' }],
  ['event', 'fall', anEvent(), { note: 'changed' }],
  ['figure', 'killed', aFigure(), { note: 'changed' }],
  ['relation', 'besides', aRelation(), { note: 'changed' }],
]

for (const [noun, id, body, change] of EVERY) {
  test(`${noun}: the same PUT twice is one revision, and a change is another`, async t => {
    const { put, revise, head, document } = furnished(t)
    if (noun === 'relation') put(noun, id, body)
    const before = head()
    t.match(put(noun, id, body), { outcome: 'unchanged', rev: 1, seq: before, warnings: [] })
    t.equal(head(), before)
    t.match(revise(noun, id, { ...(body as object), ...change }), { outcome: 'revised', rev: 2, seq: before + 1 })
    t.match(document(noun, id), change)
  })

  test(`${noun}: a retraction leaves a tombstone, and a later PUT of its revision reinstates it`, async t => {
    const made = furnished(t)
    const { put, amend, retract, withdraw, read, state, head } = made
    if (noun === 'relation') put(noun, id, body)
    // what refers to it goes first
    for (const figure of ['killed', 'fled']) if (noun !== 'figure' && noun !== 'relation') withdraw('figure', figure)
    if (noun === 'locality') for (const event of ['fall', 'flight']) withdraw('event', event)
    if (noun === 'source') withdraw('report', 'sitrep')

    t.match(withdraw(noun, id), { outcome: 'retracted', rev: 2 })
    t.match(read.find(noun, id), { state: 'retracted', reason: 'withdrawn', op: 'retract', rev: 2 })
    t.match(
      refusal(() => put(noun, id, body)),
      {
        code: 'retracted',
        extra: { tombstone: { reason: 'withdrawn', retracted_by: 'cleo', rev: 2, last: { id, rev: 2 } } },
      },
    )
    t.equal(refusal(() => retract(noun, id, { expect: [2], reason: 'again' })).code, 'retracted')
    for (const expect of [[1], [2], 'existing'] as const)
      t.equal(refusal(() => amend(noun, id, change, { expect })).code, 'retracted', 'a PATCH changes what stands')
    const before = head()
    t.match(put(noun, id, body, { expect: 'any' }), { outcome: 'unchanged', rev: 2, seq: before })
    t.equal(state(noun, id), 'retracted')
    t.match(put(noun, id, body, { expect: [2], reason: 'it was right' }), { outcome: 'revised', rev: 3 })
    t.equal(state(noun, id), 'live')
    t.strictSame(
      read.versions(noun, id).map(version => [version.rev, version.state, version.reason]),
      [
        [1, 'live', null],
        [2, 'retracted', 'withdrawn'],
        [3, 'live', 'it was right'],
      ],
    )
  })
}

test('a change names the revision that it changes, and says why', async t => {
  const { put, patch, retract, head } = furnished(t)
  const before = head()
  const changed = aFigure({ note: 'changed' })
  const calls = {
    put: (options: object) => () => put('figure', 'killed', changed, options),
    patch: (options: object) => () => patch('figure', 'killed', { note: 'changed' }, options),
    retract: (options: object) => () => retract('figure', 'killed', options),
  }
  for (const [name, call] of Object.entries(calls)) {
    t.match(refusal(call({ reason: 'why' })), { code: 'precondition_required', extra: { rev: 1 } }, name)
    t.match(refusal(call({ reason: 'why', expect: [2] })), { code: 'precondition_failed', extra: { rev: 1 } }, name)
    t.match(refusal(call({ reason: 'why', expect: [] })), { code: 'precondition_failed' }, name)
    t.match(refusal(call({ reason: 'why', expect: null })), { code: 'precondition_failed' }, name)
    t.match(refusal(call({ expect: [1] })), { code: 'reason_required' }, name)
    t.match(refusal(call({ expect: [1], reason: ' ' })), { code: 'reason_required' }, name)
    t.strictSame(refused(call({ expect: [1], reason: 'NUL \0' })), ['invalid', 'reason bad_text'], name)
  }
  t.equal(head(), before)
  t.match(put('figure', 'killed', changed, { expect: [7, 1], reason: 'why' }), { outcome: 'revised', rev: 2 })
})

test('If-None-Match: * creates only', async t => {
  const { put } = furnished(t)
  t.match(put('source', 'iom', aSource(), { expect: null }), { outcome: 'created', rev: 1 })
  t.equal(refusal(() => put('source', 'iom', aSource(), { expect: null })).code, 'precondition_failed')
})

test('a revision expected of a record that does not exist is refused', async t => {
  const { put, patch, retract, head } = furnished(t)
  const before = head()
  t.equal(refusal(() => put('source', 'iom', aSource(), { expect: [1] })).code, 'precondition_failed')
  t.equal(refusal(() => patch('source', 'iom', {}, { expect: [1] })).code, 'not_found')
  t.equal(refusal(() => retract('source', 'iom', { expect: [1] })).code, 'not_found')
  t.equal(head(), before)
})

test('PATCH merges: null takes a member away, objects are merged, arrays replaced', async t => {
  const { put, amend, document, head } = furnished(t)
  put(
    'locality',
    'heet',
    aLocality({ parent: 'anbar', codes: { pcode: 'IQ1', geonames: '5' }, note: 'kept', names: [{ text: 'Hīt' }] }),
  )
  amend('locality', 'heet', {
    codes: { pcode: null, wikidata: 'Q1' },
    parent: null,
    names: [{ text: 'هيت', lang: 'ar' }],
  })
  t.match(document('locality', 'heet'), {
    codes: { geonames: '5', wikidata: 'Q1' },
    parent: null,
    note: 'kept',
    names: [{ text: 'هيت', lang: 'ar', kind: 'alias' }],
  })
  t.notOk('pcode' in document('locality', 'heet').codes)
  const before = head()
  t.match(amend('locality', 'heet', {}), { outcome: 'unchanged', rev: 2, seq: before })
  t.strictSame(
    refused(() => amend('locality', 'heet', { name: null })),
    ['invalid', '/name missing'],
  )
  t.strictSame(
    refused(() => amend('locality', 'heet', { id: 'x' })),
    ['invalid', '/id unknown_member'],
  )
  t.equal(refusal(() => amend('locality', 'heet', ['name'])).code, 'invalid')
  t.equal(head(), before)
})

test('PATCH of what others are derived from derives them anew', async t => {
  const { amend, document } = furnished(t)
  amend('event', 'fall', { period: { edtf: '2015-04', text: 'April' } })
  t.match(document('event', 'fall').period, {
    start: '2015-04-01',
    end: '2015-04-30',
    precision: 'month',
    text: 'April',
  })
  amend('event', 'fall', { period: { end: '2015-05-02' } })
  t.match(document('event', 'fall').period, {
    edtf: '2015-04-01/2015-05-02',
    start: '2015-04-01',
    precision: 'range',
    text: 'April',
  })
  amend('event', 'fall', { period: { text: null } })
  t.match(document('event', 'fall').period, { edtf: '2015-04-01/2015-05-02', text: null })
  amend('figure', 'killed', { value: { best: 0 } })
  t.match(document('figure', 'killed').value, { low: 0, best: 0, high: 0, qualifier: 'exactly' })
  amend('figure', 'killed', { value: { qualifier: 'at_most', best: null, high: 5 } })
  t.match(document('figure', 'killed').value, { low: null, best: null, high: 5, qualifier: 'at_most' })
})

test('references must exist: every missing one is named, and no row is written', async t => {
  const { put, head } = furnished(t)
  const before = head()
  const figure = aFigure({
    event: 'nothing',
    attribution: [{ source: 'nobody', role: 'originator' }],
    citations: [{ report: 'sitrep' }, { report: 'unprinted' }],
    places: [{ locality: 'nowhere' }],
  })
  t.strictSame(
    refused(() => put('figure', 'new', figure)),
    ['invalid', '/event reference_not_found'],
  )
  t.strictSame(
    refused(() => put('figure', 'new', { ...figure, event: 'fall' })),
    [
      'invalid',
      '/attribution/0/source reference_not_found',
      '/citations/1/report reference_not_found',
      '/places/0/locality reference_not_found',
    ],
  )
  const others: [Noun, unknown, string][] = [
    ['locality', aLocality({ parent: 'nowhere' }), '/parent'],
    ['source', aSource({ parent: 'nobody' }), '/parent'],
    ['report', aReport({ publisher: 'nobody' }), '/publisher'],
    ['event', anEvent({ locality: 'nowhere' }), '/locality'],
    ['relation', aRelation({ from: 'nothing' }), '/from'],
    ['relation', aRelation({ to: 'killed' }), '/to'],
    ['relation', aRelation({ of: 'figure', from: 'killed', to: 'fall' }), '/to'],
    ['relation', aRelation({ report: 'unprinted' }), '/report'],
  ]
  for (const [noun, body, pointer] of others)
    t.strictSame(
      refused(() => put(noun, 'new', body)),
      ['invalid', `${pointer} reference_not_found`],
    )
  t.equal(head(), before)
})

test('a reference to a retracted record is refused', async t => {
  const { put, withdraw, head } = furnished(t)
  put('source', 'iom', aSource())
  withdraw('source', 'iom')
  withdraw('figure', 'killed')
  withdraw('event', 'fall')
  const before = head()
  const figure = aFigure({ event: 'flight', attribution: [{ source: 'iom', role: 'originator' }] })
  t.strictSame(
    refused(() => put('figure', 'new', figure)),
    ['invalid', '/attribution/0/source reference_not_found'],
  )
  t.strictSame(
    refused(() => put('figure', 'new', aFigure())),
    ['invalid', '/event reference_not_found'],
  )
  t.strictSame(
    refused(() => put('figure', 'killed', aFigure(), { expect: [2], reason: 'back' })),
    ['invalid', '/event reference_not_found'],
  )
  t.equal(head(), before)
})

test('a record that others refer to is not retracted; relations go with their ends', async t => {
  const { put, withdraw, state, head } = furnished(t)
  for (let i = 0; i < 30; i++) {
    put('event', `e${i}`, anEvent())
    put('relation', `x${i}`, aRelation({ from: 'flight', to: `e${i}` }))
  }
  put('relation', 'besides', aRelation({ report: 'sitrep' }))
  const before = head()
  for (const [noun, id, referrers] of [
    ['event', 'fall', [{ noun: 'figure', id: 'killed' }]],
    [
      'report',
      'sitrep',
      [
        { noun: 'figure', id: 'fled' },
        { noun: 'figure', id: 'killed' },
        { noun: 'relation', id: 'besides' },
      ],
    ],
    [
      'source',
      'un',
      [
        { noun: 'report', id: 'sitrep' },
        { noun: 'figure', id: 'fled' },
        { noun: 'figure', id: 'killed' },
      ],
    ],
  ] as const)
    t.match(
      refusal(() => withdraw(noun, id)),
      { code: 'in_use', extra: { referrers } },
    )
  t.match(
    refusal(() => withdraw('locality', 'anbar')),
    { code: 'in_use' },
  )
  t.equal(head(), before)
  withdraw('figure', 'fled')
  withdraw('event', 'flight')
  t.strictSame(
    [...Array(30).keys()].map(i => state('relation', `x${i}`)),
    Array(30).fill('retracted'),
  )
  t.equal(state('relation', 'besides'), 'retracted')
})

test('trees of localities and of sources have no cycle', async t => {
  const { put, amend } = furnished(t)
  for (const [noun, body] of [
    ['locality', aLocality()],
    ['source', aSource()],
  ] as const) {
    put(noun, 'a', body)
    put(noun, 'b', { ...body, parent: 'a' })
    put(noun, 'c', { ...body, parent: 'b' })
    t.strictSame(
      refused(() => amend(noun, 'a', { parent: 'c' })),
      ['invalid', '/parent cycle'],
    )
    t.strictSame(
      refused(() => amend(noun, 'a', { parent: 'a' })),
      ['invalid', '/parent cycle'],
    )
    t.match(amend(noun, 'c', { parent: 'a' }), { outcome: 'revised' })
  }
})

test('a relation joins two records of its kind, by a kind that it has', async t => {
  const { put } = furnished(t)
  t.strictSame(
    refused(() => put('relation', 'x', aRelation({ kind: 'revises' }))),
    ['invalid', '/kind bad_relation'],
  )
  const figures = aRelation({ of: 'figure', from: 'killed', to: 'fled', kind: 'overlaps' })
  t.strictSame(
    refused(() => put('relation', 'x', figures)),
    ['invalid', '/kind bad_relation'],
  )
  t.strictSame(
    refused(() => put('relation', 'x', aRelation({ to: 'flight' }))),
    ['invalid', '/to bad_relation'],
  )
})

test('a relation is stated once; a symmetrical one once whichever way round', async t => {
  const { put, state } = furnished(t)
  put('relation', 'besides', aRelation())
  t.match(
    refusal(() => put('relation', 'again', aRelation())),
    { code: 'conflict', extra: { relation: 'besides' } },
  )
  t.match(put('relation', 'back', aRelation({ from: 'fall', to: 'flight' })), { outcome: 'created' })
  for (const kind of ['overlaps', 'distinct_from'] as const) {
    put('relation', kind, aRelation({ kind }))
    t.match(
      refusal(() => put('relation', 'again', aRelation({ kind, from: 'fall', to: 'flight' }))),
      {
        code: 'conflict',
        extra: { relation: kind },
      },
    )
  }
  t.equal(state('relation', 'again'), undefined)
})

test('what one report states another may state too, or deny, and so may a curator; circles stay out', async t => {
  const { put } = furnished(t)
  put('report', 'other', aReport({ title: 'Another report' }))
  const voices = [
    { asserted_by: 'source', report: null },
    { asserted_by: 'source', report: 'sitrep' },
    { asserted_by: 'source', report: 'other' },
    { asserted_by: 'curator', report: null },
    { asserted_by: 'curator', report: 'sitrep' },
  ] as const
  const kinds = ['additional_to', 'part_of', 'distinct_from', 'same_as'] as const
  for (const [i, voice] of voices.entries()) {
    const own = aRelation({ kind: kinds[i % kinds.length]!, ...voice })
    t.match(put('relation', `v${i}`, own), { outcome: 'created' })
    for (const kind of new Set([own.kind, i % 2 === 0 ? 'same_as' : 'additional_to'] as const)) {
      const again = { ...own, kind }
      t.match(
        refusal(() => put('relation', 'again', again)),
        { code: 'conflict', extra: { relation: `v${i}` } },
        `${kind} ${JSON.stringify(voice)}`,
      )
    }
  }
  for (const voice of voices) {
    const round = aRelation({ kind: 'part_of', from: 'fall', to: 'flight', ...voice })
    t.ok(['conflict', 'invalid'].includes(refusal(() => put('relation', 'round', round)).code))
  }
})

test('part_of contradicts additional_to on one pair, and same_as contradicts distinct_from', async t => {
  const { put, withdraw, amend } = furnished(t)
  put('relation', 'besides', aRelation())
  const part = aRelation({ kind: 'part_of', from: 'fall', to: 'flight' })
  t.match(
    refusal(() => put('relation', 'part', part)),
    { code: 'conflict', extra: { relation: 'besides' } },
  )
  t.match(
    amend('relation', 'besides', { kind: 'part_of' }),
    { outcome: 'revised' },
    'a relation does not contradict itself',
  )
  t.match(
    refusal(() => put('relation', 'new', aRelation())),
    { code: 'conflict', extra: { relation: 'besides' } },
  )
  withdraw('relation', 'besides')
  t.match(put('relation', 'part', part), { outcome: 'created' })
  withdraw('relation', 'part')
  put('relation', 'other', aRelation({ kind: 'distinct_from' }))
  t.equal(refusal(() => put('relation', 'same', aRelation({ kind: 'same_as' }))).code, 'conflict')
})

test('chains of part_of, caused_by, revises and derived_from come to an end', async t => {
  const { put, amend } = furnished(t)
  put('event', 'third', anEvent())
  put('figure', 'f3', aFigure())
  for (const kind of ['part_of', 'caused_by'] as const) {
    put('relation', `${kind}-1`, aRelation({ kind, from: 'flight', to: 'fall' }))
    put('relation', `${kind}-2`, aRelation({ kind, from: 'fall', to: 'third' }))
    const closing = aRelation({ kind, from: 'third', to: 'flight' })
    t.strictSame(
      refused(() => put('relation', `${kind}-3`, closing)),
      ['invalid', '/to cycle'],
    )
    t.match(amend('relation', `${kind}-2`, { from: 'third', to: 'fall' }), { outcome: 'revised' }, 'turned round')
  }
  for (const kind of ['revises', 'derived_from', 'part_of'] as const) {
    put('relation', `f-${kind}`, aRelation({ of: 'figure', kind, from: 'f3', to: 'killed' }))
    const closing = aRelation({ of: 'figure', kind, from: 'killed', to: 'f3' })
    t.strictSame(
      refused(() => put('relation', 'closing', closing)),
      ['invalid', '/to cycle'],
    )
  }
})

test('a figure keeps originator, measure, unit and basis while it is said to revise another; their event is a curator’s', t => {
  const { put, amend, withdraw } = furnished(t)
  put('figure', 'later', aFigure())
  put('relation', 'x', aRelation({ of: 'figure', kind: 'revises', from: 'later', to: 'killed' }))
  const attribution = [{ source: 'governor', role: 'originator' }]
  for (const id of ['later', 'killed']) {
    for (const other of [{ attribution }, { measure: 'injured' }, { basis: 'cumulative' }])
      t.match(
        refusal(() => amend('figure', id, other)),
        { code: 'conflict', extra: { relation: 'x' } },
      )
    t.equal(refusal(() => amend('figure', id, { event: 'flight' }, { actor: CONTRIBUTOR })).code, 'forbidden')
  }
  for (const id of ['later', 'killed']) t.match(amend('figure', id, { event: 'flight' }), { outcome: 'revised' })
  t.match(amend('figure', 'later', { note: 'Looked into.' }, { actor: CONTRIBUTOR }), { outcome: 'revised' })
  withdraw('relation', 'x')
  t.match(amend('figure', 'later', { attribution }), { outcome: 'revised' })
  t.end()
})

test('a figure revises its originator’s number of the same thing; a drop is a warning, never a refusal', async t => {
  const { put } = furnished(t)
  const revises = aRelation({ of: 'figure', kind: 'revises', from: 'later', to: 'killed' })
  const governor = { source: 'governor', role: 'originator' } as const
  const others: [string, Partial<Inputs['figure']>][] = [
    ['originator', { attribution: [governor, { source: 'un', role: 'spokesperson' }] }],
    ['measure', { measure: 'injured' }],
    ['measure, unit', { measure: 'homes_damaged', unit: 'dwelling' }],
    ['basis', { basis: 'cumulative' }],
  ]
  for (const [i, [unlike, other]] of others.entries()) {
    put('figure', `f${i}`, aFigure(other))
    const { faults } = refusal(() => put('relation', 'x', { ...revises, from: `f${i}` }))
    t.match(faults, [{ pointer: '/from', code: 'bad_relation', detail: new RegExp(`here ${unlike} differs`) }])
  }
  put('figure', 'later', aFigure({ value: { qualifier: 'exactly', best: 300 } }))
  t.match(put('relation', 'x', revises), { outcome: 'created', warnings: [{ code: 'drop' }] })
  put('figure', 'latest', aFigure({ value: { qualifier: 'at_least', low: 300 } }))
  t.strictSame(put('relation', 'y', { ...revises, from: 'latest', to: 'later' }).warnings, [])
  put('figure', 'range', aFigure({ value: { qualifier: 'between', low: 100, high: 200 } }))
  for (const [low, high, ends] of [
    [100, 150, /\(high\)$/],
    [50, 200, /\(low\)$/],
    [50, 150, /\(low and high\)$/],
  ] as const) {
    const id = `to-${low}-${high}`
    put('figure', id, aFigure({ value: { qualifier: 'between', low, high } }))
    t.match(put('relation', id, { ...revises, from: id, to: 'range' }).warnings, [{ code: 'drop', detail: ends }])
  }
})

test('that a figure revises one of another event is a curator’s to say', async t => {
  const { put } = furnished(t)
  const revises = aRelation({ of: 'figure', kind: 'revises', from: 'elsewhere', to: 'killed' })
  put('figure', 'elsewhere', aFigure({ event: 'flight' }))
  t.equal(refusal(() => put('relation', 'x', revises, { actor: CONTRIBUTOR })).code, 'forbidden')
  t.match(put('relation', 'x', revises), { outcome: 'created' })
})

test('a figure without an event is refused with candidates: same place or a nested one, overlapping period', async t => {
  const { put, merge, head } = furnished(t)
  put('event', 'elsewhere', anEvent({ locality: 'hit' }))
  put('event', 'wider', anEvent({ locality: 'anbar', period: { edtf: '2015' } }))
  put('event', 'before', anEvent({ period: { edtf: '2014' } }))
  put('event', 'undated', anEvent({ period: {} }))
  put('event', 'moved', anEvent({ locality: 'anbar' }))
  put('event', 'moved', anEvent({ locality: 'hit' }), { expect: [1], reason: 'it was in Hit' })
  put('locality', 'ar-ramadi', aLocality({ parent: 'anbar' }))
  merge('locality', 'ar-ramadi', 'ramadi')
  const before = head()
  const loose = { ...aFigure({ period: { edtf: '2015-05-16' }, places: [{ locality: 'ramadi' }] }), event: undefined }
  const { code, faults, extra } = refusal(() => put('figure', 'new', loose))
  t.equal(code, 'event_required')
  t.match(faults, [{ pointer: '/event', code: 'event_required' }])
  const candidates = extra.candidates as { id: string; title: string; period: object }[]
  t.strictSame(candidates.map(({ id }) => id).sort(), ['fall', 'flight', 'undated', 'wider'])
  t.match(
    candidates.find(({ id }) => id === 'flight'),
    { title: 'Flight from Ramadi', kind: 'conflict', locality: 'ramadi' },
  )
  t.match(extra.how_to, { event: String, new_event: { locality: 'ramadi' } })
  const merged = refusal(() => put('figure', 'new', { ...loose, places: [{ locality: 'ar-ramadi' }] }))
  t.strictSame(merged.extra, extra, 'a merged place means its survivor')
  t.strictSame(
    (
      refusal(() => put('figure', 'new', { ...loose, places: [{ locality: 'anbar' }] })).extra.candidates as {
        id: string
      }[]
    )
      .map(({ id }) => id)
      .sort(),
    ['elsewhere', 'fall', 'flight', 'moved', 'undated', 'wider'],
  )
  t.equal(head(), before)
})

test('candidates come in the order in which their days are near to those of the figure, and it is said when they are cut', async t => {
  const { put } = furnished(t)
  const periods = {
    undated: {},
    decade: { edtf: '2010/2019' },
    year: { edtf: '2015' },
    since: { edtf: '2015-01-20/..' },
    month: { edtf: '2015-05' },
    until: { edtf: '../2015-05-23' },
    week: { edtf: '2015-05-12/2015-05-19' },
    days: { edtf: '2015-05-15/2015-05-17' },
    itself: { edtf: '2015-05-16' },
  }
  for (const [id, period] of Object.entries(periods)) put('event', id, anEvent({ locality: 'hit', period }))
  const loose = { ...aFigure({ period: { edtf: '2015-05-16' }, places: [{ locality: 'hit' }] }), event: undefined }
  const asked = () =>
    refusal(() => put('figure', 'new', loose)).extra as { candidates: { id: string }[]; more_candidates: boolean }
  const inOrder = Object.keys(periods).reverse()
  t.strictSame(
    asked().candidates.map(({ id }) => id),
    inOrder,
  )
  put('event', 'undated-2', anEvent({ locality: 'hit', period: {} }))
  t.equal(asked().more_candidates, false, 'ten')
  put('event', 'twin', anEvent({ locality: 'hit', period: periods.itself }))
  t.match(asked(), { more_candidates: true })
  t.strictSame(
    asked().candidates.map(({ id }) => id),
    ['itself', 'twin', ...inOrder.slice(1)],
  )
})

test('new_event makes the event in the same transaction, or nothing at all', async t => {
  const { put, head, state, document, read } = furnished(t)
  const before = head()
  const figure = { ...aFigure({ new_event: { id: 'siege', ...anEvent({ title: 'Siege' }) } }), event: undefined }
  const nobody = { ...figure, attribution: [{ source: 'nobody', role: 'originator' }] }
  t.equal(refusal(() => put('figure', 'new', nobody)).code, 'invalid')
  t.equal(state('event', 'siege'), undefined)
  t.strictSame(
    refused(() => put('figure', 'new', { ...figure, event: 'fall' })),
    ['invalid', '/new_event conflict'],
  )
  const nowhere = { ...figure, new_event: { ...figure.new_event, locality: 'nowhere' } }
  t.strictSame(
    refused(() => put('figure', 'new', nowhere)),
    ['invalid', '/new_event/locality reference_not_found'],
  )
  const spaces = { ...figure, new_event: { ...figure.new_event, title: '  ' } }
  t.strictSame(
    refused(() => put('figure', 'new', spaces)),
    ['invalid', '/new_event/title bad_text'],
  )
  // in normal form C each is three characters of four bytes
  const long = { ...figure, new_event: { ...figure.new_event, note: '\u{1D160}'.repeat(10_000) } }
  t.strictSame(
    refused(() => put('figure', 'new', long)),
    ['too_large', '/new_event too_large'],
  )
  t.equal(refusal(() => put('figure', 'new', figure, { expect: [3] })).code, 'precondition_failed')
  t.equal(head(), before)

  t.match(put('figure', 'new', figure, { reason: ' ' }), { outcome: 'created', seq: before + 2 })
  t.match(read.find('event', 'siege'), { reason: null }, 'blank words are no reason')
  t.match(document('figure', 'new'), { event: 'siege', period: { edtf: '2015-05' }, places: [{ locality: 'ramadi' }] })
  t.match(put('figure', 'new', figure), { outcome: 'unchanged', seq: before + 2 })
  t.match(
    put('figure', 'another', figure),
    { outcome: 'created', seq: before + 3 },
    'the event is there and says the same',
  )
  const otherwise = { ...figure, new_event: { ...figure.new_event, title: 'Another siege' } }
  t.equal(refusal(() => put('figure', 'third', otherwise)).code, 'conflict')

  const unnamed = { ...figure, new_event: anEvent({ title: 'Unnamed' }) }
  t.match(put('figure', 'fourth', unnamed), { outcome: 'created' })
  const { event } = document('figure', 'fourth')
  t.match(read.find('event', event), { state: 'live', rev: 1 })
  t.match(put('figure', 'fourth', unnamed), { outcome: 'unchanged' }, 'the event that it made is found again')
})

test('nobody but a curator makes a locality whose id is another one’s code, and so its address', async t => {
  const { put } = furnished(t)
  put('locality', 'coded', aLocality({ codes: { geonames: '98717' } }))
  const by = { actor: CONTRIBUTOR }
  t.match(
    refusal(() => put('locality', 'geonames:98717', aLocality(), by)),
    { code: 'forbidden', detail: /coded/ },
  )
  t.match(put('locality', 'geonames:98718', aLocality(), by), { outcome: 'created' })
  t.match(put('locality', 'geonames:98717', aLocality()), { outcome: 'created' })
})

test('a locality that was withdrawn leaves its address to the one whose code it is', async t => {
  const { put, withdraw, revise, read } = furnished(t)
  const by = { actor: CONTRIBUTOR }
  const id = 'geonames:98717'
  put('locality', id, aLocality(), by)
  withdraw('locality', id, by)
  const answering = () => localityNamed(read, id, NOW, 'id', { any: true })
  t.match(answering(), { id, state: 'retracted' })
  put('locality', 'coded', aLocality({ codes: { geonames: '98717' } }))
  t.match(answering(), { id: 'coded', state: 'live' })
  t.match(
    refusal(() => revise('locality', id, aLocality(), by)),
    { code: 'forbidden', detail: /coded/ },
  )
  t.match(revise('locality', id, aLocality()), { outcome: 'revised' })
  t.match(answering(), { id, state: 'live' })
})

test('where figures that were judged are found is a curator’s to change', async t => {
  const { amend } = furnished(t)
  const by = { actor: CONTRIBUTOR }
  const changes = [
    ['event', 'fall', { period: { edtf: '1999' } }, 'period'],
    ['event', 'fall', { locality: 'hit' }, 'locality'],
    ['report', 'sitrep', { published: '2030' }, 'published'],
    ['report', 'sitrep', { publisher: 'governor' }, 'publisher'],
  ] as const
  amend('figure', 'killed', { verification: 'verified' })
  for (const [noun, id, change, member] of changes) {
    const detail = `the ${member} of the ${noun} of the figure killed, which a curator has judged (rank normal, verified), is a curator’s`
    t.match(
      refusal(() => amend(noun, id, change, by)),
      { code: 'forbidden', detail },
    )
    t.match(amend(noun, id, { title: `${id} and ${member}`, note: 'Looked into.' }, by), { outcome: 'revised' })
  }
  t.match(amend('event', 'flight', changes[0][2], by), { outcome: 'revised' }, 'nobody has judged its figure')
  amend('figure', 'killed', { verification: 'unverified' })
  for (const [noun, id, change] of changes) t.match(amend(noun, id, change, by), { outcome: 'revised' })
})

test('rank, verification, merge and same_as are a curator’s', async t => {
  const { put, amend, revise, withdraw, merge, head, document, read } = furnished(t)
  const by = { actor: CONTRIBUTOR }
  const before = head()
  for (const own of [{ rank: 'preferred' }, { rank: 'deprecated' }, { verification: 'verified' }] as const) {
    t.equal(refusal(() => put('figure', 'new', aFigure(own), by)).code, 'forbidden')
    t.equal(refusal(() => amend('figure', 'killed', own, by)).code, 'forbidden')
  }
  t.equal(refusal(() => put('relation', 'same', aRelation({ kind: 'same_as' }), by)).code, 'forbidden')
  t.equal(refusal(() => merge('event', 'flight', 'fall', by)).code, 'forbidden')
  t.equal(head(), before)

  amend('figure', 'killed', { rank: 'preferred', verification: 'contested' })
  t.match(amend('figure', 'killed', { note: 'by a contributor' }, by), { outcome: 'revised' })
  t.equal(
    refusal(() => revise('figure', 'killed', aFigure(), by)).code,
    'forbidden',
    'a PUT without rank takes it back',
  )
  const value = {
    ...document('figure', 'killed').value,
    best: 900,
    low: null,
    high: null,
    qualifier: 'unqualified',
  } as const
  const judged = /a figure claims and cites that a curator has judged \(rank preferred, contested\)/
  t.match(
    refusal(() => amend('figure', 'killed', { value }, by)),
    { code: 'forbidden', detail: judged },
  )
  t.match(
    refusal(() => withdraw('figure', 'killed', by)),
    { code: 'forbidden', detail: judged },
  )
  const { citations } = document('figure', 'killed')
  const other = { ...citations[0]!, excerpt: 'in other words' }
  t.match(
    refusal(() => amend('figure', 'killed', { citations: [other] }, by)),
    { code: 'forbidden', detail: judged },
  )
  t.match(
    refusal(() => amend('figure', 'killed', { citations: [other, ...citations] }, by)),
    { code: 'forbidden', detail: judged },
    'rows show the first',
  )
  t.match(amend('figure', 'killed', { citations: [...citations, other] }, by), { outcome: 'revised' })
  t.equal(refusal(() => amend('figure', 'killed', { citations }, by)).code, 'forbidden', 'nor are any left out')
  for (const beside of [{ method: 'count' }, { provisional: true }])
    t.match(amend('figure', 'killed', beside, by), { outcome: 'revised' }, 'what is beside the claim')
  const last = document('figure', 'killed')
  withdraw('figure', 'killed')
  for (const own of [{ value }, {}, { rank: 'normal', verification: 'unverified' }])
    t.match(
      refusal(() => revise('figure', 'killed', { ...last, ...own }, by)),
      { code: 'forbidden', detail: /^bringing back killed, which a curator has judged \(rank preferred, contested\)/ },
    )
  t.match(revise('figure', 'killed', last), { outcome: 'revised' })
  withdraw('figure', 'fled', by)
  t.match(put('figure', 'fled', aFigure({ event: 'flight' }), { ...by, expect: [2], reason: 'it was right' }), {
    outcome: 'revised',
  })
  put('relation', 'same', aRelation({ kind: 'same_as' }))
  t.equal(refusal(() => amend('relation', 'same', { kind: 'overlaps' }, by)).code, 'forbidden')
  t.equal(refusal(() => withdraw('relation', 'same', by)).code, 'forbidden')
  put('figure', 'stray', aFigure({ note: 'of nothing else' }))
  put(
    'relation',
    'apart',
    aRelation({ of: 'figure', kind: 'additional_to', from: 'stray', to: 'fled', asserted_by: 'curator' }),
  )
  t.equal(refusal(() => withdraw('figure', 'stray', by)).code, 'forbidden', 'a curator’s relation would go with it')
  t.match([read.find('figure', 'stray'), read.find('relation', 'apart')], [{ state: 'live' }, { state: 'live' }])
  merge('event', 'flight', 'fall')
  const back = anEvent({ title: 'Flight from Ramadi', period: { edtf: '2015-05-15/2015-05-17' } })
  t.equal(refusal(() => revise('event', 'flight', back, by)).code, 'forbidden', 'taking a merge back')
})

for (const own of [{ rank: 'preferred' }, { rank: 'deprecated' }, { verification: 'verified' }] as const)
  test(`what replaces a figure with ${JSON.stringify(own)} is a curator’s, to say and to take back`, async t => {
    const { put, amend, withdraw, revise, state } = furnished(t)
    const by = { actor: CONTRIBUTOR }
    const revises = aRelation({ of: 'figure', kind: 'revises', from: 'later', to: 'killed' })
    put('figure', 'later', aFigure(), by)
    t.match(put('relation', 'x', revises, by), { outcome: 'created' }, 'nobody has judged it yet')
    withdraw('relation', 'x', by)
    amend('figure', 'killed', own)
    const refusedTo = (change: () => unknown) =>
      t.match(refusal(change), { code: 'forbidden', detail: /^what revises killed, .* is a curator’s$/ })
    refusedTo(() => put('relation', 'new', revises, by))
    refusedTo(() => revise('relation', 'x', revises, by))
    t.match(revise('relation', 'x', revises), { outcome: 'revised' })
    refusedTo(() => amend('relation', 'x', { kind: 'additional_to' }, by))
    refusedTo(() => amend('relation', 'x', { from: 'killed', to: 'later' }, by))
    refusedTo(() => withdraw('figure', 'later', by))
    t.equal(state('relation', 'x'), 'live')
  })

test('a request under an Idempotency-Key is carried out once and answered the same again', async t => {
  const { put, revise, head } = furnished(t)
  const first = { idempotency: { key: 'k', fingerprint: 'put iom' } }
  const answer = put('source', 'iom', aSource(), { ...first, actor: CONTRIBUTOR })
  revise('source', 'iom', aSource({ note: 'later' }))
  const before = head()
  t.strictSame(put('source', 'iom', aSource(), { ...first, actor: CONTRIBUTOR }), answer)
  t.equal(
    refusal(() =>
      put('source', 'x', aSource(), { actor: CONTRIBUTOR, idempotency: { key: 'k', fingerprint: 'other' } }),
    ).code,
    'idempotency_mismatch',
  )
  t.equal(head(), before)
  const refusedFirst = { idempotency: { key: 'k2', fingerprint: 'put report' } }
  t.equal(refusal(() => put('report', 'r', aReport({ publisher: 'msf' }), refusedFirst)).code, 'invalid')
  put('source', 'msf', aSource())
  t.match(
    put('report', 'r', aReport({ publisher: 'msf' }), refusedFirst),
    { outcome: 'created' },
    'a refusal is not kept',
  )
  t.match(put('source', 'iom2', aSource(), first), { outcome: 'created' }, 'each actor has keys of their own')
})

test('stored text is in normal form C and free of controls, the words of a period included', async t => {
  const { put, document } = furnished(t)
  put('event', 'cafe', anEvent({ title: 'cafe\u0301', period: { edtf: '2015-05', text: 'fe\u0301vrier' } }))
  t.match(document('event', 'cafe'), { title: 'café', period: { text: 'février' } })
  for (const text of ['a\0b', 'a\u202Eb'])
    t.strictSame(
      refused(() => put('event', 'bad', anEvent({ period: { edtf: '2015-05', text } }))),
      ['invalid', '/period/text bad_text'],
    )
})

test('homes are counted in dwellings, and all else in persons, unless the source says otherwise', async t => {
  const { put, document } = furnished(t)
  for (const [measure, unit, counted] of [
    ['homes_destroyed', undefined, 'dwelling'],
    ['homes_damaged', null, 'dwelling'],
    ['homes_destroyed', 'household', 'household'],
    ['displaced', undefined, 'person'],
  ] as const) {
    const id = `${measure}-${unit}`
    put('figure', id, aFigure({ measure, ...(unit === undefined ? {} : { unit }) }))
    t.equal(document('figure', id).unit, counted, id)
  }
})

test('zero stays zero and null stays null', async t => {
  const { put, document } = furnished(t)
  put('figure', 'none', aFigure({ value: { qualifier: 'exactly', best: 0 } }))
  t.match(document('figure', 'none').value, { low: 0, best: 0, high: 0 })
  put('figure', 'some', aFigure({ value: { qualifier: 'at_least', low: 0 } }))
  t.match(document('figure', 'some').value, { low: 0, best: null, high: null })
})

test('a figure that leaves period and places to its event is the same after the event was corrected', async t => {
  const { put, amend, revise, head, document } = furnished(t)
  amend('event', 'fall', { period: { edtf: '2015-04' }, locality: 'hit' })
  const before = head()
  for (const expect of [undefined, 'any'] as const)
    t.match(put('figure', 'killed', aFigure(), { expect }), { outcome: 'unchanged', seq: before })
  t.match(document('figure', 'killed'), { period: { edtf: '2015-05' }, places: [{ locality: 'ramadi' }] })
  t.equal(refusal(() => put('figure', 'killed', aFigure({ note: 'changed' }))).code, 'precondition_required')
  t.match(revise('figure', 'killed', aFigure()), { outcome: 'revised' })
  t.match(document('figure', 'killed'), { period: { edtf: '2015-04' }, places: [{ locality: 'hit' }] })
})

test('a figure has a place once in each role, unless words tell parts of it apart; reports may be cited again', async t => {
  const { put } = furnished(t)
  type Places = NonNullable<Inputs['figure']['places']>
  const origin = (own: Partial<Places[number]> = {}) => ({ locality: 'ramadi', role: 'origin' as const, ...own })
  const at = (...places: Places) => put('figure', 'new', aFigure({ places }), { expect: 'any', reason: 'tried' })
  const twice = ['invalid', '/places/1 conflict']
  for (const again of [origin(), origin({ extent: 'exact' }), origin({ text: 'its villages' })])
    t.strictSame(
      refused(() => at(origin(), again)),
      twice,
    )
  t.strictSame(
    refused(() => at({ locality: 'ramadi' }, { locality: 'ramadi', role: 'incident' })),
    twice,
    'the usual role',
  )
  t.strictSame(
    refused(() => at(origin({ text: 'its villages' }), origin({ text: 'its villages' }))),
    twice,
  )
  t.match(at(origin(), origin({ role: 'destination' })), { outcome: 'created' })
  t.match(at(origin({ text: 'Albu Bali' }), origin({ text: 'Albu Aitha' })), { outcome: 'revised' })
  const citations = [{ report: 'sitrep' }, { report: 'sitrep' }]
  t.match(put('figure', 'cited', aFigure({ citations })), { outcome: 'created' }, 'as UCDP lists articles')
})
