import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { verify } from '../../src/store/verify.js'
import { tempDirectory } from '../support/database.js'
import { isRoot, LONG, postSource, prepare, serveProcess, sourcesIn } from '../support/process.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

const CUTS = LONG ? 30 : 3
const CONTROLS = LONG ? 10 : 2
const CARELESS = new URL('../support/careless-sync.js', import.meta.url)

const tell = (program: string, ...words: string[]) => execFileSync(program, words, { stdio: 'pipe' })

/**
 * A disk of our own: a file system in a file. What the system has written to it is in the file; what it still holds back
 * is not, and goes with the power. Nothing is written back unasked within the seconds that a case takes.
 */
function makeDisk(image: string, at: string): void {
  tell('truncate', '-s', '48M', image)
  tell('mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image)
  mount(image, at)
}

function mount(image: string, at: string): void {
  mkdirSync(at, { recursive: true })
  tell('mount', '-o', 'loop,commit=300', image, at)
}

function missing(): string | null {
  if (!isRoot) return 'only root can mount'
  try {
    tell(
      'sh',
      '-c',
      'd=$(mktemp -d) && truncate -s 8M $d/i && mkfs.ext4 -q -F $d/i && mkdir $d/m && mount -o loop $d/i $d/m && umount $d/m; s=$?; rm -rf $d; exit $s',
    )
    return null
  } catch (error) {
    return `no image can be mounted here: ${(error as Error).message.split('\n')[1]}`
  }
}

interface Cut {
  acknowledged: number
  lost: string[]
  /** The copy after the cut: can it be read, and does it verify? */
  outcome: string
}

/** Serves and writes until the power goes, then looks at what the disk has. */
async function cutPower(t: Test, env: Record<string, string> = {}): Promise<Cut> {
  const directory = tempDirectory(t)
  const [image, after] = [join(directory, 'image'), join(directory, 'after')]
  const [here, there] = [join(directory, 'here'), join(directory, 'there')]
  makeDisk(image, here)
  let mounted = false
  const db = join(here, 'annals.db')
  const key = await prepare(db)
  tell('sync', '-f', db)
  const service = await serveProcess(db, { env })
  try {
    const acknowledged: string[] = []
    let going = true
    const posting = Array.from({ length: 4 }, async (_, p) => {
      for (let n = 0; going; n++) {
        const name = `p${p}-${n}`
        const { status } = await postSource(service.url, key, name)
        if (status === 201) acknowledged.push(name)
      }
    })
    // however slow the machine is, there is something to lose
    const enough = 5 + Math.random() * 40
    while (acknowledged.length < enough) await sleep(2)
    service.child.kill('SIGSTOP')
    // what had been answered by then is on its way
    await sleep(50)
    const answered = [...acknowledged]
    copyFileSync(image, after)
    going = false
    await service.stop('SIGKILL')
    await Promise.all(posting)

    mount(after, there)
    mounted = true
    const copy = join(there, 'annals.db')
    const { outcome } = await verify(copy)
    const held = outcome === 'clean' ? sourcesIn(copy).idOf : new Map()
    return { acknowledged: answered.length, lost: answered.filter(name => !held.has(name)), outcome }
  } finally {
    service.child.kill('SIGKILL')
    await service.ended
    tell('umount', here)
    if (mounted) tell('umount', there)
  }
}

const skip = missing() ?? false

t.test(`a power cut, ${CUTS} times: nothing acknowledged is lost`, { skip }, async t => {
  let acknowledged = 0
  let lost = 0
  for (let n = 0; n < CUTS; n++) {
    const cut = await cutPower(t)
    t.strictSame(cut.lost, [], `cut ${n + 1}: ${cut.acknowledged} acknowledged`)
    t.equal(cut.outcome, 'clean')
    acknowledged += cut.acknowledged
    lost += cut.lost.length
  }
  t.ok(acknowledged > CUTS)
  t.comment(`N = ${CUTS} cuts, ${acknowledged} acknowledged, ${lost} lost`)
})

t.test('the control: without waiting for the disk, the same cuts lose what was acknowledged', { skip }, async t => {
  let acknowledged = 0
  let lost = 0
  const env = { NODE_OPTIONS: `--import=${CARELESS}` }
  for (let n = 0; n < CONTROLS; n++) {
    const cut = await cutPower(t, env)
    acknowledged += cut.acknowledged
    lost += cut.lost.length
  }
  t.ok(lost > 0, 'or this test is blind')
  t.comment(`N = ${CONTROLS} cuts, ${acknowledged} acknowledged, ${lost} lost`)
})
