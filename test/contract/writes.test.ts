import t from 'tap'
import { NOUNS, type Noun, nouns } from '../../src/model/nouns.js'
import { addressOf, routesOf } from '../support/routes.js'
import { seededService } from './client.js'
import { full } from './documents.js'

const urlOf = (noun: Noun, rest = '') => `/v1/${nouns[noun].plural}${rest}`
const curator = { as: 'curator' } as const

for (const noun of NOUNS) {
  t.test(
    `PUT of a ${noun}: created once, the same again is one revision, a change needs If-Match and a reason`,
    async t => {
      const { call, get, head } = await seededService(t)
      const url = urlOf(noun, '/test-1')
      const before = head()
      const made = await call('PUT', url, { ...curator, body: full[noun] })
      t.equal(made.statusCode, 201, made.body)
      t.equal(made.headers.location, url)
      t.equal(made.headers.etag, '"1"')
      t.match(made.json(), { id: 'test-1', rev: 1, recorded_by: 'curator' })
      t.same(made.json(), await get(url), 'what was answered is what is served')
      t.equal(head(), before + 1)

      const again = await call('PUT', url, { ...curator, body: full[noun] })
      t.equal(again.statusCode, 200)
      t.same(again.json(), made.json())
      t.equal(
        (await call('PUT', url, { ...curator, body: full[noun], headers: { 'if-match': '"1"' } })).statusCode,
        200,
      )
      t.equal(head(), before + 1, 'one revision')

      const body = { ...full[noun], note: 'Changed.' }
      t.match((await call('PUT', `${url}?reason=x`, { ...curator, body })).json(), {
        status: 428,
        code: 'precondition_required',
      })
      t.match((await call('PUT', url, { ...curator, body, headers: { 'if-match': '"1"' } })).json(), {
        status: 400,
        code: 'reason_required',
      })
      for (const tag of ['"2"', '"other"', 'W/"1"', '"0"'])
        t.match(
          (await call('PUT', `${url}?reason=x`, { ...curator, body, headers: { 'if-match': tag } })).json(),
          { status: 412, code: 'precondition_failed' },
          tag,
        )
      t.match((await call('PUT', url, { ...curator, body, headers: { 'if-none-match': '*' } })).json(), {
        status: 412,
        code: 'precondition_failed',
      })
      t.match((await call('PUT', `${url}?reason=x`, { ...curator, body, headers: { 'if-match': '1' } })).json(), {
        status: 400,
        errors: [{ parameter: 'If-Match', did_you_mean: '"1"' }],
      })
      t.equal(head(), before + 1, 'refused changes leave no trace')

      const changed = await call('PUT', `${url}?reason=because`, {
        ...curator,
        body,
        headers: { 'if-match': '"7", "1"' },
      })
      t.equal(changed.statusCode, 200, changed.body)
      t.match(changed.json(), { rev: 2, note: 'Changed.' })
      t.equal(changed.headers.etag, '"2"')
      t.same(await get(`${url}?as_of=${before + 1}`), made.json(), 'the old one stays readable')
    },
  )

  t.test(`PATCH, POST and DELETE of a ${noun}`, async t => {
    const { call, get, head } = await seededService(t)
    const posted = await call('POST', urlOf(noun), { ...curator, body: full[noun] })
    t.equal(posted.statusCode, 201, posted.body)
    const url = String(posted.headers.location)
    t.equal(url, urlOf(noun, `/${posted.json().id}`))
    t.same(posted.json(), await get(url))
    const at = head()

    const tag = { 'if-match': '"1"' }
    const patch = noun === 'relation' ? { excerpt: 'in so many words', note: null } : { note: null }
    for (const type of ['application/json', 'text/plain', 'application/json-patch+json']) {
      const answer = await call('PATCH', `${url}?reason=x`, {
        ...curator,
        body: patch,
        headers: { ...tag, 'content-type': type },
      })
      t.match(answer.json(), { status: 415, code: 'unsupported_media_type' }, type)
      t.match(answer.headers['accept-patch'], 'application/merge-patch+json', type)
    }
    t.match((await call('PATCH', `${url}?reason=x`, { ...curator, body: patch })).json(), { status: 428 })
    t.match((await call('PATCH', url, { ...curator, body: patch, headers: tag })).json(), { code: 'reason_required' })
    t.match((await call('PATCH', urlOf(noun, '/none?reason=x'), { ...curator, body: patch, headers: tag })).json(), {
      status: 404,
      code: 'not_found',
    })
    t.equal(head(), at)
    const patched = await call('PATCH', `${url}?reason=shorter`, { ...curator, body: patch, headers: tag })
    t.match(patched.json(), { rev: 2, note: null })
    const { rev: _, recorded_at: __, ...rest } = posted.json()
    t.match(patched.json(), { ...rest, ...patch }, 'nothing else changed')

    t.match((await call('DELETE', `${url}?reason=x`, curator)).json(), { status: 428 })
    t.match((await call('DELETE', url, { ...curator, headers: { 'if-match': '"2"' } })).json(), {
      code: 'reason_required',
    })
    t.match((await call('DELETE', `${url}?reason=x`, { ...curator, headers: tag })).json(), { status: 412 })
    const retracted = await call('DELETE', `${url}?reason=never%20said`, { ...curator, headers: { 'if-match': '"2"' } })
    t.equal(retracted.statusCode, 200, retracted.body)
    const gone = await call('GET', url)
    t.equal(gone.statusCode, 410)
    t.match(gone.json(), {
      code: 'retracted',
      tombstone: { reason: 'never said', retracted_by: 'curator', rev: 3, last: { note: null } },
    })
    t.notOk((await get(urlOf(noun, '?limit=1000'))).items.some(({ id }: { id: string }) => id === posted.json().id))
    t.same(await get(`${url}?as_of=${at}`), posted.json(), 'what was held then stays readable')
    t.match((await call('DELETE', `${url}?reason=x`, { ...curator, headers: { 'if-match': '*' } })).json(), {
      status: 410,
    })
    t.equal((await get(`${url}/revisions`)).items.length, 3)
  })

  t.test(`If-None-Match: * creates a ${noun} only`, async t => {
    const { call, head } = await seededService(t)
    const create = () =>
      call('PUT', urlOf(noun, '/only'), { ...curator, body: full[noun], headers: { 'if-none-match': '*' } })
    t.equal((await create()).statusCode, 201)
    const after = head()
    t.match((await create()).json(), { status: 412, code: 'precondition_failed' })
    t.match(
      (await call('PUT', urlOf(noun, '/none'), { ...curator, body: full[noun], headers: { 'if-match': '*' } })).json(),
      { status: 412 },
      'If-Match: * needs a record',
    )
    const both = { 'if-none-match': '*', 'if-match': '*' }
    t.match((await call('PUT', urlOf(noun, '/none'), { ...curator, body: full[noun], headers: both })).json(), {
      status: 400,
      errors: [{ parameter: 'If-None-Match', code: 'bad_format' }],
    })
    t.equal(head(), after)
  })
}

t.test('an Idempotency-Key: the same request is answered again, another is 422', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  const post = (body: unknown, key = 'key-1', url = '/v1/sources') =>
    call('POST', url, { ...curator, body, headers: { 'idempotency-key': key } })
  const [one, two] = [await post(full.source), await post(full.source)]
  t.equal(one.statusCode, 201)
  t.equal(two.statusCode, 201)
  t.same(two.json(), one.json())
  t.equal(two.headers.location, one.headers.location)
  t.equal(head(), before + 1)
  t.match((await post({ ...full.source, name: 'Another' })).json(), { status: 422, code: 'idempotency_mismatch' })
  t.match((await post(full.report, 'key-1', '/v1/reports')).json(), { status: 422, code: 'idempotency_mismatch' })
  const put = (headers: object) =>
    call('PUT', '/v1/sources/put', {
      ...curator,
      body: full.source,
      headers: { 'idempotency-key': 'key-3', ...headers },
    })
  t.equal((await put({})).statusCode, 201)
  for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"1"' }])
    t.match((await put(headers)).json(), { status: 422, code: 'idempotency_mismatch' }, 'a precondition is asked, too')
  t.equal(head(), before + 2)
  t.equal((await post(full.source, 'key-2')).statusCode, 201)
  const other = await call('POST', '/v1/sources', {
    as: 'contributor',
    body: { ...full.source, name: 'Theirs' },
    headers: { 'idempotency-key': 'key-1' },
  })
  t.equal(other.statusCode, 201, 'each writer has keys of their own')
  for (const key of ['', 'a b', 'é', 'x'.repeat(256)])
    t.match((await post(full.source, key)).json(), { status: 400, errors: [{ parameter: 'Idempotency-Key' }] }, key)
})

t.test('a refused request leaves its Idempotency-Key free', async t => {
  const { call } = await seededService(t)
  const headers = { 'idempotency-key': 'key-1' }
  t.equal((await call('POST', '/v1/sources', { ...curator, body: { name: 'x' }, headers })).statusCode, 400)
  t.equal((await call('POST', '/v1/sources', { ...curator, body: full.source, headers })).statusCode, 201)
})

t.test('a figure without an event is 409 with candidates and how to say a new one, and nothing is chosen', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  const { event: _, ...figure } = full.figure
  const refused = await call('POST', '/v1/figures', { ...curator, body: figure })
  t.equal(refused.statusCode, 409)
  const { code, candidates, how_to } = refused.json()
  t.equal(code, 'event_required')
  const ids = candidates.map(({ id }: { id: string }) => id)
  t.ok(ids.includes('ramadi-fall-2015-05') && ids.includes('ramadi-flight-2015-05'), ids)
  t.notOk(ids.includes('ramadi-exodus-2015-04'), 'the periods of candidates overlap')
  t.match(how_to, { event: String, new_event: { title: String, kind: String, locality: 'iq-ramadi' } })
  t.equal(head(), before)
  t.equal((await call('POST', '/v1/figures', { ...curator, body: { ...figure, event: ids[0] } })).statusCode, 201)
  const told = await call('POST', '/v1/figures', {
    ...curator,
    body: { ...figure, new_event: { ...how_to.new_event, title: 'New' } },
  })
  t.equal(told.statusCode, 201, told.body)
  t.equal(head(), before + 3)
  t.match((await call('POST', '/v1/figures', { ...curator, body: { ...full.figure, new_event: full.event } })).json(), {
    status: 400,
    errors: [{ pointer: '/new_event', code: 'conflict' }],
  })
})

t.test('a merged event redirects, with what follows its id, and as_of before shows both', async t => {
  const { call, get, head } = await seededService(t)
  const before = head()
  const merge = (id: string, into: string, headers: Record<string, string> = { 'if-match': '"1"' }) =>
    call('POST', `/v1/events/${id}/merge?reason=one%20and%20the%20same`, { ...curator, body: { into }, headers })
  const merged = await merge('ramadi-casualties-2015-05', 'ramadi-fall-2015-05')
  t.equal(merged.statusCode, 200, merged.body)
  const old = await call('GET', '/v1/events/ramadi-casualties-2015-05')
  t.equal(old.statusCode, 301)
  t.equal(old.headers.location, '/v1/events/ramadi-fall-2015-05')
  t.equal((await call('GET', `/v1/events/ramadi-casualties-2015-05?as_of=${before}`)).statusCode, 200)
  const events = async (query = '') =>
    (await get(`/v1/localities/iq-ramadi/timeline${query}`)).events.map(({ id }: { id: string }) => id)
  t.notOk((await events()).includes('ramadi-casualties-2015-05'))
  t.ok((await events(`?as_of=${before}`)).includes('ramadi-casualties-2015-05'))
  t.match((await merge('ramadi-fall-2015-05', 'none', { 'if-match': '*' })).json(), { status: 404, code: 'not_found' })
  t.match((await merge('none', 'ramadi-fall-2015-05')).json(), { status: 404 })
})

t.test('what others refer to cannot be retracted; they are named', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  for (const url of [
    '/v1/localities/iq',
    '/v1/sources/un',
    '/v1/reports/scotsman-2015-05-18',
    '/v1/events/ramadi-fall-2015-05',
  ]) {
    const answer = await call('DELETE', `${url}?reason=x`, { ...curator, headers: { 'if-match': '*' } })
    t.equal(answer.statusCode, 409, url)
    t.match(answer.json(), { code: 'in_use', referrers: [{ noun: String, id: String }] }, url)
  }
  t.equal(head(), before)
})

t.test('a change that would contradict the records is refused with its own code, and nothing is stored', async t => {
  const { call, head } = await seededService(t)
  const before = head()
  const over = { ...curator, headers: { 'if-match': '*' } }
  const cases: [string, 'PUT' | 'PATCH', string, unknown][] = [
    ['reference_not_found', 'PUT', '/v1/events/new', { ...full.event, locality: 'none' }],
    [
      'reference_not_found',
      'PUT',
      '/v1/figures/new',
      { ...full.figure, attribution: [{ source: 'none', role: 'originator' }] },
    ],
    ['reference_not_found', 'PUT', '/v1/figures/new', { ...full.figure, citations: [{ report: 'none' }] }],
    ['reference_not_found', 'PUT', '/v1/figures/new', { ...full.figure, event: 'none' }],
    ['reference_not_found', 'PUT', '/v1/relations/new', { ...full.relation, to: 'none' }],
    ['cycle', 'PATCH', '/v1/localities/iq?reason=x', { parent: 'iq-ramadi' }],
    ['cycle', 'PATCH', '/v1/localities/iq?reason=x', { parent: 'iq' }],
    ['cycle', 'PATCH', '/v1/sources/un?reason=x', { parent: 'unami' }],
    [
      'conflict',
      'PUT',
      '/v1/relations/new',
      {
        of: 'event',
        kind: 'part_of',
        from: 'ramadi-flight-2015-05',
        to: 'ramadi-exodus-2015-04',
        asserted_by: 'source',
        report: 'scotsman-2015-05-18',
      },
    ],
    [
      'conflict',
      'PUT',
      '/v1/relations/new',
      {
        of: 'event',
        kind: 'additional_to',
        from: 'ramadi-flight-2015-05',
        to: 'ramadi-exodus-2015-04',
        asserted_by: 'source',
        report: 'scotsman-2015-05-18',
      },
    ],
    ['bad_relation', 'PUT', '/v1/relations/new', { ...full.relation, to: full.relation.from }],
    ['bad_relation', 'PUT', '/v1/relations/new', { ...full.relation, kind: 'revises' }],
  ]
  for (const [code, method, url, body] of cases) {
    const answer = await call(method, url, { ...(method === 'PUT' ? curator : over), body })
    const { code: whole, errors } = answer.json()
    t.ok(answer.statusCode === 400 || answer.statusCode === 409, `${code}: ${answer.statusCode}`)
    t.ok([whole, ...errors.map((fault: { code: string }) => fault.code)].includes(code), `${code} at ${url}`, {
      whole,
      errors,
    })
  }
  t.equal(head(), before)
})

t.test('a body of another type, coded, or too long is refused by every write', async t => {
  const { app, call, head } = await seededService(t)
  const before = head()
  const writes = routesOf(app).filter(
    ({ method, url }) => ['POST', 'PUT', 'PATCH'].includes(method) && url !== '/v1/imports',
  )
  for (const { method, url } of writes) {
    const ask = (body: string, headers: Record<string, string>) =>
      call(method as 'PUT', addressOf(url), { ...curator, body, headers })
    const usual = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      `${usual}; charset=latin1`,
      '',
    ])
      t.match((await ask('{}', { 'content-type': type })).json(), { status: 415 }, `${method} ${url} ${type}`)
    t.match((await ask('{}', { 'content-encoding': 'gzip' })).json(), { status: 415 }, `${method} ${url} gzip`)
    t.match(
      (await ask(`{"note":"${'x'.repeat(1024 * 1024)}"}`, {})).json(),
      { status: 413, code: 'too_large' },
      `${method} ${url}`,
    )
    t.equal((await call(method as 'PUT', addressOf(url), curator)).statusCode, 400, `${method} ${url} without a body`)
  }
  t.equal(head(), before)
})

t.test('what a record may not be written to says which methods it has', async t => {
  const { call } = await seededService(t)
  for (const [method, url] of [
    ['PUT', '/v1/events'],
    ['POST', '/v1/events/x'],
    ['DELETE', '/v1/events'],
    ['POST', '/v1/localities/iq/timeline'],
    ['DELETE', '/v1/codelists'],
  ] as const) {
    const answer = await call(method, url, curator)
    t.match(answer.json(), { status: 405, code: 'method_not_allowed' }, `${method} ${url}`)
    t.match(answer.headers.allow, /GET/)
  }
})
