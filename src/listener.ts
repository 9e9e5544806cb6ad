import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkpointsFile, openCheckpoints, openSigningKey, signingKeyFile } from './actions/checkpoint.js'
import type { Writer } from './actions/writer.js'
import { type AppOptions, buildApp } from './app.js'
import { addressOf, type Config } from './config.js'
import { Refusal } from './domain/errors.js'
import { cursorKey } from './http/cursor.js'
import { release } from './release.js'
import { openBesideWriter } from './store/open.js'
import { openReader } from './store/reader.js'

/** Requests in flight and accepted loads are waited for this long; then loads are given up, and what is left is cut off. */
export const DRAIN_MS = 7_000
export const GIVE_UP_MS = 1_000

/** The HTTP side of a process: the service over readers of its own, and a writer wherever that runs. */
export interface Listener {
  /** Begins to listen; answers where. Throws `conflict` where it cannot. */
  listen(): Promise<string>
  /** Finishes what runs, tells late comers, gives up what takes too long, and closes the writer. */
  close(): Promise<void>
}

export async function openListener(
  config: Config,
  writer: Writer,
  told: Pick<AppOptions, 'failed' | 'metricsOfAll' | 'standing'>,
): Promise<Listener> {
  const read = openReader(openBesideWriter(config.db))
  const readWhole = openReader(openBesideWriter(config.db, { mapped: false }))
  const signingKey = openSigningKey(config.signingKey ?? signingKeyFile(config.db))
  let address = addressOf(config)
  const app = await buildApp({
    ...told,
    read,
    readWhole,
    writer,
    checkpoints: openCheckpoints(read, signingKey, checkpointsFile(config.db)),
    cursorKey: cursorKey(config.cursorSecret ?? read.cursorSecret()),
    publicUrl: () => config.publicUrl ?? address,
    version: release,
    logLevel: config.logLevel,
    clock: () => new Date(),
  })
  const inFlight = countRequests(app.server)
  // the socket still listens, so that who comes late is told why
  app.addHook('preClose', async () => {
    await until(() => inFlight() === 0 && writer.waiting() === 0, DRAIN_MS)
    await writer.close()
    await until(() => inFlight() === 0, GIVE_UP_MS)
    if (inFlight() > 0) app.server.closeAllConnections()
  })

  return {
    async listen() {
      try {
        const listening = await app.listen({ host: config.host, port: config.port })
        address = addressOf({ host: config.host, port: Number(new URL(listening).port) || 80 })
        return listening
      } catch (error) {
        throw cannotListen(error as NodeJS.ErrnoException, config)
      }
    },
    async close() {
      await app.close()
      await writer.close()
      read.close()
      readWhole.close()
    },
  }
}

function countRequests(server: Server): () => number {
  let count = 0
  server.on('request', (_request, response) => {
    count += 1
    response.once('close', () => {
      count -= 1
    })
  })
  return () => count
}

async function until(done: () => boolean, longest: number): Promise<void> {
  const end = Date.now() + longest
  while (!done() && Date.now() < end) await sleep(20)
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this name has no address',
}

function cannotListen(error: NodeJS.ErrnoException, { host, port }: Config): unknown {
  const why = WHY[error.code ?? '']
  return why === undefined ? error : new Refusal('conflict', `cannot listen at ${host}:${port}: ${why}`)
}
