import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../domain/errors.js'
import { storageRefusal } from '../store/storage-refusal.js'
import { carry } from './carried-refusal.js'
import { type Opened, openLocalWriter } from './writer.js'
import { type Ask, answering, type Reply } from './writer-channel.js'

/** The writer's thread: a queue over messages. */
const port = parentPort!
const { file } = workerData as { file: string }

const send = (reply: Reply | Opened) => port.postMessage(reply)

try {
  const writer = openLocalWriter(file, () => new Date(), { leisure: true })
  const answer = answering(writer, send)
  writer.onCommit(commit => send({ commit }))
  writer.onProgress(progress => send({ progress }))
  port.on('message', async (ask: Ask | 'close') => {
    if (ask !== 'close') return answer(ask)
    await writer.close()
    port.close()
  })
  send({ opened: true })
} catch (thrown) {
  // as an error that the other thread can tell
  const error = storageRefusal(thrown)
  if (!(error instanceof Refusal)) throw error
  send({ opened: carry(error) })
}
