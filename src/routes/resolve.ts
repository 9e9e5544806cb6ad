import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { countryNamed, resolveName } from '../actions/resolve-name.js'
import { isKnown } from '../http/caching.js'
import { MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import * as p from '../http/parameters.js'
import { query } from '../http/query.js'
import { examples } from './examples.js'
import { askedAt, type Service } from './service.js'

const resolveQuery = query({
  name: p.required(p.text('The name, in any spelling and script; after a comma, what contains it.', { max: 200 })),
  country: p.text(
    'Only within this locality: its id, its code such as geonames:99237, or a country’s ISO code: IQ, IRQ.',
    { max: 200 },
  ),
  near: p.point('Prefer candidates near lat,lon.'),
  as_of: p.asOf('What the service held then.'),
  limit: p.withDefault(p.integer('How many candidates, 1 to 100.', { min: 1, max: 100 }), 10),
})

const Candidate = Type.Object({
  id: Type.String(),
  name: Type.String({ description: 'The locality’s own name.' }),
  matched: Type.String({ description: 'The name that fits.' }),
  score: Type.Number({ description: 'From 0 to 1: how well the name fits. It is no probability.' }),
  level: Type.String(),
  path: Type.Array(Type.String(), { description: 'The names of the places that contain it, innermost first.' }),
  distance_km: Type.Union([Type.Number(), Type.Null()], { description: 'From `near`; null when not known.' }),
})

/** Which locality a name may mean. More than one good answer is answered with all of them, never with a guess. */
export function resolveRoutes(app: FastifyInstance, service: Service): void {
  app.get(
    '/v1/resolve',
    {
      config: { query: resolveQuery },
      schema: {
        tags: ['localities'],
        summary: 'Which locality a name may mean',
        operationId: 'resolveName',
        response: {
          200: Type.Object(
            {
              name: Type.String(),
              resolved: Type.Union([Type.String(), Type.Null()], {
                description: 'The one locality that the name means; null if none does, or more than one.',
              }),
              ambiguous: Type.Boolean(),
              candidates: Type.Array(Candidate),
              revision: Type.Integer(),
            },
            { examples: examples.resolve() },
          ),
        },
      },
    },
    async (request, reply) => {
      const { name, country, near, as_of, limit } = resolveQuery.of(request)
      negotiate(request, ['json'])
      const asked = askedAt(service, as_of)
      if (isKnown(request, reply, { ...asked, mediaType: MEDIA_TYPES.json })) return reply
      const within = country === null ? null : countryNamed(service.read, country, asked.at)
      const answer = resolveName(service.read, { name, within, near, at: asked.at, limit })
      return { name, ...answer, revision: asked.revision }
    },
  )
}
