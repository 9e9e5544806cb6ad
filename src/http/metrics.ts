import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import Type from 'typebox'
import { NO_HEADERS } from './described-headers.js'

/** What the service tells of itself besides its requests. */
export interface Gauges {
  /** The end of the log. */
  logPosition: () => number
  /** How many writes wait for their answer. */
  writerQueue: () => number
  /** How the figures of all processes of a service are got from those of this one; without it, it is the only one. */
  ofAll?: ((own: Registry) => () => Promise<string>) | undefined
}

/** Counts an answer. */
export type Observe = (method: string, route: string, status: number, milliseconds: number) => void

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** Figures about the process and its requests for Prometheus, at /metrics; answers what counts those it does not see. */
export function serveMetrics(app: FastifyInstance, { logPosition, writerQueue, ofAll }: Gauges): Observe {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'annals_log_position',
    help: 'The end of the log.',
    aggregator: 'max',
    registers,
    collect() {
      this.set(logPosition())
    },
  })
  new Gauge({
    name: 'annals_writer_queue_length',
    help: 'Writes that wait for their answer.',
    registers,
    collect() {
      this.set(writerQueue())
    },
  })
  const durations = new Histogram({
    name: 'annals_http_request_duration_seconds',
    help: 'From the request’s head to the end of its answer, by route. Streams of events are left out.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const observe: Observe = (method, route, status, milliseconds) =>
    durations.observe({ method, route, status }, milliseconds / 1000)
  app.addHook('onResponse', ({ method, routeOptions }, reply, done) => {
    if (reply.getHeader('content-type') !== 'text/event-stream; charset=utf-8')
      observe(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime)
    done()
  })
  const text = ofAll?.(registry) ?? (() => registry.metrics())
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['service'],
        summary: 'Figures about the process and its requests, for Prometheus',
        operationId: 'getMetrics',
        headers: NO_HEADERS,
        response: {
          200: { description: 'Text exposition format.', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return reply.type(registry.contentType).send(await text())
    },
  )
  return observe
}
