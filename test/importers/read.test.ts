import { createReadStream, existsSync } from 'node:fs'
import t from 'tap'
import type { BrokenRow, ForeignRow } from '../../src/importers/adapter.js'
import { openTable } from '../../src/importers/read.js'
import { ndjsonRows } from '../../src/importers/read-ndjson.js'
import { adapterNamed, adapters, detect } from '../../src/importers/registry.js'
import { overFile } from './adapted.js'

async function* bytes(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const all = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
}

async function rowsOf(
  text: string | Uint8Array,
  columns?: string[],
  size?: number,
): Promise<(ForeignRow | BrokenRow)[]> {
  const rows = []
  for await (const row of (await openTable(bytes(text, size))).rows(columns)) rows.push(row)
  return rows
}

const seen = (rows: (ForeignRow | BrokenRow)[]) =>
  rows.map(row => ('problems' in row ? [row.line, row.problems[0]?.detail] : [row.line, ...Object.values(row.cells)]))

t.test('A byte order mark, any line ends, embedded ones and blank lines leave the line numbers right', async t => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = `\uFEFFa,b${end}1,"x${end}y"${end}${end}"3 ""q""",4${end}5,6`
    const table = await openTable(bytes(text))
    t.same([table.container, table.header, table.secondRow], ['csv', ['a', 'b'], ['1', 'x\ny']])
    t.same(seen(await rowsOf(text)), [
      [2, '1', 'x\ny'],
      [5, '3 "q"', '4'],
      [6, '5', '6'],
    ])
  }
})

t.test('An uneven row is reported and the others are read', async t => {
  t.same(seen(await rowsOf('a,b\n1,2\n3\n4,5,6\n7,8,\n9,10')), [
    [2, '1', '2'],
    [3, 'The row has 1 cells, the header 2.'],
    [4, 'The row has 3 cells, the header 2.'],
    [5, '7', '8'],
    [6, '9', '10'],
  ])
})

t.test('A quotation mark that is never closed is reported where its row starts', async t => {
  t.same(seen(await rowsOf('a,b\n1,2\n"3,4\n5,6\n')), [
    [2, '1', '2'],
    [3, 'A quotation mark is opened here or later and never closed.'],
  ])
})

t.test('A quotation mark that is not closed never takes in the rows behind it', async t => {
  const unclosed = 'A quotation mark is opened here or later and never closed.'
  t.same(seen(await rowsOf('a,b,c\n1,"x",y\n2,"z,2016\n3,"9900 fled",y\n4,"x",y\n')), [
    [2, '1', 'x', 'y'],
    [3, unclosed],
    [5, '4', 'x', 'y'],
  ])
  t.same(seen(await rowsOf('a,b\n1,"two\nlines, ""so"""\n2,"x" y\n3,5" pipe\n4,"x"\n')), [
    [2, '1', 'two\nlines, "so"'],
    [4, '2', '"x" y'],
    [5, '3', '5" pipe'],
    [6, '4', 'x'],
  ])
})

t.test('Nothing is read on behind a row that is too long, and none is passed over', async t => {
  const long = { code: 'malformed', detail: /^The row on line 3 is longer than 4000000 bytes/ }
  const good = '5,6\n'.repeat(100)
  for (const cell of ['x'.repeat(4_100_000), `"${'x\n'.repeat(2_100_000)}`])
    await t.rejects(rowsOf(`a,b\n1,2\n3,${cell}\n${good}`, undefined, 1 << 19), long)
})

t.test('Columns have one name each', async t => {
  const headerOf = async (line: string) => (await openTable(bytes(`${line}\n1,2,3\n`))).header
  t.same(await headerOf('a,,a'), ['a', 'column 2', 'a (2)'])
  t.same(await headerOf('Total,Total,Total (2)'), ['Total', 'Total (3)', 'Total (2)'])
  t.same(await headerOf('a,,column 2,'), ['a', 'column 2 (2)', 'column 2', 'column 4'])
})

t.test('Tabs, semicolons and files without header', async t => {
  t.same(seen(await rowsOf('a\tb\n1\t"2 ""x"""\n')), [[2, '1', '2 "x"']])
  t.same(seen(await rowsOf('1\t"x"\n', ['id', 'name'])), [[1, '1', '"x"']], 'GeoNames encloses nothing')
  t.same(seen(await rowsOf('1\tx, y, z\n', ['id', 'name'])), [[1, '1', 'x, y, z']], 'however many commas there are')
  t.same(seen(await rowsOf('a;b\n1,5;2\n')), [[2, '1,5', '2']])
  t.same(seen(await rowsOf('1\tx\n2\ty\n', ['id', 'name'])), [
    [1, '1', 'x'],
    [2, '2', 'y'],
  ])
  t.same(seen(await rowsOf('id\tname\n2\ty\n', ['id', 'name'])), [[2, '2', 'y']])
  t.same(await rowsOf('a,b\n'), [])
  for (const delimiter of [',', ';', '\t']) t.equal((await openTable(bytes(`a${delimiter}b\n`))).delimiter, delimiter)
})

t.test('A table with hashtags may stand below titles', async t => {
  const below = async (above: string, table = 'Where,Dead\n#adm1,#affected+killed\nAnbar,12\n') => {
    const { header, secondRow } = await openTable(bytes(above + table))
    return [header, secondRow, seen(await rowsOf(above + table))]
  }
  const [named, tags] = [
    ['Where', 'Dead'],
    ['#adm1', '#affected+killed'],
  ]
  const rowsFrom = (line: number) => [
    [line, ...tags],
    [line + 1, 'Anbar', '12'],
  ]
  t.same(await below(''), [named, tags, rowsFrom(2)])
  t.same(await below('Iraq, in May\n\n"of two\nlines"\n,\n'), [named, tags, rowsFrom(7)])
  t.same(await below('Title\n'.repeat(23)), [named, tags, rowsFrom(25)])
  t.same((await below('Title\n'.repeat(24)))[0], ['Title'], 'among the first 25 rows')
  const bare = '#adm1,#affected+killed,\nAnbar,12,\n'
  for (const above of ['', 'Title\n', 'Title,\n"Title"\n'])
    t.same((await below(above, bare))[0], [...tags, 'column 3'], 'a title has too few cells to be the header')
  const semicolons = 'Where;Killed, injured, missing, total\n#adm1;#affected +killed\nAnbar;12\n'
  t.match(await below('Iraq, in May, of all\n', semicolons), [['Where', 'Killed, injured, missing, total']])
  t.same((await below('', 'Where;Said\nAnbar;"Fled:\n#Ramadi\n"\n'))[0], ['Where', 'Said'], 'words are no hashtags')
  t.same((await below('', 'Where,Said\nAnbar,1\n,#N/A\n#REF!,\n'))[0], ['Where', 'Said'], 'nor are failed cells')
  t.same((await below('', `Where;Said\n#adm1${';"'.repeat(60)}x\n`))[0], ['Where', 'Said'], 'nor are marks, in no time')
  t.same((await below('', 'Where,Said\nAnbar,"#here; #there"\n#x; #y,"1;2;3"\n'))[0], ['Where', 'Said'])
})

t.test('JSON: an array or lines of objects, one at a time', async t => {
  const text = '[ {"a": "}],", "b": {"c": [1, 2]}},\n {"a": "\\"\\\\"}, 7, {"a": nil} ]'
  t.same((await openTable(bytes(text))).header, ['a', 'b'])
  t.same(seen(await rowsOf(text)), [
    [1, '}],', { c: [1, 2] }],
    [2, '"\\'],
    [3, 'This element is no object.'],
    [4, 'This element is not JSON.'],
  ])
  t.same(seen(await rowsOf('{"a": 1}\n\n{"a": 2}')), [
    [1, 1],
    [2, 2],
  ])
  t.same(await rowsOf('[]'), [])
})

t.test('JSON: the members are those of the first object, whatever stands before it', async t => {
  const text = '[null, 7, {"a": 1}, {"a": 2, "b": 3}]'
  t.same((await openTable(bytes(text))).header, ['a'])
  t.same(seen(await rowsOf(text)), [
    [1, 'This element is no object.'],
    [2, 'This element is no object.'],
    [3, 1],
    [4, 2, 3],
  ])
  t.same((await openTable(bytes('[null]'))).header, [])
})

t.test('JSON: a page of an API is the list in it', async t => {
  const list = '[{"a": 1, "results": [7]}, {"a": "]}"}]'
  for (const [before, behind] of [
    ['{"TotalCount": 2, "NextPageUrl": "", "Result": ', '}'],
    ['\n{ "count": 2,\n "next": "https://api.example/?a=[]",\n "results" :\n', ',\n "previous": null }\n'],
  ] as const)
    for (const size of [1, 7, 1000])
      t.same(seen(await rowsOf(before + list + behind, undefined, size)), [
        [1, 1, [7]],
        [2, ']}'],
      ])
  t.same(await rowsOf('{"results": []}'), [])
  t.same(seen(await rowsOf('{"a": 1}\n{"results": [1]}\n{"b": {"results": [2]}}')), [
    [1, 1],
    [2, [1]],
    [3, { results: [2] }],
  ])
  for (const behind of ['', ',', '} x', '}{"a": 2}', ', "next": nil}'])
    await t.rejects(rowsOf(`{"results": ${list}${behind}`), { code: 'malformed' }, behind)
})

t.test('However short its lines are, NDJSON comes in small blocks, and in order', async t => {
  const count = 10_001
  const text = Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('')
  const blocks = []
  for await (const block of ndjsonRows(bytes(text, 90_000), 1000)) blocks.push(block)
  t.ok(
    blocks.every(({ length }) => length > 0 && length <= 1000),
    blocks.map(({ length }) => length).join(', '),
  )
  t.strictSame(
    blocks.flat().map(row => ('cells' in row ? { line: row.line, cells: row.cells } : row)),
    Array.from({ length: count }, (_, n) => ({ line: n + 1, cells: { n } })),
  )
})

t.test('What cannot be read at all is refused', async t => {
  const refused = async (text: string | Uint8Array) => t.rejects(rowsOf(text), { code: 'malformed' })
  await refused('')
  await refused('\uFEFF \n')
  await refused(new Uint8Array([97, 44, 98, 10, 255, 44, 49, 10]))
  await refused('[{"a": 1}, {"a": ')
  await refused('[{"a": 1}')
  for (const more of ['[{"a": 2}]', '\n{"a": 2}', ']', ',']) await refused(`[{"a": 1}]${more}`)
  t.equal((await rowsOf(`[{"a": 1}] \n${' '.repeat(100)}`)).length, 1, 'white space behind a list is nothing')
})

t.test('A format is known by its header, whatever HXL tags follow', async t => {
  t.same(
    adapters.map(adapter => adapterNamed(adapter.name)?.name),
    ['ucdp-ged', 'idmc-idu', 'idmc-gidd', 'geonames', 'pcodes', 'whosonfirst', 'hxl'],
  )
  t.equal(adapterNamed('none'), undefined)
  t.equal(detect(['a', 'b'])?.name, undefined)
  t.equal(detect(['a', 'b'], ['#country', '#affected+killed'])?.name, 'hxl')
  t.equal(detect(['1', 'x', ...Array(17).fill('')])?.name, undefined)
})

const FILES = {
  'ucdp/ged-iraq.csv': ['ucdp-ged', 7474],
  'idmc/idu-india.json': ['idmc-idu', 113],
  'idmc/gidd-disasters.csv': ['idmc-gidd', 22119],
  'gazetteer/whosonfirst-iraq.csv': ['whosonfirst', 22900],
  'gazetteer/geonames-iraq-cities500.tsv': ['geonames', 144],
  'gazetteer/pcodes-adm1-adm2.csv': ['pcodes', 33364],
} as const

for (const [file, [format, count]] of Object.entries(FILES)) {
  t.test(`${file} is told to be ${format} and read whole`, overFile(file), async t => {
    const path = new URL(`../../../../shared/data/${file}`, import.meta.url)
    t.ok(existsSync(path))
    const table = await openTable(createReadStream(path))
    const adapter = detect(table.header, table.secondRow)
    t.equal(adapter?.name, format)
    let rows = 0
    for await (const row of table.rows(adapter?.columns)) if (!('problems' in row)) rows += 1
    t.equal(rows, count, 'tag rows among them')
  })
}
