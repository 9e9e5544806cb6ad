import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Refusal } from '../domain/errors.js'
import type { Service } from './service.js'

const State = Type.Object({ status: Type.String() }, { examples: [{ status: 'ok' }] })

/** Whether the process runs, and whether it can answer. */
export function healthRoutes(app: FastifyInstance, { read, failed }: Service): void {
  const tags = ['service']
  const response = { 200: State }
  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process runs', operationId: 'getHealth', response } },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/readyz',
    { schema: { tags, summary: 'The store answers', operationId: 'getReadiness', response } },
    async () => {
      if (failed()) throw new Refusal('storage_failure', 'Storage failed; the process is about to stop.')
      read.head()
      return { status: 'ok' }
    },
  )
}
