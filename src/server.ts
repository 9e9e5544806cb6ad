import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { checkpointsFile, openCheckpoints, openSigningKey, signingKeyFile } from './actions/checkpoint.js'
import { openThreadedWriter } from './actions/writer.js'
import { buildApp } from './app.js'
import type { Config } from './config.js'
import { Refusal } from './domain/errors.js'
import { cursorKey } from './http/cursor.js'
import { release } from './release.js'
import { openReading } from './store/open.js'
import { openReader } from './store/reader.js'

/** Told to stop, the process is gone after this long, whatever still runs. */
const STOP_MS = 10_000
/** Requests in flight are waited for this long; then loads are given up, and what is left is cut off. */
const DRAIN_MS = 7_000
const GIVE_UP_MS = 1_000

/** The process must not outlive a storage failure: what it holds in memory may not be what is on disk. */
export const STORAGE_FAILED = 70

export interface Running {
  /** Where it listens. */
  address: string
  close(): Promise<void>
}

/** Opens the database, serves it, and stops in good order when told to: SIGTERM, SIGINT, or a storage failure. */
export async function serve(config: Config): Promise<Running> {
  let failed = false
  const clock = () => new Date()
  const writer = await openThreadedWriter(config.db, onFailure)
  const read = openReader(openReading(config.db))
  const readWhole = openReader(openReading(config.db, { mapped: false }))
  const signingKey = openSigningKey(config.signingKey ?? signingKeyFile(config.db))
  const secret = config.cursorSecret ?? read.cursorSecret()
  const app = await buildApp({
    read,
    readWhole,
    writer,
    checkpoints: openCheckpoints(read, signingKey, checkpointsFile(config.db)),
    cursorKey: cursorKey(secret),
    publicUrl: config.publicUrl,
    failed: () => failed,
    version: release,
    logLevel: config.logLevel,
    clock,
  })
  const inFlight = countRequests(app.server)
  // the socket still listens, so that who comes late is told why
  app.addHook('preClose', async () => {
    await until(() => inFlight() === 0, DRAIN_MS)
    await writer.close()
    await until(() => inFlight() === 0, GIVE_UP_MS)
    if (inFlight() > 0) app.server.closeAllConnections()
  })

  function onFailure(error: Refusal): void {
    if (failed) return
    failed = true
    app.log.fatal({ err: error }, 'storage failed')
    // the answers that say so leave first
    setTimeout(() => process.exit(STORAGE_FAILED), 250)
  }

  const close = async () => {
    await app.close()
    await writer.close()
    read.close()
    readWhole.close()
  }
  closeWithGrace({ delay: STOP_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping after an error')
    await close()
    if (failed) process.exit(STORAGE_FAILED)
  })
  try {
    return { address: await app.listen({ host: config.host, port: config.port }), close }
  } catch (error) {
    await close()
    throw cannotListen(error as NodeJS.ErrnoException, config)
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
