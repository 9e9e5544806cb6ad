import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../domain/errors.js'
import { lockForWriting } from '../store/lock.js'
import { openWriting } from '../store/open.js'
import { openWriter, type Settled } from '../store/writer.js'
import { type Command, executeGroup } from './execute.js'
import type { CarriedRefusal, Reply } from './writer.js'

/** The writer's thread: what has arrived by the time a commit ends goes into the next one together. */
const MOST_PER_COMMIT = 1000

interface Request {
  id: number
  command: Command
}

const port = parentPort!
const { file } = workerData as { file: string }
const queue: (Request | 'close')[] = []
let scheduled = false

const carry = ({ code, detail, faults, extra }: Refusal): CarriedRefusal => ({ code, detail, faults, extra })

function reply(id: number, settled: Settled<unknown>): Reply {
  if (settled.ok) return { id, value: settled.value }
  if (settled.error instanceof Refusal) return { id, refusal: carry(settled.error) }
  return { id, failure: settled.error instanceof Error ? (settled.error.stack ?? settled.error.message) : 'unknown' }
}

function open() {
  const lock = lockForWriting(file)
  const store = openWriter(openWriting(file), () => new Date())
  return { lock, store }
}

function commit({ store }: ReturnType<typeof open>, requests: readonly Request[]): void {
  if (requests.length === 0) return
  let outcomes: Settled<unknown>[]
  try {
    outcomes = executeGroup(
      store,
      requests.map(({ command }) => command),
    )
  } catch (error) {
    outcomes = requests.map(() => ({ ok: false, error }))
  }
  requests.forEach(({ id }, i) => {
    port.postMessage(reply(id, outcomes[i]!))
  })
}

function drain(opened: ReturnType<typeof open>): void {
  scheduled = false
  const until = queue.indexOf('close')
  const requests = queue.splice(0, Math.min(until === -1 ? queue.length : until, MOST_PER_COMMIT)) as Request[]
  commit(opened, requests)
  if (queue[0] === 'close') {
    opened.store.close()
    opened.lock.release()
    port.postMessage('closed')
    port.close()
    return
  }
  if (queue.length > 0) schedule(opened)
}

function schedule(opened: ReturnType<typeof open>): void {
  if (scheduled) return
  scheduled = true
  setImmediate(drain, opened)
}

try {
  const opened = open()
  port.on('message', (message: Request | 'close') => {
    queue.push(message)
    schedule(opened)
  })
  port.postMessage('ready')
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  port.postMessage({ refusal: carry(error) })
}
