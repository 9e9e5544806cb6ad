import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import t from 'tap'
import { recordImport, recordLeftBehind } from '../../src/actions/imports/record-import.js'
import { startOf } from '../../src/actions/imports/request.js'
import { Refusal } from '../../src/domain/errors.js'
import type { StoreWriter } from '../../src/store/writer.js'
import { desk } from '../support/builders.js'
import { tempDirectory } from '../support/database.js'
import { aRequest, lines, sources } from '../support/loading.js'

type Test = Parameters<typeof tempDirectory>[0]

/**
 * Loads some megabytes, which are read in a thread of their own; answers the id of the load and what it was refused
 * with.
 */
async function refusedLoad(t: Test, store: StoreWriter) {
  const file = join(tempDirectory(t), 'rows.ndjson')
  writeFileSync(file, lines(sources(1500, 1000)))
  const request = aRequest(file, { idempotency: { key: 'once', fingerprint: 'f' } })
  const hooks = { progress: () => {}, breathe: async () => {} }
  const error = await recordImport(store, request, hooks).catch((error: Refusal) => error)
  return { id: request.id, error }
}

t.test('a load that the disk has no room for is recorded as refused, and leaves its key free', async t => {
  const { db, store, read, head } = desk(t)
  db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 20}`)
  const { id, error } = await refusedLoad(t, store)
  t.match(error, { code: 'storage_full' })
  t.equal(head(), 0)
  const { state, key, answer } = read.findImport(id) as { state: string; key?: string; answer: string }
  t.match({ state, key }, { state: 'refused', key: null })
  t.match(JSON.parse(answer), { state: 'refused', created: 0, problems: [{ line: null, code: 'storage_full' }] })
})

t.test('a load that cannot even be recorded as begun is told to have ended', async t => {
  const { store } = desk(t)
  const file = join(tempDirectory(t), 'rows.ndjson')
  writeFileSync(file, lines(sources(1)))
  const request = aRequest(file, { idempotency: { key: 'once', fingerprint: 'f' } })
  store.group([tx => tx.service.keepAnswer(request.actor.name, 'once', 'of a change', '{}', tx.now())])
  const told: string[] = []
  const hooks = { progress: ({ state }: { state: string }) => told.push(state), breathe: async () => {} }
  await t.rejects(recordImport(store, request, hooks), { code: 'idempotency_mismatch' })
  t.same(told, ['refused'])
})

t.test('of loads that a process left behind it is said that it ended, and what is kept of them', async t => {
  const { store, read } = desk(t)
  const requests = [{ mode: 'atomic' }, { mode: 'partial' }, { mode: 'partial', dry_run: true }] as const
  const begun = requests.map(own => {
    const request = aRequest('rows', own)
    return { id: request.id, actor: 'a', answer: JSON.stringify(startOf(request, 0)) }
  })
  const waited = begun.map(({ id, ...load }, n) => ({ ...load, id: `w${n}`, answer: load.answer.replace(id, `w${n}`) }))
  store.group([
    tx => {
      for (const { id, actor, answer } of begun) tx.service.startImport(id, actor, id, 'f', answer, tx.now())
      recordLeftBehind(tx, [...begun, ...waited])
    },
  ])
  const some = [false, true, false, false, false, false]
  for (const [n, { id }] of [...begun, ...waited].entries()) {
    const { state, answer } = read.findImport(id)!
    const detail = `The process ended before the import did; ${some[n] ? 'blocks of rows that were done are kept, uncounted' : 'nothing of it was kept'}.`
    t.match(
      { state, ...JSON.parse(answer) },
      { id, state: 'refused', problems: [{ line: null, code: 'stopping', detail }] },
    )
    t.equal(read.importUnderKey('a', id), undefined)
  }
})

t.test('a load whose transaction cannot begin lets its reading thread go', async t => {
  const { store } = desk(t)
  const threads: Worker[] = []
  const started = (thread: Worker) => threads.push(thread)
  process.on('worker', started)
  t.teardown(() => process.off('worker', started))
  const session = () => {
    throw new Refusal('storage_full', 'The disk is full; nothing was stored.')
  }
  const { error } = await refusedLoad(t, { ...store, session })
  t.match(error, { code: 'storage_full' })
  t.equal(threads.length, 1)
  if (threads[0]!.threadId !== -1) await once(threads[0]!, 'exit', { signal: AbortSignal.timeout(5000) })
  t.equal(threads[0]!.threadId, -1, 'it has ended')
})
