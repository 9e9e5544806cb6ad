import { readFileSync } from 'node:fs'
import t from 'tap'
import { readPeriod } from '../../src/domain/period.js'
import { readValue } from '../../src/domain/value.js'
import { terms } from '../../src/model/vocabularies.js'
import { seededService } from './client.js'
import { full } from './documents.js'

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

/** The cells of the rows of every table in a text. */
const rowsIn = (text: string) =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map(cell => cell.trim()))
const codesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
const section = (text: string, heading: string) => text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

t.test('every row of the table of values is what the service makes of it', async t => {
  const rows = rowsIn(section(page('figures.md'), 'Value')).slice(1)
  const number = (cell = '') => (cell === 'null' ? null : Number(cell))
  for (const [words, said, ...cells] of rows) {
    const [qualifier] = codesIn(said) as [ReturnType<typeof terms<'qualifier'>>[number]]
    const [low, best, high] = cells.map(number) as [number | null, number | null, number | null]
    const value = { low, best, high, qualifier, text: words!, sic: false }
    t.strictSame(readValue(value, '/value'), value, words!)
  }
  t.strictSame(new Set(rows.flatMap(([, said]) => codesIn(said))), new Set(terms('qualifier')))
})

t.test('every row of the table of periods is what the service makes of it', async t => {
  const rows = rowsIn(section(page('figures.md'), 'Period')).slice(1)
  t.equal(rows.length, 5)
  const day = (cell = '') => (cell === 'null' ? null : cell)
  for (const [said, given, start, end, precision] of rows)
    t.match(
      readPeriod(JSON.parse(codesIn(given)[0]!), '/period'),
      { start: day(start), end: day(end), precision },
      `${said}`,
    )
})

t.test('every document of the page on figures is accepted at the address above it', async t => {
  const { call, get } = await seededService(t)
  const examples = [...page('figures.md').matchAll(/^`PUT (\S+)`\n\n```json\n([\s\S]+?)^```$/gm)]
  t.equal(examples.length, 4)
  for (const [, url = '', text = ''] of examples) {
    const document = JSON.parse(text)
    const answer = await call('PUT', `${url}?reason=example`, {
      as: 'contributor',
      body: document,
      headers: { 'if-match': '*' },
    })
    t.equal(answer.statusCode, 200, `${url}: ${answer.body}`)
    t.match(await get(url), document)
  }
})

t.test('the page on timelines names every parameter and every reason that there is', async t => {
  const text = page('reading-a-timeline.md')
  const { get } = await seededService(t)
  const { paths } = await get('/openapi.json')
  t.strictSame(
    new Set(rowsIn(section(text, 'What to ask')).flatMap(([names]) => codesIn(names))),
    new Set(
      paths['/v1/localities/{id}/timeline'].get.parameters.flatMap(({ name, in: at }: Record<string, string>) =>
        at === 'query' ? [name] : [],
      ),
    ),
  )
  t.strictSame(
    rowsIn(section(text, 'Why there is no total')).flatMap(([reason]) => codesIn(reason)),
    terms('not_summed_reason'),
  )
})

t.test('the error on the page of errors is the one that the service gives', async t => {
  const { call } = await seededService(t)
  const [, text = ''] = /^```json\n([\s\S]+?)^```$/m.exec(page('errors.md')) ?? []
  const value = { low: 5, high: 9, qualifier: 'at_most' }
  const body = { ...full.figure, value, breakdown: null }
  t.strictSame((await call('POST', '/v1/figures', { as: 'contributor', body })).json(), JSON.parse(text))
})
