import { readFileSync } from 'node:fs'
import t from 'tap'
import { type Code, catalogue } from '../../src/domain/errors.js'
import { type Answer, type SeededService, seededService } from './client.js'
import { full } from './documents.js'

const ROOT = new URL('../../../', import.meta.url)
const CODES = Object.keys(catalogue) as Code[]
const TIMELINE = '/v1/localities/iq-ramadi/timeline'
const curator = { as: 'curator' } as const
const over = { as: 'curator', headers: { 'if-match': '*' } } as const

type Provoke = (service: SeededService) => Promise<Answer>
const get =
  (url: string, headers = {}): Provoke =>
  ({ call }) =>
    call('GET', url, { headers })
const put =
  (url: string, body: unknown): Provoke =>
  ({ call }) =>
    call('PUT', url, { ...curator, body })
const figure = (members: object) => put('/v1/figures/new', { ...full.figure, ...members })
const source = (body: unknown) => put('/v1/sources/new', body)

/** One after the other; the last answer counts. */
async function last(...answers: (() => Promise<Answer>)[]): Promise<Answer> {
  let answer: Answer | undefined
  for (const ask of answers) answer = await ask()
  return answer!
}

/** A request that is answered with each code, as the code of the whole or of one fault. */
const provoked: Partial<Record<Code, Provoke>> = {
  invalid: source({ name: 5, kind: 'none' }),
  malformed: source('{'),
  unknown_member: source({ ...full.source, nmae: 'x' }),
  unknown_parameter: get('/v1/events?knd=conflict'),
  repeated_parameter: get('/v1/events?from=2015-01-01&from=2015-02-01'),
  missing: source({ kind: 'media' }),
  wrong_type: source({ ...full.source, name: 5 }),
  not_in_list: source({ ...full.source, kind: 'paper' }),
  out_of_range: get('/v1/events?limit=0'),
  bad_format: put('/v1/sources/-x', full.source),
  bad_text: source({ ...full.source, name: 'a\u202eb' }),
  bad_date: get('/v1/events?from=2015-02-29'),
  bad_value: figure({ value: { qualifier: 'at_most', low: 5 } }),
  bad_url: source({ ...full.source, url: 'javascript:alert(1)' }),
  bad_cursor: get('/v1/events?cursor=x'),
  bad_relation: put('/v1/relations/new', { ...full.relation, to: full.relation.from }),
  reference_not_found: figure({ event: 'none' }),
  cycle: ({ call }) => call('PATCH', '/v1/localities/iq?reason=x', { ...over, body: { parent: 'iq-ramadi' } }),
  event_required: figure({ event: null }),
  conflict: ({ call }) => {
    const [from, to] = ['ramadi-flight-2015-05', 'ramadi-exodus-2015-04']
    const say = (kind: string) =>
      call('PUT', `/v1/relations/new-${kind}`, {
        ...curator,
        body: { of: 'event', kind, from, to, asserted_by: 'curator' },
      })
    return last(
      () => say('part_of'),
      () => say('additional_to'),
    )
  },
  in_use: ({ call }) => call('DELETE', '/v1/localities/iq?reason=x', over),
  reason_required: ({ call }) => call('PATCH', '/v1/sources/un', { ...over, body: { note: 'x' } }),
  precondition_required: ({ call }) => call('PATCH', '/v1/sources/un?reason=x', { ...curator, body: { note: 'x' } }),
  precondition_failed: ({ call }) =>
    call('PATCH', '/v1/sources/un?reason=x', { ...curator, body: { note: 'x' }, headers: { 'if-match': '"9"' } }),
  idempotency_mismatch: ({ call }) => {
    const post = (name: string) =>
      call('POST', '/v1/sources', { ...curator, body: { ...full.source, name }, headers: { 'idempotency-key': 'k' } })
    return last(
      () => post('One'),
      () => post('Two'),
    )
  },
  idempotency_required: ({ call }) =>
    call('POST', '/v1/imports', { ...curator, body: '{}\n', headers: { 'content-type': 'application/x-ndjson' } }),
  import_refused: ({ call }) =>
    call('POST', '/v1/imports?format=documents', {
      ...curator,
      body: '{"noun":"source","id":"new","document":{"name":5}}\n',
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'k' },
    }),
  ambiguous: async ({ call }) => {
    const twin = { ...full.locality, names: null, level: 'site' as const, point: null }
    for (const id of ['twin-1', 'twin-2'])
      await call('PUT', `/v1/localities/${id}`, { ...curator, body: { ...twin, codes: { osm: 'same' } } })
    return call('GET', '/v1/localities/osm:same')
  },
  sum_refused: get(`${TIMELINE}?aggregate=sum`),
  not_found: get('/v1/events/none'),
  retracted: ({ call }) =>
    last(
      () => call('DELETE', '/v1/relations/ramadi-2015:flight-additional-to-exodus?reason=x', over),
      () => call('GET', '/v1/relations/ramadi-2015:flight-additional-to-exodus'),
    ),
  unauthenticated: ({ call }) => call('POST', '/v1/events', { body: {} }),
  forbidden: ({ call }) =>
    call('POST', '/v1/events/ramadi-fall-2015-05/merge', { as: 'contributor', body: { into: 'x' } }),
  method_not_allowed: ({ call }) => call('DELETE', '/v1/events', curator),
  not_acceptable: get(TIMELINE, { accept: 'image/png' }),
  too_large: source(`{"name":"${'x'.repeat(2 ** 20)}"}`),
  uri_too_long: get(`/v1/events?code=${'x'.repeat(9000)}`),
  unsupported_media_type: ({ call }) =>
    call('POST', '/v1/events', { ...curator, body: '<x/>', headers: { 'content-type': 'text/xml' } }),
}

/** Codes that take a fault, a socket, a file or a moment; each with the test that brings it about. */
const elsewhere: Partial<Record<Code, string>> = {
  in_flight: 'test/contract/imports.test.ts',
  rate_limited: 'test/contract/access.test.ts',
  header_too_large: 'test/http/problem.test.ts',
  request_timeout: 'test/http/body.test.ts',
  internal: 'test/http/problem.test.ts',
  stopping: 'test/fault/stop.test.ts',
  storage_full: 'test/fault/disk.test.ts',
  storage_failure: 'test/fault/injection.test.ts',
  in_use_by_another: 'test/store/open.test.ts',
  not_our_database: 'test/store/open.test.ts',
}

t.test('every code is documented under a heading of its own, and nothing else is', async t => {
  const text = readFileSync(new URL('docs/errors.md', ROOT), 'utf8')
  const sections = [...text.matchAll(/^## (\w+)\n\n([\s\S]+?)(?=\n## |$(?![\s\S]))/gm)]
  t.same(new Set(sections.map(([, code]) => code)), new Set(CODES))
  t.equal(sections.length, CODES.length)
  for (const [, code, words] of sections) t.ok(words!.trim().length > 60, `${code} is explained`)
})

t.test(
  'of the shape of a body and of the names in it all faults are listed, of what its members say the first',
  async t => {
    const { call } = await seededService(t)
    const faulty = async (own: object) => {
      const { errors } = (await call('PUT', '/v1/events/new', { ...curator, body: { ...full.event, ...own } })).json()
      return errors.map(({ pointer, code }: { pointer: string; code: Code }) => `${pointer} ${code}`)
    }
    const unnamed = { locality: 'nowhere' }
    const unsaid = { ...unnamed, title: ' ', period: { edtf: '2015-02-30' } }
    t.same(await faulty({ ...unsaid, kind: 'war', note: 5 }), ['/kind not_in_list', '/note wrong_type'])
    t.same(await faulty(unsaid), ['/period/edtf bad_date'])
    t.same(await faulty(unnamed), ['/locality reference_not_found'])
  },
)

t.test('every code is served at the address that `type` gives', async t => {
  const { call } = await seededService(t)
  for (const code of CODES) {
    const answer = await call('GET', `/errors/${code}`)
    t.match(answer.json(), { code, type: `/errors/${code}`, title: catalogue[code] })
  }
  t.same(
    (await call('GET', '/errors')).json().items.map(({ code }: { code: Code }) => code),
    CODES,
  )
})

t.test('every code is provoked by a request, or by a test that makes something fail', async t => {
  for (const code of CODES) t.ok(code in provoked !== code in elsewhere, code)
  for (const [code, file] of Object.entries(elsewhere))
    t.match(readFileSync(new URL(file, ROOT), 'utf8'), new RegExp(`'${code}'`), `${code} in ${file}`)
})

for (const [code, provoke] of Object.entries(provoked))
  t.test(`${code} can be provoked, in the one shape that errors have`, async t => {
    const answer = await provoke(await seededService(t))
    const body = answer.json()
    const codes = [body.code, ...body.errors.map((fault: { code: string }) => fault.code)]
    t.ok(codes.includes(code), codes.join())
    t.match(answer.headers['content-type'], 'application/problem+json')
    t.match(body, {
      type: `/errors/${body.code}`,
      title: String,
      status: answer.statusCode,
      code: String,
      detail: /.{5,}/,
      errors: Array,
    })
    t.equal(body.title, catalogue[body.code as Code])
    for (const fault of body.errors) {
      t.ok(fault.code in catalogue && fault.detail.length > 3, JSON.stringify(fault))
      t.equal(typeof (fault.pointer ?? fault.parameter), 'string')
    }
  })
