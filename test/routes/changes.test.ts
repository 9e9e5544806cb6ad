import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { canonical } from '../../src/domain/canonical.js'
import { eventStream, type ServerSentEvent } from '../../src/http/event-stream.js'
import { seededDatabase, writing } from '../support/database.js'
import { type Answer, openService } from '../support/service.js'

const EVENT = { title: 'T', kind: 'conflict', locality: 'iq-ramadi', period: { edtf: '2016' } }

async function withHistory(t: Test) {
  const service = await openService(t, await seededDatabase(t))
  const { send, read } = service
  const since = read.head().seq
  await send('PUT', '/v1/events/one', EVENT)
  await send('PUT', '/v1/events/two', EVENT)
  await send('PATCH', '/v1/events/one?reason=a%20better%20name', { title: 'One' }, { headers: { 'if-match': '"1"' } })
  await send('POST', '/v1/events/two/merge?reason=the%20same', { into: 'one' })
  await send('DELETE', '/v1/events/one?reason=never%20happened', undefined, { headers: { 'if-match': '"2"' } })
  return { ...service, since }
}

t.test(
  'the feed tells of creations, revisions, merges and retractions in order, with the old value and the reason',
  async t => {
    const { get, since } = await withHistory(t)
    const { items, next_since, next, revision } = await get(`/v1/changes?since=${since}`)
    t.match(items, [
      { seq: since + 1, noun: 'event', id: 'one', op: 'create', rev: 1, previous: null, record: { title: 'T' } },
      { seq: since + 2, id: 'two', op: 'create' },
      {
        op: 'revise',
        rev: 2,
        reason: 'a better name',
        previous: { rev: 1, title: 'T' },
        record: { rev: 2, title: 'One' },
      },
      { op: 'merge', id: 'two', into: 'one', reason: 'the same', previous: { rev: 1 } },
      {
        op: 'retract',
        id: 'one',
        reason: 'never happened',
        previous: { rev: 2, title: 'One' },
        recorded_by: 'curator',
      },
    ])
    t.equal(next_since, since + 5)
    t.equal(revision, since + 5)
    t.equal(next, null)
  },
)

t.test('pages of the feed hold every position of the log exactly once, whatever their size', async t => {
  const { get, read } = await withHistory(t)
  for (const limit of [1, 7, 1000]) {
    const seen: number[] = []
    for (let url = `/v1/changes?limit=${limit}`; url; ) {
      const page = await get(url)
      seen.push(...page.items.map(({ seq }: Answer) => seq))
      if (page.next) t.equal(page.next_since, seen.at(-1))
      url = page.next
    }
    t.strictSame(
      seen,
      Array.from({ length: read.head().seq }, (_, i) => i + 1),
    )
  }
})

t.test('the feed of some nouns leaves the others out and ends where the log does', async t => {
  const { get, read } = await withHistory(t)
  const { items } = await get('/v1/changes?limit=1000')
  const seen = []
  for (let url = '/v1/changes?noun=report,relation&limit=3'; url; ) {
    const page = await get(url)
    seen.push(...page.items)
    if (!page.next) t.equal(page.next_since, read.head().seq)
    url = page.next
  }
  t.strictSame(
    seen,
    items.filter(({ noun }: Answer) => noun === 'report' || noun === 'relation'),
  )
})

t.test('whoever follows the feed can check the chain of the log from it', async t => {
  const { get } = await withHistory(t)
  const { items } = await get('/v1/changes?limit=1000')
  let previous = Buffer.alloc(32)
  const sha256 = (...parts: (string | Buffer)[]) => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  for (const { seq, hash, record, previous: _, ...change } of items) {
    const { id: _id, rev: _rev, recorded_at: _at, recorded_by: _by, ...document } = record
    const place = Buffer.alloc(8)
    place.writeBigUInt64BE(BigInt(seq))
    previous = sha256('annals-log-v1\0', place, previous, sha256(canonical({ ...change, document })))
    t.equal(previous.toString('hex'), hash, String(seq))
  }
})

t.test('a position that the log has not reached is refused: it is another log’s', async t => {
  const { app, since } = await withHistory(t)
  for (const url of [
    `/v1/changes?since=${since + 6}`,
    '/v1/changes?since=-1',
    '/v1/changes?since=x',
    '/v1/changes?limit=0',
  ])
    t.equal((await app.inject(url)).statusCode, 400, url)
  const headers = { accept: 'text/event-stream', 'last-event-id': String(since + 6) }
  t.equal((await app.inject({ url: '/v1/changes', headers })).statusCode, 400)
})

t.test('lists can be asked for what changed after a position or a time', async t => {
  const { get, since, read } = await withHistory(t)
  const ids = async (query: string) => (await get(`/v1/events?${query}`)).items.map(({ id }: Answer) => id)
  t.strictSame(await ids(`updated_since=${since}`), [], 'what is gone is left out')
  t.strictSame(await ids(`updated_since=${since}&include=retracted`), ['one', 'two'])
  t.strictSame(await ids(`updated_since=${since + 3}&include=retracted&limit=1`), ['one'])
  t.strictSame(await ids(`updated_since=${since + 4}&include=retracted`), ['one'])
  t.strictSame(await ids(`updated_since=${since + 5}&include=retracted`), [])
  const { recorded_at } = read.head()
  t.strictSame(await ids(`updated_since=${recorded_at}&include=retracted`), [])
  const before = new Date(Date.parse(recorded_at) - 1).toISOString()
  t.strictSame(await ids(`updated_since=${before}&include=retracted`), ['one'])
})

/** Reads a stream of events until it has so many, or the stream ends. */
async function follow(url: string, most: number, lastEventId?: number) {
  const control = new AbortController()
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': `${lastEventId}` }),
  }
  const response = await fetch(url, { headers, signal: control.signal })
  const events: { id: number; change: Answer }[] = []
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString()
    const parts = text.split('\n\n')
    text = parts.pop()!
    for (const part of parts) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(part) ?? []
      if (data) events.push({ id: Number(id), change: JSON.parse(data) })
    }
    if (events.length >= most) break
  }
  control.abort()
  return { events, type: response.headers.get('content-type') }
}

t.test('as server-sent events the feed goes on with what is recorded meanwhile', async t => {
  const { listen, send, get, since } = await withHistory(t)
  const url = `${await listen()}/v1/changes`
  const following = follow(`${url}?since=${since}`, 6)
  await sleep(300)
  await send('PUT', '/v1/events/three', EVENT)
  const { events, type } = await following
  t.match(type, 'text/event-stream')
  const { items } = await get(`/v1/changes?since=${since}`)
  t.strictSame(
    events.map(({ change }) => change),
    items,
    'the same changes, as the same objects',
  )
  const rest = await follow(url, 2, since + 4)
  t.strictSame(
    rest.events.map(({ id }) => id),
    [since + 5, since + 6],
    'and a client that comes back goes on after the last that it has seen',
  )
})

t.test('a stream tells of what another process writes', async t => {
  const file = await seededDatabase(t)
  const service = await openService(t, file)
  const { seq } = service.read.head()
  await service.writer.close()
  service.writer.close = async () => {}
  const following = follow(`${await service.listen()}/v1/changes?since=${seq}&noun=event`, 1)
  await sleep(300)
  await writing(file, async writer => {
    const actor = { name: 'elsewhere', role: 'curator' } as const
    await writer.apply({ do: 'put', noun: 'event', id: 'e', body: EVENT, reason: null, expect: undefined, actor })
  })
  t.match((await following).events, [{ id: seq + 1, change: { id: 'e', recorded_by: 'elsewhere' } }])
})

t.test('streams end when the service stops', async t => {
  const { listen, app } = await withHistory(t)
  const following = follow(`${await listen()}/v1/changes`, Infinity)
  await sleep(300)
  await app.close()
  t.ok((await following).events.length > 60)
})

t.test('a client that stalls is given a few kilobytes and no more; then it goes on where it was', async t => {
  let asked = 0
  const source = {
    next: (): ServerSentEvent[] => [{ id: ++asked, data: 'x'.repeat(1000) }],
    subscribe: () => () => {},
  }
  const { stream } = eventStream(source)
  stream.once('data', () => stream.pause())
  await sleep(100)
  const buffered = asked
  t.ok(buffered < 40, `${buffered} events were taken from the log`)
  let seen = ''
  stream.on('data', chunk => {
    seen += chunk
    if (asked > 500) stream.destroy()
  })
  stream.resume()
  await new Promise(resolve => stream.once('close', resolve))
  const ids = [...seen.matchAll(/id: (\d+)/g)].map(([, id]) => Number(id))
  t.ok(ids.length > 400)
  t.strictSame(
    ids,
    Array.from({ length: ids.length }, (_, i) => ids[0]! + i),
    'none is lost and none comes twice',
  )
})

t.test('a quiet stream beats, so that nothing on the way takes it for dead', async t => {
  const { stream } = eventStream({ next: () => [], subscribe: () => () => {} }, 20)
  const chunks: string[] = []
  stream.on('data', chunk => chunks.push(String(chunk)))
  await sleep(150)
  stream.destroy()
  t.equal(chunks[0], 'retry: 2000\n\n')
  t.ok(chunks.length >= 4)
  t.ok(
    chunks.slice(1).every(chunk => /^: .*\n\n$/.test(chunk)),
    'with comments, which are no events',
  )
})

t.test('heartbeats do not pile up for a client that takes none', async t => {
  const { stream } = eventStream({ next: () => [], subscribe: () => () => {} }, 5)
  stream.once('data', () => stream.pause())
  await sleep(200)
  t.ok(stream.readableLength < 40, `${stream.readableLength} bytes wait`)
  stream.destroy()
})

t.test('a stream that was ended is asked for nothing more, and ends in good order', async t => {
  let more = () => {}
  let asked = 0
  const source = {
    next: () => {
      asked += 1
      return []
    },
    subscribe: (tell: () => void) => {
      more = tell
      return () => {}
    },
  }
  const { stream, end } = eventStream(source, 5)
  stream.once('data', () => stream.pause())
  await sleep(20)
  const before = asked
  end()
  end()
  more()
  await sleep(20)
  stream.resume()
  await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject))
  t.equal(asked, before)
})
