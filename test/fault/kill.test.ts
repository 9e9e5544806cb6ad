import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import {
  annals,
  isClean,
  LONG,
  postSource,
  prepare,
  type ServiceProcess,
  serveProcess,
  sourcesIn,
} from '../support/process.js'

const KILLS = LONG ? 100 : 5
const KILLED_IMPORTS = LONG ? 30 : 2
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

t.test(`kill -9 during an import, ${KILLED_IMPORTS} times: all rows or none, and the next try completes`, async t => {
  const directory = tempDirectory(t)
  const file = join(directory, 'rows.ndjson')
  const ROWS = 2000
  const row = (n: number) => ({ noun: 'source', id: `s${n}`, document: { name: `Source ${n}`, kind: 'other' } })
  writeFileSync(file, Array.from({ length: ROWS }, (_, n) => `${JSON.stringify(row(n))}\n`).join(''))
  const load = (url: string, key: string) =>
    fetch(`${url}/v1/imports?format=documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', 'idempotency-key': 'once' },
      body: readFileSync(file),
    }).then(
      response => response.status,
      () => 0,
    )
  /** How long one takes that nobody disturbs: kills are spread over that and a little more. */
  const undisturbed = join(directory, 'undisturbed.db')
  const key = await prepare(undisturbed)
  const whole = await serveProcess(undisturbed)
  const began = Date.now()
  t.equal(await load(whole.url, key), 200)
  const takes = Date.now() - began
  await whole.stop()

  const counts = { none: 0, part: 0, whole: 0 }
  for (let cycle = 0; cycle < KILLED_IMPORTS; cycle++) {
    const db = join(directory, `${cycle}.db`)
    const key = await prepare(db)
    const service = await serveProcess(db)
    const loading = load(service.url, key)
    await sleep(Math.random() * takes * 1.2)
    await service.stop('SIGKILL')
    const answered = await loading
    const held = sourcesIn(db).names.length
    t.ok(held === ROWS || (held === 0 && answered !== 200), `${held} rows after the kill, answered ${answered}`)
    counts[held === 0 ? 'none' : held === ROWS ? 'whole' : 'part'] += 1
    await isClean(t, db, `after kill ${cycle + 1}`)
    t.equal((await annals(['import', file, '--db', db, '--format', 'documents'])).status, 0)
    t.equal(sourcesIn(db).names.length, ROWS, 'the next try completes')
  }
  const { none, part, whole: after } = counts
  t.comment(`N = ${KILLED_IMPORTS} kills, ${none} before the commit, ${after} after it, ${part} in part`)
})
