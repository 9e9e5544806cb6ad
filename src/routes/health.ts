import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Refusal } from '../domain/errors.js'
import { NO_HEADERS } from '../http/described-headers.js'
import type { Service } from './service.js'

const State = Type.Object({ status: Type.String() }, { examples: [{ status: 'ok' }] })

/** Whether the process runs, and whether it can answer. */
export function healthRoutes(app: FastifyInstance, { read, failed }: Service): void {
  const common = { tags: ['service'], headers: NO_HEADERS, response: { 200: State } }
  app.get('/healthz', { schema: { ...common, summary: 'The process runs', operationId: 'getHealth' } }, async () => ({
    status: 'ok',
  }))
  app.get('/readyz', { schema: { ...common, summary: 'The store answers', operationId: 'getReadiness' } }, async () => {
    if (failed()) throw new Refusal('storage_failure', 'Storage failed; the process is about to stop.')
    read.assertInPlace()
    read.head()
    return { status: 'ok' }
  })
}
