import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tempDirectory } from '../support/database.js'
import {
  type Ended,
  isClean,
  LONG,
  postSource,
  prepare,
  type Sent,
  type ServiceProcess,
  serveHere,
  serveProcess,
  sourcesIn,
} from '../support/process.js'
import {
  CALLS,
  type Call,
  FAULTS,
  type FaultName,
  type Place,
  placesIn,
  traced,
  tracerMissing,
} from '../support/strace.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

/** Enough for the write-ahead log to begin, to grow, and to be moved into the database at the end. */
const NAMES = ['a', 'b', 'c']

/** What one run of the service did: the answer to each write, and how the process ended. */
interface Run {
  answers: Map<string, Sent>
  /** Whether a write was told that storage failed. */
  failed: boolean
  /** What readiness said once storage had failed; 0 if nothing. */
  ready: number
  ended: Pick<Ended, 'status' | 'signal'>
  pid: number | undefined
}

async function run(db: string, key: string, how: ReturnType<typeof traced>): Promise<Run> {
  const answers = new Map<string, Sent>()
  let service: ServiceProcess
  try {
    service = await serveProcess(db, how)
  } catch (error) {
    const { status = -1, signal = null } = error as Partial<Ended>
    return { answers, failed: false, ready: 0, ended: { status, signal }, pid: undefined }
  }
  let failed = false
  let ready = 0
  for (const name of NAMES) {
    const sent = await postSource(service.url, key, name)
    answers.set(name, sent)
    if (sent.body?.code !== 'storage_failure') continue
    failed = true
    ready = await statusOf(`${service.url}/readyz`)
  }
  return { answers, failed, ready, ended: await (failed ? endOf(service) : service.stop()), pid: service.child.pid }
}

/** How a process ends that nobody tells to; killed if it does not. */
async function endOf({ ended, stop }: ServiceProcess): Promise<Ended> {
  const timer = setTimeout(() => stop('SIGKILL'), 60_000)
  try {
    return await ended
  } finally {
    clearTimeout(timer)
  }
}

/** The status of a GET; 0 if there is no answer. */
const statusOf = (url: string) =>
  fetch(url).then(
    async response => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )

/** A copy of a database, and where the calls on its files are logged. */
function copyOf(t: Test, made: string): { db: string; log: string } {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  copyFileSync(made, db)
  return { db, log: join(directory, 'log') }
}

/** Every place where a fault may strike, from a run without faults. */
async function findPlaces(t: Test, made: string, key: string): Promise<Place[]> {
  const { db, log } = copyOf(t, made)
  const { answers, ended, pid } = await run(db, key, traced(db, log))
  t.equal(ended.status, 0)
  t.ok([...answers.values()].every(({ status }) => status === 201))
  return placesIn(log, pid!)
}

/** One run with one fault; what was acknowledged must be there, and trying again must complete it. Answers how the process ended. */
async function tryFault(t: Test, made: string, key: string, at: Place, fault: FaultName): Promise<string> {
  const { db, log } = copyOf(t, made)
  const { answers, failed, ready, ended } = await run(db, key, traced(db, log, at, fault))
  t.ok(ended.signal === 'SIGKILL' || /\(INJECTED\)/.test(readFileSync(log, 'utf8')), 'the fault struck')
  await isClean(t, db)
  const held = sourcesIn(db).idOf
  for (const [source, { status, body }] of answers) {
    if (status === 201) t.equal(held.get(source), body.id, `${source} was acknowledged and is there`)
    else t.ok(status === 0 || status === 503, `${source} was answered ${status}`)
    if (body?.code === 'storage_full') t.notOk(held.has(source), `${source} was refused and is not there`)
  }
  t.ok(ready === 0 || ready === 503, `readiness said ${ready} after the failure`)
  if (failed && fault !== 'KILL') t.equal(ended.status, 70, 'it ends by itself')
  t.ok([null, 0, 65, 70].includes(ended.status), `it ended with ${ended.status}`)

  const again = await serveHere(db)
  for (const source of NAMES) {
    const { status, body } = await postSource(again.url, key, source)
    t.equal(status, 201, `${source} again`)
    if (held.has(source)) t.equal(body.id, held.get(source), `${source} is answered as it was kept`)
  }
  await again.close()
  t.strictSame(sourcesIn(db).names.sort(), NAMES, 'every source is there once')
  if (!t.passing() && existsSync(log)) t.comment(readFileSync(log, 'utf8').split('\n').slice(-5).join('\n'))
  return ended.signal ?? String(ended.status)
}

t.test(
  'every write, sync, truncation and opening of the database may fail once',
  { skip: tracerMissing() ?? false },
  async t => {
    const made = join(tempDirectory(t), 'made.db')
    const key = await prepare(made)
    const places = await findPlaces(t, made, key)
    const count = (call: Call) => places.filter(place => place.call === call).length
    t.ok(count('fsync') >= NAMES.length, 'each commit waits for the disk')

    const faults = places.flatMap(at => (Object.keys(FAULTS) as FaultName[]).map(fault => ({ at, fault })))
    const tried = LONG ? faults : few(faults)
    const endings = new Map<string, number>()
    let sound = 0
    t.jobs = availableParallelism()
    await Promise.all(
      tried.map(({ at, fault }) =>
        t.test(`${at.call} ${at.nth} ${fault}`, { buffered: true }, async t => {
          const ending = `${at.call} ${fault}: ended with ${await tryFault(t, made, key, at, fault)}`
          endings.set(ending, (endings.get(ending) ?? 0) + 1)
          sound += Number(t.passing())
        }),
      ),
    )
    t.comment(`calls without faults: ${CALLS.map(call => `${count(call)} ${call}`).join(', ')}`)
    for (const [ending, n] of [...endings].sort()) t.comment(`${ending}, ${n} times`)
    t.comment(`N = ${tried.length} faults of ${faults.length}, ${sound} with all that was acknowledged, and clean`)
  },
)

/** The short form tries a commit's sync and a write in the middle. */
function few(faults: readonly { at: Place; fault: FaultName }[]) {
  const middle = (call: Call, fault: FaultName) => {
    const those = faults.filter(({ at, fault: its }) => at.call === call && its === fault)
    return those[Math.floor(those.length / 2)]!
  }
  return [middle('fsync', 'EIO'), middle('fsync', 'KILL'), middle('pwrite64', 'ENOSPC')]
}
