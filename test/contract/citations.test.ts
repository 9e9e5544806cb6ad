import t from 'tap'
import type { Answer } from '../support/service.js'
import { awkwardService, FILES, OFFERED } from './offered.js'

const RAMADI = '/v1/localities/iq-ramadi/timeline'
const HOME = 'https://annals.example'

const citedAt = (headers: Readonly<Record<string, unknown>>): string =>
  /<([^>]+)>; rel="cite-as"/.exec(String(headers.link))?.[1]?.replace(HOME, '') ?? ''

/** Questions of every kind, in every form. */
const ASKED = [
  ...FILES,
  ...Object.keys(OFFERED),
  ...['json', 'csv', 'ndjson', 'txt', 'geojson'].map(
    suffix => `${RAMADI}.${suffix}?measure=killed&published_by=2015-05-19`,
  ),
  `${RAMADI}?limit=2`,
  `${RAMADI}?shape=rows&scope=around`,
  `${RAMADI}?shape=series`,
  `${RAMADI}?include=retracted`,
  '/v1/localities/geonames:98717/timeline',
  '/v1/localities?q=ramadi',
  '/v1/figures?originator=un&limit=1',
  '/v1/figures.csv?excel=1&hxl=1',
  '/v1/exports/figures.csv?excel=1',
]

t.test(
  'every answer says where it is to be cited from, and that address gives the same bytes after further writes',
  async t => {
    const { app, send } = await awkwardService(t)
    const first = new Map<string, Buffer>()
    for (const url of ASKED) {
      const cited = citedAt((await app.inject(url)).headers)
      t.match(cited, /[?&]as_of=\d+(&|$)/, url)
      const { statusCode, rawPayload, headers } = await app.inject(cited)
      t.equal(statusCode, 200, cited)
      t.equal(citedAt(headers), cited, 'it is cited from itself')
      first.set(cited, rawPayload)
    }
    const as = (rev: number) => ({ headers: { 'if-match': `"${rev}"` } })
    for (const [method, url, body] of [
      ['PATCH', '/v1/figures/ramadi-2015:fall-fled?reason=misread', { value: { best: 8001 } }],
      ['PATCH', '/v1/reports/scotsman-2015-05-18?reason=found', { licence: 'CC BY 4.0', note: 'Looked at again.' }],
      ['PATCH', '/v1/localities/iq-ramadi?reason=spelling', { name: 'Ar-Ramadi' }],
      ['PATCH', '/v1/sources/un?reason=spelling', { name: 'UN' }],
      ['DELETE', '/v1/figures/ramadi-2015:fall-killed?reason=withdrawn', undefined],
      ['DELETE', '/v1/figures/awkward-stock?reason=withdrawn', undefined],
    ] as const)
      t.match(await send(method, url, body, as(1)), { status: 200 }, url)
    let changed = 0
    for (const [cited, bytes] of first) {
      t.ok((await app.inject(cited)).rawPayload.equals(bytes), cited)
      const now = await app.inject(cited.replace(/([?&])as_of=\d+&?/, '$1').replace(/[?&]$/, ''))
      if (!now.rawPayload.equals(bytes)) changed += 1
    }
    t.ok(changed > first.size / 2, `${changed} of ${first.size} answers are others now`)
    t.comment(`N = ${first.size} addresses`)
  },
)

t.test('every page of many is cited from an address that gives it again, next page and all', async t => {
  const { app, send } = await awkwardService(t)
  const starts = [`${RAMADI}?limit=2`, `${RAMADI}?limit=1&shape=rows&measure=killed`, '/v1/figures?limit=3']
  for (const [n, start] of starts.entries()) {
    const cited = new Map<string, unknown>()
    for (let url: string | null = start; url !== null; ) {
      const { headers, body } = await app.inject(url)
      const { next, ...page }: Answer = JSON.parse(body)
      cited.set(citedAt(headers), page)
      url = next
    }
    t.ok(cited.size > 1, start)
    t.match(await send('PUT', `/v1/sources/other-${n}`, { name: `Another, ${n}`, kind: 'other' }), { status: 201 })
    for (const [url, page] of cited) {
      const { next, ...again } = (await app.inject(url)).json()
      t.same(again, page, url)
      if (next) t.equal((await app.inject(next)).statusCode, 200, 'and on from there')
    }
  }
})

t.test('another process, just started, gives the same bytes at a cited address', async t => {
  const { app, again } = await awkwardService(t)
  const other = await again()
  t.teardown(() => other.close())
  for (const url of ASKED) {
    const cited = citedAt((await app.inject(url)).headers)
    t.ok((await other.inject(cited)).rawPayload.equals((await app.inject(cited)).rawPayload), cited)
  }
})

t.test('the answer now and the answer at its citation are one, but for the address of the next page', async t => {
  const { app } = await awkwardService(t)
  for (const url of [
    `${RAMADI}.csv`,
    `${RAMADI}.txt`,
    `${RAMADI}.ndjson`,
    `${RAMADI}.geojson`,
    RAMADI,
    `${RAMADI}?limit=2`,
  ]) {
    const { body, headers } = await app.inject(url)
    const then = (await app.inject(citedAt(headers))).body
    const paged = (text: string) => text.replace(/"next":"[^"]*"/, '"next":""')
    t.equal(paged(then), paged(body), url)
  }
})

t.test(
  'a question mark within a question is a part of it, in its citation and in the address of the next page',
  async t => {
    const { app } = await awkwardService(t)
    const { headers, body } = await app.inject('/v1/localities?q=ramadi?&limit=1')
    for (const address of [citedAt(headers), JSON.parse(body).next])
      t.match(new URL(address, HOME).search, /^\?q=ramadi%3F&limit=1&/, address)
  },
)

t.test('JSON and maps name the citation and the licences of the very reports in them', async t => {
  const { get } = await awkwardService(t)
  for (const url of [
    RAMADI,
    `${RAMADI}?measure=killed`,
    `${RAMADI}?shape=rows`,
    '/v1/localities/iq/timeline?shape=series',
  ]) {
    const { citation, reports, revision } = await get(url)
    t.match(citation.text, citation.url)
    t.match(citation.text, `Revision ${revision}`)
    const licences = Object.values<Answer>(reports).flatMap(({ licence }) => licence ?? [])
    t.same(
      citation.licences.map(({ title }: Answer) => title),
      [...new Set(licences)].sort(),
      url,
    )
    for (const report of Object.values<Answer>(reports)) t.ok('licence' in report, report.id)
  }
  const everywhere = '/v1/localities/iq/timeline'
  const { citation } = await get(`${everywhere}?limit=1000`)
  t.ok(citation.licences.length >= 2)
  for (const url of [`${everywhere}.geojson`, '/v1/figures.json', '/v1/exports/events.geojson'])
    t.same((await get(url)).citation.licences, citation.licences, url)
})

t.test('cite gives the text, BibTeX and CSL-JSON of the answer, and each report with its licence', async t => {
  const { app, get, read } = await awkwardService(t)
  const head = read.head().seq
  for (const query of ['', '?measure=killed', '?shape=rows&published_by=2015-05-19', '?shape=series']) {
    const cite = await get(`${RAMADI}/cite${query}`)
    const answer = await get(`${RAMADI}${query}`)
    t.equal(answer.next, null, 'all of it on one page')
    const at = `${HOME}${RAMADI}${query}${query ? '&' : '?'}as_of=${head}`
    t.equal(cite.url, at)
    t.equal(cite.text, `Annals. Timeline of Ramadi. Revision ${head}. ${at}.`)
    t.match(cite.bibtex, /^@misc\{annals-localities-iq-ramadi-timeline[-\w]*,\n[\s\S]*\n\}\n$/)
    t.ok(cite.bibtex.includes(`url = {${at}}`))
    t.match(cite.csl_json, { type: 'dataset', title: 'Timeline of Ramadi', URL: at, version: `${head}` })
    t.same(
      new Map(cite.reports.map((report: Answer) => [report.id, report.licence])),
      new Map(Object.values<Answer>(answer.reports).map(report => [report.id, report.licence])),
      query,
    )
    t.same(cite.licences, answer.citation.licences)
    t.equal((await app.inject(`${RAMADI}/cite.bib${query}`)).body, cite.bibtex)
    t.same((await app.inject(`${RAMADI}/cite.csl${query}`)).json(), [cite.csl_json])
    t.equal((await app.inject(cite.url.replace(HOME, ''))).statusCode, 200)
  }
})

t.test('every form of a timeline leads to its reports and their licences', async t => {
  const { app, get } = await awkwardService(t)
  for (const url of [
    ...['json', 'csv', 'ndjson', 'txt', 'geojson'].map(suffix => `${RAMADI}.${suffix}?measure=killed`),
    RAMADI,
    `${RAMADI}?limit=1&shape=rows`,
    `${RAMADI}?shape=series`,
    `${RAMADI}.csv?excel=1&hxl=1&published_by=2015-05-19`,
    '/v1/localities/geonames:98717/timeline.csv',
  ]) {
    const { headers } = await app.inject(url)
    const [, page = ''] = /<([^>]+)>; rel="describedby"; type="application\/json"/.exec(String(headers.link)) ?? []
    const { url: cited, reports } = await get(page.replace(HOME, ''))
    t.ok(reports.length > 0, url)
    for (const report of reports) t.ok('licence' in report)
    const parameters = (address: string) => new Set(new URL(address, HOME).searchParams.keys())
    const lost = [...parameters(citedAt(headers))].filter(name => !parameters(cited).has(name))
    t.ok(
      lost.every(name => ['limit', 'hxl', 'excel'].includes(name)),
      `${url}: ${lost.join()}`,
    )
  }
})

t.test('a record is cited by its revision', async t => {
  const { app, send } = await awkwardService(t)
  for (const url of ['/v1/figures/awkward-zero', '/v1/reports/scotsman-2015-05-18', '/v1/localities/iq-ramadi']) {
    const cited = citedAt((await app.inject(url)).headers)
    t.equal(cited, `${url}/revisions/1`)
    const before = (await app.inject(cited)).body
    const changed = await send('PATCH', `${url}?reason=test`, { note: 'More.' }, { headers: { 'if-match': '"1"' } })
    t.equal(changed.status, 200)
    t.equal((await app.inject(cited)).body, before)
    t.equal(citedAt((await app.inject(url)).headers), `${url}/revisions/2`)
  }
})
