import closeWithGrace from 'close-with-grace'
import { checkpointsFile, openCheckpoints, openSigningKey, signingKeyFile } from './actions/checkpoint.js'
import { openThreadedWriter } from './actions/writer.js'
import { buildApp } from './app.js'
import type { Config } from './config.js'
import type { Refusal } from './domain/errors.js'
import { cursorKey } from './http/cursor.js'
import { release } from './release.js'
import { openReading } from './store/open.js'
import { openReader } from './store/reader.js'

/** Longest that requests in flight are waited for when the process is told to stop. */
const DRAIN_MS = 10_000

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
  const signingKey = openSigningKey(config.signingKey ?? signingKeyFile(config.db))
  const secret = config.cursorSecret ?? read.cursorSecret()
  const app = await buildApp({
    read,
    writer,
    checkpoints: openCheckpoints(read, signingKey, checkpointsFile(config.db)),
    cursorKey: cursorKey(secret),
    publicUrl: config.publicUrl,
    failed: () => failed,
    version: release,
    logLevel: config.logLevel,
    clock,
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
  }
  closeWithGrace({ delay: DRAIN_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping after an error')
    await close()
  })
  return { address: await app.listen({ host: config.host, port: config.port }), close }
}
