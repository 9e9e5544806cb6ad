import { Refusal } from '../domain/errors.js'
import type { Commit, Settled, StoreWriter } from '../store/writer.js'
import { type Answer, type AnswerTo, type Command, executeGroup } from './execute.js'
import { recordImport } from './imports/record-import.js'
import type { ImportAnswer, ImportRequest } from './imports/request.js'

/** The one way to change a database: what `apply` and `load` resolve to is stored and durable. */
export interface Writer {
  apply<C extends Command>(command: C): Promise<AnswerTo<C>>
  /** Loads a file; `progress` is told how far it is. */
  load(request: ImportRequest, progress: (answer: ImportAnswer) => void): Promise<ImportAnswer>
  /** How many wait for an answer. */
  waiting(): number
  /** Tells of every commit, before whoever asked for it is answered. */
  onCommit(listener: (commit: Commit) => void): void
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
 * other, and changes go between the blocks of a load unless it stands or falls as a whole.
 */
export function writeQueue(store: StoreWriter): Omit<Writer, 'onCommit'> {
  const queue: Waiting[] = []
  let loads: Promise<unknown> = Promise.resolve()
  let scheduled = false
  let stopping = false
  let emptied: () => void = () => {}

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
    else emptied()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(drain)
  }

  async function breathe(): Promise<void> {
    await new Promise(setImmediate)
    if (stopping) throw new Refusal('stopping', 'The service is shutting down; the import was given up.')
  }

  return {
    apply: <C extends Command>(command: C) =>
      new Promise<AnswerTo<C>>((resolve, reject) => {
        queue.push({ command, resolve: resolve as (answer: Answer) => void, reject })
        schedule()
      }),
    load(request, progress) {
      const done = loads.then(() => recordImport(store, request, { progress, breathe }))
      loads = done.catch(() => {}).finally(schedule)
      return done
    },
    waiting: () => queue.length,
    async close() {
      stopping = true
      await loads
      await new Promise<void>(resolve => {
        emptied = resolve
        schedule()
      })
      store.close()
    },
  }
}
