import { parquetReadObjects } from 'hyparquet'
import t, { type Test } from 'tap'
import { fromBuffer } from 'yauzl'
import { exporters } from '../../src/actions/exports.js'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { addressOf, routesOf } from '../support/routes.js'
import { type Answer, type SeededService, seededService } from './client.js'

/** 114,000 + 8,000; 500 for each of three days; 500 spread over them. In any writing. */
const FORBIDDEN = /(?<![\d.])(122[,. \u00a0]?000|1[,. \u00a0]?500|166(\.\d+)?|167)(?![\d-])/

/** Answers about the process, the log’s end and keys, and those of loads, of which there are none; the page’s own files. */
const NO_FIGURES = /^\/(metrics|healthz|readyz|docs|v1\/(log\/checkpoint|imports|keys))/

/** Positions, hashes, coordinates and addresses are no figures. */
const figuresIn = (text: string) =>
  text
    .replace(/"(hash|lat|lon|coordinates|recorded_at|url|URL)":("[^"]*"|\[[^\]]*\]|[-\d.]+)/g, '')
    .replace(/https?:\/\/[^\s",<>]*/g, '')

/** The texts of the files in a zip. */
const unzipped = (zip: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error)
      file.on('end', () => resolve(text))
      file.on('entry', entry =>
        file.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed)
          stream.on('data', chunk => {
            text += chunk
          })
          stream.on('end', () => file.readEntry())
        }),
      )
      file.readEntry()
    })
  })

async function textOf(url: string, { rawPayload, body }: Answer): Promise<string> {
  if (url.endsWith('.zip')) return unzipped(rawPayload)
  if (!url.endsWith('.parquet')) return body
  const { buffer, byteOffset, byteLength } = rawPayload
  return JSON.stringify(
    await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer }),
    (_, value) => (typeof value === 'bigint' ? Number(value) : value),
  )
}

/** Asks, and holds that the answer has none of the numbers. False if there is no such answer. */
async function look(t: Test, { call }: SeededService, url: string): Promise<boolean> {
  const answer = await call('GET', url)
  if (answer.statusCode === 404 || answer.statusCode === 406) return false
  if (answer.statusCode !== 200) t.fail(`${url}: ${answer.statusCode} ${answer.body}`)
  const figures = figuresIn(await textOf(url.split('?')[0]!, answer))
  const found = FORBIDDEN.exec(figures)
  if (found) t.fail(`${url}: ${figures.slice(Math.max(0, found.index - 80), found.index + 40)}`)
  return true
}

/** Every combination of some values of some parameters. */
function* grid(parameters: Record<string, string[]>): Generator<string> {
  const [[name, values] = ['', []], ...rest] = Object.entries(parameters)
  if (rest.length === 0 && name === '') return yield ''
  for (const below of grid(Object.fromEntries(rest)))
    for (const value of values) yield value === '' ? below : `${below}&${name}=${value}`
}

t.test(
  'no sum, product or share of the article’s figures appears in any timeline, whatever is asked of it',
  async t => {
    const service = await seededService(t)
    let answers = 0
    const parameters = {
      measure: ['', 'killed', 'displaced', 'killed,displaced'],
      basis: ['', 'flow', 'cumulative'],
      scope: ['within', 'exact', 'around'],
      from: ['', '2015-05-01'],
      published_by: ['', '2015-05-18'],
    }
    for (const locality of ['iq-ramadi', 'iq'])
      for (const format of ['', '.csv', '.txt', '.ndjson', '.geojson'])
        for (const query of grid(format ? parameters : { ...parameters, shape: ['events', 'rows', 'series'] }))
          answers += Number(await look(t, service, `/v1/localities/${locality}/timeline${format}?${query.slice(1)}`))
    t.equal(answers, 2 * (4 + 3) * 4 * 3 * 3 * 2 * 2)
  },
)

t.test('nor does it in what any other route answers, in any form', async t => {
  const service = await seededService(t)
  const { app, get } = service
  const ids: Record<string, string[]> = {}
  for (const noun of NOUNS)
    ids[nouns[noun].plural] = (await get(`/v1/${nouns[noun].plural}?limit=1000`)).items.map(
      ({ id }: { id: string }) => id,
    )
  const formats = ['json', 'csv', 'ndjson', 'geojson', 'txt', 'bib', 'csl']
  /** What there is for the parameters of a route. */
  const addressesOf = (url: string) =>
    (ids[url.split('/')[2] ?? ''] ?? ['none']).flatMap(id =>
      formats.flatMap(format =>
        [...Object.keys(exporters), 'measure'].map(name =>
          addressOf(url, { id, format, name, rev: '1', code: 'sum_refused' }),
        ),
      ),
    )
  const routes = routesOf(app).filter(({ method, url }) => method === 'GET' && !NO_FIGURES.test(url))
  t.ok(routes.length > 40, `${routes.length} routes`)
  let answers = 0
  for (const { url } of routes) {
    let found = 0
    for (const address of new Set(addressesOf(url)))
      found += Number(await look(t, service, url === '/v1/resolve' ? `${address}?name=Ramadi` : address))
    t.ok(found > 0, `${url}: ${found} answers`)
    answers += found
  }
  t.ok(answers > 250, `${answers} answers`)
})

t.test('the numbers are seen where they are', async t => {
  for (const text of ['122,000 fled', '"high":122000', '1500', '1,500', '166', '166.67', '167'])
    t.match(figuresIn(text), FORBIDDEN)
  for (const text of ['114,000', '8,000', '500', '15000', '2015-05-15', '11500', '1.1500', '1670'])
    t.notMatch(figuresIn(text), FORBIDDEN)
})
