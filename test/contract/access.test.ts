import t, { type Test } from 'tap'
import { makeKey } from '../../src/domain/keys.js'
import { addressOf, routesOf } from '../support/routes.js'
import { type Answer, type Call, seededService } from './client.js'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Keys that open nothing, by what is wrong with them. */
const bad: Record<string, string> = {
  'no scheme': makeKey(new Uint8Array(24).fill(1)).key,
  'another scheme': `Basic ${makeKey(new Uint8Array(24).fill(1)).key}`,
  'no key': 'Bearer',
  'no key of ours': 'Bearer annals_x',
  'an unknown key': `Bearer ${makeKey(new Uint8Array(24).fill(200)).key}`,
  'a key cut short': `Bearer ${makeKey(new Uint8Array(24).fill(1)).key.slice(0, -1)}`,
}

const unknown = bad['an unknown key']!

function isProblem(t: Test, answer: Answer, status: number, code: string, note: string) {
  t.equal(answer.statusCode, status, note)
  t.match(answer.headers['content-type'], 'application/problem+json', note)
  t.match(answer.json(), { status, code, type: `/errors/${code}` }, note)
}

t.test(
  'every route that is no read refuses who has no key, a bad key or a revoked one, and stores nothing',
  async t => {
    const { app, call, head } = await seededService(t)
    const before = head()
    const writes = routesOf(app).filter(({ method }) => !READS.has(method))
    t.ok(writes.length >= 27, `${writes.length} writes`)
    for (const [i, { method, url }] of writes.entries()) {
      const note = `${method} ${url}`
      const ask = (more: Call) => call(method as 'POST', addressOf(url), { body: {}, from: `192.0.2.${i}`, ...more })
      const nobody = await ask({})
      isProblem(t, nobody, 401, 'unauthenticated', `${note} without a key`)
      t.match(nobody.headers['www-authenticate'], /^Bearer/, note)
      isProblem(t, await ask({ headers: { authorization: unknown } }), 401, 'unauthenticated', `${note} with a bad key`)
      isProblem(t, await ask({ as: 'revoked' }), 401, 'unauthenticated', `${note} with a revoked key`)
    }
    t.equal(head(), before)
  },
)

t.test('a key is needed before anything else is said of a request', async t => {
  const { call } = await seededService(t)
  const asked = { body: '{"broken', headers: { 'content-type': 'text/plain' } }
  isProblem(t, await call('PUT', '/v1/figures/none?unknown=1', asked), 401, 'unauthenticated', 'a broken request')
})

for (const [wrong, authorization] of Object.entries(bad))
  t.test(`${wrong} is 401`, async t => {
    const { call } = await seededService(t)
    isProblem(
      t,
      await call('POST', '/v1/events', { headers: { authorization }, body: {} }),
      401,
      'unauthenticated',
      wrong,
    )
  })

t.test('what is a curator’s is refused to a contributor with 403, and nothing is stored', async t => {
  const { app, call, head, get } = await seededService(t)
  const before = head()
  const merges = routesOf(app).filter(({ method, url }) => method === 'POST' && url.endsWith('/merge'))
  t.equal(merges.length, 2)
  for (const { url } of merges) {
    const asked = { as: 'contributor', body: { into: 'iq' } } as const
    isProblem(t, await call('POST', addressOf(url), asked), 403, 'forbidden', url)
  }
  const figure = '/v1/figures/ramadi-2015:fall-killed'
  const { etag } = (await call('GET', figure)).headers
  for (const body of [{ rank: 'preferred' }, { verification: 'verified' }, { rank: 'deprecated' }]) {
    const asked = { as: 'contributor', body, headers: { 'if-match': etag as string } } as const
    isProblem(t, await call('PATCH', `${figure}?reason=test`, asked), 403, 'forbidden', JSON.stringify(body))
  }
  const same = {
    of: 'event',
    kind: 'same_as',
    from: 'ramadi-exodus-2015-04',
    to: 'ramadi-fall-2015-05',
    asserted_by: 'curator',
  }
  isProblem(t, await call('PUT', '/v1/relations/same', { as: 'contributor', body: same }), 403, 'forbidden', 'same_as')
  t.equal(head(), before)
  t.equal((await call('PUT', '/v1/relations/same', { as: 'curator', body: same })).statusCode, 201)
  t.equal((await get('/v1/relations/same')).recorded_by, 'curator')
})

t.test('whose statement a relation is: a contributor speaks for sources, a curator also for curators', async t => {
  const { call, get, head } = await seededService(t)
  const url = '/v1/relations/apart'
  const stated = (asserted_by: string) => ({
    of: 'event',
    kind: 'distinct_from',
    from: 'ramadi-exodus-2015-04',
    to: 'ramadi-fall-2015-05',
    asserted_by,
  })
  const before = head()
  for (const [as, asserted_by] of [
    ['contributor', 'curator'],
    ['contributor', 'system'],
    ['curator', 'system'],
  ] as const) {
    const answers = [
      await call('PUT', url, { as, body: stated(asserted_by) }),
      await call('POST', '/v1/relations', { as, body: stated(asserted_by) }),
    ]
    for (const answer of answers) isProblem(t, answer, 403, 'forbidden', `${as} for ${asserted_by}`)
  }
  t.equal(head(), before)
  t.equal((await call('PUT', url, { as: 'contributor', body: stated('source') })).statusCode, 201)
  const change = (method: 'PATCH' | 'DELETE', as: 'contributor' | 'curator', rev: number, body?: object) =>
    call(method, `${url}?reason=test`, { as, headers: { 'if-match': `"${rev}"` }, ...(body && { body }) })
  const taken = await change('PATCH', 'contributor', 1, { asserted_by: 'curator' })
  isProblem(t, taken, 403, 'forbidden', 'made a curator’s')
  isProblem(t, await change('PATCH', 'curator', 1, { asserted_by: 'system' }), 403, 'forbidden', 'made the service’s')
  t.equal((await change('PATCH', 'curator', 1, { asserted_by: 'curator' })).statusCode, 200)
  const back = await change('PATCH', 'contributor', 2, { asserted_by: 'source' })
  isProblem(t, back, 403, 'forbidden', 'taken from a curator')
  const gone = await change('DELETE', 'contributor', 2)
  isProblem(t, gone, 403, 'forbidden', 'withdrawn for a curator')
  t.match(await get(url), { rev: 2, asserted_by: 'curator' })
})

t.test('reads need no key, and a bad one does not keep anyone from reading', async t => {
  const { app, call } = await seededService(t)
  const values = { id: 'iq-ramadi', rev: '1', name: 'measure', code: 'invalid', format: 'json' }
  for (const { method, url } of routesOf(app).filter(
    route => route.method === 'GET' && !/imports|exports|docs|keys/.test(route.url),
  )) {
    const noun = /^\/v1\/(sources|reports|relations|events|figures)\/:id/.exec(url)?.[1]
    const id = noun && ((await call('GET', `/v1/${noun}?limit=1`)).json().items[0].id as string)
    const address = `${addressOf(url, { ...values, ...(id ? { id } : {}) })}${url === '/v1/resolve' ? '?name=Ramadi' : ''}`
    for (const headers of [{}, { authorization: unknown }])
      t.equal((await call(method as 'GET', address, { headers })).statusCode, 200, address)
  }
})

t.test('a curator sees every key but no secret, and nobody else sees them', async t => {
  const { call } = await seededService(t)
  for (const method of ['GET', 'HEAD'] as const) {
    t.equal((await call(method, '/v1/keys')).statusCode, 401, method)
    t.equal((await call(method, '/v1/keys', { as: 'revoked' })).statusCode, 401, method)
    t.equal((await call(method, '/v1/keys', { as: 'contributor' })).statusCode, 403, method)
  }
  const answer = await call('GET', '/v1/keys', { as: 'curator' })
  t.equal(answer.headers['cache-control'], 'no-store')
  t.match(
    answer.json().items.map((key: object) => Object.values(key)),
    [
      ['contributor', 'contributor', /^2026-/, null],
      ['curator', 'curator', /^2026-/, null],
      ['revoked', 'curator', /^2026-/, /^2026-/],
    ],
  )
})

t.test('a curator revokes a key: it opens nothing from then on, and its name is not given again', async t => {
  const { call, get, writer } = await seededService(t)
  const write = () => call('POST', '/v1/sources', { as: 'contributor', body: { name: 'x', kind: 'other' } })
  const revoke = (name: string, as: Call['as']) => call('DELETE', `/v1/keys/${name}`, { as: as! })
  const written = await write()
  t.equal(written.statusCode, 201)
  isProblem(t, await revoke('curator', 'contributor'), 403, 'forbidden', 'by a contributor')
  isProblem(t, await revoke('nobody', 'curator'), 404, 'not_found', 'there is none')
  const revoked = await revoke('contributor', 'curator')
  t.match(revoked.json(), { name: 'contributor', role: 'contributor', revoked_at: /^2026-/ })
  isProblem(t, await write(), 401, 'unauthenticated', 'revoked')
  t.same((await revoke('contributor', 'curator')).json(), revoked.json(), 'again, nothing changes')
  t.match(await get(String(written.headers.location)), { recorded_by: 'contributor' }, 'what it wrote stays')

  const { id, hash } = makeKey(new Uint8Array(24).fill(77))
  const add = (name: string) => writer.apply({ do: 'add-key', name, role: 'curator', key_id: id, hash })
  await t.rejects(add('contributor'), { code: 'conflict' })
  await t.rejects(add('operator'), { code: 'conflict' }, 'the name of who is at the machine')
  await add('Zoe\u0301')
  const zoe = await revoke(encodeURIComponent('Zoe\u0301'), 'curator')
  t.match(zoe.json(), { name: 'Zo\u00e9', revoked_at: /^2026-/ }, 'by the name that it was added with')
  t.equal((await revoke('curator', 'curator')).statusCode, 200, 'its own')
  isProblem(t, await revoke('curator', 'curator'), 401, 'unauthenticated', 'with it')
})

t.test('too many bad keys from one address are answered 429, good ones still pass', async t => {
  const { call } = await seededService(t)
  let answer: Answer | undefined
  for (let i = 0; i < 30; i++)
    answer = await call('POST', '/v1/events', {
      body: {},
      headers: { authorization: unknown, 'x-forwarded-for': `192.0.2.${i}` },
    })
  isProblem(t, answer!, 429, 'rate_limited', 'the 30th')
  t.match(answer!.headers['retry-after'], /^\d+$/)
  t.equal((await call('POST', '/v1/events', { as: 'curator', body: {} })).statusCode, 400)
})
