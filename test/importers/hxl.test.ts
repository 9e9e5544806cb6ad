import t from 'tap'
import type { Draft, FileFacts } from '../../src/importers/adapter.js'
import { hxl } from '../../src/importers/hxl.js'
import { isTags } from '../../src/importers/hxl-tags.js'
import { admitted, documentsOf } from './adapted.js'

const table = {
  Date: '#date+start',
  Until: '#date+end',
  Country: '#country+code',
  Province: '#adm1+name',
  'P-code': '#adm1+code',
  Town: '#loc+name',
  Lat: '#geo+lat',
  Lon: '#geo+lon',
  Dead: '#affected+killed',
  Women: '#affected+killed+f',
  Hurt: '#affected+injured',
  IDPs: '#affected+idps+hh',
  Source: '#meta+source',
  Remarks: '#meta+notes',
}

const row: Record<keyof typeof table, string> = {
  Date: '2015-05-15',
  Until: '2015-05-17',
  Country: 'IRQ',
  Province: 'Anbar',
  'P-code': 'IQG01',
  Town: 'Ramadi',
  Lat: '33.42',
  Lon: '43.3',
  Dead: '1,277',
  Women: '12',
  Hurt: '',
  IDPs: '0',
  Source: 'OCHA',
  Remarks: 'first count',
}

function read(cells: object, tags: object = table, facts?: FileFacts) {
  const header = Object.keys(tags)
  return hxl.open(header, Object.values(tags), facts)({ line: 3, cells: { ...cells } })
}

function figures(draft: Draft | null) {
  if (!draft) throw new Error('skipped')
  const { figures, faults } = admitted(draft)
  if (faults.length > 0) throw new Error(faults.join('; '))
  return figures.map(({ document }) => document)
}

t.test('A stock stands at the end of its row’s period, if that has one', async t => {
  const stock = (cells: object) => figures(read({ ...row, Dead: '', Women: '', ...cells }))[0]?.period
  t.match(stock({ Date: '' }), { edtf: '../2015-05-17', reading: 'as_of' })
  t.match(stock({ Until: '' }), { edtf: '2015-05-15/..', reading: null })
})

t.test('Numbers that the table prints out of order are kept as printed, those of parts too', async t => {
  const tags = { ...table, Least: '#affected+killed+min', Most: '#affected+killed+max', Up: '#affected+killed+f+max' }
  const value = (cells: object) => figures(read({ ...row, IDPs: '', ...cells }, tags))[0]?.value
  t.match(value({ Dead: '20', Women: '', Least: '10', Most: '30', Up: '25' }), { sic: false })
  t.match(value({ Dead: '20', Women: '', Least: '25', Most: '30', Up: '25' }), { sic: true })
  t.match(value({ Dead: '20', Women: '', Least: '10', Most: '30', Up: '35' }), { sic: true })
  t.match(value({ Dead: '20', Women: '31', Least: '10', Most: '30', Up: '' }), { sic: true })
})

t.test('One figure for each column that counts something; empty is unknown, zero is zero', async t => {
  const draft = read(row)
  const [dead, idps, ...others] = figures(draft)
  t.same(others, [])
  t.match(dead, { measure: 'killed', basis: 'flow', unit: 'person', value: { best: 1277, qualifier: 'unqualified' } })
  t.match(dead?.breakdown, [{ dimension: 'sex', category: 'f', best: 12 }])
  t.match(idps, { measure: 'displaced', basis: 'stock', unit: 'household', value: { best: 0 } })
  t.match(idps?.period, { start: '2015-05-15', end: '2015-05-17', reading: 'as_of' })
  t.match(draft?.places.place, {
    name: 'Ramadi',
    level: 'settlement',
    point: { lat: 33.42, lon: 43.3 },
    parents: [{ codes: { iso3166_1: 'IQ' } }, { name: 'Anbar', level: 'adm1', codes: { pcode: 'IQG01' } }],
  })
  if (draft) {
    t.match(documentsOf(draft, 'source'), [{ id: 'ocha', document: { kind: 'un_agency' } }])
    t.match(documentsOf(draft, 'event')[0]?.document.note, /Remarks: first count/)
  }
})

t.test('The row of tags and rows without a number are no data', async t => {
  t.equal(read(table), null)
  t.equal(read({ ...row, Dead: '', Women: '', IDPs: '' }), null)
})

t.test('A file is known by its tags, in the second row or the first', async t => {
  t.ok(hxl.detects?.(Object.keys(table), Object.values(table)))
  t.ok(hxl.detects?.(Object.values(table), Object.values(row)))
  t.notOk(hxl.detects?.(['a', 'b'], ['#country', '#adm1+name']), 'no numbers')
  t.notOk(hxl.detects?.(['a', 'b'], ['#affected', 'text']))
})

t.test('The same row has the same ids; a corrected number too; a twin has its own', async t => {
  const ids = (draft: Draft | null) => draft?.documents.map(({ id }) => id)
  t.same(ids(read(row)), ids(read(row)))
  t.same(ids(read(row)), ids(read({ ...row, Dead: '1,280' })))
  t.not(ids(read(row))?.[2], ids(read({ ...row, Date: '2015-05-16' }))?.[2])
  const both = hxl.open(Object.keys(table), Object.values(table))
  const [one, two] = [both({ line: 3, cells: row }), both({ line: 4, cells: row })].map(ids)
  t.equal(two?.[2], `${one?.[2]}-2`)
})

t.test('A twin keeps its id when the one before it is refused, and when that is mended', async t => {
  const second = (cells: object) => {
    const both = hxl.open(Object.keys(table), Object.values(table))
    both({ line: 3, cells: { ...row, ...cells } })
    return both({ line: 4, cells: row })?.documents[2]?.id
  }
  t.equal(second({ Dead: '7 000' }), second({ Dead: '7000' }))
})

t.test('A word that is not known makes a column another thing than people: it is noted, and no number', async t => {
  for (const tag of [
    '#affected+idps+pct',
    '#affected+displaced+families',
    '#affected+killed+rate',
    '#affected+infected',
  ]) {
    const [only, ...others] = figures(read({ ...row, Other: '12' }, { ...table, Women: '', IDPs: '', Other: tag }))
    t.match([only?.measure, others], ['killed', []], tag)
    const event = read({ ...row, Other: '12' }, { ...table, Other: tag })?.documents.find(
      ({ noun }) => noun === 'event',
    )
    t.match(event?.document, { note: /Other: 12/ }, tag)
  }
})

t.test('What no member holds is noted: names in other scripts, codes of unknown schemes, further dates', async t => {
  const further = {
    اسم: '#adm1+name+ar',
    HR: '#adm1+code+v_hr',
    Site: '#loc+code',
    Geo: '#geo+coord',
    Updated: '#date+updated',
  }
  const cells = { اسم: 'الأنبار', HR: 'HR1', Site: 'S-7', Geo: '33.4,43.3', Updated: '2015-06-01' }
  const [event] = documentsOf(read({ ...row, ...cells }, { ...table, ...further })!, 'event')
  const note = event?.document.note ?? ''
  for (const [column, cell] of Object.entries(cells)) t.ok(note.includes(`${column}: ${cell}`), column)
  t.match(note, /^Lat: 33\.42\nLon: 43\.3$/m, 'the point, which a place that is there already does not take')
  t.notMatch(note, /Province|P-code|Town|Date|Dead/)
})

t.test('An indicator by name counts what its name says, and is not guessed', async t => {
  const long = {
    Y: '#date+year',
    C: '#country+name',
    I: '#indicator+name',
    V: '#indicator+value+num',
    S: '#meta+source',
  }
  const cells = { Y: '2015', C: 'Iraq', I: 'People displaced', V: '8000', S: 'IOM' }
  const [figure] = figures(read(cells, long))
  t.match(figure, { measure: 'displaced', value: { best: 8000 }, period: { edtf: '2015', precision: 'year' } })
  t.match(read({ ...cells, I: 'Schools open' }, long)?.problems, [{ column: 'I', code: 'not_in_list' }])
})

t.test('What a row lacks is said', async t => {
  const problems = (cells: object, facts?: FileFacts) =>
    read({ ...row, ...cells }, table, facts)?.problems.map(({ column, code }) => [column, code])
  t.same(problems({ Source: '' }), [['Source', 'missing']])
  t.same(problems({ Source: '' }, { source: 'Ministry of Health' }), [])
  t.same(problems({ Country: '', Province: '', 'P-code': '', Town: '' }), [[null, 'missing']])
  t.same(problems({ Dead: '12.5' }), [
    ['Dead', 'bad_value'],
    ['Women', 'missing'],
  ])
  t.same(problems({ Women: '12.000' }), [['Women', 'bad_value']], 'twelve or twelve thousand')
  t.same(problems({ Dead: '' }), [['Women', 'missing']], 'a part without its whole')
  t.same(problems({ Date: '15/05/2015' }), [['Date', 'bad_date']])
})

t.test('Midnight in UTC is that day; in another zone it may be another', async t => {
  const day = (text: string) => {
    const draft = read({ ...row, Date: text })
    return draft?.problems[0]?.code ?? figures(draft)[0]?.period.start
  }
  for (const text of [
    '2015-05-15T00:00:00Z',
    '2015-05-15 00:00:00+00:00',
    '2015-05-15T00:00Z',
    '2015-05-15 00:00+0000',
  ])
    t.equal(day(text), '2015-05-15', text)
  for (const text of ['2015-05-15T00:00:00+03:00', '2015-05-14T21:00:00Z', '2015-05-15T00:00:01Z'])
    t.equal(day(text), 'bad_date', text)
})

t.test('A number that no hashtag says how to count is refused with its column, never skipped', async t => {
  const tags = { C: '#country+code', Dead: '#affected+killed', Sure: '#affected+killed+confirmed', S: '#meta+source' }
  const cells = { C: 'IRQ', Dead: '', Sure: '', S: 'X' }
  t.equal(read(cells, tags), null, 'all empty')
  t.match(read({ ...cells, Sure: '120' }, tags)?.problems, [{ column: 'Sure', code: 'not_in_list', value: '120' }])
  t.same(read({ ...cells, Dead: '5', Sure: '120' }, tags)?.problems, [])
  const long = { C: '#country+code', I: '#indicator+code', N: '#indicator+num', Dead: '#affected+killed' }
  const facts = { source: 'X' }
  t.match(read({ C: 'IRQ', I: '4.2', N: '7' }, long, facts)?.problems, [{ column: 'N', code: 'not_in_list' }])
  t.equal(read({ C: 'IRQ', I: '4.2', N: '' }, long, facts), null, 'a code is no number')
  for (const cell of ['~500', '>1000', '٥٠٠', '-5', 'approx. 500'])
    t.match(read({ ...cells, Sure: cell }, tags)?.problems, [{ column: 'Sure', code: 'not_in_list' }], cell)
  const people = (tag: string) => tagged(['#adm1', tag, '#affected+killed'], ['Anbar', '500', ''])?.problems
  t.match(people('#population+idps'), [{ column: '#population+idps', code: 'not_in_list' }])
  t.equal(people('#population'), undefined, 'those who live there')
  t.throws(() => read(cells, { C: '#country+code', New: '#affected+idps+new' }), { code: 'malformed' }, 'a whole table')
  t.throws(() => read(cells, { C: 'country', Dead: 'killed' }), { code: 'malformed' })
})

t.test('Objects are read by the hashtags that each has itself', async t => {
  const first = { '#country+code': 'IRQ', '#meta+source': 'X', id: '7' }
  const rows = hxl.open(Object.keys(first))
  t.equal(rows({ line: 1, cells: first }), null)
  const second = rows({ line: 2, cells: { ...first, '#affected+killed': 5, '#affected+injured': '90' } })
  t.match(figures(second), [{ measure: 'killed' }, { measure: 'injured', value: { best: 90 } }])
  t.match(documentsOf(second!, 'event')[0]?.document.note, /^id: 7$/m)
  t.ok(hxl.detects?.(['id', '#country', '#affected+killed']))
  const twice = { '#country': 'Iraq', '#affected+killed': '5', '#affected+killed (2)': '6', '#meta+source': 'X' }
  t.match(hxl.open(Object.keys(twice), Object.values(twice))({ line: 2, cells: twice })?.problems, [
    { code: 'invalid' },
  ])
})

t.test('A row of hashtags some of which want their # is no data', async t => {
  const bare = { Country: '#country', Year: '#date+year', Dead: '#affected+killed', Lat: 'geo+lat' }
  t.equal(read(bare, bare), null)
  t.ok(hxl.detects?.(Object.keys(bare), Object.values(bare)))
  for (const cell of ['33.4', 'Ramadi', 'al anbar', '#12'])
    t.notOk(hxl.detects?.(Object.keys(bare), Object.values({ ...bare, Lat: cell })), cell)
  t.notOk(hxl.detects?.(Object.keys(bare), Object.values({ ...bare, Year: 'year' })), 'half of them')
  for (const cell of [null, true, 5]) t.notOk(isTags([...Object.values(table), cell]), `${cell} is no text`)
})

t.test('Low, best and high of one thing are one figure', async t => {
  const tags = {
    D: '#date',
    C: '#country',
    L: '#affected+killed+low',
    B: '#affected+killed',
    H: '#affected+killed+high',
  }
  const cells = { D: '2015-05', C: 'Iraq', L: '253', B: '277', H: '527' }
  const [figure] = figures(read(cells, tags, { source: 'A' }))
  t.match(figure?.value, { low: 253, best: 277, high: 527, qualifier: 'between' })
  const [low] = figures(read({ ...cells, B: '', H: '' }, tags, { source: 'A' }))
  t.match(low?.value, { low: 253, best: null, qualifier: 'at_least' })
})

/** A row of cells below these hashtags, printed by X. */
const tagged = (tags: readonly string[], cells: readonly string[], facts: FileFacts = { source: 'X' }) =>
  hxl.open(tags, tags, facts)({ line: 3, cells: Object.fromEntries(tags.map((tag, i) => [tag, cells[i] ?? ''])) })

/** The places of a row's first figure by role, with the codes that the row gives, and the one of its event. */
function placed(tags: readonly string[], cells: readonly string[]) {
  const draft = tagged(tags, cells)
  const places = (figures(draft)[0]?.places ?? []).map(({ locality, role }) => {
    const { name, codes, parents } = draft!.places[locality]!
    return [role, [...parents.map(parent => parent.name), name].join(' > '), ...Object.values(codes)].join(' ')
  })
  const [event] = documentsOf(draft!, 'event')
  return [...places, `at ${draft!.places[event!.document.locality]!.name}`]
}

t.test(
  'Where people came from and where they went are other places than the row’s, with codes of their own',
  async t => {
    const origin = ['#adm1+name', '#adm1+code', '#adm1+origin+name', '#adm1+origin+code']
    const cells = ['Erbil', 'IQG11', 'Anbar', 'IQG01', '5000']
    const both = ['destination Erbil IQG11', 'origin Anbar IQG01', 'at Erbil']
    t.same(placed([...origin, '#affected+idps'], cells), both)
    t.same(placed([...origin, '#affected+displaced'], cells), [both[1], both[0], both[2]], 'a flow, too')
    t.same(placed([...origin, '#affected+killed'], cells), ['incident Erbil IQG11', 'at Erbil'])
    const dest = ['#country', '#adm1+name+dest', '#affected+displaced']
    t.same(placed(dest, ['Iraq', 'Erbil', '5000']), ['destination Iraq > Erbil', 'at Erbil'])
    const ends = ['origin Iraq > Anbar', 'destination Iraq > Erbil', 'at Anbar']
    t.same(
      placed(['#country', '#adm1+origin', '#adm1+dest', '#affected+displaced'], ['Iraq', 'Anbar', 'Erbil', '5']),
      ends,
    )
    t.same(
      placed(['#country', '#adm1+dest', '#adm1+origin', '#affected+displaced'], ['Iraq', 'Erbil', 'Anbar', '5']),
      ends,
    )
    const refugees = [
      '#country+name+origin',
      '#country+code+v_iso3+origin',
      '#country+name+asylum',
      '#country+code+asylum',
    ]
    t.same(placed([...refugees, '#affected+refugees'], ['Iraq', 'IRQ', 'Jordan', 'JOR', '33000']), [
      'destination Jordan JO JOR',
      'origin Iraq IQ IRQ',
      'at Jordan',
    ])
    t.same(placed(['#country', '#adm1+origin', '#affected+killed'], ['Iraq', 'Anbar', '3']), [
      'incident Iraq IQ IRQ',
      'at Iraq',
    ])
    t.same(placed(['#country', '#adm1+origin', '#affected+refugees'], ['Jordan', 'Anbar', '9']), [
      'destination Jordan JO JOR',
      'origin Anbar',
      'at Jordan',
    ])
    t.same(placed(['#country+code', '#adm1+asylum', '#affected+refugees'], ['IRQ', 'Erbil', '9']), [
      'destination Iraq > Erbil',
      'at Erbil',
    ])
    t.match(tagged(['#country', '#adm1+origin', '#affected+idps'], ['Iraq', 'Anbar', 'many'])?.problems, [
      { column: '#affected+idps', code: 'bad_value' },
    ])
    const noted = tagged([...origin, '#adm1+nationality', '#affected+killed'], [...cells.slice(0, 4), 'Basra', '3'])
    t.match(documentsOf(noted!, 'event')[0]?.document.note, /^#adm1\+nationality: Basra\n#adm1\+origin\+code: IQG01\n/)
    t.match(tagged(['#adm1+origin', '#affected+killed'], ['Anbar', '3'])?.problems, [
      { code: 'missing', detail: /where people came from/ },
    ])
  },
)

t.test(
  'A stock is where people are, and a flow where they left; the displaced of a country are from there',
  async t => {
    const at = (tag: string, place = '#adm1') => placed([place, tag], ['Erbil', '5'])[0]
    t.equal(at('#affected+idps'), 'destination Erbil')
    t.equal(at('#affected+refugees'), 'destination Erbil')
    t.equal(at('#affected+returnees'), 'destination Erbil')
    t.equal(at('#affected+displaced'), 'origin Erbil')
    t.equal(at('#affected+idps', '#country'), 'origin Erbil')
    t.equal(at('#affected+refugees', '#country'), 'destination Erbil')
    for (const [land, known] of [
      ['IRQ', 'Iraq IQ IRQ'],
      ['iq', 'Iraq IQ IRQ'],
      ['Syria', 'Syria SY SYR'],
      ['UK', 'UK'],
    ] as const)
      t.equal(placed(['#country', '#affected+killed'], [land, '5'])[0], `incident ${known}`)
  },
)

t.test('Countries and P-codes are read as IOM writes them', async t => {
  const tags = ['#adm0+name', '#adm0+pcode', '#adm1+name', '#adm1+pcode', '#affected+killed']
  t.same(placed([...tags, '#adm1+constructor'], ['Iraq', 'IQ', 'Anbar', 'IQG01', '7']), [
    'incident Iraq > Anbar IQG01',
    'at Anbar',
  ])
})

t.test(
  'The date when things happened is the event’s, and that of a survey a stock’s; what is not taken is noted',
  async t => {
    const tags = ['#country', '#date+survey', '#date+occured', '#date', '#date+approved']
    const dates = ['2020-01-05', '2015-03', '2020-01', '2020-02']
    const read = (tag: string, cells = dates) => tagged([...tags, tag], ['Iraq', ...cells, '100'])
    const periods = (draft: Draft | null) => [
      documentsOf(draft!, 'event')[0]?.document.period.edtf,
      figures(draft)[0]?.period.edtf,
    ]
    const note = (draft: Draft | null) => documentsOf(draft!, 'event')[0]?.document.note
    t.same(periods(read('#affected+killed')), ['2015-03', '2015-03'])
    t.equal(note(read('#affected+killed')), '#date: 2020-01\n#date+approved: 2020-02\n#date+survey: 2020-01-05')
    t.same(periods(read('#affected+idps')), ['2015-03', '2020-01-05'])
    t.equal(note(read('#affected+idps')), '#date: 2020-01\n#date+approved: 2020-02')
    t.same(periods(read('#affected+idps', ['2020-01-05', '', '', ''])), ['2020-01-05', '2020-01-05'])
    const flow = read('#affected+killed', ['2020-01-05', '', '', '2020-02'])
    t.same(periods(flow), [undefined, null])
    t.equal(note(flow), '#date+approved: 2020-02\n#date+survey: 2020-01-05')
    const two = (...cells: string[]) =>
      tagged(['#country', '#date+year', '#date+month', '#affected+killed'], ['Iraq', ...cells, '1'])
    t.same(periods(two('2015', '2015-03')), ['2015-03', '2015-03'])
    t.match(two('2016', '2015-03')?.problems, [{ column: '#date+year', code: 'bad_date' }])
  },
)

t.test('A row stays the one it is when numbers of any kind, remarks and days of updates change', async t => {
  const tags = [
    ...['#id', '#adm1', '#date', '#affected+idps', '#affected+families', '#population', '#meta+comments'],
    ...['#description', '#date+updated', '#affected+type'],
  ]
  const cells = ['7', 'Anbar', '2015-05', '600', '100', '9000', 'to be verified', 'said so', '2015-06-01', 'rural']
  const ids = (changes: Record<string, string>) =>
    tagged(
      tags,
      tags.map((tag, i) => changes[tag] ?? cells[i]!),
    )?.documents[2]?.id
  const changing = [
    '#affected+idps',
    '#affected+families',
    '#population',
    '#meta+comments',
    '#description',
    '#date+updated',
  ]
  for (const tag of changing) t.equal(ids({ [tag]: '11' }), ids({}), tag)
  for (const tag of ['#id', '#adm1', '#affected+type']) t.not(ids({ [tag]: '11' }), ids({}), tag)
  t.not(ids({ '#date': '2015-04' }), ids({}))
})

t.test('A group of the people in need is a part of them all', async t => {
  const tags = ['#adm1', '#inneed+total', '#inneed+idps', '#inneed+returnees+f', '#inneed+wash']
  const [all, ...others] = figures(tagged(tags, ['Borno', '5000', '1200', '300', '40']))
  t.same(others, [])
  t.match(all, { measure: 'in_need', value: { best: 5000 } })
  t.match(all?.breakdown, [
    { dimension: 'population', category: 'idps', best: 1200 },
    { dimension: 'other', category: 'returnees+f', best: 300 },
  ])
  t.match(tagged(tags, ['Borno', '', '1200'])?.problems, [{ column: '#inneed+idps', code: 'missing', detail: /whole/ }])
})

t.test('A comma parts thousands, unless it may be the decimal sign', async t => {
  const killed = (cell: string, delimiter?: string) => {
    const draft = tagged(['#adm1', '#affected+killed'], ['Anbar', cell], {
      source: 'X',
      ...(delimiter && { delimiter }),
    })
    return draft?.problems[0]?.code ?? figures(draft)[0]?.value.best
  }
  t.equal(killed('1,234', ','), 1234)
  for (const delimiter of [';', '\t']) {
    t.equal(killed('1,234', delimiter), 'bad_value')
    t.equal(killed('1,234,567', delimiter), 1234567)
  }
  for (const cell of ['0,500', '012,000']) t.equal(killed(cell, ','), 'bad_value', cell)
})
