import { existsSync, statSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import { annals, LONG, postSource, prepare, type ServiceProcess, serveProcess, sourcesIn } from '../support/process.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

/** Sends the head and a part of the body of a write; the rest when told. */
function slowPost({ url }: ServiceProcess, key: string) {
  const body = JSON.stringify({ name: 'slow', kind: 'other' })
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /v1/sources HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 5)}`,
  )
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk
  })
  const answered = new Promise<string>(resolve => socket.once('close', () => resolve(answer)))
  return { answered, finish: () => socket.write(body.slice(5)) }
}

/** A process that took ten seconds would have been ended with another status. */
const IN_TIME = { status: 0, signal: null }

t.test('told to stop, it finishes what runs, refuses what comes late, and leaves a whole file behind', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db)
  t.equal((await postSource(service.url, key, 'before')).status, 201)
  const slow = slowPost(service, key)
  const stream = fetch(`${service.url}/v1/changes`, { headers: { accept: 'text/event-stream' } }).then(response =>
    response.text(),
  )
  await sleep(300)

  const ended = service.stop()
  await sleep(300)
  t.match(await postSource(service.url, key, 'late'), { status: 503, body: { code: 'stopping' } })
  const late = await fetch(`${service.url}/readyz`)
  t.equal(late.status, 503)
  t.equal(late.headers.get('retry-after'), '5')
  await late.text()
  slow.finish()
  t.match(await slow.answered, /^HTTP\/1\.1 201 /)
  t.match(await stream, /"name":"before"/, 'streams end')
  t.match(await ended, IN_TIME)
  t.strictSame(sourcesIn(db).names.sort(), ['before', 'slow'])
  t.notOk(existsSync(`${db}-wal`) && statSync(`${db}-wal`).size > 0, 'the write-ahead log is in the database')
})

/** Sends the head of a request and reads nothing of what is answered. */
function stalled({ url }: ServiceProcess, path: string, ...headers: string[]): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.pause()
  socket.write(`${[`${path} HTTP/1.1`, 'host: x', ...headers].join('\r\n')}\r\n\r\n`)
  return socket
}

t.test('no client keeps it from ending in time: not one that reads or writes no more, nor a load', async t => {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  const key = await prepare(db)
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => {
      const document = { name: `Source ${from + n}`, kind: 'other', note: 'x'.repeat(500) }
      return `${JSON.stringify({ noun: 'source', id: `s${from + n}`, document })}\n`
    }).join('')
  writeFileSync(join(directory, 'rows.ndjson'), rows(0, 3000))
  await annals(['import', join(directory, 'rows.ndjson'), '--db', db, '--format', 'documents'])
  const service = await serveProcess(db)

  const authorization = `authorization: Bearer ${key}`
  const idle = new Agent({ keepAlive: true })
  await new Promise(resolve =>
    get(`${service.url}/healthz`, { agent: idle }, answer => answer.resume().on('end', resolve)),
  )
  const slow = slowPost(service, key)
  const clients = [
    stalled(service, 'GET /v1/changes', 'accept: text/event-stream'),
    stalled(service, 'GET /v1/exports/documents.ndjson'),
    stalled(
      service,
      'POST /v1/imports',
      authorization,
      'content-type: text/csv',
      'idempotency-key: a',
      'content-length: 9',
    ),
  ]
  const LOAD = 30_000
  const loading = fetch(`${service.url}/v1/imports?format=documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', 'idempotency-key': 'b' },
    body: rows(3000, LOAD),
  }).then(
    response => response.status,
    () => 0,
  )
  await sleep(1000)
  t.match(await service.stop(), IN_TIME)
  const loaded = await loading
  t.notMatch(await slow.answered, / 201 /)
  for (const socket of clients) socket.destroy()
  idle.destroy()
  const held = sourcesIn(db).names.length - 3000
  t.ok(held === LOAD || (held === 0 && loaded !== 200), `of the load ${held} rows, answered ${loaded}`)
  t.notOk(sourcesIn(db).idOf.has('slow'), 'what was not sent whole is not there')
})
