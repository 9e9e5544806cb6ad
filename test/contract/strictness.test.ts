import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { catalogue } from '../../src/domain/errors.js'
import { NOUNS, type Noun, nouns } from '../../src/model/nouns.js'
import { addressOf, routesOf } from '../support/routes.js'
import { type Answer, seededService } from './client.js'
import { full, withNewEvent } from './documents.js'
import { isType, placesOf, replaced, type Schema } from './schemas.js'

/** Stands in a body for text that JSON.stringify would not write. */
const RAW = '\u0001raw\u0001'
const raw = (document: unknown, text: string) => JSON.stringify(document).replace(JSON.stringify(RAW), text)

interface Slip {
  pointer: string
  body: string
  /** What the fault must be called; any code of the catalogue if not said. */
  code?: string
  /** A merge patch says something else with it: leave the member, or take it away. */
  unpatchable?: boolean
}

const documents = [
  ...NOUNS.map(noun => ({ noun, document: full[noun] as unknown, patchable: true })),
  // a patch cannot bring an event along beside the one that the figure has
  { noun: 'figure' as const, document: withNewEvent() as unknown, patchable: false },
]

/** Every way to write a slip of one kind into every fitting member of every document. */
const everywhere = (make: (place: ReturnType<typeof placesOf>[number], document: unknown) => Slip[]) =>
  documents.flatMap(({ noun, document, patchable }) =>
    placesOf(nouns[noun].input as Schema, document).flatMap(place =>
      make(place, document).map(slip => ({ ...slip, noun, unpatchable: slip.unpatchable || !patchable })),
    ),
  )

type Service = Awaited<ReturnType<typeof seededService>>
type Send = (service: Service, noun: Noun, body: string, live: string) => Promise<Answer>

const over = { as: 'curator', headers: { 'if-match': '*' } } as const
const urlOf = (noun: Noun, rest = '') => `/v1/${nouns[noun].plural}${rest}`

/** The ways there are to write a document. */
const ways: Record<string, Send> = {
  POST: ({ call }, noun, body) => call('POST', urlOf(noun), { as: 'curator', body }),
  'PUT over': ({ call }, noun, body, live) => call('PUT', urlOf(noun, `/${live}?reason=test`), { ...over, body }),
  PATCH: ({ call }, noun, body, live) => call('PATCH', urlOf(noun, `/${live}?reason=test`), { ...over, body }),
  import: ({ call }, noun, body) =>
    call('POST', '/v1/imports?format=documents', {
      as: 'curator',
      body: `{"noun":"${noun}","id":"new","document":${body}}\n`,
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() },
    }),
}
const create: Send = ({ call }, noun, body) => call('PUT', urlOf(noun, '/new'), { as: 'curator', body })

function isRefused(t: Test, answer: Answer, slip: Slip, how: string, note: string): void {
  const loaded = how === 'import'
  t.equal(answer.statusCode, loaded ? 422 : 400, note)
  t.match(answer.headers['content-type'], 'application/problem+json', note)
  const { code, errors = [] } = answer.json()
  t.ok(code in catalogue, `${note}: ${code}`)
  if (code === 'malformed') return
  const named = errors.filter(({ pointer = '/' }) => near(pointer.replace(/^\/document/, ''), slip.pointer))
  t.ok(named.length > 0, `${note}: a fault there`, { errors })
  if (!slip.code || loaded) return
  t.ok(
    named.some((fault: { code: string }) => fault.code === slip.code),
    `${note}: ${slip.code}`,
    { errors },
  )
}

/** A fault may be found at a member, or at one that holds it or depends on it. */
const near = (found: string, pointer: string) =>
  found.startsWith(pointer) || pointer.startsWith(found) || found.split('/')[1] === pointer.split('/')[1]

/** Sends each slip in two ways, the second another each time, and holds that nothing is ever stored. */
async function allRefused(t: Test, slips: (Slip & { noun: Noun })[], least: number): Promise<void> {
  const service = await seededService(t)
  const before = service.head()
  const live = new Map<Noun, string>()
  for (const noun of NOUNS) live.set(noun, (await service.get(urlOf(noun, '?limit=1'))).items[0].id)
  t.ok(slips.length >= least, `${slips.length} slips`)
  for (const [i, slip] of slips.entries()) {
    const { noun, pointer, body, unpatchable } = slip
    const others = Object.entries(ways).filter(([how]) => how !== 'PATCH' || !unpatchable)
    for (const [how, send] of [['PUT', create] as const, others[i % others.length]!]) {
      const answer = await send(service, noun, body, live.get(noun)!)
      isRefused(t, answer, slip, how, `${how} ${noun}${pointer} ${aroundOf(body, pointer)}`)
    }
  }
  t.equal(service.head(), before, 'nothing was stored')
}

/** Where a body says what a slip is, in short. */
function aroundOf(body: string, pointer: string): string {
  const at = body.lastIndexOf(`"${pointer.split('/').at(-1)}"`)
  return at < 0 ? body.slice(0, 60) : body.slice(at, at + 60)
}

t.test('the documents that the slips are written into are accepted', async t => {
  const { call } = await seededService(t)
  for (const [i, { noun, document }] of documents.entries()) {
    const answer = await call('PUT', `/v1/${nouns[noun].plural}/new-${i}`, { as: 'curator', body: document })
    t.equal(answer.statusCode, 201, `${noun}: ${answer.body}`)
  }
})

t.test('a number is a number: junk that others would coerce is refused in every numeric member', async t => {
  const any = ['""', '" "', '"5"', '"1e3"', 'true', '[5]', '{}', '1e400', '"NaN"']
  const whole = [...any, '1.5', '-1', '9007199254740993', '9007199254740992', '1e-1']
  const broken = ['NaN', '05', '+5', '0x10', '5.', '.5', 'Infinity', "'5'", '1_000']
  const slips = everywhere(({ pointer, schema, required }, document) =>
    isType(schema, 'integer') || isType(schema, 'number')
      ? [...(isType(schema, 'integer') ? whole : any), ...broken, ...(required ? ['null'] : [])].map(junk => ({
          pointer,
          body: raw(replaced(document, pointer, RAW), junk),
        }))
      : [],
  )
  await allRefused(t, slips, 250)
})

t.test('a value of another type is refused in every member', async t => {
  const others = (schema: Schema) => [
    ...(isType(schema, 'string') ? [5, true, ['x'], { x: 1 }] : []),
    ...(isType(schema, 'boolean') ? [0, 'true', '', []] : []),
    ...(isType(schema, 'object') ? ['x', 5, true, [], [{}]] : []),
    ...(isType(schema, 'array') ? ['x', 5, { 0: 'x' }] : []),
  ]
  const slips = everywhere(({ pointer, schema }, document) =>
    others(schema).map(value => ({ pointer, body: JSON.stringify(replaced(document, pointer, value)) })),
  )
  await allRefused(t, slips, 300)
})

t.test('a required member is neither left out nor null', async t => {
  const slips = everywhere(({ pointer, required }, document) =>
    required && !/^$|\/\d+$/.test(pointer)
      ? [undefined, null].map(value => ({
          pointer,
          body: JSON.stringify(replaced(document, pointer, value)),
          unpatchable: true,
        }))
      : [],
  )
  await allRefused(t, slips, 50)
})

t.test('a member that the document does not have is refused wherever it stands', async t => {
  const closed = ({ additionalProperties }: Schema) => additionalProperties === false
  const slips = everywhere(({ pointer, schema, value }, document) =>
    closed(schema) && schema.properties
      ? [
          ['unknown', 1],
          ['rev', 1],
          ['__proto__', { polluted: true }],
          ['constructor', { prototype: { polluted: true } }],
          ['', 1],
        ].map(([name, child]) => ({
          pointer: `${pointer}/${name}`,
          code: 'unknown_member',
          body: raw(
            replaced(document, pointer, { ...(value as object), [RAW]: child }),
            JSON.stringify(name as string),
          ),
        }))
      : [],
  )
  await allRefused(t, slips, 60)
  t.equal(({} as { polluted?: boolean }).polluted, undefined)
})

t.test('a value outside its vocabulary is refused, with the list and the nearest', async t => {
  const slips = everywhere(({ pointer, schema, value }, document) =>
    schema.enum
      ? [`${value}x`, String(value).toUpperCase(), ` ${value}`, ''].map(junk => ({
          pointer,
          code: 'not_in_list',
          body: JSON.stringify(replaced(document, pointer, junk)),
        }))
      : [],
  )
  await allRefused(t, slips, 80)
})

t.test('dates that no calendar has, and timestamps without a zone, are refused', async t => {
  const days = [
    '2015-02-29',
    '0000-01-01',
    '2015-13-01',
    '2015-04-31',
    '2015-00-10',
    '2015-05-00',
    '2015-1-1',
    '15/05/2015',
  ]
  const also = [
    '',
    ' ',
    '٢٠١٥-٠٥-١٨',
    '2015-05-18 ',
    '2015-05-18T24:00:00Z',
    '2015-05-18T10:00:60Z',
    '2015-05-18 10:00:00Z',
  ]
  const junk: Record<string, string[]> = {
    start: [...days, ...also, '2015-05-18T10:00:00Z', '2015-05'],
    end: [...days, ...also, '2015-05-18T10:00:00Z', '2015-05'],
    edtf: [...days, ...also, '2015-05-18/2015-05-17', '2015-02-29/2015-03-01', 'yesterday', '2015-05-18/x', '/'],
    published: [...days, ...also, '2015-05-18T10:00:00', '2015-05-18T10:00:00+25:00', '99999-01-01'],
    accessed: [...days, ...also, '2015-05-18T10:00:00', '2015-05-18T25:00:00Z'],
  }
  const slips = everywhere(({ pointer }, document) =>
    (junk[pointer.split('/').at(-1)!] ?? []).map(text => ({
      pointer,
      body: JSON.stringify(replaced(document, pointer, text)),
    })),
  )
  await allRefused(t, slips, 100)
})

t.test('a period that ends before it starts is refused', async t => {
  const periods = [
    { start: '2015-05-18', end: '2015-05-17' },
    { edtf: '2015-05', start: '2015-06-01' },
    { precision: 'day' },
  ]
  const slips = ['/period', '/new_event/period'].flatMap(pointer =>
    periods.map(period => {
      const document = pointer === '/period' ? full.figure : withNewEvent()
      const body = JSON.stringify(replaced(document, pointer, period))
      return { noun: 'figure' as const, pointer, body, unpatchable: true }
    }),
  )
  await allRefused(t, slips, 6)
})

t.test('numbers that do not fit their qualifier, or one another, are refused', async t => {
  const values = [
    { qualifier: 'at_most', low: 5, text: 'x' },
    { qualifier: 'at_least', high: 5 },
    { qualifier: 'exactly', low: 4, best: 5 },
    { qualifier: 'between', low: 9, high: 5 },
    { qualifier: 'between', low: 5, best: 9, high: 7 },
    { qualifier: 'vague' },
    { qualifier: 'vague', best: 5, text: 'dozens' },
    { qualifier: 'approximately' },
    { qualifier: 'between', low: 5, high: 7, sic: true },
  ]
  const slips = values.map(value => ({
    noun: 'figure' as const,
    pointer: '/value',
    body: JSON.stringify({ ...full.figure, value, breakdown: null }),
    unpatchable: true,
  }))
  const part = { dimension: 'sex', category: 'women', best: 900 }
  await allRefused(
    t,
    [...slips, { noun: 'figure', pointer: '/breakdown', body: JSON.stringify({ ...full.figure, breakdown: [part] }) }],
    10,
  )
})

t.test('addresses that are no public web address are refused', async t => {
  const junk = [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://news.example/x',
    'file:///etc/passwd',
    'https://user:word@news.example/',
    'https://user@news.example/',
    'https://',
    'news.example/x',
    '//news.example/x',
    'https://news example/',
    ' https://news.example/',
    'https://news.example/\n',
    `https://news.example/${'a'.repeat(2048)}`,
  ]
  const slips = everywhere(({ pointer }, document) =>
    /url$/.test(pointer)
      ? junk.map(text => ({ pointer, body: JSON.stringify(replaced(document, pointer, text)) }))
      : [],
  )
  await allRefused(t, slips, 39)
})

t.test('characters that no record may hold are refused in every text, with the place', async t => {
  const anywhere = ['a\u0000b', 'a\u0007b', 'a\u001bb', 'a\u007fb', 'a\u202eb', 'a\u2066b']
  const inNames = [...anywhere, 'a\nb', 'a\u200eb', ' ']
  const isFree = ({ enum: listed, pattern, type }: Schema) => !listed && !pattern && [type].flat().includes('string')
  const isName = (pointer: string) =>
    /\/(name|title|category|licence|locator)$|\/names\/0\/text$|\/codes\//.test(pointer)
  const texts = everywhere(({ pointer, schema }, document) =>
    isFree(schema)
      ? (isName(pointer) ? inNames : anywhere).map(text => ({
          pointer,
          body: JSON.stringify(replaced(document, pointer, text)),
        }))
      : [],
  )
  const surrogates = everywhere(({ pointer, schema }, document) =>
    isFree(schema) ? [{ pointer, code: 'bad_text', body: raw(replaced(document, pointer, RAW), '"a\\ud800b"') }] : [],
  )
  await allRefused(t, [...texts, ...surrogates], 200)
})

t.test('a body that is no single plain JSON object is refused whole', async t => {
  const { noun, document } = { noun: 'source' as const, document: JSON.stringify(full.source) }
  const bodies = [
    ...[
      '[]',
      '"x"',
      '5',
      'true',
      '{',
      '{"name":}',
      `${document}x`,
      `[${document}]`,
      '{"name":"x",}',
      "{'name':'x'}",
      '// x',
    ],
    document.replace('{', '{"name":"Twice",'),
    document.replace('{', '{"na\\u006de":"Twice",'),
    `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ]
  await allRefused(
    t,
    bodies.map(body => ({ noun, pointer: '', body })),
    15,
  )
})

t.test('bytes that are not UTF-8 are refused, never repaired', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  const text = JSON.stringify({ ...full.source, name: 'Police RAW' })
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
    const [head_ = '', tail = ''] = text.split('RAW')
    const body = Buffer.concat([Buffer.from(head_), Buffer.from(bytes), Buffer.from(tail)])
    for (const [method, url] of [
      ['POST', '/v1/sources'],
      ['PUT', '/v1/sources/new'],
    ] as const) {
      const answer = await call(method, url, { as: 'curator', body })
      t.equal(answer.statusCode, 400)
      t.match(answer.json(), { code: 'malformed' })
    }
  }
  const utf16 = Buffer.from(text, 'utf16le')
  t.match((await call('POST', '/v1/sources', { as: 'curator', body: utf16 })).json(), {
    status: 400,
    code: 'malformed',
  })
  t.equal(head(), before)
})

t.test('a write takes the parameters that it has, each once, and nothing that asks for a sum', async t => {
  const { app, call, head } = await seededService(t)
  const before = head()
  const slips: Record<string, string> = {
    'reson=x': 'unknown_parameter',
    'reason=x&reason=y': 'repeated_parameter',
    'reason[]=x': 'unknown_parameter',
    'reason=': 'out_of_range',
    'reason=%00': 'bad_text',
    'reason=%E2%80%AEx': 'bad_text',
    'reason=%FF': 'malformed',
    [`reason=${'x'.repeat(2001)}`]: 'out_of_range',
    'aggregate=sum': 'sum_refused',
    'limit=5': 'unknown_parameter',
  }
  const writes = routesOf(app).filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
  for (const { method, url } of writes.filter(route => !/imports|keys/.test(route.url)))
    for (const [query, code] of Object.entries(slips)) {
      const noun = NOUNS.find(name => url.startsWith(`/v1/${nouns[name].plural}`))!
      const body = url.endsWith('/merge') ? { into: 'iq' } : method === 'PATCH' ? { note: 'x' } : full[noun]
      const asked = { as: 'curator' as const, headers: { 'if-match': '*' }, ...(method === 'DELETE' ? {} : { body }) }
      const answer = await call(method as 'PUT', `${addressOf(url)}?${query}`, asked)
      const note = `${method} ${url}?${query.slice(0, 20)}`
      t.equal(answer.statusCode, 400, note)
      const { code: whole, errors } = answer.json()
      t.ok([whole, ...errors.map((fault: { code: string }) => fault.code)].includes(code), note, { whole, errors })
    }
  t.equal(head(), before)
})

t.test('an id in an address is an id', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  for (const id of ['A', 'é', 'a%00b', '-a', `a${'b'.repeat(128)}`, 'a%20b', '%2e%2e%2fx', 'a%2Fb', 'الرمادي']) {
    const answer = await call(
      'PUT',
      `/v1/sources/${id.startsWith('ال') ? encodeURIComponent(id) : encodeURI(id).replaceAll('%25', '%')}`,
      {
        as: 'curator',
        body: full.source,
      },
    )
    t.ok([400, 404].includes(answer.statusCode), `${id}: ${answer.statusCode}`)
    t.match(answer.headers['content-type'], 'application/problem+json')
  }
  t.equal(head(), before)
})

t.test('zero stays zero and null stays null', async t => {
  const { call, get } = await seededService(t)
  const values = [
    { qualifier: 'exactly', low: 0, best: 0, high: 0, text: null },
    { qualifier: 'approximately', low: null, best: 0, high: null, text: null },
    { qualifier: 'between', low: 0, best: null, high: 3, text: '0 to 3' },
    { qualifier: 'vague', low: null, best: null, high: null, text: 'dozens' },
    { qualifier: 'at_most', low: null, best: null, high: Number.MAX_SAFE_INTEGER, text: null },
  ]
  for (const [i, value] of values.entries()) {
    const body = { ...full.figure, value, breakdown: [{ dimension: 'sex', category: 'women', low: 0 }] }
    const written = await call('PUT', `/v1/figures/zero-${i}`, { as: 'curator', body })
    t.equal(written.statusCode, 201, written.body)
    const figure = await get(`/v1/figures/zero-${i}`)
    t.strictSame(figure.value, { ...value, sic: false })
    t.match(figure.breakdown, [{ low: 0, best: null, high: null }])
    const { rows } = await get('/v1/localities/iq-ramadi/timeline?shape=rows&limit=1000')
    const { low, best, high } = value
    t.match(
      rows.find(({ figure_id }: { figure_id: string }) => figure_id === `zero-${i}`),
      { low, best, high },
    )
  }
})
