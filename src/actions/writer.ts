import { realpathSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Refusal } from '../domain/errors.js'
import { openAcceptedLoads } from '../store/accepted-loads.js'
import { lockForWriting } from '../store/lock.js'
import { checkHeader, openWriting } from '../store/open.js'
import { type Commit, openWriter } from '../store/writer.js'
import { type CarriedRefusal, carried } from './carried-refusal.js'
import { alone, recordLeftBehind } from './imports/record-import.js'
import { type Writer, writeQueue } from './write-queue.js'
import { writerOver } from './writer-channel.js'

export type { Writer } from './write-queue.js'

/** A writer in this thread. The file is this process's to write until it is closed. */
export function openLocalWriter(file: string, clock: () => Date, { leisure = false } = {}): Writer {
  checkHeader(file)
  const lock = lockForWriting(file)
  try {
    let committed: (commit: Commit) => void = () => {}
    const store = openWriter(openWriting(file), clock, commit => committed(commit))
    const accepted = openAcceptedLoads(realpathSync(file))
    alone(store, tx => recordLeftBehind(tx, accepted.all()))
    accepted.clear()
    const queue = writeQueue(store, accepted, { leisure })
    return {
      ...queue,
      onCommit(listener) {
        committed = listener
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

/** What the writer's thread says besides its answers: first, whether it could open the file. */
export type Opened = { opened: true | CarriedRefusal }

/** What a load makes and drops is collected soon, so that its memory does not depend on that of the machine. */
const YOUNG_MB = 8

/**
 * A writer in a thread of its own, so that reads never wait for a commit. `onFailure` is told when storage failed in a
 * way that the process must not outlive.
 */
export async function openThreadedWriter(file: string, onFailure: (error: Refusal) => void): Promise<Writer> {
  const thread = new Worker(new URL('./writer-thread.js', import.meta.url), {
    workerData: { file },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const { writer, receive, close, broken } = writerOver(ask => thread.postMessage(ask), onFailure)
  let closed: () => void = () => {}
  let ended = false
  let closing: Promise<void> | undefined

  await new Promise<void>((ready, failed) => {
    thread.once('message', ({ opened }: Opened) => (opened === true ? ready() : failed(carried(opened))))
    thread.once('error', failed)
  })
  thread.on('error', error => onFailure(new Refusal('storage_failure', String(error))))
  thread.on('exit', () => {
    const gone = broken()
    ended = true
    if (closing) closed()
    else onFailure(gone)
  })
  thread.on('message', receive)

  return {
    ...writer,
    close: () => {
      closing ??= new Promise(resolve => {
        closed = resolve
        close()
        if (ended) resolve()
        else thread.postMessage('close')
      })
      return closing
    },
  }
}
