import { Worker } from 'node:worker_threads'
import { type Code, type Fault, Refusal } from '../domain/errors.js'
import { lockForWriting } from '../store/lock.js'
import { checkHeader, openWriting } from '../store/open.js'
import { type Commit, openWriter } from '../store/writer.js'
import type { Command } from './execute.js'
import type { ImportAnswer, ImportRequest } from './imports/request.js'
import { type Writer, writeQueue } from './write-queue.js'

export type { Writer } from './write-queue.js'

/** A refusal as it crosses from the writer's thread. */
interface CarriedRefusal {
  code: Code
  detail: string
  faults: readonly Fault[]
  extra: Readonly<Record<string, unknown>>
}

/** What the writer's thread is asked. */
export type Ask = { id: number; command: Command } | { id: number; load: ImportRequest } | 'close'

/** What it answers. */
export type Reply =
  | { id: number; value: unknown }
  | { id: number; progress: ImportAnswer }
  | { id: number; refusal: CarriedRefusal }
  | { id: number; failure: string }
  | { opened: true | CarriedRefusal }
  | { commit: Commit }

/** A writer in this thread. The file is this process's to write until it is closed. */
export function openLocalWriter(file: string, clock: () => Date, { leisure = false } = {}): Writer {
  checkHeader(file)
  const lock = lockForWriting(file)
  try {
    let told: (commit: Commit) => void = () => {}
    const store = openWriter(openWriting(file), clock, commit => told(commit))
    store.group([tx => tx.service.interruptImports()])
    const queue = writeQueue(store, { leisure })
    return {
      ...queue,
      onCommit(listener) {
        told = listener
      },
      async close() {
        await queue.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

interface Caller {
  resolve(value: never): void
  reject(error: unknown): void
  progress?: (answer: ImportAnswer) => void
}

/**
 * A writer in a thread of its own, so that reads never wait for a commit. `onFailure` is told when storage failed in a
 * way that the process must not outlive.
 */
export async function openThreadedWriter(file: string, onFailure: (error: Refusal) => void): Promise<Writer> {
  const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: { file } })
  const callers = new Map<number, Caller>()
  let last = 0
  let closed: () => void = () => {}
  let ended = false
  let closing: Promise<void> | undefined
  let told: (commit: Commit) => void = () => {}

  await new Promise<void>((ready, failed) => {
    worker.once('message', ({ opened }: { opened: true | CarriedRefusal }) =>
      opened === true ? ready() : failed(carried(opened)),
    )
    worker.once('error', failed)
  })
  worker.on('error', error => onFailure(new Refusal('storage_failure', String(error))))
  worker.on('exit', () => {
    const gone = new Refusal('storage_failure', 'The writer is gone; whether the write was kept is unknown.')
    for (const { reject } of callers.values()) reject(gone)
    callers.clear()
    ended = true
    if (closing) closed()
    else onFailure(gone)
  })
  worker.on('message', (reply: Exclude<Reply, { opened: unknown }>) => {
    if ('commit' in reply) {
      told(reply.commit)
      return
    }
    const caller = callers.get(reply.id)
    if ('progress' in reply) {
      caller?.progress?.(reply.progress)
      return
    }
    callers.delete(reply.id)
    if ('value' in reply) caller?.resolve(reply.value as never)
    else if ('failure' in reply) caller?.reject(new Error(reply.failure))
    else {
      const refusal = carried(reply.refusal)
      caller?.reject(refusal)
      if (refusal.code === 'storage_failure') onFailure(refusal)
    }
  })

  function ask<T>(what: { command: Command } | { load: ImportRequest }, progress?: Caller['progress']): Promise<T> {
    return new Promise((resolve, reject) => {
      if (closing || ended) return reject(new Refusal('stopping', 'The service is shutting down.'))
      last += 1
      callers.set(last, { resolve: resolve as Caller['resolve'], reject, ...(progress ? { progress } : {}) })
      worker.postMessage({ id: last, ...what })
    })
  }

  return {
    apply: command => ask({ command }),
    load: (load, progress) => ask({ load }, progress),
    waiting: () => callers.size,
    onCommit(listener) {
      told = listener
    },
    close: () => {
      closing ??= new Promise(resolve => {
        closed = resolve
        if (ended) resolve()
        else worker.postMessage('close')
      })
      return closing
    },
  }
}

export const carry = ({ code, detail, faults, extra }: Refusal): CarriedRefusal => ({ code, detail, faults, extra })
const carried = ({ code, detail, faults, extra }: CarriedRefusal) => new Refusal(code, detail, faults, extra)
