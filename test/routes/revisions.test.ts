import t from 'tap'
import { NOUNS, nouns } from '../../src/model/nouns.js'
import { seededDatabase } from '../support/database.js'
import { openService } from '../support/service.js'

const FIGURE = '/v1/figures/ramadi-2015:exodus-un'

t.test('every version of a record is there with its actor, reason, both clocks, and what it changed', async t => {
  const { get, send } = await openService(t, await seededDatabase(t))
  await send('PATCH', `${FIGURE}?reason=checked`, { note: 'Checked.' }, { headers: { 'if-match': '"1"' } })
  await send('DELETE', `${FIGURE}?reason=a%20misprint`, undefined, { headers: { 'if-match': '"2"' } })
  const { items, number_matched, next, revision } = await get(`${FIGURE}/revisions`)
  t.equal(number_matched, 3)
  t.equal(next, null)
  t.match(items, [
    { rev: 1, op: 'create', recorded_by: 'seed', reason: null, published: '2015-05-18', diff: [], into: null },
    {
      rev: 2,
      op: 'revise',
      recorded_by: 'curator',
      reason: 'checked',
      diff: [{ path: '/note', from: /OCHA/, to: 'Checked.' }],
      record: { id: 'ramadi-2015:exodus-un', rev: 2, note: 'Checked.' },
    },
    { rev: 3, op: 'retract', recorded_by: 'curator', reason: 'a misprint', diff: [], record: { note: 'Checked.' } },
  ])
  t.ok(items[2].seq <= revision, 'a retraction takes the relations with it')
  t.match(items[2].hash, /^[0-9a-f]{64}$/)
  for (const item of items) t.strictSame(await get(`${FIGURE}/revisions/${item.rev}`), item, 'and has an address')
  t.strictSame((await get(`${FIGURE}/revisions?as_of=${items[1].seq}`)).items, items.slice(0, 2), 'as of then')
})

t.test('a revision never changes, and says so', async t => {
  const { app } = await openService(t, await seededDatabase(t))
  const { headers, statusCode } = await app.inject(`${FIGURE}/revisions/1`)
  t.equal(statusCode, 200)
  t.match(headers['cache-control'], /immutable/)
  const again = await app.inject({ url: `${FIGURE}/revisions/1`, headers: { 'if-none-match': String(headers.etag) } })
  t.equal(again.statusCode, 304)
})

t.test('a locality’s revisions are there under its codes too, for as long as it has them', async t => {
  const { app, get } = await openService(t, await seededDatabase(t))
  const code = '/v1/localities/pcode:IRQ/revisions'
  t.strictSame((await get(code)).items, (await get('/v1/localities/iq/revisions')).items)
  t.strictSame(await get(`${code}/1`), await get('/v1/localities/iq/revisions/1'))
  t.notMatch((await app.inject(`${code}/1`)).headers['cache-control'], /immutable/)
})

t.test('pages of revisions show each once, in order', async t => {
  const { get, send } = await openService(t, await seededDatabase(t))
  for (let rev = 1; rev <= 6; rev++)
    await send('PATCH', `${FIGURE}?reason=r${rev}`, { note: `n${rev}` }, { headers: { 'if-match': `"${rev}"` } })
  const seen: number[] = []
  for (let url = `${FIGURE}/revisions?limit=2`; url; ) {
    const page = await get(url)
    seen.push(...page.items.map(({ rev }: { rev: number }) => rev))
    url = page.next
  }
  t.strictSame(seen, [1, 2, 3, 4, 5, 6, 7])
})

t.test('every noun has revisions; what is not there is not found', async t => {
  const { app, get } = await openService(t, await seededDatabase(t))
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const { items } = await get(`/v1/${plural}?limit=1`)
    const { id } = items[0]
    t.strictSame((await get(`/v1/${plural}/${id}/revisions/1`)).record, items[0], noun)
    for (const rest of [`${id}/revisions/2`, 'no-such/revisions', 'no-such/revisions/1'])
      t.equal((await app.inject(`/v1/${plural}/${rest}`)).json().code, 'not_found', `${noun} ${rest}`)
    for (const rev of ['0', '-1', '1.0', 'x', '01'])
      t.equal((await app.inject(`/v1/${plural}/${id}/revisions/${rev}`)).statusCode, 400, `${noun} ${rev}`)
  }
})
