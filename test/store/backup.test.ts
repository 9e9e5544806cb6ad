import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import tap, { type Test, test } from 'tap'
import { openLocalWriter } from '../../src/actions/writer.js'
import { backup, restore } from '../../src/store/backup.js'
import { openReading } from '../../src/store/open.js'
import { verify } from '../../src/store/verify.js'
import { seededDatabase, tempDirectory, writing } from '../support/database.js'
import { onLog, tamper } from '../support/tamper.js'

tap.setTimeout(120_000)

/** Another thread that writes to a file until stopped. */
async function steadyWriter(file: string) {
  const state = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL('../support/steady-writer.js', import.meta.url), { workerData: { file, state } })
  const ended = new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
  const acknowledged = () => Atomics.load(state, 0)
  return {
    acknowledged,
    async reaching(seq: number) {
      while (acknowledged() < seq) await new Promise(resolve => setTimeout(resolve, 5))
    },
    async stop() {
      Atomics.store(state, 1, 1)
      await ended
    },
  }
}

const unsound = async (t: Test) => {
  const file = await seededDatabase(t)
  tamper(
    file,
    onLog(db => db.exec(`UPDATE revision SET reason = 'none' WHERE seq = 7`)),
  )
  return file
}

test('a backup taken while a writer writes verifies, and holds all that was acknowledged before it', async t => {
  const file = await seededDatabase(t)
  const writer = await steadyWriter(file)
  await writer.reaching(80)
  const taken: string[] = []
  for (let n = 0; n < 5; n++) {
    const before = writer.acknowledged()
    const to = join(dirname(file), `backup-${n}.db`)
    const { outcome, head } = await backup(file, to)
    t.equal(outcome, 'clean')
    t.ok(head!.seq >= before, `${head!.seq} of at least ${before}`)
    t.same(await verify(to), { outcome: 'clean', head, first_bad_seq: null, problems: [] })
    taken.push(to)
    await writer.reaching(writer.acknowledged() + 5)
  }
  t.equal((await verify(file)).outcome, 'clean', 'the database itself, meanwhile')
  await writer.stop()
  t.equal((await verify(file)).head!.seq, writer.acknowledged())
  const again = join(dirname(file), 'again.db')
  const { head } = await restore(taken[4]!, again)
  const db = openReading(again)
  t.equal(db.prepare('SELECT max(seq) FROM revision').pluck().get(), head!.seq)
  db.close()
})

test('a backup has what waits in the write-ahead log', async t => {
  const file = await seededDatabase(t)
  await writing(file, async writer => {
    const actor = { name: 'ann', role: 'curator' as const }
    const body = { name: 'MSF', kind: 'ngo' }
    await writer.apply({ do: 'put', noun: 'source', id: 'msf', body, actor, reason: null, expect: null })
    t.equal((await backup(file, `${file}.backup`)).head!.seq, 65)
  })
})

test('a backup leaves the original as it was, and nothing but the backup beside it', async t => {
  const file = await seededDatabase(t)
  const before = readFileSync(file)
  await backup(file, `${file}.backup`)
  t.same(readFileSync(file), before)
  t.same(readdirSync(dirname(file)).sort(), ['annals.db', 'annals.db.backup'])
})

test('a backup can be read where nothing can be written', async t => {
  const file = await seededDatabase(t)
  const directory = tempDirectory(t)
  const copy = join(directory, 'copy.db')
  await backup(file, copy)
  openReading(copy).close()
  t.same(readdirSync(directory), ['copy.db'], 'it wants no files beside it')
  t.equal((await verify(copy)).outcome, 'clean')
  await writing(copy, async writer => {
    const actor = { name: 'ann', role: 'curator' as const }
    const body = { name: 'MSF', kind: 'ngo' }
    await writer.apply({ do: 'put', noun: 'source', id: 'msf', body, actor, reason: null, expect: null })
    t.ok(existsSync(`${copy}-wal`), 'and has a write-ahead log again once it is written')
  })
})

test('a backup overwrites nothing', async t => {
  const file = await seededDatabase(t)
  writeFileSync(`${file}.backup`, 'mine')
  await t.rejects(backup(file, `${file}.backup`), { code: 'conflict' })
  t.equal(readFileSync(`${file}.backup`, 'utf8'), 'mine')
})

test('a copy that is not sound is not kept, and the refusal says what is wrong', async t => {
  const file = await unsound(t)
  const refusal = { code: 'not_our_database', extra: { outcome: 'tampered', first_bad_seq: 7 } }
  await t.rejects(backup(file, `${file}.backup`), refusal)
  await t.rejects(restore(file, `${file}.restored`), refusal)
  t.same(readdirSync(dirname(file)).sort(), ['annals.db', 'annals.db.restored-lock'])
})

test('there is no backup of what is no database', async t => {
  const directory = tempDirectory(t)
  const file = join(directory, 'annals.db')
  await t.rejects(backup(file, `${file}.backup`), { code: 'not_our_database' })
  writeFileSync(file, 'text')
  await t.rejects(backup(file, `${file}.backup`), { code: 'not_our_database' })
  const sound = await seededDatabase(t)
  await t.rejects(backup(sound, join(directory, 'no', 'annals.db')), { code: 'not_found' })
  await t.rejects(restore(sound, join(directory, 'no', 'annals.db')), { code: 'not_found' })
  t.same(readdirSync(directory), ['annals.db'])
})

test('a restored database is the one that was backed up, and takes writes', async t => {
  const file = await seededDatabase(t)
  await backup(file, `${file}.backup`)
  const restored = join(tempDirectory(t), 'annals.db')
  const { head } = await restore(`${file}.backup`, restored)
  t.same(head, (await verify(file)).head)
  await writing(restored, async writer => {
    const actor = { name: 'ann', role: 'curator' as const }
    const body = { name: 'MSF', kind: 'ngo' }
    await writer.apply({ do: 'put', noun: 'source', id: 'msf', body, actor, reason: null, expect: null })
  })
  t.equal((await verify(restored)).head!.seq, 65)
})

test('a database that exists is not replaced, nor a write-ahead log that was left without it', async t => {
  const backedUp = await seededDatabase(t)
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    const file = join(tempDirectory(t), 'annals.db')
    writeFileSync(file + suffix, 'mine')
    await t.rejects(restore(backedUp, file), { code: 'conflict', detail: /move it aside/ })
    t.equal(readFileSync(file + suffix, 'utf8'), 'mine')
    t.equal(existsSync(file), suffix === '')
  }
})

test('nothing is restored where another process writes', async t => {
  const file = await seededDatabase(t)
  const writer = openLocalWriter(file, () => new Date())
  await t.rejects(restore(await seededDatabase(t), file), { code: 'in_use_by_another' })
  await writer.close()
})
