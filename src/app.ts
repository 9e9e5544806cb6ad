import Fastify, { type FastifyInstance } from 'fastify'
import { keepStanding, type Standing, stoodAt } from './actions/standing.js'
import { timelineMemory } from './actions/timeline-memory.js'
import { Refusal } from './domain/errors.js'
import { frame, serverOptions } from './http/frame.js'
import { answerPolls, sizeOfAnswer } from './http/kept-answers.js'
import { type Gauges, serveMetrics } from './http/metrics.js'
import { changeRoutes } from './routes/changes.js'
import { citeRoutes } from './routes/cite.js'
import { codelistRoutes } from './routes/codelists.js'
import { exportRoutes } from './routes/exports.js'
import { healthRoutes } from './routes/health.js'
import { importRoutes } from './routes/imports.js'
import { keyRoutes } from './routes/keys.js'
import { listRoutes } from './routes/lists.js'
import { logRoutes } from './routes/log.js'
import { mergeRoutes } from './routes/merges.js'
import { recordRoutes } from './routes/records.js'
import { resolveRoutes } from './routes/resolve.js'
import { revisionRoutes } from './routes/revisions.js'
import type { Service } from './routes/service.js'
import { timelineRoutes } from './routes/timeline.js'
import { timelineComponents } from './routes/timeline-schema.js'
import { boundedMap } from './store/bounded-map.js'
import { storageRefusal } from './store/storage-refusal.js'

export interface AppOptions extends Omit<Service, 'standing' | 'memory'> {
  /** The release: in OpenAPI and in every entity tag. */
  version: string
  logLevel: string
  clock: () => Date
  /** How the metrics of all processes of the service are got, where there are several. */
  metricsOfAll?: Gauges['ofAll']
  /** Told of every commit until now; without it, one is kept from the end of the log on. */
  standing?: Standing
}

/** The whole service, in the order in which it is made. */
export async function buildApp({
  version,
  logLevel,
  clock,
  metricsOfAll,
  ...given
}: AppOptions): Promise<FastifyInstance> {
  const service = withMemory(given)
  const polls = answerPolls(boundedMap(MEMORY_BYTES, sizeOfAnswer))
  const app = Fastify(serverOptions({ logLevel, polls }))
  const { findKey } = service.read
  const refusalOf = (error: unknown) => {
    const refusal = storageRefusal(error)
    return refusal instanceof Refusal ? refusal : null
  }
  await frame(app, {
    findKey,
    now: () => clock().getTime(),
    version,
    publicUrl: service.publicUrl,
    components: timelineComponents,
    refusalOf,
    compressed: boundedMap(MEMORY_BYTES / 2, body => body.length),
    polls,
  })
  const observe = serveMetrics(app, {
    logPosition: () => service.read.head().seq,
    writerQueue: service.writer.waiting,
    ofAll: metricsOfAll,
  })
  polls.onAnswer((route, status, ms) => observe('GET', route, status, ms))
  timelineRoutes(app, service)
  citeRoutes(app, service)
  listRoutes(app, service)
  recordRoutes(app, service)
  revisionRoutes(app, service)
  mergeRoutes(app, service)
  changeRoutes(app, service)
  logRoutes(app, service)
  resolveRoutes(app, service)
  importRoutes(app, service)
  exportRoutes(app, service)
  codelistRoutes(app)
  keyRoutes(app, service)
  healthRoutes(app, service)
  return app
}

/** What is kept in memory of the store, told of every commit before whoever asked for it. */
function withMemory(given: Omit<Service, 'standing' | 'memory'> & Pick<AppOptions, 'standing'>): Service {
  const standing = given.standing ?? keepStanding(stoodAt(given.read.head().seq))
  const memory = timelineMemory(given.read, MEMORY_BYTES)
  given.writer.onCommit(commit => {
    standing.commit(commit)
    memory.commit(commit)
  })
  return { ...given, standing, memory }
}

const MEMORY_BYTES = 128 * 1024 * 1024
