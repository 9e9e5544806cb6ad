import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AggregatorRegistry } from 'prom-client'
import { carried } from './actions/carried-refusal.js'
import type { ImportAnswer } from './actions/imports/request.js'
import { keepStanding, stoodAt } from './actions/standing.js'
import type { Writer } from './actions/writer.js'
import { answering } from './actions/writer-channel.js'
import type { Config } from './config.js'
import { Refusal } from './domain/errors.js'
import { DRAIN_MS, GIVE_UP_MS } from './listener.js'
import { openBesideWriter } from './store/open.js'
import { openReader } from './store/reader.js'
import type { FromWorker, ToWorker } from './worker-messages.js'

/** One that ended unasked is replaced after this long, so that one which cannot live takes no processor. */
const REPLACE_MS = 500
/** When so many in a row have ended before they listened, others would end, too. */
const MOST_DEATHS = 5
/** One that does not confirm a commit for so long does nothing at all any more. */
const CONFIRM_MS = 10_000

interface Process {
  worker: Worker
  /** The last commit that it confirmed; null before it listens. */
  seen: number | null
  confirmed: number
}

const neverListen = (deaths: number, how: string | number) =>
  new Refusal('internal', `${deaths} processes in a row ended before they listened, the last with ${how}`)

/**
 * Several processes that serve one file. This one has the writer, and tells each of every commit; a write is answered
 * when all have confirmed it, so that whoever was told of a write finds it, whichever process is asked. `onFailure` is
 * told when one that ended cannot be replaced.
 */
export function openWorkers(config: Config, writer: Writer, onFailure: (error: Refusal) => void) {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker.js', import.meta.url)),
    args: [],
    serialization: 'advanced',
  })
  const metrics = new AggregatorRegistry()
  const processes = new Set<Process>()
  const read = openReader(openBesideWriter(config.db))
  /** All processes go on from what this one has taken in, so that they tag one answer alike. */
  const standing = keepStanding(stoodAt(read.head().seq))
  let commits = 0
  /** How many have ended before they listened since the last one that does. */
  let deaths = 0
  let closing = false
  let unseen: { upTo: number; resolve: () => void }[] = []

  const tell = ({ worker }: Process, message: ToWorker) => {
    // one that is gone is replaced, and knows the file as it then is
    if (worker.isConnected()) worker.send(message as object, () => {})
  }
  writer.onCommit(commit => {
    commits += 1
    standing.commit(commit)
    for (const each of processes) tell(each, { commit, number: commits })
  })
  /** How far the loads are that have not ended. */
  const loads = new Map<string, ImportAnswer>()
  writer.onProgress(progress => {
    if (progress.state === 'running') loads.set(progress.id, progress)
    else loads.delete(progress.id)
    for (const each of processes) tell(each, { reply: { progress } })
  })

  const behind = (upTo: number) => [...processes].filter(({ seen }) => seen !== null && seen < upTo)

  function settle(): void {
    unseen = unseen.filter(({ upTo, resolve }) => {
      if (behind(upTo).length > 0) return true
      resolve()
      return false
    })
  }

  /** Waits until no process answers from before the commits that there are. */
  async function seenByAll(): Promise<void> {
    const upTo = commits
    if (behind(upTo).length === 0) return
    const patience = setTimeout(() => giveUp(behind(upTo)), CONFIRM_MS)
    await new Promise<void>(resolve => unseen.push({ upTo, resolve }))
    clearTimeout(patience)
  }

  /** Others take their place. */
  function giveUp(stalled: readonly Process[]): void {
    for (const { worker } of stalled) {
      process.stderr.write(`annals: process ${worker.process.pid} has stalled and is replaced\n`)
      worker.process.kill('SIGKILL')
    }
  }

  const known: Pick<Writer, 'apply' | 'load'> = {
    apply: command => writer.apply(command).finally(seenByAll),
    load: request => writer.load(request).finally(seenByAll),
  }

  /** Starts one more; answers where it listens. It is replaced whenever it ends unasked. */
  function start(): Promise<string> {
    const one: Process = { worker: cluster.fork(), seen: null, confirmed: 0 }
    processes.add(one)
    const answer = answering(known, reply => tell(one, { reply }))
    let cannot: Refusal | undefined
    return new Promise((resolve, reject) => {
      one.worker.on('message', (message: FromWorker | { type: string }) => {
        if (message === 'ready') {
          // it opens the file after these, and is told of all that follow
          one.confirmed = commits
          tell(one, closing ? 'stop' : { config, stood: standing.soFar() })
        } else if ('ask' in message) answer(message.ask)
        else if ('seen' in message) {
          one.confirmed = message.seen
          if (one.seen !== null) one.seen = message.seen
          settle()
        } else if ('listening' in message) {
          one.seen = one.confirmed
          deaths = 0
          for (const progress of loads.values()) tell(one, { reply: { progress } })
          resolve(message.listening)
        } else if ('cannot' in message) cannot = carried(message.cannot)
        else if ('wantsMetrics' in message)
          metrics.clusterMetrics().then(
            text => tell(one, { metrics: text, id: message.wantsMetrics }),
            () => tell(one, { metrics: '', id: message.wantsMetrics }),
          )
      })
      one.worker.once('exit', (code, signal) => {
        processes.delete(one)
        settle()
        if (one.seen !== null) replace().catch(error => closing || onFailure(error))
        else if (cannot) reject(cannot)
        else {
          deaths += 1
          if (deaths < MOST_DEATHS) resolve(replace())
          else reject(neverListen(deaths, signal ?? code))
        }
      })
    })
  }

  async function replace(): Promise<string> {
    await sleep(REPLACE_MS)
    if (closing) throw new Refusal('stopping', 'The service is shutting down.')
    read.assertInPlace()
    return start()
  }

  async function end(): Promise<void> {
    closing = true
    for (const each of processes) tell(each, 'stop')
    const gone = Promise.all([...processes].map(({ worker }) => new Promise(resolve => worker.once('exit', resolve))))
    await Promise.race([gone, sleep(DRAIN_MS, undefined, { ref: false })])
    // loads that still run are given up, and whoever waits for one is told
    await writer.close()
    await Promise.race([gone, sleep(GIVE_UP_MS, undefined, { ref: false })])
    for (const { worker } of processes) worker.process.kill('SIGKILL')
    await gone
    read.close()
  }

  let ending: Promise<void> | undefined
  return {
    /** Starts all; answers where they listen. */
    async listen(): Promise<string> {
      const [address] = await Promise.all(Array.from({ length: config.workers }, start))
      return address!
    },
    /** Lets each finish what runs, and closes the writer. */
    close: () => {
      ending ??= end()
      return ending
    },
  }
}
