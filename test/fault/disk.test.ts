import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tempDirectory } from '../support/database.js'
import {
  annals,
  isClean,
  isRoot,
  LONG,
  postSource,
  prepare,
  type ServiceProcess,
  serveProcess,
  sourcesIn,
} from '../support/process.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

/** A file system of a few megabytes, or why there is none. */
function smallDisk(t: Test, size: string): string | { skip: string } {
  if (!isRoot) return { skip: 'only root can mount' }
  const directory = tempDirectory(t)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'annals-test', directory], { stdio: 'pipe' })
  } catch (error) {
    return { skip: `no tmpfs can be mounted here: ${(error as Error).message.split('\n')[1]}` }
  }
  t.teardown(() => execFileSync('umount', ['-l', directory]))
  return directory
}

/** Where there can be none, the test passes and says why. */
function onSmallDisk(title: string, size: string, run: (t: Test, disk: string) => Promise<void>): void {
  t.test(title, async t => {
    const disk = smallDisk(t, size)
    if (typeof disk === 'string') await run(t, disk)
    else t.pass('a small disk', { skip: disk.skip })
  })
}

/** Writes until storage has refused twenty times; answers the names of what was stored. */
async function writeUntilRefused(t: Test, { url }: ServiceProcess, key: string, prefix: string): Promise<string[]> {
  const stored: string[] = []
  let refused = 0
  for (let n = 0; n < 2000 && refused < 20; n++) {
    const name = `${prefix}-${n}`
    const { status, body } = await postSource(url, key, name)
    if (status === 201) stored.push(name)
    else {
      refused += 1
      t.match({ status, body }, { status: 503, body: { code: 'storage_full' } }, name)
    }
  }
  t.equal(refused, 20, 'there was no more room')
  return stored
}

onSmallDisk(
  'a database that finds no room leaves nothing behind, and is made once there is some',
  '1m',
  async (t, disk) => {
    const filler = join(disk, 'filler')
    const db = join(disk, 'annals.db')
    for (const room of [0, 4096, 100_000]) {
      writeFileSync(filler, Buffer.alloc((1 << 20) - room))
      t.not((await annals(['init', '--db', db])).status, 0)
      t.same(readdirSync(disk), ['filler'], `${room} bytes of room`)
      rmSync(filler)
    }
    t.equal((await annals(['init', '--db', db])).status, 0)
  },
)

onSmallDisk(
  'on a full disk writes are refused and reads go on; with room again, writes do too',
  '8m',
  async (t, disk) => {
    const db = join(disk, 'annals.db')
    const key = await prepare(db)
    const service = await serveProcess(db)
    const { url } = service
    const stored: string[] = []
    let rounds = 0
    for (; rounds < 3; rounds++) {
      const filler = join(disk, 'filler')
      try {
        writeFileSync(filler, Buffer.alloc(16 * 1024 * 1024))
      } catch {}
      // full at once, or after a few writes more
      truncateSync(filler, statSync(filler).size - rounds * 200_000)
      stored.push(...(await writeUntilRefused(t, service, key, `full-${rounds}`)))
      for (const path of ['/v1/sources?limit=5', '/readyz', '/healthz', '/v1/changes'])
        t.equal((await fetch(url + path)).status, 200, `${path} goes on`)
      rmSync(filler)
      const name = `room-${rounds}`
      t.equal((await postSource(url, key, name)).status, 201, 'there is room again')
      stored.push(name)
    }
    t.equal((await service.stop()).status, 0)
    t.strictSame(sourcesIn(db).names.sort(), stored.sort(), 'what was refused is not there')
    await isClean(t, db)
    t.comment(`N = ${rounds} times full, ${stored.length} acknowledged, ${sourcesIn(db).names.length} stored`)
  },
)

const noLimits = spawnSync('prlimit', ['--version']).status !== 0 && 'no prlimit is here'

t.test('writes are refused where a file may grow no longer; reads go on', { skip: noLimits }, async t => {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db, { under: ['prlimit', `--fsize=${1 << 20}:`] })
  const { url } = service
  const stored = await writeUntilRefused(t, service, key, 'long')
  t.ok(stored.length > 0)
  for (const path of ['/v1/sources?limit=5', '/readyz'])
    t.equal((await fetch(url + path)).status, 200, `${path} goes on`)
  execFileSync('prlimit', ['--pid', String(service.child.pid), '--fsize=unlimited:'])
  t.equal((await postSource(url, key, 'longer')).status, 201, 'files may be longer again')
  stored.push('longer')
  t.equal((await service.stop()).status, 0)
  t.strictSame(sourcesIn(db).names.sort(), stored.sort(), 'what was refused is not there')
  await isClean(t, db)
})
