import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { listKeys } from '../actions/keys.js'
import { ROLES } from '../domain/keys.js'
import { NO_HEADERS } from '../http/described-headers.js'
import { Nullable } from '../model/schema.js'
import type { Service } from './service.js'

const members = {
  name: Type.String({ description: 'What `recorded_by` says of all that it writes.' }),
  role: Type.Enum([...ROLES]),
  created_at: Type.String({ format: 'date-time' }),
  revoked_at: Nullable(Type.String({ format: 'date-time' })),
}
const example = {
  name: 'ann',
  role: 'contributor',
  created_at: '2026-01-05T09:00:00.000Z',
  revoked_at: '2026-03-01T09:00:00.000Z',
}

/**
 * Who may write, for curators: a stolen key is refused at once. There is no way to make a key here, or whoever stole a
 * curator's could make more.
 */
export function keyRoutes(app: FastifyInstance, { read, writer }: Service): void {
  const config = { role: 'curator' } as const
  const common = { tags: ['keys'], headers: NO_HEADERS }
  const list = Type.Object({ items: Type.Array(Type.Object(members)) }, { examples: [{ items: [example] }] })
  app.get(
    '/v1/keys',
    {
      config,
      schema: {
        ...common,
        summary: 'Every key there ever was, by its name',
        description: 'Secrets are not kept, so none is shown.',
        response: { 200: list },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return { items: listKeys(read) }
    },
  )
  app.delete<{ Params: { name: string } }>(
    '/v1/keys/:name',
    {
      config,
      schema: {
        ...common,
        summary: 'Refuse a key from now on',
        description: 'Again, nothing changes. What it wrote stays, under its name.',
        operationId: 'revokeKey',
        params: Type.Object({ name: Type.String() }),
        response: { 200: Type.Object(members, { examples: [example] }) },
      },
    },
    async ({ params: { name } }) => writer.apply({ do: 'revoke-key', name }),
  )
}
