import { readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { writeQueue } from '../../src/actions/write-queue.js'
import { openLocalWriter } from '../../src/actions/writer.js'
import { Refusal } from '../../src/domain/errors.js'
import { openAcceptedLoads } from '../../src/store/accepted-loads.js'
import { openWriting } from '../../src/store/open.js'
import { openWriter } from '../../src/store/writer.js'
import { emptyDatabase, steadyClock, tempDirectory } from '../support/database.js'
import {
  aFlatRow,
  aRequest,
  CSV,
  csv,
  importWhen,
  lines,
  loadingService,
  NDJSON,
  sendLoad,
  sources,
} from '../support/loading.js'
import { annals, isClean, prepare, serveProcess, sourcesIn } from '../support/process.js'
import { KEYS, openService } from '../support/service.js'

t.setTimeout(240_000)
/** Uploads are spooled here, so that a test can see what is left of them. */
process.env.TMPDIR = tempDirectory(t)

const ASYNC = { prefer: 'respond-async' }
/** A load in several blocks, that takes long enough to be broken off. */
const ROWS = 5000
const LONG = lines(sources(ROWS, 1000))

t.test('a connection that breaks off in the middle leaves nothing, and its key free', async t => {
  const { load, head, url } = await loadingService(t)
  const before = head()
  await new Promise<void>(resolve => {
    const upload = request(`${url}/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.curator.key}`, 'content-type': NDJSON, 'idempotency-key': 'broken' },
    })
    upload.on('error', () => resolve())
    upload.write(lines(sources(500)))
    setTimeout(() => upload.destroy(), 100)
  })
  for (let tries = 0; tries < 400 && uploads().length > 0; tries++) await sleep(5)
  t.same(uploads(), [])
  t.equal(head(), before)
  t.match(await load(lines(sources(500)), '', { key: 'broken' }), { status: 200, body: { created: 500 } })
  t.same(uploads(), [])
})

const uploads = () => readdirSync(process.env.TMPDIR!).filter(name => name.startsWith('annals-upload-'))

t.test('a load whose end there is no room to record is told of as refused all the same', async t => {
  const service = await openService(t, emptyDatabase(t), undefined, (file, clock) => {
    const store = openWriter(openWriting(file), clock)
    let room = true
    const unless = <T>(full: boolean, job: () => T): T => {
      if (full) throw new Refusal('storage_full', 'The disk is full; nothing was stored.')
      return job()
    }
    const session: typeof store.session = how => {
      room = false
      return unless(true, () => store.session(how))
    }
    const group: typeof store.group = jobs => unless(!room, () => store.group(jobs))
    return { ...writeQueue({ ...store, session, group }, openAcceptedLoads(file)), onCommit() {} }
  })
  const url = await service.listen()
  const { status, body } = await sendLoad(url, KEYS.curator.key, lines(sources(2)), '', { headers: ASYNC })
  t.match({ status, body }, { status: 202, body: { state: 'running' } })
  const ended = await importWhen(url, body.id, ({ state }) => state === 'refused')
  t.match(ended, { created: 0, problems: [{ line: null, code: 'storage_full' }] })
  t.equal(service.read.findImport(body.id)!.state, 'running', 'the database does not know')
  await sleep(50)
  t.match(await service.get(`/v1/imports/${body.id}`), { state: 'refused' })
})

t.test('a load in mode `partial` that breaks off says what it has stored', async t => {
  const row = { locality_id: null, locality_name: 'Hit', country: 'IQ' }
  const rows = Array.from({ length: 1500 }, (_, n) => aFlatRow({ ...row, figure_id: `f${n}` }))
  const table = `${csv(rows)}\n"${'x'.repeat(4_300_000)}`
  const { load, get, head, url } = await loadingService(t)
  const { status, body, headers } = await load(table, '?mode=partial', { type: CSV })
  t.match({ status, ...body }, { status: 400, code: 'malformed', import: { state: 'refused', revision: head() } })
  const { id, created } = body.import
  t.ok(created > 0)
  t.equal((await get('/v1/figures')).number_matched, created)
  t.equal(headers.get('content-location'), `/v1/imports/${id}`)
  t.match(await get(`/v1/imports/${id}`), body.import)

  const file = join(tempDirectory(t), 'rows.csv')
  writeFileSync(file, table)
  const some = /, created [1-9].*[\s\S]*is stored$/m
  const words = ['import', file, '--mode', 'partial']
  t.match(await annals([...words, '--db', emptyDatabase(t)]), { status: 1, stdout: some, stderr: '' })
  const other = await loadingService(t)
  t.match(await annals([...words, '--url', other.url, '--key', KEYS.curator.key]), { status: 1, stdout: some })
  const again = await annals([...words, '--url', url, '--key', KEYS.curator.key])
  t.match(again, { status: 1, stdout: /, created 0, .*[\s\S]*nothing was stored$/m })
  t.notMatch(again.stdout, '--mode partial')
})

t.test('SIGTERM lets a load finish though nobody waits for its answer', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const first = await serveProcess(db)
  const { body } = await sendLoad(first.url, key, LONG, '', { headers: ASYNC })
  await importWhen(first.url, body.id, ({ rows }) => rows > 0)
  t.equal((await first.stop()).status, 0)
  t.equal(sourcesIn(db).names.length, ROWS)
})

t.test('a load that takes too long for that is given up: nothing is stored, and the same key completes it', async t => {
  const db = emptyDatabase(t)
  const file = join(tempDirectory(t), 'rows.ndjson')
  writeFileSync(file, LONG)
  const request = aRequest(file, { idempotency: { key: 'stopped', fingerprint: 'f' } })
  const writer = openLocalWriter(db, steadyClock())
  const loading = writer.load(request)
  await new Promise<void>(resolve => writer.onProgress(({ rows }) => rows > 0 && resolve()))
  const waiting = writer.load({ ...request, id: 'waits', file: 'no such file', idempotency: null })
  const given = [loading, waiting].map(load => t.rejects(load, { code: 'stopping' }))
  await Promise.all([writer.close(), ...given])
  t.same(sourcesIn(db).names, [])
  await isClean(t, db)

  const again = await openService(t, db)
  t.match(await again.get(`/v1/imports/${request.id}`), {
    state: 'refused',
    created: 0,
    problems: [{ line: null, code: 'stopping' }],
  })
  t.match(await again.writer.load({ ...request, id: 'again' }), { created: ROWS })
})

/** What is said of a load that the end of the process broke off. */
const ENDED = { line: null, code: 'stopping', detail: /process ended/ }

t.test('kill -9 during a load leaves all or nothing, and the same key completes it', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const first = await serveProcess(db)
  const { body } = await sendLoad(first.url, key, LONG, '', { key: 'killed', headers: ASYNC })
  await importWhen(first.url, body.id, ({ rows }) => rows > 1000)
  const waiting = await sendLoad(first.url, key, lines(sources(1)), '', { key: 'waits', headers: ASYNC })
  t.match(waiting, { status: 202, body: { state: 'running', rows: 0 } })
  await first.stop('SIGKILL')
  t.same(sourcesIn(db).names, [])
  await isClean(t, db)

  const second = await serveProcess(db)
  const old = await (await fetch(`${second.url}/v1/imports/${body.id}`)).json()
  t.match(old, { state: 'refused', created: 0, problems: [ENDED] })
  const waited = await (await fetch(`${second.url}/v1/imports/${waiting.body.id}`)).json()
  t.match(waited, { state: 'refused', created: 0, problems: [ENDED] }, 'one that was accepted and had not begun, too')
  const again = await sendLoad(second.url, key, LONG, '', { key: 'killed' })
  t.match(again, { status: 200, body: { state: 'done', created: ROWS } }, `${again.body.detail ?? ''} ${second.said()}`)
  const waits = await sendLoad(second.url, key, lines(sources(2, 1000)), '', { key: 'waits' })
  t.match(waits, { status: 200, body: { unchanged: 2 } }, 'and its key is free')
  await second.stop('SIGKILL')

  const third = await serveProcess(db)
  t.equal(sourcesIn(db).names.length, ROWS, 'what was answered is there')
  t.same((await sendLoad(third.url, key, LONG, '', { key: 'killed' })).body, again.body)
  await third.stop()
})
