import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { emptyDatabase, seededDatabase } from '../support/database.js'
import { aFlatRow, CSV, csv, hit, importWhen, lines, loadingService, NDJSON, sources } from '../support/loading.js'
import type { Answer } from '../support/service.js'

t.setTimeout(240_000)

const BAD_SOURCE = { noun: 'source', id: 'bad', document: { name: 'Bad', kind: 'newspaper' } }
const ASYNC = { prefer: 'respond-async' }
/** A load in several blocks, that takes long enough to be looked at. */
const ROWS = 5000
const LONG = lines(sources(ROWS, 1000))
/** A cell that no row can have. */
const LONGEST = 'x'.repeat(4_100_000)

t.test('a load needs an Idempotency-Key, and a key of ours', async t => {
  const { load, head } = await loadingService(t)
  const before = head()
  const bare = await load(lines(sources(1)), '', { key: null })
  t.match(bare, { status: 400, body: { code: 'idempotency_required' } })
  t.match(await load(lines(sources(1)), '', { key: 'two words' }), { status: 400, body: { code: 'invalid' } })
  t.equal(head(), before)
})

t.test('documents of every noun are loaded as whole exports write them', async t => {
  const seeded = await loadingService(t, await seededDatabase(t))
  const documents = await seeded.text('/v1/exports/documents.ndjson')
  const { load, text } = await loadingService(t)
  const count = documents.trimEnd().split('\n').length
  const { status, body } = await load(documents)
  t.equal(status, 200)
  t.match(body, { state: 'done', format: 'documents', mode: 'atomic', dry_run: false, progress: 1, rows: count })
  t.match(body, { created: count, revised: 0, unchanged: 0, refused: 0, problems: [], revision: count })
  t.equal(await text('/v1/exports/documents.ndjson'), documents, 'byte for byte')
})

t.test('columns that no flat row has are refused once, by name, with what may have been meant', async t => {
  const { load } = await loadingService(t)
  const table = csv([aFlatRow(), aFlatRow({ figure_id: 'f2' })])
  const misspelt = table.replace('qualifier', 'qualifer').replace('report_url', 'url of report')
  for (const query of ['', '?format=figures']) {
    const { status, body } = await load(misspelt, query, { type: CSV })
    t.equal(status, 400)
    t.match(body, {
      code: 'invalid',
      detail: 'In a table of figures there is no column qualifer (qualifier?), there is no column url of report.',
      errors: [
        { pointer: '/qualifer', code: 'unknown_member', did_you_mean: 'qualifier' },
        { pointer: '/url of report', code: 'unknown_member' },
      ],
    })
  }
  const lacking = await load(table.replace(',measure,', ',basis,'), '', { type: CSV })
  t.match(lacking.body, { code: 'malformed', detail: /nearest to figures, but has no measure\./ })
})

t.test('a load is recorded at one time, so that no time shows a part of it', async t => {
  const { load, get } = await loadingService(t)
  t.equal((await load(lines(sources(2500)))).status, 200)
  const { items } = await get('/v1/changes?limit=1000')
  t.equal(new Set(items.map(({ recorded_at }: Answer) => recorded_at)).size, 1)
  t.equal((await get(`/v1/sources?limit=1&as_of=${items[0].recorded_at}`)).number_matched, 2500)
})

t.test('a table of very many events is refused; a part of them is shown', async t => {
  const { load, url } = await loadingService(t)
  const event = (n: number) => ({
    noun: 'event',
    id: `e${n}`,
    document: { title: `Event ${n}`, kind: 'other', locality: 'iq', period: { edtf: `20${10 + (n % 10)}` } },
  })
  const land = { noun: 'locality', id: 'iq', document: { name: 'Iraq', level: 'country' } }
  t.equal((await load(lines([land, ...Array.from({ length: 10_001 }, (_, n) => event(n))]))).status, 200)
  const table = '/v1/localities/iq/timeline.txt'
  t.match(await (await fetch(url + table)).json(), {
    status: 400,
    errors: [{ parameter: 'format', code: 'out_of_range' }],
  })
  t.equal((await fetch(`${url}${table}?to=2015-12-31`)).status, 200)
})

t.test('flat rows are loaded from CSV and from NDJSON, with all that they bring along', async t => {
  const { load, get } = await loadingService(t)
  t.equal((await load(lines([hit]))).status, 200)
  const asCsv = await load(csv([aFlatRow()]), '', { type: CSV })
  t.match(asCsv, { status: 200, body: { format: 'figures', rows: 1, created: 1 } })
  const figure = await get('/v1/figures/f1')
  t.match(figure, {
    event: 'e1',
    measure: 'displaced',
    value: { low: 1200, best: null, high: null, qualifier: 'at_least' },
    period: { start: '2016-03-01', end: '2016-03-04' },
    places: [{ locality: 'hit', role: 'origin' }],
    attribution: [{ source: 'iom', role: 'originator' }],
    citations: [{ report: 'r1' }],
  })
  t.match(await get('/v1/events/e1'), { title: 'Flight from Hit', locality: 'hit' })
  t.match(await get('/v1/reports/r1'), { publisher: 'reuters', published: '2016-03-05' })
  const asLines = await load(lines([aFlatRow(), aFlatRow({ figure_id: 'f2', low: 0 })]))
  t.match(asLines.body, { format: 'figures', rows: 2, created: 1, unchanged: 1 })
  t.match((await get('/v1/figures/f2')).value, { low: 0, best: null, high: null })
})

t.test('JSON lists are loaded like lines: foreign rows, documents and flat rows', async t => {
  const { load, get } = await loadingService(t)
  const type = 'application/json'
  const documents = await load(JSON.stringify([hit, ...sources(2)], null, 2), '', { type })
  t.match(documents, { status: 200, body: { format: 'documents', rows: 3, created: 3 } })
  const flat = await load(JSON.stringify([aFlatRow()]), '', { type })
  t.match(flat, { status: 200, body: { format: 'figures', created: 1 } })
  t.equal((await get('/v1/figures/f1')).value.low, 1200)
  t.match(await load(JSON.stringify([aFlatRow({ low: '1200' })]), '', { type }), { status: 422 }, 'nothing is coerced')
  t.match(await load('[{"noun": "source"', '', { type }), { status: 400, body: { code: 'malformed' } })
  t.match(await load('[{"a": 1}]', '', { type }), { status: 400, body: { code: 'malformed' } })
  t.match(await load(`[${' '.repeat(2_000_000)}]`, '', { type }), { status: 400 }, 'longer than any document may be')
})

t.test('lines of foreign JSON are told from flat rows, though both have a qualifier', async t => {
  const { load } = await loadingService(t)
  const update = {
    id: 7,
    iso3: 'IND',
    event_name: 'Flood',
    displacement_type: 'Disaster',
    qualifier: 'total',
    figure: 2,
  }
  const { body } = await load(lines([{ ...update, displacement_start_date: '2023-11-07' }]))
  t.match(body, { format: 'idmc-idu', rows: 1, created: 1 })
})

t.test('a dry run says what would happen and stores nothing', async t => {
  const { load, head } = await loadingService(t)
  await load(lines(sources(2)))
  const before = head()
  const rows = lines(sources(5))
  const dry = await load(rows, '?dry_run=1')
  t.match(dry, { status: 200, body: { state: 'done', dry_run: true, created: 3, unchanged: 2, revision: before } })
  t.equal(head(), before)
  const mixed = lines([...sources(5), BAD_SOURCE])
  const partial = await load(mixed, '?dry_run=1&mode=partial')
  t.match(partial, { status: 200, body: { created: 3, unchanged: 2, refused: 1, problems: [{ line: 6 }] } })
  t.match(await load(mixed, '?dry_run=1'), { status: 422, body: { code: 'import_refused' } })
  t.equal(head(), before)
  t.match((await load(rows)).body, { created: 3, unchanged: 2 }, 'and then it does')
})

t.test(
  'atomic: one bad row and nothing is stored; every bad row is listed with line, column, code and value',
  async t => {
    const { load, get, head } = await loadingService(t)
    await load(lines([hit]))
    const before = head()
    const rows = [
      aFlatRow(),
      aFlatRow({ figure_id: 'f2', low: '1e3', measure: 'fled' }),
      aFlatRow({ figure_id: 'f3', period_start: '2015-02-29' }),
      aFlatRow({ figure_id: 'f4', locality_id: 'nowhere', event_id: 'e4' }),
    ]
    const { status, body, headers } = await load(csv(rows), '', { type: CSV })
    t.equal(status, 422)
    t.match(headers.get('content-type'), 'application/problem+json')
    t.match(body, { code: 'import_refused', status: 422, detail: '3 of 4 rows were refused, so none was stored.' })
    const load1 = body.import
    t.match(load1, { state: 'refused', rows: 4, created: 0, revised: 0, unchanged: 0, refused: 3, revision: before })
    t.same(
      load1.problems.map(({ line, id, pointer, code, value }: Record<string, unknown>) => [
        line,
        id,
        pointer,
        code,
        value,
      ]),
      [
        [3, null, 'measure', 'not_in_list', 'fled'],
        [3, null, 'low', 'bad_format', '1e3'],
        [4, null, 'period_start', 'bad_date', '2015-02-29'],
        [5, 'f4', 'locality_id', 'reference_not_found', 'nowhere'],
      ],
    )
    t.equal(body.errors.length, 4)
    t.equal(head(), before, 'no row is stored')
    t.same(await get(`/v1/imports/${load1.id}`), load1, 'and the load can be asked for')
    const broken = lines(sources(1)) + lines([BAD_SOURCE])
    const documents = (await load(broken)).body.import
    t.match(documents.problems, [{ line: 2, id: 'bad', pointer: '/kind', code: 'not_in_list', value: 'newspaper' }])
  },
)

t.test('a document line has an id as a PUT must, or is refused', async t => {
  const { load, head } = await loadingService(t)
  const before = head()
  const ids = ['', 'X 1', 'UN', '../../x', 'a\nb', 'a\u0000b', '\u202eabc', 'é', '__proto__', 'x'.repeat(129), null, 7]
  const { status, body } = await load(lines(ids.map(id => ({ ...sources(1)[0], id }))))
  t.equal(status, 422)
  t.match(
    body.import.problems,
    ids.map((id, i) => ({ line: i + 1, pointer: 'id', code: 'invalid', value: id })),
  )
  t.equal(head(), before)
})

t.test('the apostrophe before a formula changes nothing, with a byte order mark or without one', async t => {
  const { load, get } = await loadingService(t)
  const said = ['- some 500 people', "'=1+1", 'plain']
  const rows = said.map((text, i) => aFlatRow({ figure_id: `f${i}`, text }))
  await load(lines([hit]))
  t.match((await load(csv(rows), '', { type: CSV })).body, { created: 3 })
  for (const mark of ['', '\ufeff']) {
    const saved = csv(rows.map(row => ({ ...row, text: String(row.text).replace(/^(?=[-=])/, "'") })))
    t.match((await load(mark + saved, '', { type: CSV })).body, { unchanged: 3, revised: 0 })
    t.match((await load(mark + csv(rows), '', { type: CSV })).body, { unchanged: 3, revised: 0 })
  }
  for (const [i, text] of said.entries()) t.equal((await get(`/v1/figures/f${i}`)).value.text, text)
})

t.test('what a row says of a record that stands otherwise is not taken, and warned of', async t => {
  const { load, get } = await loadingService(t)
  const other = { publisher: 'other', published: '2019-01-01', event_title: 'Another flight' }
  const rows = lines([aFlatRow(), aFlatRow({ figure_id: 'f2', ...other })])
  await load(lines([hit]))
  const first = await load(rows)
  const kept = [
    {
      line: 2,
      noun: 'report',
      id: 'r1',
      code: 'record_kept',
      detail: /publisher "reuters", not "other"; published "2016-03-05", not "2019-01-01"/,
    },
    { line: 2, noun: 'event', id: 'e1', code: 'record_kept', detail: /title "Flight from Hit", not "Another flight"/ },
  ]
  t.match(first.body, { created: 2, warned: { record_kept: 2 }, warnings: kept })
  t.match((await load(rows)).body, { unchanged: 2, warned: { record_kept: 2 } })
  t.match(await get('/v1/reports/r1'), { publisher: 'reuters', published: '2016-03-05' })
  const plain = aFlatRow({ figure_id: 'f3', report_title: null, event_title: null })
  t.match((await load(lines([plain]))).body, { created: 1, warned: {} }, 'what is not said contradicts nothing')
})

t.test('a name beside an id is compared with what the place is called, in any spelling', async t => {
  const { load } = await loadingService(t)
  await load(lines([hit]))
  const named = (figure_id: string, locality_name: string | null) => aFlatRow({ figure_id, locality_name })
  const called = ['Hit', 'HĪT town', null].map((name, i) => named(`f${i}`, name))
  t.match((await load(lines(called))).body, { created: 3, warned: {} })
  const wrong = lines([named('f4', 'Haditha')])
  const warnings = [{ noun: 'locality', id: 'hit', code: 'record_kept', detail: /name "Hit", not "Haditha"/ }]
  t.match((await load(wrong)).body, { created: 1, warnings })
  t.match((await load(wrong)).body, { unchanged: 1, warnings })
})

t.test('a country named by its code is called by its name, and is one with it', async t => {
  const { load, get } = await loadingService(t)
  const at = (figure_id: string, country: string) =>
    aFlatRow({ figure_id, event_id: null, event_title: figure_id, locality_id: null, locality_name: 'Hit', country })
  t.match((await load(lines([at('f1', 'IQ'), at('f2', 'Iraq')]))).body, { created: 2 })
  t.match((await get('/v1/localities?level=country')).items, [{ id: 'iq', name: 'Iraq' }])
  t.equal((await get('/v1/localities?q=hit')).number_matched, 1)
  const own = aFlatRow({ figure_id: 'f3', locality_id: 'ir', locality_name: 'Iran', country: 'IR' })
  await load(lines([own]))
  t.equal((await get('/v1/localities/ir')).name, 'Iran')
})

t.test(
  'rows without an id of their place mean what they call it: a town, its district, a governorate, the country',
  async t => {
    const { load, get } = await loadingService(t, await seededDatabase(t))
    const before = (await get('/v1/localities')).number_matched
    const named = {
      Ramadi: 'iq-ramadi',
      'Ramadi District': 'iq-ramadi-district',
      'Anbar Governorate': 'iq-anbar',
      Anbar: 'iq-anbar',
      Iraq: 'iq',
      'Republic of Iraq': 'iq',
    }
    const row = { event_id: null, event_title: 'Flight', locality_id: null, country: 'IQ' }
    const rows = Object.keys(named).map((locality_name, i) => aFlatRow({ ...row, figure_id: `f${i}`, locality_name }))
    t.match((await load(lines(rows))).body, { created: rows.length, localities: { created: {} } })
    for (const [i, id] of Object.values(named).entries())
      t.equal((await get(`/v1/figures/f${i}`)).places[0].locality, id)
    t.equal((await get('/v1/localities')).number_matched, before)
    await load(lines([aFlatRow({ ...row, figure_id: 'f9', locality_name: 'Heet District' })]))
    t.match((await get('/v1/localities?q=heet')).items, [{ name: 'Heet District', level: 'adm2', parent: 'iq' }])
  },
)

t.test('partial: rows at a place that a refused row named first are stored', async t => {
  const { load, get } = await loadingService(t)
  const at = (figure_id: string, own = {}) =>
    aFlatRow({ figure_id, event_id: null, locality_id: null, locality_name: 'Hit', country: 'IQ', ...own })
  const rows = lines([at('f1', { report_id: null, report_title: null, publisher: 'no source' }), at('f2'), at('f3')])
  const { body } = await load(rows, '?mode=partial')
  t.match(body, { created: 2, refused: 1, problems: [{ line: 1 }] })
  t.equal((await get('/v1/localities?q=hit')).number_matched, 1)
})

t.test('partial: the good rows are stored and each bad one is listed', async t => {
  const { load, get } = await loadingService(t)
  const rows = `${lines([...sources(3), BAD_SOURCE])}{"noun":"source","id":"cut\n${lines([sources(5)[4]])}`
  const { status, body } = await load(rows, '?mode=partial')
  t.equal(status, 200)
  t.match(body, { state: 'done', rows: 6, created: 4, refused: 2 })
  t.match(body.problems, [
    { line: 4, id: 'bad', pointer: '/kind', code: 'not_in_list', value: 'newspaper' },
    { line: 5, id: null, pointer: null, code: 'malformed' },
  ])
  t.equal((await get('/v1/sources')).number_matched, 4)
})

t.test('partial: behind a row that is too long nothing is read, and the load says so', async t => {
  const { load, get } = await loadingService(t)
  await load(lines([hit]))
  const rows = Array.from({ length: 5 }, (_, n) => aFlatRow({ figure_id: `f${n}`, excerpt: n === 1 ? LONGEST : null }))
  const { status, body } = await load(csv(rows), '?mode=partial', { type: CSV })
  t.match({ status, ...body }, { status: 400, code: 'malformed', detail: /^The row on line 3 is longer/ })
  t.equal((await get('/v1/figures')).number_matched, 0)
})

t.test('a row that changes a record needs a reason, and the reason is kept', async t => {
  const { load, get } = await loadingService(t)
  await load(lines(sources(2)))
  const [first, second] = sources(2)
  const changed = lines([first, { ...second, document: { ...second!.document, note: 'better known' } }])
  const without = await load(changed)
  t.match(without.body.import?.problems, [{ line: 2, id: 's1', code: 'reason_required' }])
  const { body } = await load(changed, `?reason=${encodeURIComponent('a new edition')}`)
  t.match(body, { created: 0, revised: 1, unchanged: 1 })
  const { items } = await get('/v1/sources/s1/revisions')
  t.match(
    items.find(({ rev }: { rev: number }) => rev === 2),
    { reason: 'a new edition', recorded_by: 'curator' },
  )
  t.match(await load(changed, '?reason=%00'), { status: 400, body: { errors: [{ parameter: 'reason' }] } })
})

t.test('a row is counted by what it does to its own records, not by what it brings along', async t => {
  const { load } = await loadingService(t)
  await load(lines([hit, ...sources(1)]))
  await load(lines([aFlatRow()]))
  const other = lines([aFlatRow({ low: 1300, report_id: 'r2', report_title: 'More flee Hit' })])
  t.match((await load(other, '?reason=corrected')).body, { rows: 1, created: 0, revised: 1, unchanged: 0 })
})

t.test('a row corrects a number alone, and its ends only if it says so', async t => {
  const { load, get } = await loadingService(t)
  await load(lines([hit]))
  const exactly = { low: null, best: 25, qualifier: 'exactly' }
  await load(lines([aFlatRow(exactly)]))
  const value = async (own: object) => {
    const { status } = await load(lines([aFlatRow({ ...exactly, ...own })]), '?reason=corrected')
    return [status, (await get('/v1/figures/f1')).value]
  }
  t.match(await value({ best: 26 }), [200, { low: 26, best: 26, high: 26 }])
  t.match(await value({ best: 27, low: 26, high: 26 }), [422, { low: 26, best: 26, high: 26 }])
  t.match(await value({ qualifier: 'at_least', best: null, low: 26 }), [200, { low: 26, best: null, high: null }])
})

t.test('a row changes its figure in what it says otherwise, and in nothing that it does not hold', async t => {
  const { load, get } = await loadingService(t)
  const anah = { ...hit, id: 'anah', document: { ...hit.document, name: 'Anah' } }
  const others = ['governor', 'afp'].map(id => ({ ...sources(1)[0], id }))
  await load(lines([hit, anah, ...others]))
  await load(lines([aFlatRow(), aFlatRow({ figure_id: 'f2', report_id: 'r2', report_title: 'More flee Hit' })]))
  const haditha = { locality_id: null, locality_name: 'Haditha' }
  await load(lines([aFlatRow({ figure_id: 'f3', ...haditha })]))
  const first = { locality: 'hit', role: 'destination', extent: 'part_of', text: 'the market' }
  const second = { locality: 'anah', role: 'origin', extent: 'exact', text: null }
  const said = ['governor', 'afp'].map((source, i) => ({ source, role: ['spokesperson', 'relayer'][i] }))
  const whole = {
    ...{ event: 'e1', measure: 'displaced', value: { qualifier: 'at_least', low: 1200 } },
    period: { edtf: '2016-03-01/2016-03-04', reading: 'within' },
    places: [first, second],
    attribution: [{ source: 'iom', role: 'originator' }, ...said],
    citations: [
      { report: 'r1', locator: 'p. 2' },
      { report: 'r2', excerpt: 'Thousands fled' },
    ],
  }
  const now = async (id: string) => {
    const { id: _, rev, recorded_at, recorded_by, ...document } = await get(`/v1/figures/${id}`)
    return document
  }
  const [{ locality }] = (await now('f3')).places
  const cases: [cells: object, changed: (before: Answer) => object, warned?: object][] = [
    [{ low: 1300 }, ({ value }) => ({ value: { ...value, low: 1300 } })],
    [{ originator: 'reuters' }, () => ({ attribution: [{ source: 'reuters', role: 'originator' }, ...said] })],
    [{ excerpt: 'They fled' }, ({ citations: [a, b] }) => ({ citations: [{ ...a, excerpt: 'They fled' }, b] })],
    [{ event_id: 'e2', event_title: 'Another flight' }, () => ({ event: 'e2' })],
    [{ period_text: 'early in March' }, ({ period }) => ({ period: { ...period, text: 'early in March' } })],
    [
      { period_start: undefined, period_end: undefined, period_edtf: '2016-03-02' },
      ({ period }) => ({
        period: { ...period, edtf: '2016-03-02', start: '2016-03-02', end: '2016-03-02', precision: 'day' },
      }),
    ],
    [{ place_extent: 'unknown' }, () => ({ places: [{ ...first, extent: 'unknown' }, second] })],
    [{ place_role: 'incident' }, () => ({ places: [{ ...first, role: 'incident' }, second] })],
    [haditha, () => ({ places: [{ ...first, locality, text: null }, second] })],
    [{ locality_name: 'Haditha' }, () => ({}), { record_kept: 1 }],
  ]
  for (const [i, [cells, changed, warned = {}]] of cases.entries()) {
    const id = `whole${i}`
    t.match((await load(lines([{ noun: 'figure', id, document: whole }]))).body, { created: 1 })
    const before = await now(id)
    const change = changed(before)
    const revised = Object.keys(change).length
    const { body } = await load(lines([aFlatRow({ figure_id: id, ...cells })]), '?reason=corrected')
    t.match(body, { revised, unchanged: 1 - revised, warned }, JSON.stringify(cells))
    t.strictSame(await now(id), { ...before, ...change }, JSON.stringify(cells))
  }
})

t.test('what is approximate stays so in rows, until a row gives other dates', async t => {
  const { load, get } = await loadingService(t)
  await load(lines([hit]))
  const about = { period_start: '2016-03-01', period_end: '2016-03-31', period_precision: 'month' }
  const period = async (own: object, reason = '?reason=corrected') => {
    const { body } = await load(lines([aFlatRow({ ...about, ...own })]), reason)
    return [body.unchanged ?? body.import?.problems, (await get('/v1/figures/f1')).period]
  }
  t.match(await period({ period_edtf: '2016-03~' }, ''), [0, { edtf: '2016-03~', precision: 'month' }])
  t.match(await period({}), [1, { edtf: '2016-03~' }], 'a row without the column says the same')
  t.match(await period({ period_text: 'in March' }), [0, { edtf: '2016-03~', text: 'in March' }])
  t.match(await period({ period_edtf: '2016-03?' }), [0, { edtf: '2016-03?', start: '2016-03-01', precision: 'month' }])
  const other = { period_end: '2016-03-30', period_precision: null }
  t.match(await period(other), [0, { edtf: '2016-03-01/2016-03-30' }])
  const contrary = { figure_id: 'f2', period_edtf: '2016-04~' }
  t.match((await load(lines([aFlatRow({ ...about, ...contrary })]))).body.import.problems, [
    { pointer: 'period_start', code: 'bad_date', detail: 'start is 2016-03-01, but edtf 2016-04~ means 2016-04-01.' },
  ])
})

t.test('what was worked out stays so in rows, and is the row’s own to say of other dates', async t => {
  const { load, get } = await loadingService(t)
  await load(lines([hit]))
  const inferred = { period_inferred: true, published_inferred: true }
  const period = async (own: object, reason = '?reason=corrected') => {
    const { body } = await load(lines([aFlatRow(own)]), reason)
    return [body.unchanged, (await get('/v1/figures/f1')).period]
  }
  t.match(await period({ ...inferred, period_text: 'in the first days of March' }, ''), [0, { inferred: true }])
  t.equal((await get('/v1/reports/r1')).published_inferred, true)
  t.match(await period({ period_text: 'early in March' }), [0, { inferred: true, text: 'early in March' }])
  t.match(await period({ ...inferred, period_end: '2016-03-05' }), [0, { inferred: true }])
  t.match(await period({ period_end: '2016-03-06' }), [0, { inferred: false }], 'these dates are the row’s')
  t.match(await period({ ...inferred, period_end: '2016-03-06' }), [0, { inferred: true, end: '2016-03-06' }])
  const kept = { detail: 'it stands with published_inferred true, not false' }
  for (const [figure_id, published_inferred, warnings] of [
    ['f2', null, []],
    ['f3', false, [kept]],
  ] as const)
    t.match((await load(lines([aFlatRow({ figure_id, published_inferred })]))).body, { created: 1, warnings })
})

t.test(
  'a period is the event’s where the file has no column for it, and unknown where its cells are empty',
  async t => {
    const { load, get } = await loadingService(t, await seededDatabase(t))
    const { period_start, period_end, event_title, ...bare } = aFlatRow({ event_id: 'ramadi-fall-2015-05' })
    const empty = { period_start: '', period_end: '' }
    for (const [figure_id, cells, period] of [
      ['f1', {}, { start: '2015-05-14', end: '2015-05-17', inferred: true }],
      ['f2', empty, { start: null, end: null, precision: 'unknown', inferred: false }],
    ] as const) {
      const rows = csv([{ ...bare, locality_id: 'iq-ramadi', figure_id, ...cells }])
      t.match((await load(rows, '', { type: CSV })).body, { created: 1 })
      t.match((await get(`/v1/figures/${figure_id}`)).period, period)
      t.match((await load(rows, '?reason=again', { type: CSV })).body, { unchanged: 1 })
    }
  },
)

t.test('what a load says again of a record that was retracted does not bring it back, and is warned of', async t => {
  const { app, load, send } = await loadingService(t)
  await load(lines(sources(2)))
  await send('DELETE', '/v1/sources/s1?reason=never%20was', undefined, { headers: { 'if-match': '"1"' } })
  const warnings = [
    { line: 2, noun: 'source', id: 's1', code: 'withdrawn', detail: 'it was retracted, and stays so: never was' },
  ]
  t.match((await load(lines(sources(2)))).body, { unchanged: 2, warned: { withdrawn: 1 }, warnings })
  t.equal((await app.inject('/v1/sources/s1')).statusCode, 410)
})

t.test('a place that is its own country is one, also without an ISO code', async t => {
  const { load, get } = await loadingService(t)
  const abyei = { locality_id: 'idmc_country:ab9', locality_name: 'Abyei Area', country: 'idmc_country:ab9' }
  t.match((await load(lines([aFlatRow(abyei)]))).body, { created: 1, localities: { created: { no_such_id: 1 } } })
  t.match(await get('/v1/localities/idmc_country:ab9'), { name: 'Abyei Area', level: 'country', parent: null })
})

t.test('loading a file twice creates nothing and changes nothing', async t => {
  const { load, head } = await loadingService(t)
  await load(lines([hit]))
  const files: [string, string][] = [
    [lines(sources(20)), NDJSON],
    [csv([aFlatRow(), aFlatRow({ figure_id: null, event_id: null, report_id: null })]), CSV],
    [lines([aFlatRow({ figure_id: 'f3' })]), NDJSON],
  ]
  for (const [file, type] of files) {
    const first = await load(file, '', { type })
    const { rows } = first.body
    t.match(first.body, { created: rows, revised: 0, unchanged: 0 })
    const before = head()
    const again = await load(file, '', { type })
    t.match(again.body, { created: 0, revised: 0, unchanged: rows, revision: before })
    t.equal(head(), before)
  }
})

t.test('the same key and file are answered as before; another file or question under the key is 422', async t => {
  const { load, get, send, head } = await loadingService(t)
  const rows = lines(sources(3))
  const once = await load(rows, '', { key: 'once' })
  const before = head()
  const again = await load(rows, '?name=renamed.ndjson', { key: 'once' })
  t.same(again.body, once.body)
  t.equal(again.status, 200)
  t.equal(again.headers.get('content-location'), `/v1/imports/${once.body.id}`)
  const mismatch = { status: 422, body: { code: 'idempotency_mismatch' } }
  t.match(await load(lines(sources(4)), '', { key: 'once' }), mismatch)
  t.match(await load(rows, '?mode=partial', { key: 'once' }), mismatch)
  t.match(await load(lines(sources(4)), '', { key: 'once', headers: ASYNC }), mismatch)
  t.match(await load(rows, '', { key: 'once', as: 'contributor' }), { status: 200 }, 'keys are each client’s own')
  t.equal(head(), before)
  const change = (key: string) =>
    send('POST', '/v1/sources', { name: 'Another', kind: 'other' }, { headers: { 'idempotency-key': key } })
  t.match(await change('once'), mismatch, 'a key of a load is none for a change')
  t.equal(head(), before)
  t.match(await change('changed'), { status: 201 })
  for (const headers of [{}, ASYNC])
    t.match(await load(rows, '', { key: 'changed', headers }), mismatch, 'nor the other way round')
  t.equal(head(), before + 1)

  const refused = await load(lines([BAD_SOURCE]), '', { key: 'bad' })
  t.same((await load(lines([BAD_SOURCE]), '', { key: 'bad' })).body.import, refused.body.import)
  const unread = await load('a,b\n1,2\n', '', { key: 'unread', type: CSV })
  t.match(unread, { status: 400, body: { code: 'malformed' } })
  t.match(await load(rows, '', { key: 'unread' }), { status: 200 }, 'what was never read leaves its key free')
  t.match(await get(`/v1/imports/${once.body.id}`), once.body)
})

t.test('with Prefer: respond-async a load is answered at once in full, and shows how far it is', async t => {
  const { load, get, url } = await loadingService(t)
  const { status, body, headers } = await load(LONG, '', { key: 'long', headers: ASYNC })
  t.equal(status, 202)
  t.equal(headers.get('location'), `/v1/imports/${body.id}`)
  t.equal(headers.get('preference-applied'), 'respond-async')
  t.match(body, { state: 'running', mode: 'atomic', dry_run: false, progress: 0, rows: 0, created: 0, problems: [] })
  const members = Object.keys(body).sort()
  t.match(await load(LONG, '', { key: 'long' }), { status: 409, body: { code: 'in_flight' } })

  const half = await importWhen(url, body.id, ({ rows }) => rows > 0)
  t.ok(half.progress > 0 && half.progress <= 1 && half.rows < ROWS, `${half.rows} rows, ${half.progress}`)
  t.same(Object.keys(half).sort(), members)
  t.equal((await get('/v1/sources')).number_matched, 0, 'an atomic load shows nothing before its end')
  const done = await importWhen(url, body.id, ({ state }) => state === 'done')
  t.match(done, { rows: ROWS, created: ROWS, progress: 1 })
  t.same(Object.keys(done).sort(), members)
  t.same((await load(LONG, '', { key: 'long', headers: ASYNC })).body, done, 'asked again, it is that load')
})

t.test('a load that fails while nobody waits says why when it is asked for', async t => {
  const { load, url } = await loadingService(t)
  const { status, body } = await load('a,b\n1,2\n', '', { type: CSV, headers: ASYNC })
  t.equal(status, 202)
  for (let now = body; now.state === 'running'; await sleep(5)) {
    now = await (await fetch(`${url}/v1/imports/${body.id}`)).json()
    if (now.state === 'refused') t.match(now.problems, [{ line: null, code: 'malformed', detail: /columns/ }])
  }
})

t.test('problems.ndjson lists every problem, the answer the first thousand', async t => {
  const { load, text, url } = await loadingService(t)
  const rows = lines(Array.from({ length: 2500 }, (_, n) => ({ ...BAD_SOURCE, id: `bad${n}` })))
  for (const [query, of] of [
    ['', (body: Answer) => body.import],
    ['?mode=partial', (body: Answer) => body],
    ['?mode=partial&dry_run=1', (body: Answer) => body],
  ] as const) {
    const { id, problems, refused } = of((await load(rows, query)).body)
    t.equal(refused, 2500)
    t.equal(problems.length, 1000)
    const all = (await text(`/v1/imports/${id}/problems.ndjson`)).trimEnd().split('\n')
    t.same(
      all.map(line => JSON.parse(line).line),
      Array.from({ length: 2500 }, (_, n) => n + 1),
    )
    t.same(JSON.parse(all[0]!), problems[0])
  }
  t.equal((await fetch(`${url}/v1/imports/none/problems.ndjson`)).status, 404)
  t.equal((await fetch(`${url}/v1/imports/none`)).status, 404)
})

t.test('while an atomic load runs, reads are answered and a single write waits for its end', async t => {
  const { load, send, get, url } = await loadingService(t)
  const { body } = await load(LONG, '', { headers: ASYNC })
  await importWhen(url, body.id, ({ rows }) => rows > 0)
  const put = send('PUT', '/v1/sources/between', { name: 'Between', kind: 'other' })
  const slowest = { ms: 0 }
  let reads = 0
  for (let state = 'running'; state === 'running'; reads++) {
    const started = performance.now()
    t.equal((await fetch(`${url}/v1/sources?limit=1`)).status, 200)
    slowest.ms = Math.max(slowest.ms, performance.now() - started)
    state = (await get(`/v1/imports/${body.id}`)).state
  }
  t.ok(reads > 3, `${reads} reads, the slowest in ${Math.round(slowest.ms)} ms`)
  t.match(await put, { status: 201, body: { id: 'between', rev: 1 } })
  t.equal((await get('/v1/sources')).number_matched, ROWS + 1)
})

t.test('while a request is at work or waits, its Idempotency-Key is 409 for loads and changes alike', async t => {
  const { load, send, url } = await loadingService(t)
  const { body } = await load(LONG, '', { headers: ASYNC, key: 'long' })
  await importWhen(url, body.id, ({ rows }) => rows > 0)
  const waits = await load(lines([hit]), '', { headers: ASYNC, key: 'waits' })
  t.equal(waits.status, 202)
  const change = (key: string) =>
    send('POST', '/v1/sources', { name: 'Another', kind: 'other' }, { headers: { 'idempotency-key': key } })
  const first = change('change')
  const inFlight = { status: 409, body: { code: 'in_flight' } }
  for (const key of ['long', 'waits', 'change']) t.match(await change(key), inFlight, key)
  for (const key of ['long', 'waits', 'change']) t.match(await load(lines(sources(1)), '', { key }), inFlight, key)
  t.match(await first, { status: 201 })
  await importWhen(url, waits.body.id, ({ state }) => state === 'done')
  t.match(await change('change'), { status: 201, body: { id: (await first).body.id } })
})

t.test('a line of JSON over 64 KB is a problem of its line, wherever it stands', async t => {
  const { load } = await loadingService(t)
  const long = lines([
    { noun: 'source', id: 'long', document: { name: 'Long', kind: 'other', note: 'x'.repeat(70_000) } },
  ])
  const far = lines(sources(3000, 300))
  for (const [before, after] of [
    ['', far],
    [far, ''],
    [far, far.slice(0, 0) + lines([{ ...sources(1)[0], id: 'last' }])],
  ] as const) {
    const line = before.split('\n').length
    const { status, body } = await load(before + long + after)
    t.equal(status, 422)
    t.match(body.import.problems, [{ line, code: 'out_of_range', detail: /64|65536/ }])
    t.equal(body.import.refused, 1)
  }
  const endless = await load(lines(sources(1)) + 'x'.repeat(3_000_000), '?mode=partial')
  t.match(endless.body, { created: 1, refused: 1, problems: [{ line: 2, code: 'out_of_range' }] })
})

t.test('the largest record that can be written can be loaded from its export', async t => {
  const seeded = await loadingService(t, await seededDatabase(t))
  const figure = await seeded.get('/v1/figures/ramadi-2015:fall-killed')
  const cited = (length: number) => {
    const { id: _, rev: __, recorded_at: ___, recorded_by: ____, ...document } = figure
    const [citation] = figure.citations
    const citations = Array.from({ length: 6 }, (_, i) => ({ ...citation, excerpt: `${i}`.repeat(9000) }))
    return { ...document, citations: [...citations, { ...citation, excerpt: 'x'.repeat(length) }] }
  }
  const write = async (length: number) => seeded.send('PUT', '/v1/figures/long', cited(length))
  const { status, body } = await write(10_000)
  t.match({ status, ...body }, { status: 413, code: 'too_large', detail: /64512 bytes/ })
  const most = 10_000 - (Number(/(\d+)\.?$/.exec(body.detail)![1]) - 64_512)
  t.equal((await write(most + 1)).status, 413)
  t.equal((await write(most)).status, 201)
  const documents = await seeded.text('/v1/exports/documents.ndjson')
  const { load, text } = await loadingService(t)
  t.match(await load(documents), { status: 200, body: { refused: 0 } })
  t.equal(await text('/v1/exports/documents.ndjson'), documents, 'byte for byte')
})

t.test('a CSV with more than a hundred columns is refused with its line', async t => {
  const { load, head } = await loadingService(t)
  const before = head()
  const header = (count: number) => `${Array.from({ length: count }, (_, n) => `c${n}`).join(',')}\n`
  const { status, body } = await load(header(101), '', { type: CSV })
  t.match({ status, ...body }, { status: 413, code: 'too_large', detail: /^Line 1 has 101 columns/ })
  t.match(await load(header(100), '', { type: CSV }), { status: 400, body: { code: 'malformed' } })
  t.equal(head(), before)
})

t.test('a column or member that reaches a prototype is refused, and nothing is polluted', async t => {
  const { load, head } = await loadingService(t)
  await load(lines([hit]))
  const before = head()
  for (const column of ['__proto__', 'constructor.prototype', 'constructor', 'toString']) {
    const rows = csv([aFlatRow()]).replace('measure', `${column},measure`).replace(',displaced', ',polluted,displaced')
    for (const query of ['', '?format=figures', '?format=hxl', '?mode=partial&format=figures']) {
      const { status, body } = await load(rows, query, { type: CSV })
      t.ok(status === 400 || status === 422 || body.refused === 1, `${column} ${query}: ${status}`)
    }
    const json = `{"${column}": {"prototype": {"polluted": 1}}, ${JSON.stringify(aFlatRow()).slice(1)}\n`
    t.equal((await load(json)).status, 422, column)
    t.equal((await load(`[${json}]`, '?format=figures', { type: 'application/json' })).status, 422, column)
  }
  t.notOk('polluted' in {})
  t.equal(head(), before)
})

t.test('rows that ask for nothing are counted, so that rows and skipped are all that the file has', async t => {
  const { load } = await loadingService(t)
  const table = [
    ['Date,Country,Dead,Source', '#date,#country+name,#affected+killed,#meta+source'],
    ['2015-05-15,Iraq,12,A', '2015-05-16,Iraq,,A', '2015-05-17,Iraq,0,A', '2015-05-18,Iraq,many,A'],
  ].flat()
  for (const [query, own] of [
    ['?mode=partial&dry_run=1', { state: 'done', created: 2 }],
    ['?mode=partial', { state: 'done', created: 2 }],
  ] as const) {
    const { body } = await load(table.join('\n'), query, { type: CSV })
    t.match(body, { format: 'hxl', rows: 3, refused: 1, skipped: 2, ...own })
  }
  const { body } = await load(table.join('\n'), '', { type: CSV })
  t.match(body.import, { state: 'refused', rows: 3, created: 0, refused: 1, skipped: 2 })
  const titled = await load(['Iraq,,,', '', 'in May', ...table].join('\n'), '?mode=partial', { type: CSV })
  t.match(titled.body, { format: 'hxl', rows: 3, unchanged: 2, skipped: 2, problems: [{ line: 9 }] })
  const places = [
    'Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date',
    '#country,#level,#code,#name,#up,#date',
  ]
  const unspecified = 'IRQ,1,Unspecified,Unspecified,IRQ,'
  const gazetteer = await load([...places, unspecified, 'IRQ,1,IQG01,Al-Anbar,IRQ,'].join('\n'), '', { type: CSV })
  t.match(gazetteer.body, { format: 'pcodes', rows: 1, created: 1, skipped: 2 })
})

t.test('an export for spreadsheets, imported, restores what it was made from', async t => {
  const origin = await loadingService(t)
  await origin.load(lines([hit]))
  const titles = ['=HYPERLINK("x")', '+1', '-1', '@x', "'=x", "'Anah", ' =x', 'a, "b"']
  const rows = titles.map((event_title, n) =>
    aFlatRow({ figure_id: `f${n}`, event_id: `e${n}`, event_title, excerpt: `${event_title} said` }),
  )
  t.equal((await origin.load(csv(rows), '', { type: CSV })).status, 200)
  const excel = await origin.text('/v1/exports/figures.csv?excel=1&hxl=1')
  const { load, text } = await loadingService(t)
  await load(lines([hit]))
  const { body } = await load(excel, '', { type: CSV })
  const all = { rows: titles.length, created: titles.length, skipped: 1 }
  t.match(body, { format: 'figures', ...all }, 'the row of hashtags is none of figures')
  const plain = (whole: string) => whole.replaceAll(/20\d\d-[\d-]+T[\d:.]+Z/g, 'then')
  t.equal(plain(await text('/v1/exports/figures.csv')), plain(await origin.text('/v1/exports/figures.csv')))
  t.match((await origin.load(excel, '', { type: CSV })).body, { unchanged: titles.length })
})

t.test('what is not a load is refused: type, coding, format, parameter, nothing at all', async t => {
  const { load } = await loadingService(t)
  const rows = lines(sources(1))
  t.match(await load(rows, '', { type: 'text/plain' }), { status: 415 })
  t.match(await load(rows, '', { headers: { 'content-encoding': 'gzip' } }), { status: 415 })
  t.match(await load(rows, '?format=xlsx'), { status: 400, body: { errors: [{ parameter: 'format' }] } })
  t.match(await load(rows, '?dryrun=1'), { status: 400, body: { errors: [{ did_you_mean: 'dry_run' }] } })
  t.match(await load(''), { status: 400 })
  t.match(await load(' \n \n'), { status: 400, body: { code: 'malformed' } })
  t.match(await load(Buffer.from([0x7b, 0xff, 0xfe, 0x0a])), { status: 400 })
  t.match(await load(Buffer.from('measure,qualifier\nkilled,\xe9', 'latin1'), '', { type: CSV }), { status: 400 })
})

t.test('a load of tens of megabytes takes no memory to speak of', async t => {
  const db = emptyDatabase(t)
  const { load } = await loadingService(t, db)
  const MEGABYTES = 48
  const piece = new TextEncoder().encode('x'.repeat(1 << 20))
  const endless = (first: string) => {
    let sent = 0
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? new TextEncoder().encode(first) : piece)
        if (sent++ === MEGABYTES) controller.close()
      },
    })
  }
  await load(lines(sources(10)))
  const before = process.memoryUsage().rss
  const json = await load(endless('{"noun":"source","document":"'), '?mode=partial')
  t.match(json.body, { refused: 1, problems: [{ line: 1, code: 'out_of_range' }] })
  const quoted = await load(endless('measure,qualifier\n"'), '?mode=partial', { type: CSV })
  t.match(quoted, { status: 400, body: { code: 'malformed', detail: /line 2 .* quotation mark/ } })
  const grown = (process.memoryUsage().rss - before) / (1 << 20)
  t.ok(grown < 150, `${Math.round(grown)} MB for two files of ${MEGABYTES} MB`)
})

t.test('names that every object has are names like any other', async t => {
  const { load } = await loadingService(t)
  const rows = ['constructor', 'toString', 'hasOwnProperty'].map(name => ({ ...sources(1)[0], id: name.toLowerCase() }))
  t.match((await load(lines(rows))).body, { created: 3 })
  await load(lines([hit]))
  const flat = csv([aFlatRow({ originator: 'constructor', publisher: 'valueOf' })])
  t.match((await load(flat, '', { type: CSV })).body, { created: 1 })
})
