import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { verify } from '../../src/store/verify.js'
import { tempDirectory } from '../support/database.js'
import {
  type Ended,
  LONG,
  postSource,
  prepare,
  type Sent,
  type ServiceProcess,
  serveProcess,
  sourcesIn,
} from '../support/process.js'

t.setTimeout(LONG ? 7_200_000 : 280_000)

const CALLS = ['pwrite64', 'fsync', 'ftruncate', 'openat'] as const
const FAULTS = { EIO: 'error=EIO', ENOSPC: 'error=ENOSPC', KILL: 'signal=KILL' } as const
type Call = (typeof CALLS)[number]
type FaultName = keyof typeof FAULTS

/** Enough for the write-ahead log to begin, to grow, and to be moved into the database at the end. */
const NAMES = ['a', 'b', 'c']

function tracerMissing(): string | null {
  try {
    execFileSync('strace', ['--seccomp-bpf', '-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=1', 'true'], {
      stdio: 'pipe',
    })
    return null
  } catch (error) {
    return `strace cannot trace here: ${(error as Error).message.split('\n')[0]}`
  }
}

/** The words before a program that make strace watch its calls on a database's files, and tamper with one of them. */
function traced(db: string, log: string, inject?: string): string[] {
  // with the filter strace is faster, and delivers no signal
  const filter = inject?.includes('signal=') ? [] : ['--seccomp-bpf']
  const paths = [db, `${db}-wal`, `${db}-shm`].flatMap(path => ['-P', path])
  const what = inject === undefined ? [`trace=${CALLS.join()}`] : [`trace=${CALLS.join()}`, `inject=${inject}`]
  return ['strace', '-D', '-f', ...filter, '-o', log, ...paths, ...what.flatMap(each => ['-e', each])]
}

/** What one run of the service did: the answer to each write, and how the process ended. */
interface Run {
  answers: Map<string, Sent>
  /** What readiness said once storage had failed; 0 if nothing. */
  ready: number
  ended: Pick<Ended, 'status' | 'signal'>
}

async function run(db: string, key: string, under: string[]): Promise<Run> {
  const answers = new Map<string, Sent>()
  let service: Awaited<ReturnType<typeof serveProcess>>
  try {
    service = await serveProcess(db, { under })
  } catch (error) {
    const { status = -1, signal = null } = error as Partial<Ended>
    return { answers, ready: 0, ended: { status, signal } }
  }
  let ready = 0
  for (const name of NAMES) {
    const sent = await postSource(service.url, key, name)
    answers.set(name, sent)
    if (sent.body?.code === 'storage_failure') ready = await statusOf(`${service.url}/readyz`)
  }
  const failed = [...answers.values()].some(({ body }) => body?.code === 'storage_failure')
  return { answers, ready, ended: await (failed ? endOf(service) : service.stop()) }
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

/** How often each call is made on the database's files in a run without faults. */
async function countCalls(t: Test, made: string, key: string): Promise<Map<Call, number>> {
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  copyFileSync(made, db)
  const log = join(directory, 'log')
  const { answers, ended } = await run(db, key, traced(db, log))
  t.equal(ended.status, 0)
  t.ok([...answers.values()].every(({ status }) => status === 201))
  const lines = readFileSync(log, 'utf8').split('\n')
  return new Map(CALLS.map(call => [call, lines.filter(line => new RegExp(`^\\d+ +${call}\\(`).test(line)).length]))
}

/** One run with one fault; what was acknowledged must be there, and trying again must complete it. Answers how the process ended, null if there was no fault. */
async function tryFault(
  t: Test,
  made: string,
  key: string,
  call: Call,
  fault: FaultName,
  nth: number,
): Promise<{ ending: string; sound: boolean } | null> {
  const name = `${call} ${nth} ${fault}`
  const directory = tempDirectory(t)
  const db = join(directory, 'annals.db')
  copyFileSync(made, db)
  const log = join(directory, 'log')
  const { answers, ready, ended } = await run(db, key, traced(db, log, `${call}:${FAULTS[fault]}:when=${nth}`))
  const wrong: string[] = []

  const verification = await verify(db)
  if (verification.outcome !== 'clean') wrong.push(`verify: ${JSON.stringify(verification)}`)
  const held = sourcesIn(db)
  for (const [source, { status, body }] of answers) {
    if (status === 201 && held.idOf.get(source) !== body.id) wrong.push(`${source} was acknowledged and is lost`)
    if (body?.code === 'storage_full' && held.idOf.has(source)) wrong.push(`${source} was refused and is there`)
    if (status !== 201 && status !== 0 && status !== 503) wrong.push(`${source} was answered ${status}`)
  }
  if (ready !== 0 && ready !== 503) wrong.push(`readiness said ${ready} after the failure`)
  const failed = [...answers.values()].some(({ body }) => body?.code === 'storage_failure')
  if (failed && fault !== 'KILL' && ended.status !== 70)
    wrong.push(`storage failed, and it ended with ${ended.status ?? ended.signal}, not by itself with 70`)
  if (ended.status !== null && ![0, 65, 70].includes(ended.status)) wrong.push(`it ended with ${ended.status}`)

  const again = await serveProcess(db)
  for (const source of NAMES) {
    const { status, body } = await postSource(again.url, key, source)
    if (status !== 201) wrong.push(`${source} again: ${status}`)
    else if (held.idOf.has(source) && held.idOf.get(source) !== body.id) wrong.push(`${source} is there twice`)
  }
  if ((await again.stop()).status !== 0) wrong.push('it does not end well afterwards')
  if (sourcesIn(db).names.length !== NAMES.length) wrong.push('not every source is there once')
  t.strictSame(wrong, [], name)
  if (wrong.length > 0 && existsSync(log)) t.comment(readFileSync(log, 'utf8').split('\n').slice(-5).join('\n'))
  const happened = ended.signal === 'SIGKILL' || readFileSync(log, 'utf8').includes('(INJECTED)')
  return happened ? { ending: ended.signal ?? String(ended.status), sound: wrong.length === 0 } : null
}

const missing = tracerMissing()

t.test(
  'every write, sync, truncation and opening of the database may fail once',
  { skip: missing ?? false },
  async t => {
    const directory = tempDirectory(t)
    const made = join(directory, 'made.db')
    const key = await prepare(made)
    const counts = await countCalls(t, made, key)
    t.ok(counts.get('fsync')! >= NAMES.length, 'each commit waits for the disk')

    let runs = 0
    let sound = 0
    const endings = new Map<string, number>()
    for (const call of CALLS)
      for (const fault of Object.keys(FAULTS) as FaultName[])
        for (const nth of placesOf(call, fault, counts.get(call)!)) {
          const tried = await tryFault(t, made, key, call, fault, nth)
          // calls are counted for each thread by itself, so some numbers are beyond the last
          if (tried === null) continue
          const ending = `${call} ${fault}: ended with ${tried.ending}`
          endings.set(ending, (endings.get(ending) ?? 0) + 1)
          runs += 1
          sound += Number(tried.sound)
        }
    t.ok(runs > 0, 'faults happened')
    t.comment(`calls without faults: ${JSON.stringify(Object.fromEntries(counts))}`)
    for (const [ending, n] of endings) t.comment(`${ending}, ${n} times`)
    t.comment(`N = ${runs} faults, ${sound} with all that was acknowledged, and clean`)
  },
)

/** The short form tries the first commit's sync and a write in the middle. */
function placesOf(call: Call, fault: FaultName, count: number): number[] {
  if (LONG) return Array.from({ length: count }, (_, i) => i + 1)
  if (call === 'fsync' && fault !== 'ENOSPC') return [Math.ceil(count / 2)]
  return call === 'pwrite64' && fault === 'ENOSPC' ? [Math.ceil(count / 2)] : []
}
