import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../../domain/errors.js'
import { carry } from '../carried-refusal.js'
import { openInOrder } from './order-places.js'
import type { ReadAhead } from './read-ahead.js'
import type { ImportRequest } from './request.js'

/** Reads a file: first says what it holds, then hands out a block of rows for every message. */
const port = parentPort!
const send = (read: ReadAhead) => port.postMessage(read)

try {
  const { format, blocks, progress, skipped } = await openInOrder(workerData as ImportRequest)
  send({ format })
  for await (const _ of on(port, 'message')) {
    const { value: rows = null } = await blocks.next()
    send({ rows, progress: progress(), skipped: skipped() })
    if (rows === null) break
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  send({ refused: carry(error) })
}
