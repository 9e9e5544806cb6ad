import closeWithGrace from 'close-with-grace'
import { openThreadedWriter } from './actions/writer.js'
import type { Config } from './config.js'
import { openListener } from './listener.js'
import { openWorkers } from './workers.js'

/** Told to stop, the process is gone after this long, whatever still runs. */
const STOP_MS = 10_000

/** A process that ended cannot be replaced. */
const NOT_SERVED = 1
/** The process must not outlive a storage failure: what it holds in memory may not be what is on disk. */
const STORAGE_FAILED = 70

export interface Running {
  /** Where it listens. */
  address: string
}

/**
 * Opens the database, serves it from this process or from several, and stops in good order when told to: SIGTERM, SIGINT,
 * or a storage failure.
 */
export async function serve(config: Config): Promise<Running> {
  let failed = false
  const writer = await openThreadedWriter(config.db, error => {
    if (failed) return
    failed = true
    say('storage failed', error)
    // the answers that say so leave first
    setTimeout(() => process.exit(STORAGE_FAILED), 250)
  })
  const serving =
    config.workers > 1
      ? openWorkers(config, writer, async ({ code, detail }) => {
          process.stderr.write(`annals: ${detail}\n`)
          await serving.close()
          process.exit(code === 'storage_failure' ? STORAGE_FAILED : NOT_SERVED)
        })
      : await openListener(config, writer, { failed: () => failed })

  closeWithGrace({ delay: STOP_MS, logger: false }, async ({ err }) => {
    if (err) say('stopping after an error', err)
    await serving.close()
    if (failed) process.exit(STORAGE_FAILED)
  })
  try {
    return { address: await serving.listen() }
  } catch (error) {
    await serving.close()
    throw error
  }
}

const say = (what: string, error: Error) => process.stderr.write(`annals: ${what}: ${error.stack ?? error.message}\n`)
