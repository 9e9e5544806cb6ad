import fc from 'fast-check'
import t from 'tap'
import { emptyDatabase } from '../support/database.js'
import { aFlatRow, csv, exported, hit, lines, loadInto } from '../support/loading.js'

t.setTimeout(240_000)
type Row = ReturnType<typeof aFlatRow>

/** How papers printed what the governor's spokesman said of Ramadi on 17 May 2015. */
const PRINTED = [
  ['The Scotsman', 'approximately', { best: 500 }, 'We estimate that 500', 'the past three days, since Friday'],
  ['Philippine Daily Inquirer', 'approximately', { best: 500 }, 'about 500', 'the last few days'],
  ['Yorkshire Post', 'at_most', { high: 500 }, 'up to 500 (headline and lead)', 'the last few days'],
  ['The Standard', 'at_least', { low: 500 }, 'at least 500', 'the past few days'],
  ['Irish Examiner', 'approximately', { best: 500 }, 'about 500; headline 500 killed', 'the last few days'],
] as const

/** A report is named by its publisher, title and day; papers other than the first did not date the period. */
const outlets: Row[] = PRINTED.map(([publisher, qualifier, numbers, text, period_text], i) => ({
  figure_id: 'fall-killed',
  event_title: 'Fall of Ramadi',
  measure: 'killed',
  qualifier,
  low: null,
  best: null,
  high: null,
  ...numbers,
  text,
  period_start: i === 0 ? '2015-05-15' : null,
  period_end: i === 0 ? '2015-05-17' : null,
  period_text,
  locality_name: 'Ramadi',
  country: 'IQ',
  originator: "Anbar governor's office",
  spokesperson: 'Muhannad Haimour',
  publisher,
  report_title: `500 killed, ${publisher}`,
  published: '2015-05-18',
  excerpt: text,
}))

const documents = async (db: string, noun: string) =>
  (await exported(db, 'documents.ndjson'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(record => record.noun === noun)
    .map(({ document }) => document)

t.test('one claim in five papers is one figure with five citations, each in its own words', async t => {
  const db = emptyDatabase(t)
  const first = await loadInto(t, db, csv(outlets))
  t.match(first, { state: 'done', created: 1, revised: 4, warned: { record_kept: 4 } }, 'and takes no reason')
  const [figure, ...others] = await documents(db, 'figure')
  t.equal(others.length, 0)
  t.match(figure, {
    value: { low: null, best: 500, high: null, qualifier: 'approximately', text: 'We estimate that 500' },
    period: { start: '2015-05-15', end: '2015-05-17', text: 'the past three days, since Friday' },
  })
  t.strictSame(
    figure.citations.map(({ text, qualifier, excerpt }: Record<string, unknown>) => [text, qualifier, excerpt]),
    PRINTED.map(([, qualifier, , text], i) => [i === 0 ? null : text, i === 0 ? null : qualifier, text]),
  )
  t.equal((await documents(db, 'event')).length, 1, 'what a printing says otherwise makes no event')
  t.equal((await documents(db, 'locality')).length, 2)
  const details = first.warnings.map(({ id, detail }) => [id, detail])
  t.match(details[1], [
    'fall-killed',
    'it stands with high null, not 500; period_text "the past three days, since Friday", not "the last few days"',
  ])
  const whole = await exported(db, 'documents.ndjson')
  for (const reason of [null, 'again'])
    t.match(await loadInto(t, db, csv(outlets), { reason }), { unchanged: 5, revised: 0, warned: { record_kept: 4 } })
  t.equal(await exported(db, 'documents.ndjson'), whole)
  const own = await exported(db, 'figures.csv')
  t.match(await loadInto(t, db, own), { unchanged: 1, warned: {} }, 'our own row is that of the first citation')
})

t.test('rows of one claim make the same printings in every order, and loading them twice changes nothing', async t => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(outlets, { minLength: 1 }), async rows => {
      const db = emptyDatabase(t)
      t.match(await loadInto(t, db, lines(rows)), { created: 1, revised: rows.length - 1 })
      t.match(await loadInto(t, db, csv(rows)), { unchanged: rows.length })
      const [{ citations, value, ...figure }] = await documents(db, 'figure')
      t.equal(value.text, rows[0]!.text, 'the first printing is the figure’s own reading')
      t.same(
        citations.map(({ excerpt }: { excerpt: string }) => excerpt),
        rows.map(({ excerpt }) => excerpt),
      )
      t.equal(figure.period.text, rows[0]!.period_text)
    }),
    { numRuns: 8 },
  )
})

t.test('a row of a later citation changes that citation alone, and needs a reason', async t => {
  const db = emptyDatabase(t)
  await loadInto(t, db, lines([hit]))
  const later = { report_id: 'r2', report_title: 'More flee Hit', publisher: 'afp', text: 'over 1,200' }
  const other = aFlatRow({ ...later, qualifier: 'more_than' })
  await loadInto(t, db, lines([aFlatRow(), other]))
  const [before] = await documents(db, 'figure')
  const changed = lines([
    { ...other, excerpt: 'over 1,200 people', low: 1300, locality_id: 'haditha', measure: 'killed' },
  ])
  t.match(await loadInto(t, db, changed), { state: 'refused', problems: [{ code: 'reason_required' }] })
  t.match(await loadInto(t, db, changed, { reason: 'looked up' }), {
    revised: 1,
    warnings: [{ noun: 'figure', id: 'f1', code: 'record_kept', detail: /measure .*low 1200, not 1300.*locality_id / }],
  })
  const [figure] = await documents(db, 'figure')
  const [first, second] = before.citations
  t.strictSame(figure, { ...before, citations: [first, { ...second, excerpt: 'over 1,200 people' }] })
  t.match(await loadInto(t, db, lines([aFlatRow({ low: 1300 })]), { reason: 'corrected' }), { revised: 1, warned: {} })
  t.match(
    await documents(db, 'figure'),
    [{ value: { low: 1300 }, citations: figure.citations }],
    'the first is the figure’s',
  )
})

t.test('a printing at a place that the figure is not at is warned of, and makes no place', async t => {
  const db = emptyDatabase(t)
  await loadInto(t, db, csv(outlets.slice(0, 1)))
  const at = (locality_name: string, country: string | null) =>
    loadInto(t, db, csv([{ ...outlets[1]!, period_text: null, locality_name, country }]))
  t.match(await at('Ramādī', 'IQ'), { revised: 1, warned: {} })
  t.match(await at('الرمادي', 'IQ'), { unchanged: 1, warnings: [{ detail: /locality_name "Ramadi", not "الرمادي"/ }] })
  t.match(await at('Ramadi', 'SY'), { unchanged: 1, warned: { record_kept: 1 } })
  t.match(await at('Ramadi', null), { unchanged: 1, warned: {} })
  t.equal((await documents(db, 'locality')).length, 2)
})

t.test('a row that says that its figure has more than a row holds is warned of where it makes that figure', async t => {
  const from = emptyDatabase(t)
  await loadInto(t, from, lines([hit]))
  await loadInto(t, from, csv(outlets.map(row => ({ ...row, locality_id: 'hit' }))))
  const own = await exported(from, 'figures.csv')
  const to = emptyDatabase(t)
  t.match(await loadInto(t, to, own), {
    created: 1,
    warnings: [{ noun: 'figure', id: 'fall-killed', code: 'row_is_part', detail: /has 5 citations, and brings one;/ }],
  })
  t.match(await loadInto(t, to, own), { unchanged: 1, warned: {} })
  const apart = lines([aFlatRow({ locality_id: null, locality_name: 'Hit', country: 'IQ', places: 2 })])
  t.match(await loadInto(t, to, apart), { created: 1, warnings: [{ code: 'row_is_part', detail: /2 places/ }] })
})

t.test('a source that a row makes of a name which another source has is warned of', async t => {
  const db = emptyDatabase(t)
  await loadInto(
    t,
    db,
    lines([hit, { noun: 'source', id: 'un', document: { name: 'United Nations', kind: 'un_agency' } }]),
  )
  const by = (originator: string, figure_id: string) => loadInto(t, db, csv([aFlatRow({ originator, figure_id })]))
  t.match(await by('united nations', 'f1'), {
    created: 1,
    warnings: [{ noun: 'source', id: 'united-nations', code: 'same_name', detail: /^the source un has this name/ }],
  })
  t.match(await by('united nations', 'f2'), { created: 1, warned: {} }, 'once, where it is made')
  t.match(await by('un', 'f3'), { created: 1, warned: {} })
})

t.test('a printing whose numbers no figure can have is refused', async t => {
  const db = emptyDatabase(t)
  await loadInto(t, db, lines([hit]))
  await loadInto(t, db, lines([aFlatRow()]))
  const wrong = aFlatRow({ report_id: 'r2', qualifier: 'at_most' })
  t.match(await loadInto(t, db, lines([wrong])), { state: 'refused', problems: [{ pointer: 'low' }] })
})

t.test('without ids an originator’s dated number is one claim, whoever printed it, in whatever words', async t => {
  const anonymous = outlets
    .filter(({ qualifier }) => qualifier === 'approximately')
    .map(row => ({ ...row, figure_id: null, period_start: '2015-05-15', period_end: '2015-05-17', period_text: null }))
  const db = emptyDatabase(t)
  t.match(await loadInto(t, db, csv(anonymous)), { created: 1, revised: 2, warned: {} })
  t.match(await documents(db, 'figure'), [{ citations: { length: 3 } }])
  t.match(await loadInto(t, db, csv(anonymous)), { unchanged: 3 })
  const inOther = csv([{ ...anonymous[0]!, text: 'some 500' }])
  t.match(await loadInto(t, db, inOther), { problems: [{ code: 'reason_required' }] }, 'a report is not corrected')
  t.match(await loadInto(t, db, inOther, { reason: 'it says so twice' }), { revised: 1 })
  t.match(await loadInto(t, db, csv(anonymous)), { unchanged: 3 }, 'nothing was overwritten')
  t.match(await documents(db, 'figure'), [{ value: { text: 'We estimate that 500' }, citations: { length: 4 } }])
  for (const unknown of [{ originator: null }, { period_start: null, period_end: null }]) {
    const rows = anonymous.map(row => ({ ...row, ...unknown }))
    t.match(await loadInto(t, emptyDatabase(t), csv(rows)), { created: 3 }, 'nobody can know')
  }
})
