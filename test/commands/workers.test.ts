import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import tap, { test } from 'tap'
import { tempDirectory } from '../support/database.js'
import { lines, sendLoad, sources } from '../support/loading.js'
import { annals, childrenOf, isClean, prepare, serveProcess } from '../support/process.js'

tap.setTimeout(240_000)

const WORKERS = 3

async function serving(t: Parameters<typeof tempDirectory>[0]) {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db, {}, ['--workers', String(WORKERS)])
  t.teardown(() => service.child.kill('SIGKILL'))
  return { db, key, service, url: service.url }
}

/** Asks over a connection of its own, so that the processes take turns. */
const answerTo = (url: string, headers: Record<string, string>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers }, resolve).on('error', reject)
  })

async function ask(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; etag: string }> {
  const response = await answerTo(url, headers)
  return { status: response.statusCode!, body: await text(response), etag: String(response.headers.etag) }
}

/** Follows the changes over a connection of its own. */
async function follow(url: string, after = 0) {
  const response = await answerTo(`${url}/v1/changes`, { accept: 'text/event-stream', 'last-event-id': String(after) })
  let said = ''
  response.setEncoding('utf8').on('data', text => {
    said += text
  })
  const ended = new Promise(resolve => response.once('end', resolve))
  return { ids: () => [...said.matchAll(/^id: (\d+)\n/gm)].map(([, id]) => Number(id)), ended }
}

function put(url: string, key: string, id: string, name: string, rev?: string) {
  return fetch(`${url}/v1/sources/${id}?reason=test`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...(rev && { 'if-match': rev }) },
    body: JSON.stringify({ name, kind: 'media' }),
  })
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++, await sleep(100)) if (await done()) return
  throw new Error('it does not come so far')
}

const alive = (pid: number) => readdirSync('/proc').includes(String(pid))

test('loads under one key are one load: every other request is told so, and each process knows those that run', async t => {
  const { key, url, service } = await serving(t)
  const send = (name: string, rows: number) =>
    fetch(`${url}/v1/imports`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': name,
        prefer: 'respond-async',
        connection: 'close',
      },
      body: lines(sources(rows, 1000)),
    })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send('many', 5000)))
  const [accepted, ...others] = answers.filter(({ status }) => status === 202)
  t.equal(answers.filter(({ status }) => status === 409).length, 7)
  t.same(others, [])
  const next = await send('few', 10)
  for (const { headers } of [accepted!, next])
    for (let i = 0; i < 2 * WORKERS; i++) t.equal((await ask(url + headers.get('location'))).status, 200)
  await until(async () => JSON.parse((await ask(url + next.headers.get('location'))).body).state === 'done')
  const again = await send('many', 5000)
  t.equal(again.status, 200)
  t.equal(`/v1/imports/${((await again.json()) as { id: string }).id}`, accepted!.headers.get('location'))
  await service.stop()
})

test('whoever was told of a write finds it, whichever process he asks', async t => {
  const { db, key, service, url } = await serving(t)
  let reads = 0
  let tags: string[] = []
  for (let n = 1; n <= 20; n++) {
    const written = await put(url, key, 's', `Name ${n}`, n > 1 ? `"${n - 1}"` : undefined)
    t.equal(written.status, n === 1 ? 201 : 200)
    const stale = tags.join(', ')
    tags = []
    for (let i = 0; i < 2 * WORKERS; i++) {
      const list = await ask(`${url}/v1/sources`, stale ? { 'if-none-match': stale } : {})
      t.match(list, { status: 200, body: new RegExp(`"name":"Name ${n}"`) })
      tags.push(list.etag)
      reads += 1
    }
  }
  t.equal(new Set(tags).size, 1, 'the same tag from all')
  t.equal((await ask(`${url}/v1/sources`, { 'if-none-match': tags[0]! })).status, 304)

  const metrics = await ask(`${url}/metrics`)
  const [, counted] =
    /duration_seconds_count\{method="GET",route="\/v1\/sources",status="200"\} (\d+)/.exec(metrics.body) ?? []
  t.equal(Number(counted), reads, 'metrics are of all processes')
  t.match(metrics.body, /^annals_log_position 20$/m)

  t.equal((await service.stop()).status, 0)
  await isClean(t, db)
})

test('a key that is revoked while the service runs opens nothing more in any process', async t => {
  const { db, key, service, url } = await serving(t)
  const remote = (...words: string[]) => annals(['keys', ...words, '--url', url])
  t.match(await annals(['keys', 'revoke', 'curator', '--db', db]), { status: 75, stderr: /another process/ })
  t.match(await remote('list'), { status: 2, stderr: /--key or ANNALS_KEY is needed: a service needs a key/ })
  t.match(await remote('list', '--key', key), { status: 0, stdout: /^curator\tcurator\t20\S+\t\n$/ })
  t.match(await remote('revoke', 'nobody', '--key', key), { status: 1, stderr: /no key named nobody/ })
  t.match(await remote('revoke', 'curator', '--key', key), { status: 0, stdout: 'curator: revoked\n' })
  const authorization = `Bearer ${key}`
  for (let i = 0; i < 3 * WORKERS; i++) t.equal((await ask(`${url}/v1/keys`, { authorization })).status, 401)
  t.equal((await service.stop()).status, 0)
  const [listed] = JSON.parse((await annals(['keys', 'list', '--json', '--db', db])).stdout)
  t.match(listed, { name: 'curator', role: 'curator', revoked_at: /^20/ })
  t.strictSame(Object.keys(listed), ['name', 'role', 'created_at', 'revoked_at'])
})

test('how far a load is, any process can tell', async t => {
  const { key, service, url } = await serving(t)
  const rows = lines(sources(20_000))
  const { status, body } = await sendLoad(url, key, rows, '', { headers: { prefer: 'respond-async' } })
  t.equal(status, 202)
  const seen = new Set<string>()
  await until(async () => {
    const answer = JSON.parse((await ask(`${url}/v1/imports/${body.id}`)).body)
    seen.add(`${answer.state} ${answer.rows > 0}`)
    return answer.state === 'done'
  })
  t.ok(seen.has('running true'), [...seen].join(', '))
  for (let i = 0; i < WORKERS; i++)
    t.match(JSON.parse((await ask(`${url}/v1/imports/${body.id}`)).body), { state: 'done', created: 20_000 })
  t.equal((await service.stop()).status, 0)
})

test('every process streams every change, once, from wherever a client was', async t => {
  const { key, service, url } = await serving(t)
  await put(url, key, 's', 'Name 1')
  const streams = await Promise.all(
    [...Array(2 * WORKERS).fill(0), ...Array(2 * WORKERS).fill(1)].map(n => follow(url, n)),
  )
  await put(url, key, 's', 'Name 2', '"1"')
  await put(url, key, 's', 'Name 3', '"2"')
  await until(() => streams.every(({ ids }) => ids().includes(3)))
  for (const [n, { ids }] of streams.entries()) t.strictSame(ids(), n < 2 * WORKERS ? [1, 2, 3] : [2, 3])
  t.equal((await service.stop()).status, 0)
  await Promise.all(streams.map(({ ended }) => ended))
})

test('a process that is killed is replaced, and the others go on', async t => {
  const { key, service, url } = await serving(t)
  const before = childrenOf(service.child.pid!)
  t.equal(before.length, WORKERS)
  process.kill(before[0]!, 'SIGKILL')
  await until(() => !alive(before[0]!))
  t.equal((await ask(`${url}/readyz`)).status, 200)
  t.equal((await put(url, key, 's', 'Written meanwhile')).status, 201)
  await until(() => childrenOf(service.child.pid!).length === WORKERS)
  for (let i = 0; i < 2 * WORKERS; i++) t.equal((await ask(`${url}/v1/sources/s`)).status, 200)
  t.equal((await service.stop()).status, 0)
})

test('a process that has stalled holds no write back for long, and is replaced', async t => {
  const { key, service, url } = await serving(t)
  const before = childrenOf(service.child.pid!)
  process.kill(before[0]!, 'SIGSTOP')
  // some are asked of the one that has stalled
  const writes = Array.from({ length: 2 * WORKERS }, (_, n) => put(url, key, `s${n}`, 'Written'))
  t.equal((await Promise.any(writes)).status, 201)
  await until(() => !alive(before[0]!))
  await until(() => childrenOf(service.child.pid!).length === WORKERS)
  t.equal((await put(url, key, 'after', 'Written at once')).status, 201)
  t.match(service.said(), `process ${before[0]} has stalled`)
  t.equal((await service.stop()).status, 0)
})

test('a process that replaces another tags answers as the others do', async t => {
  const { key, service, url } = await serving(t)
  const authorization = `Bearer ${key}`
  const send = (path: string, body: object) =>
    fetch(url + path, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  for (const id of ['here', 'there']) await send(`/v1/localities/${id}`, { name: id, level: 'site' })
  for (const locality of ['here', 'there'])
    await send(`/v1/events/at-${locality}`, { title: locality, kind: 'other', locality, period: {} })
  const asked = async (place: string) =>
    new Set(
      await Promise.all(
        Array.from({ length: 4 * WORKERS }, async () => (await ask(`${url}/v1/localities/${place}/timeline`)).etag),
      ),
    )
  const [first] = childrenOf(service.child.pid!)
  process.kill(first!, 'SIGKILL')
  await until(
    () => !childrenOf(service.child.pid!).includes(first!) && childrenOf(service.child.pid!).length === WORKERS,
  )
  // it may have yet to listen
  await until(async () => (await fetch(`${url}/metrics`)).ok)
  await send('/v1/events/later', { title: 'later', kind: 'other', locality: 'there', period: {} })
  for (const place of ['here', 'there']) t.equal((await asked(place)).size, 1, place)
  t.equal((await service.stop()).status, 0)
})

test('when the first process is killed the others end, and the file can be served again', async t => {
  const { db, key, service, url } = await serving(t)
  t.equal((await put(url, key, 's', 'Kept')).status, 201)
  const workers = childrenOf(service.child.pid!)
  await service.stop('SIGKILL')
  await until(() => !workers.some(alive))
  await isClean(t, db)
  const next = await serveProcess(db, {}, ['--workers', '2'])
  t.match((await ask(`${next.url}/v1/sources/s`)).body, /"name":"Kept"/)
  t.equal((await next.stop()).status, 0)
})

test('told to stop, it finishes a load or gives it up, and leaves no process behind', async t => {
  const { db, key, service, url } = await serving(t)
  const workers = childrenOf(service.child.pid!)
  const load = sendLoad(url, key, lines(sources(60_000))).catch(() => ({ status: 0 }))
  await sleep(500)
  t.equal((await service.stop()).status, 0)
  t.ok([0, 200, 503].includes((await load).status))
  t.notOk(workers.some(alive))
  await isClean(t, db)
})

test('an address that is taken is refused in words', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await until(() => taken.listening)
  const { port } = taken.address() as { port: number }
  const db = join(tempDirectory(t), 'annals.db')
  await prepare(db)
  const { status, stderr } = await annals(['serve', '--db', db, '--port', String(port), '--workers', '2'])
  t.equal(status, 1)
  t.match(stderr, /another program listens there/)
})
