import { AggregatorRegistry, type Registry } from 'prom-client'
import { carry } from './actions/carried-refusal.js'
import { keepStanding, type Stood } from './actions/standing.js'
import { writerOver } from './actions/writer-channel.js'
import type { Config } from './config.js'
import { Refusal } from './domain/errors.js'
import { type Listener, openListener } from './listener.js'
import type { FromWorker, ToWorker } from './worker-messages.js'

/** One of the processes that serve a file: it reads by itself, and asks the first process to write. */
const send = (message: FromWorker, sent?: () => void) => process.send?.(message, undefined, {}, sent)

let failed = false
let listener: Listener | undefined
const { writer, receive } = writerOver(
  ask => send({ ask }),
  () => {
    failed = true
  },
)

const waiting = new Map<number, (text: string) => void>()
let questions = 0

/** Asks the first process, which asks all. */
function metricsOfAll(own: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries(own)
  new AggregatorRegistry()
  return () =>
    new Promise(resolve => {
      questions += 1
      waiting.set(questions, resolve)
      send({ wantsMetrics: questions })
    })
}

async function listen(config: Config, stood: Stood): Promise<void> {
  const standing = keepStanding(stood)
  // until the service is there to be told
  writer.onCommit(standing.commit)
  try {
    // the writer is closed by the process that has it
    const remote = { ...writer, close: async () => {} }
    listener = await openListener(config, remote, { failed: () => failed, metricsOfAll, standing })
    send({ listening: await listener.listen() })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    send({ cannot: carry(error) }, () => process.exit(1))
  }
}

async function stop(): Promise<void> {
  await listener?.close()
  process.exit(0)
}

process.on('message', (message: ToWorker | { type: string }) => {
  if (message === 'stop') stop()
  else if ('config' in message) listen(message.config, message.stood)
  else if ('reply' in message) receive(message.reply)
  else if ('commit' in message) {
    receive({ commit: message.commit })
    send({ seen: message.number })
  } else if ('metrics' in message) {
    waiting.get(message.id)?.(message.metrics)
    waiting.delete(message.id)
  }
})
// without the first process, to which nothing can be sent then, nothing can be written; its successor starts others
for (const event of ['disconnect', 'error']) process.on(event, () => process.exit(1))
// a terminal tells all processes; the first one says what is to be done
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
send('ready')
