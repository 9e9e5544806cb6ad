import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { isKnown } from '../http/caching.js'
import { MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import { examples } from './examples.js'
import type { Service } from './service.js'

const FORMATS = ['json', 'txt'] as const

/** What proves later that nothing recorded until now was changed or taken away. */
export function logRoutes(app: FastifyInstance, { read, checkpoints }: Service): void {
  const schema = {
    tags: ['log'],
    summary: 'The size and the last hash of the log, signed',
    description:
      'A signed note (https://c2sp.org/signed-note). Keep it, and the public key, where the operator of the service ' +
      'cannot reach: `annals verify --checkpoint FILE --pubkey FILE` holds a copy of the database against it.',
    response: {
      200: {
        description: 'As JSON, or as the bare note.',
        content: {
          'application/json': {
            schema: Type.Object(
              {
                origin: Type.String({ description: 'Names the log by the hash of its first row.' }),
                seq: Type.Integer({ description: 'How many rows the log has.' }),
                hash: Type.String({ description: 'The hash of the last row, hex.' }),
                note: Type.String({ description: 'The signed note, as `text/plain` has it alone.' }),
                public_key: Type.String({
                  description: 'Of the key that signs, PEM. Compare it with one got elsewhere.',
                }),
              },
              { examples: examples.checkpoint() },
            ),
          },
          'text/plain': { schema: Type.String() },
        },
      },
    },
  }

  function answer(request: FastifyRequest, reply: FastifyReply) {
    const format = negotiate(request, FORMATS)
    const mediaType = MEDIA_TYPES[format]
    if (isKnown(request, reply, { revision: read.head().seq, mediaType })) return reply
    const { origin, seq, hash, note } = checkpoints.current()
    reply.type(mediaType)
    if (format === 'txt') return reply.send(note)
    return reply.send(JSON.stringify({ origin, seq, hash, note, public_key: checkpoints.publicKey() }))
  }

  app.get('/v1/log/checkpoint', { schema }, async (request, reply) => answer(request, reply))
  app.get(
    '/v1/log/checkpoint.:format',
    {
      schema: {
        ...schema,
        operationId: 'getLogCheckpointAs',
        params: Type.Object({ format: Type.Enum([...FORMATS]) }),
      },
    },
    async (request, reply) => answer(request, reply),
  )
}
