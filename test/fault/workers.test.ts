import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import { childrenOf, isClean, postSource, prepare, serveHere, serveProcess, sourcesIn } from '../support/process.js'
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
