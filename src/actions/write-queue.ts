import { Refusal } from '../domain/errors.js'
import type { AcceptedLoads } from '../store/accepted-loads.js'
import { storageRefusal } from '../store/storage-refusal.js'
import type { Commit, Settled, StoreWriter } from '../store/writer.js'
import { type Answer, type AnswerTo, type Command, executeGroup } from './execute.js'
import { oneAtATime } from './idempotency.js'
import { answeredBefore, recordImport } from './imports/record-import.js'
import { type ImportAnswer, type ImportRequest, startOf } from './imports/request.js'

/** The one way to change a database: what `apply` and `load` resolve to is stored and durable. */
export interface Writer {
  /** Makes a change. Like a load it is refused while another request under its Idempotency-Key is at work (`in_flight`). */
  apply<C extends Command>(command: C): Promise<AnswerTo<C>>
  /** Loads a file, unless that was asked for and answered before. */
  load(request: ImportRequest): Promise<ImportAnswer>
  /** How many wait for an answer. */
  waiting(): number
  /** Tells of every commit, before whoever asked for it is answered. */
  onCommit(listener: (commit: Commit) => void): void
  /**
   * Tells of every load, whoever asked for it: that it is accepted, which a crash does not undo, how far it is, and at
   * last how it ended.
   */
  onProgress(listener: (answer: ImportAnswer) => void): void
  /** Finishes the changes that were accepted, gives up a load that still runs, and lets go of the file; once. */
  close(): Promise<void>
}

interface Waiting {
  command: Command
  resolve(answer: Answer): void
  reject(error: unknown): void
}

const MOST_PER_COMMIT = 1000

/**
 * Orders what is asked of a store: changes that arrive while one commit runs share the next, loads run one after the
 * other, and changes go between the blocks of a load unless it stands or falls as a whole. With `leisure`, entries of
 * timelines are made while nothing is asked, for a quarter of the time at most.
 */
export function writeQueue(
  store: StoreWriter,
  accepted: AcceptedLoads,
  { leisure = false } = {},
): Omit<Writer, 'onCommit'> {
  const queue: Waiting[] = []
  let loads: Promise<unknown> = Promise.resolve()
  let loading = 0
  const once = oneAtATime(store.read)
  let scheduled = false
  let stopping = false
  let resting: NodeJS.Timeout | undefined
  let emptied: () => void = () => {}
  let progressed: (answer: ImportAnswer) => void = () => {}

  function commit(requests: readonly Waiting[]): void {
    let outcomes: Settled<Answer>[]
    try {
      outcomes = executeGroup(
        store,
        requests.map(({ command }) => command),
      )
    } catch (error) {
      outcomes = requests.map(() => ({ ok: false, error }))
    }
    requests.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i]!
      if (outcome.ok) resolve(outcome.value)
      else reject(outcome.error)
    })
  }

  function drain(): void {
    scheduled = false
    if (store.inSession()) return
    const requests = queue.splice(0, MOST_PER_COMMIT)
    if (requests.length > 0) commit(requests)
    if (queue.length > 0) schedule()
    else {
      emptied()
      rest(0)
    }
  }

  /** A failure ends it: the next write will tell. */
  function makeEntries(): void {
    resting = undefined
    if (scheduled || loading > 0 || stopping) return
    const began = performance.now()
    try {
      if (store.makeEntries()) rest(3 * (performance.now() - began))
    } catch {
      leisure = false
    }
  }

  function rest(ms: number): void {
    if (leisure) resting ??= setTimeout(makeEntries, ms)
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(drain)
  }

  function commitInTurn<C extends Command>(command: C): Promise<AnswerTo<C>> {
    return new Promise((resolve, reject) => {
      queue.push({ command, resolve: resolve as (answer: Answer) => void, reject })
      schedule()
    })
  }

  /** Runs a load when those before it have ended; until then it is known to have been accepted. */
  function loadInTurn(request: ImportRequest): Promise<ImportAnswer> {
    if (loading > 0) {
      const start = startOf(request, store.head().seq)
      accepted.add({ id: request.id, actor: request.actor.name, answer: JSON.stringify(start) })
      progressed(start)
    }
    loading += 1
    const done = loads.then(() => recordImport(store, request, { progress: answer => progressed(answer), breathe }))
    loads = done
      .catch(() => {})
      .finally(() => {
        loading -= 1
        if (loading === 0) forgetAccepted()
        schedule()
      })
    return done
  }

  /** What cannot be forgotten now, or was never recorded for want of room, is left for the next start. */
  function forgetAccepted(): void {
    try {
      if (accepted.all().every(({ id }) => store.read.findImport(id))) accepted.clear()
    } catch (error) {
      if (storageRefusal(error) === error) throw error
    }
  }

  async function breathe(): Promise<void> {
    await new Promise(setImmediate)
    if (stopping) throw new Refusal('stopping', 'The service is shutting down; the import was given up.')
  }

  rest(0)
  return {
    apply: command => once('idempotency' in command ? command : null, () => commitInTurn(command)),
    load: request => once(request, async () => answeredBefore(store.read, request) ?? loadInTurn(request)),
    waiting: () => queue.length + loading,
    onProgress(listener) {
      progressed = listener
    },
    async close() {
      stopping = true
      clearTimeout(resting)
      await loads
      await new Promise<void>(resolve => {
        emptied = resolve
        schedule()
      })
      store.close()
    },
  }
}
