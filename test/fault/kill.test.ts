import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { tempDirectory } from '../support/database.js'
import { lines, sendLoad, sources } from '../support/loading.js'
import {
  isClean,
  LONG,
  postSource,
  prepare,
  type ServiceProcess,
  serveHere,
  serveProcess,
  sourcesIn,
} from '../support/process.js'

const KILLS = LONG ? 100 : 5
const KILLED_IMPORTS = LONG ? 40 : 2
t.setTimeout(LONG ? 7_200_000 : 280_000)

/** Posts one source after another until no answer comes. */
async function postUntilGone({ url }: ServiceProcess, key: string, named: (n: number) => string) {
  const answers: { name: string; status: number; id: string | undefined }[] = []
  for (let n = 0; answers.at(-1)?.status !== 0; n++) {
    const name = named(n)
    const { status, body } = await postSource(url, key, name)
    answers.push({ name, status, id: body?.id })
  }
  return answers
}

t.test(`kill -9 during posts, ${KILLS} times: nothing acknowledged is lost, nothing is there twice`, async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const acknowledged = new Map<string, string>()
  let unknown: string[] = []
  let replayed = 0

  async function retry({ url }: ServiceProcess): Promise<void> {
    const held = sourcesIn(db).idOf
    for (const name of unknown) {
      const { status, body } = await postSource(url, key, name)
      t.equal(status, 201, `${name} again`)
      if (held.has(name)) {
        t.equal(body.id, held.get(name), 'what was kept before the kill is answered as it was then')
        replayed += 1
      }
      acknowledged.set(name, body.id)
    }
    unknown = []
  }

  for (let cycle = 0; cycle < KILLS; cycle++) {
    const service = await serveProcess(db)
    await retry(service)
    const posters = Array.from({ length: 8 }, (_, p) => postUntilGone(service, key, n => `kill-${cycle}-${p}-${n}`))
    await sleep(50 + Math.random() * 500)
    await service.stop('SIGKILL')
    for (const { name, status, id } of (await Promise.all(posters)).flat()) {
      if (status === 0) unknown.push(name)
      else t.equal(status, 201, name)
      if (id) acknowledged.set(name, id)
    }
    await isClean(t, db, `after kill ${cycle + 1}`)
  }
  const service = await serveProcess(db)
  await retry(service)
  t.equal((await service.stop()).status, 0)

  const { names, idOf } = sourcesIn(db)
  const twice = names.length - new Set(names).size
  const lost = [...acknowledged].filter(([name, id]) => idOf.get(name) !== id).length
  t.equal(twice, 0, 'no source is there twice')
  t.strictSame(idOf, acknowledged, 'what was acknowledged is there, and nothing else')
  t.comment(
    `N = ${KILLS} kills, ${acknowledged.size} acknowledged, ${lost} lost, ${twice} twice, ${replayed} answered again`,
  )
})

/** A load whose commit writes megabytes, while all that is written before it are a few pages. */
const ROWS = 5000
const rows = lines(sources(ROWS, 1000))
const COMMITTING = 1_000_000

const load = (url: string, key: string) =>
  sendLoad(url, key, rows, '?format=documents', { key: 'once' }).catch(() => ({ status: 0, body: null }))

const logSize = (db: string) => statSync(`${db}-wal`, { throwIfNoEntry: false })?.size ?? 0

/** A size from the first to the last, which is the likeliest. */
const between = (first: number, last: number) => Math.min(last, first + Math.random() * 1.1 * (last - first))

/** What a cycle’s kill waits for, unless the answer comes first: mostly that a commit is written, or a moment, or nothing. */
function dueAt(cycle: number, takes: number, committing: () => boolean): () => boolean {
  if (cycle % 8 === 7) return () => false
  if (cycle % 4 > 0) return committing
  const moment = Date.now() + Math.random() * takes * 1.2
  return () => Date.now() >= moment
}

/** How long a load takes that nobody disturbs, and how long the write-ahead log is after it. */
async function undisturbed(t: Test): Promise<{ takes: number; writes: number }> {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db)
  const began = Date.now()
  t.equal((await load(service.url, key)).status, 200)
  const takes = Date.now() - began
  const writes = logSize(db)
  await service.stop()
  t.ok(writes > 2 * COMMITTING, `the commit writes ${writes} bytes`)
  return { takes, writes }
}

t.test(`kill -9 during an import, ${KILLED_IMPORTS} times: all rows or none, and the next try completes`, async t => {
  const { takes, writes } = await undisturbed(t)
  const fallen = { 'before the commit': 0, 'while it was written': 0, 'after it, unanswered': 0, 'after the answer': 0 }
  let acknowledged = 0
  let lost = 0
  let twice = 0
  for (let cycle = 0; cycle < KILLED_IMPORTS; cycle++)
    await t.test(`kill ${cycle + 1}`, async t => {
      const db = join(tempDirectory(t), 'annals.db')
      const key = await prepare(db)
      const service = await serveProcess(db)
      const size = between(COMMITTING, writes)
      let answered = false
      const loading = load(service.url, key).finally(() => {
        answered = true
      })
      const due = dueAt(cycle, takes, () => logSize(db) >= size)
      while (!answered && !due()) await new Promise(setImmediate)
      await service.stop('SIGKILL')
      const { status } = await loading
      const began = logSize(db) >= COMMITTING
      const held = sourcesIn(db).names.length
      t.ok(held === ROWS || (held === 0 && status !== 200), `${held} rows after the kill, answered ${status}`)
      if (held > 0) fallen[status === 200 ? 'after the answer' : 'after it, unanswered'] += 1
      else fallen[began ? 'while it was written' : 'before the commit'] += 1
      if (status === 200) {
        acknowledged += ROWS
        lost += ROWS - held
      }
      await isClean(t, db)

      const again = await serveHere(db)
      t.match(await load(again.url, key), { status: 200, body: { state: 'done', created: ROWS } }, 'the next try')
      await again.close()
      const { names } = sourcesIn(db)
      t.equal(names.length, ROWS)
      twice += names.length - new Set(names).size
    })
  t.equal(twice, 0, 'no source is there twice')
  if (LONG) t.ok(fallen['while it was written'] >= KILLED_IMPORTS / 5, 'enough of the kills fall into the commit')
  const where = Object.entries(fallen).map(([when, n]) => `${n} ${when}`)
  t.comment(
    `N = ${KILLED_IMPORTS} kills, ${where.join(', ')}; ${acknowledged} rows acknowledged, ${lost} lost, ${twice} twice`,
  )
})
