import Fastify, { type FastifyInstance } from 'fastify'
import { Refusal } from './domain/errors.js'
import { frame, serverOptions } from './http/frame.js'
import { serveMetrics } from './http/metrics.js'
import { changeRoutes } from './routes/changes.js'
import { codelistRoutes } from './routes/codelists.js'
import { exportRoutes } from './routes/exports.js'
import { healthRoutes } from './routes/health.js'
import { importRoutes } from './routes/imports.js'
import { logRoutes } from './routes/log.js'
import { mergeRoutes } from './routes/merges.js'
import { recordRoutes } from './routes/records.js'
import { resolveRoutes } from './routes/resolve.js'
import { revisionRoutes } from './routes/revisions.js'
import type { Service } from './routes/service.js'
import { timelineRoutes } from './routes/timeline.js'
import { timelineComponents } from './routes/timeline-schema.js'
import { storageRefusal } from './store/writer.js'

export interface AppOptions extends Service {
  /** The release: in OpenAPI and in every entity tag. */
  version: string
  logLevel: string
  clock: () => Date
}

/** The whole service, in the order in which it is made. */
export async function buildApp({ version, logLevel, clock, ...service }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify(serverOptions({ logLevel }))
  const { findKey } = service.read
  const refusalOf = (error: unknown) => {
    const refusal = storageRefusal(error)
    return refusal instanceof Refusal ? refusal : null
  }
  await frame(app, {
    findKey,
    now: () => clock().getTime(),
    version,
    publicUrl: null,
    components: timelineComponents,
    refusalOf,
  })
  serveMetrics(app, { logPosition: () => service.read.head().seq, writerQueue: service.writer.waiting })
  timelineRoutes(app, service)
  recordRoutes(app, service)
  revisionRoutes(app, service)
  mergeRoutes(app, service)
  changeRoutes(app, service)
  logRoutes(app, service)
  resolveRoutes(app, service)
  importRoutes(app, service)
  exportRoutes(app, service)
  codelistRoutes(app)
  healthRoutes(app, service)
  return app
}
