import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { type Test, test } from 'tap'
import { openLocalWriter } from '../../src/actions/writer.js'
import { lockForWriting } from '../../src/store/lock.js'
import { createDatabase, openReading, openScratch, openWriting } from '../../src/store/open.js'
import { verify } from '../../src/store/verify.js'
import { emptyDatabase, load, seededDatabase, seedLines, tempDirectory, writing } from '../support/database.js'

/** A copy of the seeded database with some bytes changed. */
async function changed(t: Test, change: (bytes: Buffer) => Buffer | undefined): Promise<string> {
  const file = await seededDatabase(t)
  const bytes = readFileSync(file)
  writeFileSync(file, change(bytes) ?? bytes)
  return file
}

const foreign = (t: Test) => {
  const file = join(tempDirectory(t), 'foreign.db')
  const db = new Database(file)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE revision (seq INTEGER PRIMARY KEY)')
  db.close()
  return file
}

const holding = (t: Test, text: string) => {
  const file = join(tempDirectory(t), 'annals.db')
  writeFileSync(file, text)
  return file
}

const unsound: Record<string, [(t: Test) => string | Promise<string>, RegExp]> = {
  missing: [t => join(tempDirectory(t), 'annals.db'), /no such file; `annals init`/],
  'in a directory that is missing': [t => join(tempDirectory(t), 'no', 'annals.db'), /no such file/],
  empty: [t => holding(t, ''), /the file is empty/],
  'another kind of file': [t => holding(t, 'measure,value\n'.repeat(100)), /not an SQLite database/],
  'shorter than a header': [t => changed(t, bytes => bytes.subarray(0, 60)), /not an SQLite database/],
  'another application’s': [foreign, /another application/],
  'written by a newer version': [t => changed(t, bytes => void bytes.writeUInt32BE(1000, 60)), /newer Annals/],
  'cut short by a page': [t => changed(t, bytes => bytes.subarray(0, bytes.length - 8192)), /cut short/],
  'cut short by a byte': [t => changed(t, bytes => bytes.subarray(0, bytes.length - 1)), /cut short/],
  'of a wrong page size': [t => changed(t, bytes => void bytes.writeUInt16BE(3, 16)), /not a database/],
  'without a readable schema': [t => changed(t, bytes => void bytes.fill(0xff, 100, 8192)), /cannot be opened/],
}

for (const [kind, [make, message]] of Object.entries(unsound))
  test(`a file that is ${kind} is refused, and nothing is changed in it or left beside it`, async t => {
    const file = await make(t)
    const content = () => (existsSync(file) ? readFileSync(file) : null)
    const beside = () => (existsSync(dirname(file)) ? readdirSync(dirname(file)) : null)
    const before = [content(), beside()]
    t.throws(() => openReading(file), { code: 'not_our_database', detail: message }, 'for reading')
    t.throws(() => openWriting(file), { code: 'not_our_database', detail: message }, 'for writing')
    t.match(await verify(file), { outcome: 'unreadable', problems: [{ check: 'file', detail: message }] })
    t.same([content(), beside()], before)
  })

test('a database is made only where there is nothing', async t => {
  const file = holding(t, 'mine')
  t.throws(() => createDatabase(file), { code: 'conflict' })
  t.equal(readFileSync(file, 'utf8'), 'mine')
  t.throws(() => createDatabase(join(dirname(file), 'no', 'annals.db')), { code: 'not_our_database' })
})

test('a file that has two names, hard links, is not written to by either', async t => {
  const file = emptyDatabase(t)
  const other = join(dirname(file), 'other.db')
  linkSync(file, other)
  for (const name of [file, other])
    t.throws(() => lockForWriting(name), { code: 'in_use_by_another', detail: /hard link/ })
  rmSync(other)
  lockForWriting(file).release()
})

test('every commit waits for the disk: synchronous is FULL on first start and on every reopening', async t => {
  const file = emptyDatabase(t)
  for (const _ of ['first', 'again']) {
    const db = openWriting(file)
    t.equal(db.pragma('synchronous', { simple: true }), 2)
    t.equal(db.pragma('journal_mode', { simple: true }), 'wal')
    t.equal(db.pragma('foreign_keys', { simple: true }), 1)
    db.close()
  }
})

test('a connection for reading cannot write', async t => {
  const db = openReading(await seededDatabase(t))
  t.throws(() => db.exec('DELETE FROM timeline'), { code: 'SQLITE_READONLY' })
  t.throws(() => db.exec('CREATE TABLE t (x)'), { code: 'SQLITE_READONLY' })
  db.close()
})

test('a second writer on a file is refused, in the same process and in another, until the first lets go', async t => {
  const file = await seededDatabase(t)
  const writer = openLocalWriter(file, () => new Date())
  t.throws(() => lockForWriting(file), { code: 'in_use_by_another' })
  const module = new URL('../../src/store/lock.js', import.meta.url)
  const script = `import { lockForWriting } from '${module}'
    try { lockForWriting(process.argv[1]).release(); console.log('free') } catch (error) { console.log(error.code) }`
  const elsewhere = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script, file], { encoding: 'utf8' }).stdout.trim()
  t.equal(elsewhere(), 'in_use_by_another')
  await writer.close()
  t.equal(elsewhere(), 'free')
  lockForWriting(file).release()
})

test('a file that a crash left amid a checkpoint is opened: its write-ahead log has what it lacks', async t => {
  const file = emptyDatabase(t)
  const left = join(dirname(file), 'left.db')
  await writing(file, async writer => {
    copyFileSync(file, left)
    await load(writer, seedLines)
    copyFileSync(`${file}-wal`, `${left}-wal`)
  })
  // the checkpoint had written the first page, which counts all pages, and not yet the last
  writeSync(openSync(left, 'r+'), readFileSync(file), 0, 8192, 0)
  t.ok(readFileSync(left).length < readFileSync(file).length)
  t.match(await verify(left), { outcome: 'clean', head: { seq: seedLines.length } })
  const db = openReading(left)
  t.equal(db.prepare('SELECT count(*) FROM revision').pluck().get(), seedLines.length)
  db.close()
})

/** A database as an earlier version left it. */
function older(t: Test): string {
  const file = join(tempDirectory(t), 'annals.db')
  const db = openScratch(file, 2)
  db.pragma(`application_id = ${0x414e4e4c}`)
  db.pragma('journal_mode = WAL')
  db.close()
  return file
}

test('an older database verifies as it is, is refused for reading, and is brought up to date by writing', async t => {
  const file = older(t)
  const before = readFileSync(file)
  t.match(await verify(file), { outcome: 'clean', head: { seq: 0, hash: '0'.repeat(64) } })
  t.throws(() => openReading(file), { code: 'not_our_database', detail: /older/ })
  t.same(readFileSync(file), before)
  t.same(readdirSync(dirname(file)), ['annals.db'])
  const db = openWriting(file)
  openReading(file).close()
  db.close()
  t.equal((await verify(file)).outcome, 'clean')
})

test('a directory is no database', async t => {
  t.throws(() => openReading(tempDirectory(t)), { code: 'not_our_database' })
})
