import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import {
  childrenOf,
  isClean,
  postSource,
  prepare,
  serveHere,
  serveProcess,
  sourcesIn,
  start,
} from '../support/process.js'
import { traced, tracerMissing } from '../support/strace.js'

t.setTimeout(280_000)

async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) await sleep(50)
}

const title =
  'storage that fails in the first of several processes ends them all: whoever writes is told, and the status is 70'

t.test(title, { skip: tracerMissing() ?? false }, async t => {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  const key = await prepare(db)
  // the log's header, the first commit, the second
  const failing = traced(db, join(directory, 'log'), { call: 'fsync', nth: 3, ahead: 0 }, 'EIO')
  const service = await serveProcess(db, failing, ['--workers', '3'])
  const { url } = service
  const workers = childrenOf(service.child.pid!)
  const first = await postSource(url, key, 'first')
  t.equal(first.status, 201)
  t.match(await postSource(url, key, 'second'), { status: 503, body: { code: 'storage_failure' } })
  t.equal((await service.ended).status, 70)
  await Promise.all(workers.map(gone))

  await isClean(t, db)
  t.equal(sourcesIn(db).idOf.get('first'), first.body.id)
  const again = await serveHere(db)
  t.equal((await postSource(again.url, key, 'second')).status, 201)
  await again.close()
  t.strictSame(sourcesIn(db).names.sort(), ['first', 'second'])
})

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended already
  }
}

/** Waits for the processes that a service starts, but for those that are known. */
async function newChildren(pid: number, known: readonly number[] = []): Promise<number[]> {
  for (;;) {
    const born = childrenOf(pid).filter(child => !known.includes(child))
    if (born.length > 0) return born
    await sleep(10)
  }
}

t.test('a process that ends while it starts is replaced; one that starts when the service is stopped ends', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const { child, ended, said } = start(['serve', '--db', db, '--port', '0', '--workers', '3'])
  const pid = child.pid!
  const [first] = await newChildren(pid)
  kill(first!)
  while (!said().includes('listens')) await sleep(50)
  const [, url] = /listens at (\S+)/.exec(said())!
  const running = childrenOf(pid)
  t.equal(running.length, 3)
  t.equal((await postSource(url!, key, 'a')).status, 201)

  kill(running[0]!)
  await newChildren(pid, running)
  child.kill('SIGTERM')
  const { status, stderr } = await ended
  t.equal(status, 0, 'in less than ten seconds')
  t.equal(stderr, `annals listens at ${url}\n`)
})

t.test('processes that end again and again before they listen end the service', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  await prepare(db)
  const { child, ended } = start(['serve', '--db', db, '--port', '0', '--workers', '2'])
  const killing = setInterval(() => childrenOf(child.pid!).forEach(kill), 20)
  const { status, stderr } = await ended
  clearInterval(killing)
  t.equal(status, 1)
  t.match(stderr, /^annals: 5 processes in a row ended before they listened, the last with SIGKILL\n$/)
})
