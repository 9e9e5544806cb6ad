import { Worker } from 'node:worker_threads'
import { type Code, type Fault, Refusal } from '../domain/errors.js'
import { lockForWriting } from '../store/lock.js'
import { openWriting } from '../store/open.js'
import { openWriter } from '../store/writer.js'
import type { AnswerTo, Command } from './execute.js'
import { executeGroup } from './execute.js'

/** The one way to change a database: what `apply` resolves to is stored and durable. */
export interface Writer {
  apply<C extends Command>(command: C): Promise<AnswerTo<C>>
  /** Finishes what was accepted, truncates the write-ahead log and lets go of the file. */
  close(): Promise<void>
}

/** A refusal as it crosses from the writer's thread. */
export interface CarriedRefusal {
  code: Code
  detail: string
  faults: readonly Fault[]
  extra: Readonly<Record<string, unknown>>
}

export type Reply =
  | { id: number; value: unknown }
  | { id: number; refusal: CarriedRefusal }
  | { id: number; failure: string }

/** A writer in this thread, for the command line: one command, one commit. */
export function openLocalWriter(file: string, clock: () => Date): Writer {
  const lock = lockForWriting(file)
  const store = openWriter(openWriting(file), clock)
  return {
    async apply(command) {
      const [settled] = executeGroup(store, [command])
      if (!settled!.ok) throw settled!.error
      return settled!.value as AnswerTo<typeof command>
    },
    async close() {
      store.close()
      lock.release()
    },
  }
}

/**
 * A writer in a thread of its own, so that reads never wait for a commit. Commands that arrive while one commit runs
 * share the next. `onFailure` is told when storage failed in a way that the process must not outlive.
 */
export async function openThreadedWriter(file: string, onFailure: (error: Refusal) => void): Promise<Writer> {
  const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: { file } })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>()
  let last = 0
  let closed: () => void = () => {}

  await new Promise<void>((ready, failed) => {
    worker.once('message', (message: 'ready' | { refusal: CarriedRefusal }) =>
      message === 'ready' ? ready() : failed(carried(message.refusal)),
    )
    worker.once('error', failed)
  })
  worker.on('error', error => onFailure(new Refusal('storage_failure', String(error))))
  worker.on('message', (reply: Reply | 'closed') => {
    if (reply === 'closed') {
      closed()
      return
    }
    const caller = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('value' in reply) caller?.resolve(reply.value as never)
    else if ('failure' in reply) caller?.reject(new Error(reply.failure))
    else {
      const refusal = carried(reply.refusal)
      caller?.reject(refusal)
      if (refusal.code === 'storage_failure') onFailure(refusal)
    }
  })

  return {
    apply: command =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        worker.postMessage({ id: last, command })
      }),
    close: () =>
      new Promise(resolve => {
        closed = resolve
        worker.postMessage('close')
      }),
  }
}

const carried = ({ code, detail, faults, extra }: CarriedRefusal) => new Refusal(code, detail, faults, extra)
