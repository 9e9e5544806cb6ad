import fc from 'fast-check'
import t from 'tap'
import { terminalWidth, truncate } from '../../src/formats/terminal-width.js'
import { printedValue, textTable } from '../../src/formats/text.js'
import type { FlatRow } from '../../src/model/flat-row.js'
import { flatRow } from './rows.js'

const value = (changes: object) => printedValue(flatRow({ high: null, text: null, ...changes }))

t.test('a value is printed as it was put', async t => {
  t.equal(value({ qualifier: 'exactly', low: 27, best: 27, high: 27 }), '27')
  t.equal(value({ qualifier: 'approximately', best: 500 }), '~ 500')
  t.equal(value({ qualifier: 'at_least', low: 500 }), '≥ 500')
  t.equal(value({ qualifier: 'more_than', low: 1234567 }), '> 1,234,567')
  t.equal(value({ qualifier: 'at_most', high: 114000 }), '≤ 114,000')
  t.equal(value({ qualifier: 'less_than', high: 8 }), '< 8')
  t.equal(value({ qualifier: 'unqualified', best: 0 }), '0')
  t.equal(value({ qualifier: 'between', low: 253, best: 277, high: 527 }), '253–277–527')
  t.equal(value({ qualifier: 'between', low: 6000, high: 8000 }), '6,000–8,000')
  t.equal(value({ qualifier: 'between', low: 9007199254740991, best: 0, high: 0 }), '9,007,199,254,740,991–0–0')
  t.equal(value({ qualifier: 'vague', text: 'hundreds' }), 'hundreds')
})

t.test('numbers that their source printed out of order are marked', async t => {
  t.equal(value({ qualifier: 'between', low: 9, best: 2, high: 3, sic: true }), '9–2–3 (sic)')
  t.match(
    textTable([flatRow({ qualifier: 'between', low: 1200, best: 2, sic: true })]),
    / {2}1,200–2–114,000 \(sic\) {2}/,
  )
})

t.test('what is unknown is never printed as zero', async t => {
  t.equal(value({ qualifier: 'between', low: null, best: 5 }), '?–5–?')
  t.equal(value({ qualifier: 'exactly' }), '?')
})

t.test('a count of one part of the people says so, beside its measure', async t => {
  const measure = (changes: object) =>
    textTable([flatRow(changes)])
      .split('\n')[1]!
      .slice(9, 50)
  t.match(measure({ measure: 'killed', population: 'civilian' }), /^killed \(civilian\) /)
  t.match(measure({ population: 'armed_group', basis: 'stock' }), /^displaced \(stock, armed_group\) /)
  for (const population of ['mixed', 'unknown', null]) t.match(measure({ population }), /^displaced {2}/)
})

t.test('the table has a line for every figure and ends by saying that they are not to be added', async t => {
  const table = textTable([
    flatRow(),
    flatRow({
      event_title: 'Flight from Ramadi, May 2015',
      best: 8000,
      high: null,
      qualifier: 'approximately',
      period_edtf: '2015-05-15/2015-05-17',
      period_precision: 'range',
      place_extent: 'exact',
      originator: 'anbar-governor',
      spokesperson: 'haimour',
    }),
    flatRow({
      measure: 'sheltered',
      basis: 'stock',
      place_role: 'destination',
      place_extent: 'part_of',
      period_edtf: '../2015-04-30',
      period_precision: 'range',
    }),
  ])
  t.equal(
    table,
    [
      'PERIOD                    MEASURE                VALUE  UNIT    PLACE                         WHO                       PUBLISHER     EVENT',
      '2015-04                   displaced          ≤ 114,000  person  from Ramadi and surroundings  un                        the-scotsman  Exodus from Ramadi, April 2015',
      '2015-05-15 to 2015-05-17  displaced            ~ 8,000  person  from Ramadi                   anbar-governor (haimour)  the-scotsman  Flight from Ramadi, May 2015',
      'to 2015-04-30             sheltered (stock)  ≤ 114,000  person  to part of Ramadi             un                        the-scotsman  Exodus from Ramadi, April 2015',
      '',
      'Separate events. Do not add these figures.',
      '',
    ].join('\n'),
  )
  t.notMatch(table, /122,000|total/i)
})

t.test('a period is printed as it was written, and never as more exact', async t => {
  const printed = (edtf: string | null, precision: string) =>
    textTable([flatRow({ period_edtf: edtf, period_precision: precision, period_text: 'recently' })])
      .split('\n')[1]!
      .split('  ')[0]
  for (const edtf of ['2015', '2015-04', '2015-05-17', '201X', '19XX', '2015-06~', '2015-05-17?'])
    t.equal(printed(edtf, 'range'), edtf)
  t.equal(printed('2015-05-15/2015-05-17', 'range'), '2015-05-15 to 2015-05-17')
  t.equal(printed('2015-04/2015-05-17', 'range'), '2015-04 to 2015-05-17')
  t.equal(printed('2015-04~/2015-05-17?', 'range'), '2015-04~ to 2015-05-17?')
  for (const open of ['..', '']) {
    t.equal(printed(`${open}/2015-05`, 'range'), 'to 2015-05')
    t.equal(printed(`2015-05-17/${open}`, 'range'), 'from 2015-05-17')
  }
  t.equal(printed('2015-05-17/2015-05-17', 'day'), '2015-05-17')
  t.equal(printed('2015-05-01/2015-05-31', 'month'), '2015-05')
  t.equal(printed('2015-05-14/2015-06-10', 'month'), '2015-05-14 to 2015-06-10 (month)')
  t.equal(printed('2015-05-17', 'week'), '2015-05-17 (week)')
  t.equal(printed('2015-05-11/2015-05-17', 'week'), '2015-05-11 to 2015-05-17 (week)')
  t.equal(printed('2015-01-01/2015-12-31', 'year'), '2015')
  t.equal(printed('2015-01-01~/2015-12-31', 'year'), '2015-01-01~ to 2015-12-31 (year)')
  for (const [edtf, precision] of [
    ['2015', 'year'],
    ['2015-XX', 'year'],
    ['2015-05-XX', 'month'],
    ['2015-06~', 'month'],
  ] as const)
    t.equal(printed(edtf, precision), edtf)
  t.equal(printed(null, 'unknown'), 'recently')
})

t.test(
  'what a number does not say of itself is marked beside it and explained below; else there is no such column',
  async t => {
    const marks: [Partial<FlatRow>, mark: string, word: string][] = [
      [{ rank: 'preferred' }, '*', 'preferred'],
      [{ rank: 'deprecated' }, 'd', 'deprecated'],
      [{ verification: 'discounted' }, 'x', 'discounted'],
      [{ verification: 'contested' }, '?', 'contested'],
      [{ qualifier: 'unqualified', best: 906, high: null }, 'u', 'unqualified'],
      [{ counts: 'movements' }, 'm', 'movements'],
      [{ method: 'model' }, 'c', 'model'],
      [{ method: 'projection' }, 'f', 'projection'],
      [{ provisional: true }, 'p', 'provisional'],
      [{ period_inferred: true }, 'i', 'inferred'],
      [{ places: 2 }, 's', 'several places'],
      [{ event_id: 'anbar-casualties' }, 'b', 'broader'],
    ]
    const broader = new Set(['anbar-casualties'])
    const plain = textTable([flatRow()], { broader })
    t.notMatch(plain, /MARKS/)
    for (const [changes, mark, word] of marks) {
      const table = textTable([flatRow(changes), flatRow()], { broader })
      const [head, first, second, , legend, ...rest] = table.split('\n')
      const at = head!.indexOf('MARKS')
      t.equal(first!.slice(at, at + 7), `${mark}      `)
      t.equal(second!.slice(at, at + 7), '       ')
      t.ok(legend!.startsWith(`${mark}  ${word}: `))
      t.same(rest, ['', 'Separate events. Do not add these figures.', ''])
    }
    const [, both] = textTable([flatRow({ counts: 'movements', verification: 'discounted' })]).split('\n')
    t.match(both, / {2}≤ 114,000 {2}xm {5}person /)
  },
)

t.test('sources are printed by name where one is known', async t => {
  const name = (id: string) => (id === 'un' ? 'United Nations' : null)
  t.match(textTable([flatRow({ originator: 'un;iom' })], { name }), / United Nations; iom {2}the-scotsman /)
})

t.test('an answer without figures says so', async t => {
  t.match(textTable([]), /^PERIOD .*EVENT\nNo figures\.\n\nSeparate events\. Do not add these figures\.\n$/)
})

t.test('on a narrow terminal words are cut and numbers and dates never', async t => {
  const rows = [
    flatRow({ event_title: 'الرمادي '.repeat(20), low: 253, best: 277, high: 114000, qualifier: 'between' }),
  ]
  const table = textTable(rows, { width: 100 })
  for (const line of table.split('\n')) t.ok(terminalWidth(line) <= 100)
  t.match(table, /…/)
  t.match(table, / 253–277–114,000 /)
  t.match(textTable(rows, { width: 10 }), /^2015-04 .* 253–277–114,000 /m)
})

t.test('nothing that steers a terminal or reorders a line is emitted', async t => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', 'ر', '\u202e', '\u2067', '\u200f', '\u061c', '\u001b', '\u009b', '\n', '\t'),
      }),
      text => {
        const table = textTable([
          flatRow({ event_title: text, locality_name: text, text, originator: text, high: null }),
        ])
        t.notMatch(table, /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
        t.notMatch(table, /(?!\n)\p{Cc}/u)
        t.equal(table.split('\n').length, 5)
      },
    ),
  )
})

t.test('widths are those of a terminal', async t => {
  t.equal(terminalWidth('Ramadi'), 6)
  t.equal(terminalWidth('الرمادي'), 7)
  t.equal(terminalWidth('الرَّمَادِي'), 7, 'vowel signs take no room')
  t.equal(terminalWidth('e\u0301'), 1)
  t.equal(terminalWidth('新疆'), 4)
  t.equal(terminalWidth('한글'), 4)
  t.equal(terminalWidth('👩‍🚒'), 2)
})

t.test('a cut text fits, shows that it was cut, and keeps letters whole', async t => {
  t.equal(truncate('Ramadi', 6), 'Ramadi')
  t.equal(truncate('Ramadi', 5), 'Rama…')
  t.equal(truncate('新疆新疆', 4), '新…')
  t.equal(truncate('a\u0301a\u0301a\u0301', 2), 'a\u0301…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      return terminalWidth(truncate(text, width)) <= width
    }),
  )
})

t.test('columns line up whatever the script', async t => {
  const table = textTable([flatRow({ locality_name: '新疆' }), flatRow({ locality_name: 'الرَّمَادِي' })])
  const [head, ...lines] = table.split('\n').slice(0, 3)
  for (const line of lines) {
    t.equal(terminalWidth(line.slice(0, line.indexOf('un '))), head!.indexOf('WHO'))
  }
})
