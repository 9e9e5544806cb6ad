import t from 'tap'
import { NOUNS, type Noun, nouns } from '../../src/model/nouns.js'
import { type Answer, type SeededService, seededService } from './client.js'

// biome-ignore lint/suspicious/noExplicitAny: records of all nouns, looked into by the predicates
type Any = any
type Holds = (record: Any, value: string, world: World) => boolean

interface World {
  all: Record<Noun, Any[]>
  /** The ids of a locality and of all below it. */
  within: (id: string) => Set<string>
  report: (id: string) => Any
}

const listed = (value: string) => value.split(',')
const is =
  (member: string): Holds =>
  (record, value) =>
    listed(value).includes(record[member])
const attributed =
  (...roles: string[]): Holds =>
  ({ attribution }, value) =>
    attribution.some(({ source, role }: Any) => listed(value).includes(source) && roles.includes(role))
const cites =
  (holds: (report: Any, value: string) => boolean): Holds =>
  (figure, value, { report }) =>
    figure.citations.some((citation: Any) => holds(report(citation.report), value))
const endsBy: Holds = ({ period: { start, end } }, to) => (start ?? end) !== null && (start === null || start <= to)
const startsBy: Holds = ({ period: { start, end } }, from) => (start ?? end) !== null && (end === null || end >= from)

/** What each filter of each list says of the records that it keeps, with values to try. */
const filters: { readonly [N in Noun]: Record<string, { values: string[]; holds: Holds }> } = {
  locality: {
    code: {
      values: ['geonames:98717', 'pcode:IQG01', 'pcode:none'],
      holds: (r, v) => r.codes[v.split(':')[0]!] === v.split(':')[1],
    },
    parent: { values: ['iq', 'iq-anbar', 'iq-ramadi'], holds: is('parent') },
    level: { values: ['country', 'adm1,adm2', 'site'], holds: is('level') },
    bbox: {
      values: ['43.1,33.3,43.5,33.5', '-180,-90,180,90', '170,-10,-170,10', '41.615678,32.973771,41.615678,32.973771'],
      holds: ({ point }, value) => {
        const [west = 0, south = 0, east = 0, north = 0] = value.split(',').map(Number)
        const across = west <= east ? point.lon >= west && point.lon <= east : point.lon >= west || point.lon <= east
        return across && point.lat >= south && point.lat <= north
      },
    },
  },
  source: {
    kind: { values: ['media', 'un_agency,igo', 'armed_group'], holds: is('kind') },
    parent: { values: ['un', 'iom'], holds: is('parent') },
  },
  report: {
    publisher: { values: ['the-scotsman', 'ocha,the-scotsman', 'iom'], holds: is('publisher') },
    from: { values: ['2015-05-18', '2015-05-19', '2099-01-01'], holds: ({ published }, v) => lastDay(published) >= v },
    to: { values: ['2015-05-18', '2015-04-30', '1999-01-01'], holds: ({ published }, v) => lastDay(published) <= v },
  },
  event: {
    locality: {
      values: ['iq', 'iq-anbar', 'iq-ramadi'],
      holds: ({ locality }, v, { within }) => within(v).has(locality),
    },
    kind: { values: ['conflict', 'disaster'], holds: is('kind') },
    from: { values: ['2015-05-01', '2015-05-19', '2016-01-01'], holds: startsBy },
    to: { values: ['2015-04-30', '2015-05-14', '2014-01-01'], holds: endsBy },
    code: { values: ['glide:OT-2015-000001-IRQ'], holds: (r, v) => r.codes.glide === v.slice('glide:'.length) },
  },
  figure: {
    locality: {
      values: ['iq', 'iq-anbar', 'iq-ramadi', 'geonames:98717'],
      holds: ({ places }, v, { within }) =>
        places.some(({ locality }: Any) => within(v.includes(':') ? 'iq-ramadi' : v).has(locality)),
    },
    measure: { values: ['killed', 'displaced,injured'], holds: is('measure') },
    basis: { values: ['flow', 'cumulative', 'stock'], holds: is('basis') },
    unit: { values: ['person', 'household'], holds: is('unit') },
    population: { values: ['civilian', 'mixed', 'unknown'], holds: is('population') },
    verification: { values: ['unverified', 'verified,contested'], holds: is('verification') },
    rank: { values: ['normal', 'preferred'], holds: is('rank') },
    source: { values: ['un', 'unami', 'reuters,unami'], holds: attributed('originator', 'spokesperson', 'relayer') },
    originator: { values: ['un', 'unami', 'iom'], holds: attributed('originator') },
    published_by: {
      values: ['2015-05-01', '2015-05-18', '2014-01-01'],
      holds: cites((r, v) => r.published !== null && lastDay(r.published) <= v),
    },
    from: { values: ['2015-05-01', '2015-05-18', '2016-01-01'], holds: startsBy },
    to: { values: ['2015-04-30', '2015-05-14', '2014-01-01'], holds: endsBy },
    event: { values: ['ramadi-fall-2015-05', 'ramadi-fall-2015-05,ramadi-exodus-2015-04'], holds: is('event') },
    report: { values: ['scotsman-2015-05-18'], holds: cites((r, v) => r.id === v) },
    publisher: {
      values: ['the-scotsman', 'ocha,the-scotsman'],
      holds: cites((r, v) => listed(v).includes(r.publisher)),
    },
  },
  relation: {
    of: { values: ['event', 'figure', 'event,figure'], holds: is('of') },
    kind: { values: ['additional_to', 'part_of,overlaps'], holds: is('kind') },
    asserted_by: { values: ['source', 'curator'], holds: is('asserted_by') },
    event: {
      values: ['ramadi-exodus-2015-04'],
      holds: ({ of, from, to }, v) => of === 'event' && [from, to].includes(v),
    },
    figure: {
      values: ['ramadi-2015:exodus-un'],
      holds: ({ of, from, to }, v) => of === 'figure' && [from, to].includes(v),
    },
  },
}
/** Parameters of a list that choose no records by what they say. */
const OTHERS = ['hxl', 'excel', 'limit', 'cursor', 'as_of', 'include', 'updated_since', 'scope', 'q']

/** A publication counts from its last day. */
function lastDay(published: string): string {
  if (published.length >= 10) return published.slice(0, 10)
  return published.length === 4
    ? `${published}-12-31`
    : new Date(Date.UTC(+published.slice(0, 4), +published.slice(5), 0)).toISOString().slice(0, 10)
}

async function worldOf({ get }: SeededService): Promise<World> {
  const all = {} as World['all']
  for (const noun of NOUNS) all[noun] = (await get(`/v1/${nouns[noun].plural}?limit=1000`)).items
  const within = (id: string): Set<string> =>
    new Set([id, ...all.locality.filter(({ parent }) => parent === id).flatMap(child => [...within(child.id)])])
  return { all, within, report: id => all.report.find(report => report.id === id) }
}

const ids = (items: Any[]) => items.map(({ id }) => id)

t.test('every filter of every list keeps the records that it says, and no others', async t => {
  const service = await seededService(t)
  const { get, call } = service
  const coded = await get('/v1/events/ramadi-fall-2015-05')
  const patched = await call('PATCH', '/v1/events/ramadi-fall-2015-05?reason=coded', {
    as: 'curator',
    body: { codes: { glide: 'OT-2015-000001-IRQ' } },
    headers: { 'if-match': `"${coded.rev}"` },
  })
  t.equal(patched.statusCode, 200)
  const world = await worldOf(service)
  const { paths } = await get('/openapi.json')
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const queried = paths[`/v1/${plural}`].get.parameters.filter((each: Any) => each.in === 'query')
    const declared = queried.map(({ name }: Any) => name)
    t.same(
      new Set(declared.filter((name: string) => !OTHERS.includes(name))),
      new Set(Object.keys(filters[noun])),
      plural,
    )
    for (const [name, { values, holds }] of Object.entries(filters[noun]))
      for (const value of values) {
        const { items, number_matched } = await get(
          `/v1/${plural}?limit=1000&${new URLSearchParams({ [name]: value })}`,
        )
        const expected = world.all[noun].filter(record => holds(record, value, world))
        t.same(ids(items), ids(expected), `${plural}?${name}=${value}`)
        t.equal(number_matched, expected.length)
      }
  }
})

t.test('each filter lets something through and keeps something out', async t => {
  const world = await worldOf(await seededService(t))
  for (const noun of NOUNS)
    for (const [name, { values, holds }] of Object.entries(filters[noun])) {
      if (['verification', 'rank', 'code'].includes(name)) continue
      const kept = values.map(value => world.all[noun].filter(record => holds(record, value, world)).length)
      t.ok(
        kept.some(count => count > 0),
        `${noun}.${name} lets through`,
      )
      t.ok(
        name === 'kind' && noun === 'event' ? true : kept.some(count => count < world.all[noun].length),
        `${noun}.${name} keeps out`,
      )
    }
})

t.test('filters are joined: what passes all of them', async t => {
  const { get } = await seededService(t)
  const { items } = await get('/v1/figures?measure=displaced&originator=un&published_by=2015-05-18&locality=iq-ramadi')
  t.same(ids(items), ['ramadi-2015:exodus-un'])
  t.same(
    (await get('/v1/figures?measure=displaced&locality=iq-anbar&scope=exact')).items.every(({ places }: Any) =>
      places.some(({ locality }: Any) => locality === 'iq-anbar'),
    ),
    true,
  )
  const [joined, repeated] = [
    await get('/v1/figures?measure=killed,displaced'),
    await get('/v1/figures?measure=killed&measure=displaced'),
  ]
  t.same(joined.items, repeated.items)
})

t.test(
  'a filter by a record that there never was is 404, naming it; by one that was withdrawn it is an answer',
  async t => {
    const { call, get, send, head } = await seededService(t)
    await send('PUT', '/v1/sources/gone', { name: 'Gone', kind: 'other' })
    const { headers } = await call('GET', '/v1/sources/gone')
    await send('DELETE', '/v1/sources/gone?reason=never+was', undefined, {
      headers: { 'if-match': String(headers.etag) },
    })
    for (const [address, filter] of [
      ['/v1/figures', 'source'],
      ['/v1/figures', 'originator'],
      ['/v1/figures.csv', 'publisher'],
      ['/v1/localities/iq/timeline', 'source'],
      ['/v1/localities/iq/timeline.csv', 'originator'],
      ['/v1/localities/iq/timeline/cite', 'source'],
      ['/v1/reports', 'publisher'],
      ['/v1/sources', 'parent'],
    ] as const) {
      const asked = (id: string, more = '') => call('GET', `${address}?${filter}=${id}${more}`)
      t.match((await asked('unn')).json(), {
        status: 404,
        errors: [{ parameter: filter, code: 'not_found', value: 'unn' }],
      })
      for (const id of ['un', 'gone']) t.equal((await asked(id)).statusCode, 200, `${address} ${filter}=${id}`)
      t.equal((await asked('gone', '&as_of=1')).statusCode, 200, 'it had said nothing yet')
    }
    for (const address of [
      'figures?event',
      'figures?report',
      'relations?figure',
      'localities?parent',
      'sources?parent',
    ])
      t.match((await call('GET', `/v1/${address}=none&as_of=${head()}`)).json(), { code: 'not_found' }, address)
    t.equal((await get('/v1/figures?source=gone')).number_matched, 0)
  },
)

t.test('as_of, include and updated_since tell times apart', async t => {
  const { get, call, head } = await seededService(t)
  const before = head()
  const url = '/v1/relations/ramadi-2015:flight-additional-to-exodus'
  const retracted = await call('DELETE', `${url}?reason=test`, { as: 'curator', headers: { 'if-match': '"1"' } })
  t.equal(retracted.statusCode, 200)
  const held = async (query: string) => ids((await get(`/v1/relations?limit=1000${query}`)).items)
  const id = 'ramadi-2015:flight-additional-to-exodus'
  t.notOk((await held('')).includes(id))
  t.ok((await held(`&as_of=${before}`)).includes(id))
  t.ok((await held('&include=retracted')).includes(id))
  t.same(await held(`&include=retracted&updated_since=${before}`), [id])
  t.same(await held(`&updated_since=${head()}`), [])
  const beyond = await call('GET', `/v1/figures?updated_since=${head() + 1}`)
  t.match(beyond.json(), { status: 400, errors: [{ parameter: 'updated_since', code: 'out_of_range' }] })
  t.equal((await call('GET', `/v1/relations?as_of=${head() + 1}`)).statusCode, 400)
})

t.test('pages of every size cover every record once, in one order, and say how many there are', async t => {
  const { get, call } = await seededService(t)
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const whole = await get(`/v1/${plural}?limit=1000`)
    t.equal(whole.next, null)
    t.equal(whole.number_matched, whole.items.length)
    t.same(ids(whole.items), [...ids(whole.items)].sort())
    for (const limit of [1, 2, 7, whole.items.length]) {
      const seen: string[] = []
      let pages = 0
      for (let url: string | null = `/v1/${plural}?limit=${limit}`; url; pages++) {
        const answer: Answer = await call('GET', url)
        const { items, next, number_matched } = answer.json()
        t.ok(items.length <= limit)
        t.equal(number_matched, whole.items.length)
        const [link, cite] = String(answer.headers.link).split(', ')
        t.equal(next ? link : undefined, next ? `<${next}>; rel="next"` : undefined)
        t.match(next ? cite : link, /^<https:.*[?&]as_of=\d+>; rel="cite-as"$/)
        seen.push(...ids(items))
        url = next
      }
      t.same(seen, ids(whole.items), `${plural} by ${limit}`)
      t.equal(pages, Math.max(1, Math.ceil(whole.items.length / limit)))
    }
  }
})

t.test('pages of a list that is filtered cover what passes, once and in order', async t => {
  const { get } = await seededService(t)
  let questions = 0
  for (const noun of NOUNS)
    for (const [name, { values }] of Object.entries(filters[noun]))
      for (const value of values) {
        const url = `/v1/${nouns[noun].plural}?${new URLSearchParams({ [name]: value })}`
        const { items, number_matched } = await get(`${url}&limit=1000`)
        const seen: string[] = []
        for (let next: string | null = `${url}&limit=3`; next; ) {
          const page = await get(next)
          t.ok(page.items.length <= 3 && page.number_matched === number_matched, next)
          seen.push(...ids(page.items))
          next = page.next
        }
        t.same(seen, ids(items), url)
        questions += 1
      }
  t.ok(questions > 60, `${questions} questions`)
})

t.test('a filter by a merged record means its survivor', async t => {
  const { get, call } = await seededService(t)
  const { number_matched } = await get('/v1/figures?event=ramadi-fall-2015-05')
  const into = { into: 'ramadi-fall-2015-05' }
  const merged = await call('POST', '/v1/events/ramadi-casualties-2015-05/merge?reason=x', {
    as: 'curator',
    body: into,
  })
  t.equal(merged.statusCode, 200, merged.body)
  const { items } = await get('/v1/figures?event=ramadi-casualties-2015-05')
  t.equal(items.length, number_matched + 2)
  t.ok(items.every(({ event }: Any) => event === 'ramadi-fall-2015-05'))
  t.same(
    ids((await get('/v1/relations?event=ramadi-casualties-2015-05')).items),
    ids((await get('/v1/relations?event=ramadi-fall-2015-05')).items),
  )
})

t.test('what has no meaning in a format is refused, never passed over', async t => {
  const { call } = await seededService(t)
  const refused = {
    '/v1/events.csv?limit=5': 'limit',
    '/v1/figures.ndjson?cursor=x': 'cursor',
    '/v1/events.geojson?excel=1': 'excel',
    '/v1/figures?hxl=1': 'hxl',
    '/v1/figures.csv?include=retracted': 'include',
    '/v1/localities?q=Ramadi&include=retracted': 'include',
    '/v1/localities/iq-ramadi/timeline.csv?limit=5': 'limit',
    '/v1/localities/iq-ramadi/timeline.txt?shape=rows': 'shape',
    '/v1/localities/iq-ramadi/timeline.geojson?hxl=1': 'hxl',
    '/v1/exports/figures.ndjson?excel=1': 'excel',
    '/v1/exports/annals.zip?hxl=1': 'hxl',
    '/v1/exports/sources.csv?hxl=1': 'hxl',
  }
  for (const [url, parameter] of Object.entries(refused))
    t.match((await call('GET', url)).json(), { status: 400, errors: [{ parameter, code: 'conflict' }] }, url)
  t.equal((await call('GET', '/v1/events.json?limit=5')).statusCode, 200)
  const csv = { headers: { accept: 'text/csv' } }
  for (const url of ['/v1/events?limit=5', '/v1/localities/iq-ramadi/timeline?limit=5'])
    t.match((await call('GET', url, csv)).json(), { status: 400, errors: [{ parameter: 'limit' }] }, url)
})

t.test('pages of names, revisions, changes and timelines cover everything once', async t => {
  const { get } = await seededService(t)
  const lists: [string, string][] = [
    ['/v1/localities?q=ramadi', 'items'],
    ['/v1/changes?limit=10', 'items'],
    ['/v1/localities/iq/timeline?scope=within', 'events'],
    ['/v1/localities/iq-ramadi/timeline?scope=around&from=2015-04-10', 'events'],
  ]
  for (const [url, member] of lists) {
    const key = ({ id, seq }: Any) => seq ?? id
    const at = (limit: number) =>
      `${url.replace(/[?&]limit=\d+/, '')}${url.replace(/[?&]limit=\d+/, '').includes('?') ? '&' : '?'}limit=${limit}`
    const whole = (await get(at(1000)))[member].map(key)
    t.ok(whole.length > 1, `${url}: ${whole.length}`)
    for (const limit of [1, 2, 3]) {
      const seen: string[] = []
      for (let next: string | null = at(limit); next; ) {
        const page = await get(next)
        t.ok(page[member].length <= limit)
        seen.push(...page[member].map(key))
        next = page.next
      }
      t.same(seen, whole, `${url} by ${limit}`)
    }
  }
})

t.test('a search goes on where it was when the last item of a page is withdrawn', async t => {
  const { get, send } = await seededService(t)
  for (const n of [0, 1, 2, 3]) await send('PUT', `/v1/localities/salam-${n}`, { name: 'Salam', level: 'site' })
  const first = await get('/v1/localities?q=salam&limit=2')
  const { status } = await send('DELETE', '/v1/localities/salam-1?reason=none', undefined, {
    headers: { 'if-match': '"1"' },
  })
  t.equal(status, 200)
  const second = await get(first.next)
  t.strictSame(
    [first, second].map(({ items }) => items.map(({ id }: Any) => id)),
    [
      ['salam-0', 'salam-1'],
      ['salam-2', 'salam-3'],
    ],
  )
})

t.test('what a name means does not depend on how many candidates are shown', async t => {
  const { get, send } = await seededService(t)
  await send('PUT', '/v1/localities/zz', { name: 'Zedland', level: 'country' })
  for (let n = 0; n < 26; n++)
    await send('PUT', `/v1/localities/salam-${String.fromCharCode(97 + n)}`, {
      name: 'Salam',
      level: 'settlement',
      parent: n === 25 ? 'zz' : null,
      point: { lat: n, lon: n },
    })
  for (const limit of [1, 10]) {
    const { resolved, candidates } = await get(`/v1/resolve?name=Salam&country=zz&limit=${limit}`)
    t.equal(resolved, 'salam-z')
    t.equal(candidates.length, 1)
    const near = await get(`/v1/resolve?name=Salam&near=24,24&limit=${limit}`)
    t.match(near, { resolved: null, ambiguous: true, candidates: [{ id: 'salam-y', distance_km: 0 }] })
  }
})

t.test('a name is narrowed by what follows a comma, and by a country however its code is written', async t => {
  const { get, call, send } = await seededService(t)
  const resolve = (name: string, more = '') => get(`/v1/resolve?name=${encodeURIComponent(name)}${more}`)
  for (const { id, name } of (await get('/v1/localities?limit=1000')).items) {
    const { candidates } = await resolve(name)
    const { path } = candidates.find((candidate: { id: string }) => candidate.id === id)
    t.match(await resolve([name, ...path].join(', ')), { resolved: id, ambiguous: false }, 'its whole address')
  }
  t.match(await resolve('الرمادي، الأنبار'), { resolved: 'iq-ramadi' })
  t.match(await resolve('Ramadi,Anbar Province'), { resolved: 'iq-ramadi' })
  t.match(await resolve('Baghdad, Anbar'), { resolved: null, candidates: [] })
  t.match(await resolve('Ramadi, Nowhere'), { resolved: null })
  for (const matched of ['Ramadi', 'Al-Ramadi', 'الرمادي'])
    t.match(await resolve(matched), { candidates: [{ id: 'iq-ramadi', matched }] }, 'as it was spelt')
  t.match(await resolve('AR RAMADI'), { candidates: [{ matched: 'Ramadi' }] }, 'or else the main name')
  await send('PUT', '/v1/localities/comma', { name: 'Ramadi, Anbar', level: 'site' })
  t.match(await resolve('Ramadi, Anbar'), { resolved: 'comma' }, 'a name of its own')

  await send('PUT', '/v1/localities/xx', { name: 'Elsewhere', level: 'country', codes: { iso3166_1: 'SY' } })
  for (const country of ['iq', 'IQ', 'IRQ', 'irq', 'iso3166_1:IQ', 'geonames:99237'])
    t.match(await resolve('Ramadi', `&country=${country}`), { resolved: 'iq-ramadi' }, country)
  t.match(await resolve('Ramadi', '&country=SYR'), { resolved: null, candidates: [] })
  t.equal((await call('GET', '/v1/resolve?name=Ramadi&country=FR')).statusCode, 404)
})

t.test('a cursor that was cut, changed or issued for another question is 400 bad_cursor', async t => {
  const { get, call } = await seededService(t)
  for (const [url, filter] of [
    ['/v1/figures?limit=2', 'measure=killed'],
    ['/v1/localities/iq/timeline?limit=1', 'measure=killed'],
    ['/v1/localities/iq/timeline?limit=1', 'from=2015-05-01'],
    ['/v1/localities/iq/timeline?limit=1', 'to=2019-12-31'],
    ['/v1/localities?q=ramadi&limit=1', 'level=settlement'],
  ] as const) {
    const { next } = await get(url)
    const cursor = new URL(next, 'https://annals.example').searchParams.get('cursor')!
    const tampered = [
      cursor.slice(0, -1),
      `${cursor}A`,
      cursor.replace(/^./, c => (c === 'A' ? 'B' : 'A')),
      'x',
      '%',
      'a'.repeat(3000),
      cursor.toLowerCase(),
    ]
    for (const bad of tampered) {
      const answer = await call('GET', `${url}&cursor=${encodeURIComponent(bad)}`)
      t.equal(answer.statusCode, 400)
      t.ok(
        [answer.json().code, answer.json().errors[0]?.code].some(code => ['bad_cursor', 'out_of_range'].includes(code)),
        bad.slice(0, 40),
      )
    }
    t.match((await call('GET', `${url}&${filter}&cursor=${cursor}`)).json(), { status: 400, code: 'bad_cursor' })
    t.match((await call('GET', `/v1/sources?cursor=${cursor}`)).json(), { status: 400, code: 'bad_cursor' })
    t.equal(
      (await call('GET', `${url.replace(/limit=\d/, 'limit=9')}&cursor=${cursor}`)).statusCode,
      200,
      'the page size is free',
    )
  }
})

t.test('a limit out of range is refused, not clamped', async t => {
  const { call } = await seededService(t)
  const lists = [
    ...NOUNS.map(noun => `/v1/${nouns[noun].plural}?`),
    '/v1/changes?',
    '/v1/localities/iq/timeline?',
    '/v1/events/ramadi-fall-2015-05/revisions?',
    '/v1/resolve?name=Ramadi&',
  ]
  for (const url of lists) {
    for (const limit of ['0', '-1', '1001', '99999999999999999999999'])
      t.match(
        (await call('GET', `${url}limit=${limit}`)).json(),
        { status: 400, errors: [{ parameter: 'limit', code: 'out_of_range' }] },
        `${url}limit=${limit}`,
      )
    for (const limit of ['', '5.0', '1e1', '0x5', '05', '%205', 'ten'])
      t.match(
        (await call('GET', `${url}limit=${limit}`)).json(),
        { status: 400, errors: [{ parameter: 'limit', code: 'wrong_type' }] },
        `${url}limit=${limit}`,
      )
  }
})

t.test('a parameter that a list does not have, or has once, is refused with the one meant', async t => {
  const { call } = await seededService(t)
  t.match((await call('GET', '/v1/figures?mesure=killed')).json(), {
    status: 400,
    code: 'unknown_parameter',
    errors: [{ parameter: 'mesure', did_you_mean: 'measure' }],
  })
  t.match((await call('GET', '/v1/figures?measure=kiled')).json(), {
    status: 400,
    errors: [{ parameter: 'measure', code: 'not_in_list', did_you_mean: 'killed' }],
  })
  t.match((await call('GET', '/v1/figures?from=2015-04-01&from=2015-05-01')).json(), {
    status: 400,
    code: 'repeated_parameter',
  })
  t.match((await call('GET', '/v1/figures?measure[]=killed')).json(), {
    status: 400,
    code: 'unknown_parameter',
    errors: [{ did_you_mean: 'measure' }],
  })
  t.match((await call('GET', '/v1/figures?locality=nowhere')).json(), { status: 404, code: 'not_found' })
  for (const from of ['2015-02-29', 'yesterday', '2015-05', '2015-05-18T10:00'])
    t.match((await call('GET', `/v1/events?from=${from}`)).json(), {
      status: 400,
      errors: [{ parameter: 'from', code: 'bad_date' }],
    })
})

t.test('text that means something to a search engine is only text', async t => {
  const { call } = await seededService(t)
  const words = [
    '"',
    '""',
    '*',
    'a*',
    'NEAR(',
    'NOT',
    'AND',
    'name:x',
    "'",
    '%',
    '_',
    '(',
    'ramadi OR anbar',
    '-ramadi',
    '^r',
    '\\',
    '{',
    '🙂',
    'ر',
    'x'.repeat(200),
  ]
  for (const word of words)
    for (const url of [
      `/v1/localities?q=${encodeURIComponent(word)}`,
      `/v1/resolve?name=${encodeURIComponent(word)}`,
    ]) {
      const answer = await call('GET', url)
      t.ok([200, 400].includes(answer.statusCode), `${url}: ${answer.statusCode}`)
    }
  for (const word of ['%', '_', '____'])
    t.equal((await call('GET', `/v1/localities?q=${encodeURIComponent(word)}`)).json().number_matched ?? 0, 0, word)
})
