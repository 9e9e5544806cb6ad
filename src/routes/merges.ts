import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { ContentLocation, ETag, IdempotencyKey, IfMatch } from '../http/described-headers.js'
import { withRemarks } from '../http/openapi.js'
import { nouns } from '../model/nouns.js'
import { Closed, Id } from '../model/schema.js'
import { examples } from './examples.js'
import type { Service } from './service.js'
import { answerWrite, expectation, writeQuery } from './writes.js'

const EXAMPLES = {
  event: { into: 'ramadi-exodus-2015-04' },
  locality: { into: 'iq-ramadi' },
} as const

/** Merges: a curator finds that two records are about one thing. */
export function mergeRoutes(app: FastifyInstance, service: Service): void {
  for (const noun of ['event', 'locality'] as const) {
    const { plural } = nouns[noun]
    app.post<{ Params: { id: string }; Body: { into: string } }>(
      `/v1/${plural}/:id/merge`,
      {
        config: { query: writeQuery, role: 'curator' },
        schema: {
          tags: [plural],
          summary: `Make one ${noun} part of another`,
          description:
            'Everything that refers to it is moved, its address redirects from now on, and `as_of` before the merge shows ' +
            'both. Putting the merged record again takes the merge back.',
          params: Type.Object({ id: Type.String({ description: 'The record that gives way.' }) }),
          headers: Type.Object({
            'If-Match': Type.Optional(IfMatch),
            'Idempotency-Key': Type.Optional(IdempotencyKey),
          }),
          body: Closed({ into: Id }, { description: 'The record that stands for both.', examples: [EXAMPLES[noun]] }),
          operationId: noun === 'event' ? 'mergeEvent' : 'mergeLocality',
          response: {
            200: withRemarks(nouns[noun].record, {
              description: 'The record that now stands for both.',
              examples: examples.record(noun),
              headers: { ETag, 'Content-Location': ContentLocation },
            }),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        return answerWrite(service, request, reply, {
          do: 'merge',
          noun,
          id,
          into: request.body.into,
          expect: expectation(request),
        })
      },
    )
  }
}
