import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { csvHeader, csvLine, csvRecord, unescapeExcel } from '../../src/formats/csv.js'
import { FLAT_COLUMNS, type FlatColumn, type FlatRow } from '../../src/model/flat-row.js'
import { flatRow } from './rows.js'

const COLUMNS = Object.keys(FLAT_COLUMNS) as FlatColumn[]

/** Reads cells back as they were written: an empty cell is null, a quoted one a text. */
function read(csv: string): (string | null)[][] {
  return parse(csv, {
    bom: true,
    record_delimiter: '\r\n',
    cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
  })
}

const cells: Record<(typeof FLAT_COLUMNS)[FlatColumn], fc.Arbitrary<string | number | boolean | null>> = {
  text: fc.option(fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n \'",;a1', 'ر', '＝', '\u00a0') })),
  date: fc.option(fc.constantFrom('2015-04-01', '2015-04-30')),
  count: fc.option(fc.maxSafeNat()),
  flag: fc.option(fc.boolean()),
}
const rows = fc.record(
  Object.fromEntries(COLUMNS.map(column => [column, cells[FLAT_COLUMNS[column]]])),
) as unknown as fc.Arbitrary<FlatRow>

t.test('the order of the columns is a promise: new ones go last', async t => {
  const promised =
    'figure_id,event_id,event_title,measure,basis,unit,counts,low,best,high,qualifier,text,period_start,period_end,' +
    'period_precision,period_text,locality_id,locality_name,country,place_role,place_extent,population,originator,' +
    'spokesperson,publisher,report_id,report_title,report_url,published,excerpt,citations,verification,rank,provisional,' +
    'method,rev,recorded_at,sic,period_edtf,period_inferred,published_inferred,places'
  t.ok(csvHeader().startsWith(promised))
  t.match(csvHeader().slice(promised.length), /^(,[a-z_]+)*\r\n$/)
})

t.test('a row is one line of RFC 4180: null is an empty cell, numbers and flags are plain', async t => {
  const row = flatRow({ event_title: 'Exodus, "April"\nand May', low: 0, text: '' })
  t.equal(
    csvLine(row),
    'ramadi-exodus,ramadi-exodus-2015-04,"Exodus, ""April""\nand May",displaced,flow,person,unspecified,0,,114000,' +
      'at_most,"",2015-04-01,2015-04-30,month,April,iq-ramadi,Ramadi,IQ,origin,and_surroundings,unknown,un,,' +
      'the-scotsman,scotsman-2015-05-18,500 killed as Islamic State take Iraqi city Ramadi,' +
      'https://www.scotsman.com/news/world/ramadi,2015-05-18,,1,unverified,normal,false,estimate,1,' +
      '2026-11-22T10:00:00.000Z,false,2015-04,false,true,1\r\n',
  )
})

t.test('an empty text is not taken for null, nor zero for nothing', async t => {
  t.equal(csvRecord([null, '', 0, false, 'x']), ',"",0,false,x\r\n')
  t.same(read(csvRecord([null, '', 0, false])), [[null, '', '0', 'false']])
})

t.test('what is written is read back, as it is and with excel', async t => {
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 3 }), fc.boolean(), (written, excel) => {
      const csv = csvHeader({ excel }) + written.map(row => csvLine(row, { excel })).join('')
      const [header, ...back] = read(csv)
      t.same(header, COLUMNS)
      for (const [i, row] of written.entries()) {
        const undone = back[i]!.map(cell => (excel && cell !== null ? unescapeExcel(cell) : cell))
        t.same(
          undone,
          COLUMNS.map(column => (row[column] === null ? null : String(row[column]))),
        )
      }
    }),
    { numRuns: 200 },
  )
})

t.test('excel begins with a byte order mark, once', async t => {
  t.equal(csvHeader({ excel: true }), `\uFEFF${csvHeader()}`)
  t.notMatch(csvLine(flatRow(), { excel: true }), /\uFEFF/)
})

t.test('with excel no text that a spreadsheet would run is left, and no number is touched', async t => {
  const ran = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '"=1', ' =1', "'=1", '\u00a0=1', '＝1', '" \'@x']
  for (const text of ran) {
    t.same(read(csvRecord([text], { excel: true })), [[`'${text}`]], JSON.stringify(text))
    t.same(read(csvRecord([text])), [[text]], 'not without excel')
  }
  t.equal(csvRecord([-5, 0, true, null], { excel: true }), '-5,0,true,\r\n')
})

t.test('with excel a text that nothing would run stays as it is, an apostrophe in front or not', async t => {
  for (const text of ["'Anah", 'Al-Anbar', '2015-04-01', "''", 'a=1', 'الرمادي', '500 (-3)']) {
    t.equal(csvRecord([text], { excel: true }), `${text}\r\n`)
    t.equal(unescapeExcel(text), text)
  }
})

t.test('undoing the escape is exact, however many apostrophes the text began with', async t => {
  for (const text of ["'=1", "''=1", '\'"=1', "'", "'a", '=']) {
    t.equal(unescapeExcel(read(csvRecord([text], { excel: true }))[0]![0]!), text)
  }
})
