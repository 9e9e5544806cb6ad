import { on } from 'node:events'
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { type CarriedRefusal, carried } from '../carried-refusal.js'
import { openInOrder } from './order-places.js'
import type { ImportRequest } from './request.js'
import type { Row } from './row.js'
import type { OpenedFile } from './rows.js'

/** What the thread that reads says. No rows: there are no more. */
export type ReadAhead =
  | { format: string }
  | { rows: Row[] | null; progress: number; skipped: number }
  | { refused: CarriedRefusal }

/** Bytes of a file that is read before a thread would have started. */
const SMALL = 1 << 20
/** Megabytes: what it holds is a few blocks, and all else that it makes is soon garbage. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 }
/** Blocks that may be read and not stored yet. */
const AHEAD = 2

/** Opens a file whose rows are read and checked in a thread of their own, if it is worth one. */
export async function openAhead(request: ImportRequest): Promise<OpenedFile> {
  const { size } = await stat(request.file)
  return size < SMALL ? openInOrder(request) : openInThread(request)
}

async function openInThread(request: ImportRequest): Promise<OpenedFile> {
  const thread = new Worker(new URL('./reading-thread.js', import.meta.url), {
    workerData: request,
    resourceLimits: LIMITS,
  })
  const said = on(thread, 'message', { close: ['exit'] })
  const close = () => void thread.terminate()
  let reached = { progress: 0, skipped: 0 }

  async function next<R extends ReadAhead>(): Promise<R> {
    const { value } = await said.next()
    if (!value) throw new Error(`the thread that reads ${request.file} ended before the file`)
    const [read] = value as [ReadAhead]
    if ('refused' in read) throw carried(read.refused)
    return read as R
  }

  async function* blocks(): AsyncGenerator<Row[]> {
    for (let asked = 0; asked < AHEAD; asked++) thread.postMessage(null)
    for (;;) {
      const { rows, ...now } = await next<Extract<ReadAhead, { rows: unknown }>>()
      reached = now
      if (rows === null) return
      yield rows
      thread.postMessage(null)
    }
  }

  try {
    const { format } = await next<Extract<ReadAhead, { format: string }>>()
    return { format, blocks: blocks(), progress: () => reached.progress, skipped: () => reached.skipped, close }
  } catch (error) {
    close()
    throw error
  }
}
