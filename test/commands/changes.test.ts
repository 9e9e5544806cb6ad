import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { SEEDER, seededDatabase, writing } from '../support/database.js'
import { annals, type Spawned, serveProcess, start } from '../support/process.js'

t.setTimeout(120_000)

const add = (file: string, id: string) =>
  writing(file, writer =>
    writer.apply({
      do: 'put',
      noun: 'source',
      id,
      body: { name: id, kind: 'other' },
      reason: null,
      expect: undefined,
      actor: SEEDER,
    }),
  )

/** Waits until a command has said something. */
async function said(command: Spawned, what: RegExp): Promise<boolean> {
  for (let n = 0; n < 200; n++) {
    if (what.test(command.said())) return true
    await sleep(100)
  }
  return false
}

t.test('changes prints the log after a position: a line each, or an object each', async t => {
  const db = await seededDatabase(t)
  const { status, stdout } = await annals(['changes', '--since', '62', '--db', db])
  t.equal(status, 0)
  t.match(stdout, /^63\t2026-\S+Z\tseed\tcreate relation \S+, revision 1\n64\t.*\n$/)
  const objects = (await annals(['changes', '--json', '--db', db])).stdout.trimEnd().split('\n')
  t.strictSame(
    objects.map(line => JSON.parse(line).seq),
    Array.from({ length: 64 }, (_, i) => i + 1),
  )
  t.match(await annals(['changes', '--since', '65', '--db', db]), { status: 1, stderr: /the log ends at 64/ })
})

t.test('changes --follow goes on with what is written, by whichever process', async t => {
  const db = await seededDatabase(t)
  const following = start(['changes', '--since', '63', '--follow', '--db', db])
  t.ok(await said(following, /^64\t/m))
  await add(db, 'later')
  t.ok(await said(following, /^65\t.*create source later/m))
  following.child.kill()
  await following.ended
})

t.test('changes --url asks a service, and follows it across a restart', async t => {
  const db = await seededDatabase(t)
  const service = await serveProcess(db)
  const { port } = new URL(service.url)
  const remote = await annals(['changes', '--json', '--url', service.url])
  t.equal(remote.stdout, (await annals(['changes', '--json', '--db', db])).stdout, 'the same, to the byte')
  const following = start(['changes', '--since', '63', '--follow', '--url', service.url])
  t.ok(await said(following, /^64\t/m))
  await service.stop()
  await add(db, 'meanwhile')
  const again = start(['serve', '--db', db, '--port', port, '--log-level', 'warn'])
  t.ok(await said(following, /^65\t.*meanwhile/m))
  t.equal(following.said().match(/^64\t/gm)?.length, 1, 'nothing comes twice')
  following.child.kill()
  again.child.kill()
  await Promise.all([following.ended, again.ended])
  t.match(await annals(['changes', '--url', service.url]), { status: 1, stderr: /cannot be reached/ })
})
