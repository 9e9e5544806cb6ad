import { parentPort, workerData } from 'node:worker_threads'
import { Refusal } from '../domain/errors.js'
import { storageRefusal } from '../store/writer.js'
import { type Ask, carry, openLocalWriter, type Reply, type Writer } from './writer.js'

/** The writer's thread: a queue over messages. */
const port = parentPort!
const { file } = workerData as { file: string }

const send = (reply: Reply) => port.postMessage(reply)

async function answer(writer: Writer, ask: Exclude<Ask, 'close'>): Promise<void> {
  const { id } = ask
  try {
    const value =
      'command' in ask
        ? await writer.apply(ask.command)
        : await writer.load(ask.load, progress => send({ id, progress }))
    send({ id, value })
  } catch (thrown) {
    const error = storageRefusal(thrown)
    if (error instanceof Refusal) send({ id, refusal: carry(error) })
    else send({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

try {
  const writer = openLocalWriter(file, () => new Date(), { leisure: true })
  writer.onCommit(commit => send({ commit }))
  port.on('message', async (ask: Ask) => {
    if (ask !== 'close') return answer(writer, ask)
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
