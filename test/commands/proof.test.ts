import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openReading } from '../../src/store/open.js'
import { seededDatabase, tempDirectory } from '../support/database.js'
import { annals, serveProcess } from '../support/process.js'
import { onLog, tamper } from '../support/tamper.js'

t.setTimeout(240_000)

t.test('verify ends with 0, 1, 2 or 65, and names the first bad position', async t => {
  const db = await seededDatabase(t)
  const older = `${db}.older`
  copyFileSync(db, older)
  const revised = ['retract', 'relation', 'ramadi-2015:may-killed-ramadi-part-of-anbar', '--reason', 'x', '--db', db]
  t.equal((await annals(revised)).status, 0)
  const directory = tempDirectory(t)
  const kept = join(directory, 'checkpoint')
  const pubkey = join(directory, 'key.pem')
  writeFileSync(kept, (await annals(['checkpoint', '--db', db])).stdout)
  writeFileSync(pubkey, (await annals(['checkpoint', '--pubkey', '--db', db])).stdout)
  t.match(readFileSync(pubkey, 'utf8'), /^-----BEGIN PUBLIC KEY-----/)
  const proof = ['--checkpoint', kept, '--pubkey', pubkey]

  const clean = await annals(['verify', '--db', db, ...proof])
  t.equal(clean.status, 0)
  t.match(clean.stdout, /^clean: 65 revisions, [0-9a-f]{64}\n$/)

  const shorter = await annals(['verify', '--db', older, ...proof])
  t.equal(shorter.status, 2, 'an older backup in its place')
  t.match(shorter.stdout, /^shorter, first at 65\n {2}checkpoint 65: the log ends at 64; the checkpoint has seen 65\n$/)

  tamper(
    db,
    onLog(held => held.exec(`UPDATE revision SET document = replace(document, '114000', '14000') WHERE seq = 43`)),
  )
  const tampered = await annals(['verify', '--db', db, '--json', ...proof])
  t.equal(tampered.status, 1)
  t.match(JSON.parse(tampered.stdout), { outcome: 'tampered', first_bad_seq: 43 })

  writeFileSync(older, readFileSync(older).subarray(0, 20_000))
  t.equal((await annals(['verify', '--db', older])).status, 65)
  t.equal((await annals(['verify', '--db', join(directory, 'none.db')])).status, 65)
  const empty = join(directory, 'empty')
  writeFileSync(empty, '')
  for (const words of [
    ['--checkpoint', join(directory, 'none')],
    ['--checkpoint', empty],
    ['--checkpoint', pubkey],
    ['--checkpoint', kept, '--pubkey', kept],
    ['--checkpoint', kept, '--pubkey', join(directory, 'none')],
  ]) {
    const { status, stdout } = await annals(['verify', '--db', db, '--json', ...words])
    t.equal(status, 65, 'what cannot be read says nothing of the log')
    t.match(JSON.parse(stdout), { outcome: 'unreadable', problems: [{ check: 'checkpoint' }] }, words.join(' '))
  }
})

t.test('what is being served verifies, and is backed up', async t => {
  const db = await seededDatabase(t)
  const service = await serveProcess(db)
  // what the service makes of the log in its leisure is verified, too
  for (let made = 0; made === 0; await sleep(50)) {
    const held = openReading(db)
    made = held.prepare<[], number>('SELECT count(*) FROM timeline_entry').pluck().get()!
    held.close()
  }
  t.match(await annals(['verify', '--db', db]), { status: 0, stdout: /^clean: 64/ })
  t.match(await annals(['backup', join(tempDirectory(t), 'copy.db'), '--db', db]), { status: 0 })
  t.equal((await service.stop()).status, 0)
})

t.test('a key that cannot be read is named', async t => {
  const db = await seededDatabase(t)
  writeFileSync(`${db}.key.pem`, 'no key')
  const { status, stderr } = await annals(['checkpoint', '--db', db])
  t.equal(status, 1)
  t.match(stderr, /^annals: .*key\.pem: no key can be read from it: [^\n]+\n$/, 'in one line')
})

t.test('a backup is another file that verifies, and restoring it gives the database back', async t => {
  const db = await seededDatabase(t)
  const copy = join(tempDirectory(t), 'copy.db')
  const made = await annals(['backup', copy, '--db', db, '--json'])
  t.match({ ...made, stdout: JSON.parse(made.stdout) }, { status: 0, stdout: { file: copy, head: { seq: 64 } } })
  const again = await annals(['backup', copy, '--db', db])
  t.match(again, { status: 1, stderr: /there is a file already/ })
  t.equal((await annals(['restore', copy, '--db', db])).status, 1, 'nor is a database overwritten')
  const elsewhere = join(tempDirectory(t), 'restored.db')
  t.match(await annals(['restore', copy, '--db', elsewhere]), { status: 0, stdout: /: 64 revisions, verified\n$/ })
  t.equal((await annals(['verify', '--db', elsewhere])).status, 0)
  t.equal(
    (await annals(['backup', join(copy, 'x'), '--db', db])).status !== 0,
    true,
    'a path that cannot be is refused',
  )
})
