import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import { annals, isClean, isRoot, LONG, postSource, prepare, serveProcess, sourcesIn } from '../support/process.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

t.test('a second writer on the same file is turned away with status 75, and the first goes on', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db)
  const elsewhere = join(tempDirectory(t), 'another-name.db')
  symlinkSync(db, elsewhere)
  for (const words of [
    ['serve', '--port', '0', '--db', db],
    ['seed', '--db', db],
    ['rebuild', '--db', db],
    ['seed', '--db', elsewhere],
  ]) {
    const { status, stderr } = await annals(words)
    t.equal(status, 75, words.join(' '))
    t.match(stderr, /another process is writing to it/)
  }
  t.equal((await annals(['verify', '--db', db])).status, 0, 'who only reads is welcome')
  t.equal((await postSource(service.url, key, 'still')).status, 201)
  const { status, stdout, stderr } = await service.stop()
  t.equal(status, 0)
  t.equal(stdout + stderr, `annals listens at ${service.url}\n`, 'with nothing to warn of, that is all it says')
})

t.test('a file that is missing, empty, cut, foreign or newer is refused with status 65 and left as it is', async t => {
  const directory = tempDirectory(t)
  const good = join(directory, 'good.db')
  await prepare(good)
  const whole = readFileSync(good)
  const withHeader = (at: number, value: number) => {
    const bytes = Buffer.from(whole)
    bytes.writeUInt32BE(value, at)
    return bytes
  }
  const files: Record<string, Buffer | null> = {
    missing: null,
    empty: Buffer.alloc(0),
    cut: whole.subarray(0, whole.length - 5000),
    text: Buffer.from('x'.repeat(20_000)),
    foreign: withHeader(68, 0x12345678),
    newer: withHeader(60, 999),
  }
  const EVERY = [['serve', '--port', '0'], ['show', 'ramadi'], ['seed'], ['rebuild']]
  for (const [name, bytes] of Object.entries(files)) {
    const own = join(directory, `${name}.d`)
    mkdirSync(own)
    const file = join(own, 'annals.db')
    if (bytes) writeFileSync(file, bytes)
    for (const words of name === 'missing'
      ? EVERY
      : [
          ['serve', '--port', '0'],
          ['show', 'ramadi'],
        ]) {
      const { status, stderr } = await annals([...words, '--db', file])
      t.equal(status, 65, `${name}: ${words[0]}`)
      t.match(stderr, /^annals: .*annals\.db: [^\n]+\n$/, 'in one line')
    }
    t.strictSame(readdirSync(own), bytes ? ['annals.db'] : [], `${name}: nothing is left beside it`)
    if (bytes) t.ok(readFileSync(file).equals(bytes), `${name}: byte for byte`)
  }
})

t.test('an address that is taken is named, and the status is 1', async t => {
  const db = join(tempDirectory(t), 'annals.db')
  await prepare(db)
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const { status, stderr } = await annals(['serve', '--db', db, '--port', String(port)])
  other.close()
  t.equal(status, 1)
  t.match(stderr, `annals: cannot listen at 127.0.0.1:${port}: another program listens there\n`)
})

/** Whom no file belongs to. */
const NOBODY = { uid: 65534, gid: 65534 }

t.test('a directory that cannot be written is named at the start', async t => {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  await prepare(db)
  rmSync(`${db}-lock`, { force: true })
  if (isRoot) chownSync(db, NOBODY.uid, NOBODY.gid)
  chmodSync(directory, 0o555)
  t.teardown(() => chmodSync(directory, 0o755))
  const { status, stderr } = await annals(['serve', '--db', db, '--port', '0'], isRoot ? NOBODY : {})
  t.equal(status, 70)
  t.match(stderr, /^annals: .*annals\.db-lock: nothing can be written there/)
  t.strictSame(readdirSync(directory), ['annals.db'])
})

t.test('a file that is moved or replaced while it is served takes no writes any more: status 70', async t => {
  for (const words of [[], ['--workers', '2']])
    await t.test(`serve ${words.join(' ')}`, async t => {
      const db = join(tempDirectory(t), 'annals.db')
      const key = await prepare(db)
      copyFileSync(db, `${db}.copy`)
      const { url, ended } = await serveProcess(db, {}, words)
      t.equal((await postSource(url, key, 'before')).status, 201)
      renameSync(db, `${db}.moved`)
      renameSync(`${db}.copy`, db)
      t.equal((await fetch(`${url}/readyz`)).status, 503)
      t.match(await postSource(url, key, 'after'), { status: 503, body: { code: 'storage_failure' } })
      const { status, stderr } = await ended
      t.equal(status, 70)
      t.match(stderr, /annals\.db is no longer the file that was opened/)
      for (const [file, names] of [
        [db, []],
        [`${db}.moved`, ['before']],
      ] as const) {
        await isClean(t, file)
        t.strictSame(sourcesIn(file).names, names)
      }
    })
})
