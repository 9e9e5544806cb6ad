import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tempDirectory } from '../support/database.js'
import { isClean, prepare, type Sent, serveProcess, sourcesIn } from '../support/process.js'

t.setTimeout(240_000)

interface Asked {
  method?: 'PUT' | 'POST'
  headers?: Record<string, string>
  name: string
}

/** The service as a process of its own, and a word for writing a source to it. */
async function served(t: Test) {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db)
  t.teardown(() => service.stop('SIGKILL'))
  const write = async (
    path: string,
    { method = 'PUT', headers = {}, name }: Asked,
    signal?: AbortSignal,
  ): Promise<Sent> => {
    const response = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name, kind: 'other' }),
      ...(signal && { signal }),
    })
    return { status: response.status, body: await response.json() }
  }
  return { db, write, service }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

/** How many answers there were of each kind: by status, or by code where one was refused. */
function tally(answers: readonly Sent[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) counts[body.code ?? status] = (counts[body.code ?? status] ?? 0) + 1
  return counts
}

t.test('of changes to one revision that come at once exactly one is made; the others are told', async t => {
  const { db, write, service } = await served(t)
  await write('/v1/sources/one', { name: 'at first' })
  const ROUNDS = 25
  for (const round of upTo(ROUNDS)) {
    const headers = { 'if-match': `"${round + 1}"` }
    const answers = await Promise.all(
      upTo(round === 0 ? 20 : 2).map(n => write('/v1/sources/one?reason=x', { headers, name: `${round} ${n}` })),
    )
    t.strictSame(tally(answers), { 200: 1, precondition_failed: answers.length - 1 })
    t.match(
      answers.find(({ status }) => status === 200),
      { body: { rev: round + 2 } },
    )
  }
  const { items } = (await (await fetch(`${service.url}/v1/sources/one/revisions`)).json()) as {
    items: { rev: number }[]
  }
  t.strictSame(
    items.map(({ rev }) => rev),
    upTo(ROUNDS + 1).map(n => n + 1),
  )
  t.equal((await service.stop()).status, 0)
  await isClean(t, db)
})

t.test('of creations of one id that come at once exactly one is made', async t => {
  const { db, write, service } = await served(t)
  const headers = { 'if-none-match': '*' }
  const answers = await Promise.all(upTo(30).map(n => write('/v1/sources/one', { headers, name: `${n}` })))
  t.strictSame(tally(answers), { 201: 1, precondition_failed: 29 })
  await service.stop()
  t.strictSame(
    sourcesIn(db).names,
    answers.filter(({ status }) => status === 201).map(({ body }) => body.name),
  )
})

t.test('200 writes of different records under one Idempotency-Key at once: one is made', async t => {
  const { db, write, service } = await served(t)
  const headers = { 'idempotency-key': 'the-same' }
  const answers = await Promise.all(upTo(200).map(n => write(`/v1/sources/s${n}`, { headers, name: `${n}` })))
  const { 201: made, in_flight = 0, idempotency_mismatch = 0, ...others } = tally(answers)
  t.equal(made, 1)
  t.equal(in_flight + idempotency_mismatch, 199)
  t.strictSame(others, {})
  await service.stop()
  t.equal(sourcesIn(db).names.length, 1)
})

t.test('one request sent again and again under its Idempotency-Key, answers lost: one record, one answer', async t => {
  const { db, write, service } = await served(t)
  const headers = { 'idempotency-key': 'once' }
  const post = (signal?: AbortSignal) => write('/v1/sources', { method: 'POST', headers, name: 'once' }, signal)
  /** As a client does that is told to wait. */
  async function insist(): Promise<Sent> {
    const sent = await post()
    return sent.status === 409 ? insist() : sent
  }
  await Promise.all(upTo(20).map(n => post(AbortSignal.timeout(n)).catch(() => null)))
  const answers = await Promise.all(upTo(20).map(insist))
  t.strictSame(tally(answers), { 201: 20 })
  t.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1)
  await service.stop()
  t.strictSame(sourcesIn(db).names, ['once'])
})

t.test(
  'while writes go on the feed has every change once and in order, by pages and as streams that break off',
  async t => {
    const { write, service } = await served(t)
    const WRITES = 200
    const feed = `${service.url}/v1/changes?noun=source,event`
    let written = 0

    async function writeAll(writer: number): Promise<void> {
      for (; written < WRITES; ) {
        written += 1
        t.equal((await write(`/v1/sources/s${writer}-${written}`, { name: 'x' })).status, 201)
      }
    }
    async function page(): Promise<number[]> {
      const seen: number[] = []
      for (let since = 0; seen.length < WRITES; ) {
        const answer = await (await fetch(`${feed}&since=${since}&limit=7`)).json()
        const { items, next_since } = answer as { items: { seq: number }[]; next_since: number }
        seen.push(...items.map(({ seq }) => seq))
        since = next_since
      }
      return seen
    }
    async function follow(): Promise<number[]> {
      const seen: number[] = []
      for (let connection = 0; seen.length < WRITES; connection++) {
        const control = new AbortController()
        const headers = { accept: 'text/event-stream', 'last-event-id': String(seen.at(-1) ?? 0) }
        const { body } = await fetch(feed, { headers, signal: control.signal })
        let text = ''
        const most = seen.length + 1 + (connection % 30)
        for await (const chunk of body!) {
          text += Buffer.from(chunk).toString()
          const whole = text.split('\n\n')
          text = whole.pop()!
          seen.push(...whole.flatMap(event => /^id: (\d+)/.exec(event)?.[1] ?? []).map(Number))
          if (seen.length >= Math.min(most, WRITES)) break
        }
        control.abort()
      }
      return seen
    }
    const [paged, followed] = await Promise.all([page(), follow(), ...upTo(4).map(writeAll)])
    const all = upTo(WRITES).map(n => n + 1)
    t.strictSame(paged, all)
    t.strictSame(followed, all)
  },
)
