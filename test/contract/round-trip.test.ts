import fc from 'fast-check'
import t from 'tap'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { emptyDatabase, seededDatabase } from '../support/database.js'
import { aHistory, live } from '../support/histories.js'
import { aFlatRow, csv, exported, hit, lines, loadInto, whenever } from '../support/loading.js'

t.setTimeout(240_000)
const RUNS = 25
const DOCUMENTS = 'documents.ndjson'
const revisionsOf = (db: string) => {
  const read = openReader(openReading(db))
  const { seq } = read.head()
  read.close()
  return seq
}

t.test('the seed, exported and imported into an empty database, is exported byte for byte the same', async t => {
  const seeded = await seededDatabase(t)
  const whole = await exported(seeded, DOCUMENTS)
  const copy = emptyDatabase(t)
  const rows = whole.trimEnd().split('\n').length
  t.match(await loadInto(t, copy, whole), { state: 'done', format: 'documents', rows, created: rows, refused: 0 })
  t.equal(await exported(copy, DOCUMENTS), whole)
  t.match(await loadInto(t, copy, whole), { created: 0, revised: 0, unchanged: rows })
  t.equal(revisionsOf(copy), rows)
  for (const name of ['figures.ndjson', 'figures.csv'])
    t.equal(whenever(await exported(copy, name)), whenever(await exported(seeded, name)), name)
})

t.test('any database, exported and imported into an empty one, is exported byte for byte the same', async t => {
  let records = 0
  await fc.assert(
    fc.asyncProperty(aHistory, async history => {
      const origin = live(t, history)
      const whole = await exported(origin.file, DOCUMENTS)
      const copy = emptyDatabase(t)
      const answer = await loadInto(t, copy, whole)
      const count = whole.trimEnd().split('\n').length
      records += count
      if (answer.created !== count) throw new Error(JSON.stringify(answer))
      if ((await exported(copy, DOCUMENTS)) !== whole) throw new Error('another text')
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
  t.ok(records > 200)
  t.comment(`N = ${RUNS} databases with ${records} records`)
})

/** Rows that use every column of a figure with one citation and one place. */
const FLAT = [
  aFlatRow({ locality_name: 'Hit', country: 'IQ' }),
  aFlatRow({
    figure_id: 'f2',
    measure: 'killed',
    qualifier: 'exactly',
    low: 27,
    best: 27,
    high: 27,
    text: '27 dead, "all civilians"',
    period_start: '2016-03-01',
    period_end: '2016-03-31',
    period_precision: 'month',
    period_text: 'in March',
    period_inferred: true,
    published_inferred: true,
    report_id: 'r2',
    locality_name: 'Hit',
    country: 'IQ',
    place_role: 'incident',
    place_extent: 'and_surroundings',
    population: 'civilian',
    originator: 'iom;ocha',
    spokesperson: 'a-mayor',
    excerpt: '=27 dead\nin Hit',
    verification: 'contested',
    rank: 'deprecated',
    provisional: true,
    method: 'count',
  }),
  aFlatRow({
    figure_id: 'f3',
    qualifier: 'between',
    low: 9,
    best: 7,
    high: 8,
    sic: true,
    basis: 'stock',
    unit: 'household',
    counts: 'people',
    period_start: null,
    locality_name: 'Hit',
    country: 'IQ',
  }),
  aFlatRow({
    figure_id: 'f4',
    qualifier: 'vague',
    low: null,
    text: 'dozens',
    period_edtf: '2016-03-01?/2016-03-04~',
    locality_name: 'Hit',
    country: 'IQ',
  }),
]

for (const [name, rows] of [
  ['figures.csv', csv(FLAT)],
  ['figures.ndjson', lines(FLAT)],
] as const)
  t.test(`${name} goes into an empty database and comes out the same`, async t => {
    const first = emptyDatabase(t)
    t.match(await loadInto(t, first, rows), { state: 'done', created: 4, localities: { created: { no_such_id: 1 } } })
    const whole = await exported(first, name)
    const second = emptyDatabase(t)
    t.match(await loadInto(t, second, whole), { state: 'done', rows: 4, created: 4, problems: [] })
    t.equal(whenever(await exported(second, name)), whenever(whole))
    t.equal(await exported(second, DOCUMENTS), await exported(first, DOCUMENTS), 'with all that the rows brought along')
    const head = revisionsOf(second)
    t.match(await loadInto(t, second, whole), { created: 0, revised: 0, unchanged: 4 })
    t.equal(revisionsOf(second), head)
  })

t.test('the same rows as CSV and as NDJSON are the same records', async t => {
  const [one, other] = [emptyDatabase(t), emptyDatabase(t)]
  await loadInto(t, one, csv(FLAT))
  await loadInto(t, other, lines(FLAT))
  t.equal(await exported(one, DOCUMENTS), await exported(other, DOCUMENTS))
})

t.test('rows without ids make the same records wherever and in whatever order they are loaded', async t => {
  const anonymous = FLAT.map(row => ({ ...row, figure_id: null, event_id: null, report_id: null, locality_id: null }))
  const [one, other] = [emptyDatabase(t), emptyDatabase(t)]
  t.match(await loadInto(t, one, csv(anonymous)), { created: 4 })
  t.match(await loadInto(t, other, lines(anonymous.toReversed())), { created: 4 })
  t.equal(await exported(one, DOCUMENTS), await exported(other, DOCUMENTS))
})

t.test('the flat rows of richer records change nothing, and change only what they say otherwise', async t => {
  const db = await seededDatabase(t)
  const before = await exported(db, DOCUMENTS)
  const head = revisionsOf(db)
  for (const [name, options] of [
    ['figures.csv', {}],
    ['figures.csv', { excel: true, hxl: true }],
    ['figures.ndjson', {}],
  ] as const) {
    const answer = await loadInto(t, db, await exported(db, name, options))
    t.match(answer, { state: 'done', created: 0, revised: 0, unchanged: answer.rows }, name)
  }
  t.equal(revisionsOf(db), head)

  const rows = (await exported(db, 'figures.ndjson')).trimEnd().split('\n')
  const richer = rows.map(row => JSON.parse(row)).find(({ citations }) => citations > 1)
  const changed = { figure_id: richer.figure_id, measure: richer.measure, qualifier: richer.qualifier }
  const needed = { originator: richer.originator, report_id: richer.report_id, event_id: richer.event_id }
  const reason = 'looked into'
  const row = lines([{ ...changed, ...needed, excerpt: richer.excerpt, verification: 'verified' }])
  t.match(await loadInto(t, db, row), { state: 'refused', problems: [{ code: 'reason_required' }] })
  t.match(await loadInto(t, db, row, { reason }), { revised: 1 })
  const line = (whole: string) => whole.split('\n').find(text => text.includes(`"id":"${richer.figure_id}"`))!
  const [old, now] = [JSON.parse(line(before)), JSON.parse(line(await exported(db, DOCUMENTS)))]
  t.same(
    now,
    { ...old, document: { ...old.document, verification: 'verified' } },
    'other citations, notes and parts stay',
  )

  const moved = lines([{ ...richer, verification: 'verified', period_start: '2015-05-01', originator: 'iom-dtm' }])
  t.match(await loadInto(t, db, moved, { reason }), { revised: 1, refused: 0 })
  const then = JSON.parse(line(await exported(db, DOCUMENTS))).document
  t.match(then.period, { start: '2015-05-01', end: richer.period_end, text: old.document.period.text })
  t.equal(then.attribution[0].source, 'iom-dtm')
  t.same(then.citations, old.document.citations)
})

t.test('a place named by an id that nobody has is made if the row says its name', async t => {
  const db = emptyDatabase(t)
  const strict = await loadInto(t, db, lines([FLAT[0]]), { localities: 'match-only' })
  t.match(strict, { state: 'refused', problems: [{ code: 'reference_not_found', value: 'hit' }] })
  const nameless = await loadInto(t, db, lines([aFlatRow()]))
  t.match(nameless, { state: 'refused', problems: [{ code: 'reference_not_found', value: 'hit' }] })
  await loadInto(t, db, lines([hit]))
  const named = await loadInto(t, db, lines([aFlatRow({ locality_name: 'Anything', country: 'XX' })]))
  t.match(named, { created: 1, localities: { created: {} } }, 'beside an id that is known the name is for the eye')
})
