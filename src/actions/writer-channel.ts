import { Refusal } from '../domain/errors.js'
import { storageRefusal } from '../store/storage-refusal.js'
import type { Commit } from '../store/writer.js'
import { type CarriedRefusal, carried, carry } from './carried-refusal.js'
import type { Command } from './execute.js'
import type { ImportAnswer, ImportRequest } from './imports/request.js'
import type { Writer } from './write-queue.js'

/** What a writer is asked over a channel. */
export type Ask = { id: number; command: Command } | { id: number; load: ImportRequest }

/** What it answers, and what it tells unasked. */
export type Reply =
  | { id: number; value: unknown }
  | { id: number; refusal: CarriedRefusal }
  | { id: number; failure: string }
  | { progress: ImportAnswer }
  | { commit: Commit }

/** Answers what comes over a channel, by a writer at this end. */
export function answering(writer: Pick<Writer, 'apply' | 'load'>, send: (reply: Reply) => void) {
  return async (ask: Ask): Promise<void> => {
    const { id } = ask
    try {
      send({ id, value: 'command' in ask ? await writer.apply(ask.command) : await writer.load(ask.load) })
    } catch (thrown) {
      const error = storageRefusal(thrown)
      if (error instanceof Refusal) send({ id, refusal: carry(error) })
      else send({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
}

interface Caller {
  resolve(value: never): void
  reject(error: unknown): void
}

/** A writer at the other end of a channel. `onFailure` is told of every failure of storage. */
export function writerOver(send: (ask: Ask) => void, onFailure: (error: Refusal) => void) {
  const callers = new Map<number, Caller>()
  let last = 0
  let closed = false
  let committed: (commit: Commit) => void = () => {}
  let progressed: (answer: ImportAnswer) => void = () => {}

  function ask<T>(what: { command: Command } | { load: ImportRequest }): Promise<T> {
    return new Promise((resolve, reject) => {
      if (closed) return reject(new Refusal('stopping', 'The service is shutting down.'))
      last += 1
      callers.set(last, { resolve, reject })
      send({ id: last, ...what })
    })
  }

  return {
    writer: {
      apply: command => ask({ command }),
      load: load => ask({ load }),
      waiting: () => callers.size,
      onCommit(listener) {
        committed = listener
      },
      onProgress(listener) {
        progressed = listener
      },
    } satisfies Omit<Writer, 'close'>,
    /** Takes in what came over the channel. */
    receive(reply: Reply): void {
      if ('commit' in reply) committed(reply.commit)
      else if ('progress' in reply) progressed(reply.progress)
      else {
        const caller = callers.get(reply.id)
        callers.delete(reply.id)
        if ('value' in reply) caller?.resolve(reply.value as never)
        else if ('failure' in reply) caller?.reject(new Error(reply.failure))
        else {
          const refusal = carried(reply.refusal)
          caller?.reject(refusal)
          if (refusal.code === 'storage_failure') onFailure(refusal)
        }
      }
    },
    /** Nothing more can be asked. */
    close(): void {
      closed = true
    },
    /** The other end is gone: nobody knows what became of what was asked. */
    broken(): Refusal {
      const gone = new Refusal('storage_failure', 'The writer is gone; whether the write was kept is unknown.')
      closed = true
      for (const { reject } of callers.values()) reject(gone)
      callers.clear()
      return gone
    },
  }
}
