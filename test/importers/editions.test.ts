import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { emptyDatabase, tempDirectory } from '../support/database.js'
import { exported, loadInto } from '../support/loading.js'
import { annals } from '../support/process.js'

const HEADER =
  'id,year,type_of_violence,dyad_name,side_a,side_b,number_of_sources,source_article,source_original,where_prec,' +
  'where_coordinates,adm_1,adm_2,latitude,longitude,country,country_id,event_clarity,date_prec,date_start,date_end,' +
  'deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high'
const columns = HEADER.split(',')
const TAGS = columns
  .map(column => (column === 'best' ? '#affected+killed' : column === 'year' ? '#date+year' : ''))
  .join(',')

type Row = Record<string, string>
const row = (own: Row): Row => ({
  ...Object.fromEntries(columns.map(column => [column, ''])),
  ...{ year: '2015', type_of_violence: '1', dyad_name: 'Government of Iraq - IS', side_a: 'Government of Iraq' },
  ...{ side_b: 'IS', number_of_sources: '1', where_prec: '1', where_coordinates: 'Ramādī town', country: 'Iraq' },
  ...{ adm_1: 'Al Anbār province', adm_2: 'Qaḑā’ ar Ramādī', latitude: '33.42056', longitude: '43.307779' },
  ...{ country_id: '645', event_clarity: '1', date_prec: '1', date_start: '2015-05-17', date_end: '2015-05-17' },
  ...{ deaths_a: '0', deaths_b: '2', deaths_civilians: '0', deaths_unknown: '1', low: '3', best: '3', high: '4' },
  ...own,
})
const ROWS = [
  row({ id: '1', source_article: '"Reuters News,2015-05-18,Ramadi falls";"AFP,2015-05-18,500 killed, says official"' }),
  row({ id: '2', source_original: 'a doctor,\nwho was there', number_of_sources: '-1' }),
  row({ id: '3', low: '9', best: '3', high: '3' }),
]

/** A table in tabs has no quotation marks, so none of its cells can hold more than a line. */
const cell = (text: string, mark: string) =>
  mark !== '\t' && (text.includes(mark) || /["\n]/.test(text)) ? `"${text.replaceAll('"', '""')}"` : text
const table = (rows: readonly Row[], order: readonly string[] = columns, mark = ',') =>
  `${[order.map(name => cell(name, mark)), ...rows.map(cells => order.map(name => cell(cells[name] ?? '', mark)))]
    .map(line => line.join(mark))
    .join('\n')}\n`
const PLAIN = table(ROWS)

/** What a file makes of an empty database. */
async function made(t: Parameters<typeof emptyDatabase>[0], file: string): Promise<string> {
  const db = emptyDatabase(t)
  const answer = await loadInto(t, db, file)
  if (answer.state !== 'done') throw new Error(JSON.stringify(answer.problems))
  return exported(db, 'documents.ndjson')
}

t.test('an edition that is written otherwise is loaded as the same records', async t => {
  const plain = await made(t, PLAIN)
  const timed = ROWS.map(({ date_start, date_end, ...rest }) => ({
    ...rest,
    date_start: `${date_start} 00:00:00.000`,
    date_end: `${date_end} 00:00:00.000`,
  }))
  const editions: Record<string, string> = {
    'dates with a midnight': table(timed),
    'a row of hashtags': PLAIN.replace('\n', `\n${TAGS}\n`),
    'other order': table(ROWS, columns.toReversed()),
    'a byte order mark': `\ufeff${PLAIN}`,
    CRLF: PLAIN.replaceAll('\n', '\r\n'),
    semicolons: table(ROWS, columns, ';'),
    tabs: table(
      ROWS.filter(({ id }) => id !== '2'),
      columns,
      '\t',
    ),
    'no line end at the end': PLAIN.trimEnd(),
    'empty lines': `${PLAIN}\n\n`,
    'numbers as version 5.0 and those before it call them': PLAIN.replace(
      ',low,best,high',
      ',low_est,best_est,high_est',
    ),
    'whole numbers as a spreadsheet writes them': PLAIN.replace(/,645,/g, ',645.0,'),
  }
  for (const [name, file] of Object.entries(editions)) {
    const wanted = name === 'tabs' ? await made(t, table(ROWS.filter(({ id }) => id !== '2'))) : plain
    t.equal(await made(t, file), wanted, name)
  }
})

t.test(
  'columns that an edition adds are kept, and those that it lacks are missed only where they are needed',
  async t => {
    const more = await made(
      t,
      table(
        ROWS.map(cells => ({ ...cells, fieldwork: 'yes' })),
        [...columns, 'fieldwork'],
      ),
    )
    t.equal(more.split('fieldwork: yes').length - 1, ROWS.length)
    const fewer = await made(
      t,
      table(
        ROWS,
        columns.filter(column => !['number_of_sources', 'dyad_name', 'year'].includes(column)),
      ),
    )
    t.equal(fewer.split('"noun":"figure"').length - 1, ROWS.length)
    for (const column of ['best', 'date_start', 'where_prec']) {
      const renamed = table(
        ROWS.map(cells => ({ ...cells, other: cells[column]! })),
        columns.map(name => (name === column ? 'other' : name)),
      )
      const nearly = new RegExp(`no known format.* nearest to ucdp-ged, but has no ${column}\\.`)
      await t.rejects(loadInto(t, emptyDatabase(t), renamed), { code: 'malformed', detail: nearly })
      const forced = loadInto(t, emptyDatabase(t), renamed, { format: 'ucdp-ged', mode: 'partial' })
      await t.rejects(
        forced,
        { code: 'malformed', detail: new RegExp(`not here: ${column}\\.`) },
        'even when it is named',
      )
    }
  },
)

t.test('what is broken in a file is refused with its line, and partial mode keeps the rest', async t => {
  const cut = PLAIN.slice(0, -9)
  t.match(await loadInto(t, emptyDatabase(t), cut), {
    state: 'refused',
    problems: [{ line: 5, code: 'malformed', detail: /cells/ }],
  })
  t.match(await loadInto(t, emptyDatabase(t), cut, { mode: 'partial' }), { created: 2, refused: 1 })
  const wrong = PLAIN.replace('9,3,3\n', 'nine,3,3\n')
  t.match(
    (await loadInto(t, emptyDatabase(t), wrong)).problems,
    [{ line: 5, pointer: 'low', code: 'bad_value', value: 'nine' }],
    'a line break within quotation marks counts',
  )
  for (const [bytes, detail] of [
    [Buffer.from(PLAIN.replace('Ramādī', 'Ramadí'), 'latin1'), /not UTF-8/],
    ['', /empty/],
    ['\ufeff\r\n', /empty/],
  ] as const) {
    const file = join(tempDirectory(t), 'rows')
    writeFileSync(file, bytes)
    await t.rejects(loadInto(t, emptyDatabase(t), new URL(`file://${file}`)), { code: 'malformed', detail })
  }
})

t.test('a text that is longer than a record may hold is refused with its row, and never cut', async t => {
  const [one, two] = ['1', '2'].map(id => row({ id }))
  const noted = (length: number) => table([{ ...one, region: 'x'.repeat(length) }, two!], [...columns, 'region'])
  const load = (file: string) => loadInto(t, emptyDatabase(t), file, { mode: 'partial' })
  t.match(await load(noted(9000)), { created: 2, refused: 0 })
  const problems = [{ line: 2, id: 'ucdp-ged:1', pointer: '/note', code: 'out_of_range', detail: /most 10000 char/ }]
  t.match(await load(noted(10_000)), { created: 1, refused: 1, problems })
  const unread = 'r 5/12; '.repeat(1300)
  t.match((await load(table([{ ...one, source_article: unread }]))).problems, [{ pointer: '/citations/0/excerpt' }])
  const side = 'IS '.repeat(200)
  t.match((await load(table([{ ...one, side_b: side }]))).problems, [{ pointer: '/breakdown/1/category' }])
})

/** The one figure of a database. */
async function figureIn(db: string) {
  const [figure, ...others] = (await exported(db, 'documents.ndjson'))
    .split('\n')
    .filter(line => line.includes('"noun":"figure"'))
  if (!figure || others.length > 0) throw new Error('not one figure')
  const { document } = JSON.parse(figure)
  return { best: document.value.best, reports: document.citations.map(({ report }: Row) => report) }
}

t.test('a number that a later edition repeats was printed in both; one that it changes is its own', async t => {
  const db = emptyDatabase(t)
  const load = (edition: string, own: Row = {}) =>
    loadInto(t, db, table([row({ id: '1', ...own })]), { edition, reason: 'a new edition' })
  t.match(await load('19.1'), { created: 1 })
  t.match(await load('24.1'), { revised: 1 })
  t.match(await load('24.1'), { unchanged: 1 })
  t.match(await load('19.1'), { unchanged: 1 })
  t.same(await figureIn(db), { best: 3, reports: ['ucdp-ged-19.1', 'ucdp-ged-24.1'] })
  t.match(await load('25.1', { best: '4' }), { revised: 1, warned: {} })
  t.same(await figureIn(db), { best: 4, reports: ['ucdp-ged-25.1'] })
})

t.test('what a later edition says stands, whatever is loaded after it', async t => {
  const db = emptyDatabase(t)
  const load = (edition: string, best: string, reason: string | null = null) =>
    loadInto(t, db, table([row({ id: '1', best })]), { edition, reason })
  await load('24.1', '4')
  const kept = {
    id: 'ucdp-ged:1',
    code: 'record_kept',
    detail: /best 4, not 3; report "ucdp-ged-24.1", not "ucdp-ged-19.1"/,
  }
  for (const reason of [null, 'loaded again'])
    t.match(await load('19.1', '3', reason), { unchanged: 1, warnings: [kept] })
  t.match(await load('23.1', '4'), { revised: 1, warned: {} }, 'which takes no reason')
  t.same(await figureIn(db), { best: 4, reports: ['ucdp-ged-24.1', 'ucdp-ged-23.1'] })
  t.match(await load('23.1', '4'), { unchanged: 1 })
})

t.test('rows of one id that contradict each other are refused but for the first', async t => {
  const db = emptyDatabase(t)
  const file = table([row({ id: '1', best: '3' }), row({ id: '1', best: '3' }), row({ id: '1', best: '4' })])
  const problems = [{ line: 4, pointer: 'id', code: 'invalid', detail: /earlier row/ }]
  t.match(await loadInto(t, db, file, { mode: 'partial', reason: 'why' }), { created: 1, unchanged: 1, problems })
  t.match(await figureIn(db), { best: 3 })
})

t.test('rows that only their numbers tell apart are those of the same numbers in the next edition', async t => {
  const gidd = (...numbers: number[]) =>
    ['iso3,country_name,year,start_date,start_date_accuracy,end_date,event_name,new_displacement,total_displacement']
      .concat(numbers.map(number => `PHL,Philippines,2023,2023-01-01,Day,2023-01-03,Flood,${number},`))
      .join('\n')
  const after = async (first: number[], ...next: number[]) => {
    const db = emptyDatabase(t)
    await loadInto(t, db, gidd(...first))
    const { created, revised, unchanged, warned } = await loadInto(t, db, gidd(...next), { reason: 'a new edition' })
    const whole = await exported(db, 'documents.ndjson')
    const held = [...whole.matchAll(/"best":(\d+)/g)].map(([, best]) => Number(best)).sort((a, b) => a - b)
    return [held, created, revised, unchanged, Object.keys(warned)]
  }
  t.same(await after([100, 200], 200), [[100, 200], 0, 0, 1, []], 'one was left out')
  t.same(await after([100, 200], 200, 100), [[100, 200], 0, 0, 2, []], 'in another order')
  t.same(await after([100, 200], 200, 300), [[200, 300], 0, 1, 1, []], 'the other was corrected')
  t.same(await after([100, 200], 200, 100, 300), [[100, 200, 300], 1, 0, 2, []], 'one was added')
  t.same(await after([100, 100], 100, 100, 100), [[100, 100, 100], 1, 0, 2, []], 'of the same number')
  t.same(await after([100, 200], 250), [[200, 250], 0, 1, 0, ['one_of_several']], 'who knows which was corrected')
  t.same(await after([100], 250), [[250], 0, 1, 0, []])
})

t.test('the command line says what is no file, and ends with 1', async t => {
  const folder = join(tempDirectory(t), 'folder')
  mkdirSync(folder)
  for (const path of [folder, join(folder, 'absent.csv')]) {
    const { status, stderr, stdout } = await annals(['import', path, '--db', emptyDatabase(t)])
    t.same([status, stdout], [1, ''])
    t.match(stderr, path)
  }
})

t.test('a comma that may be the decimal sign of the table is no sign of thousands', async t => {
  const load = (delimiter: string, cell: string) => {
    const rows = [
      ['Where', 'Dead'],
      ['#adm1', '#affected+killed'],
      ['Anbar', cell],
    ]
    return loadInto(t, emptyDatabase(t), rows.map(cells => `${cells.join(delimiter)}\n`).join(''), { source: 'X' })
  }
  t.match(await load(',', '"1,234"'), { created: 1, refused: 0 })
  for (const delimiter of [';', '\t'])
    t.match(await load(delimiter, '1,234'), { created: 0, problems: [{ code: 'bad_value', value: '1,234' }] })
})
