import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Refusal } from '../domain/errors.js'
import { isKnown } from '../http/caching.js'
import { MEDIA_TYPES } from '../http/negotiate.js'
import { type Vocabulary, vocabularies } from '../model/vocabularies.js'

/** They change with the service, never with the log. */
const OF_THIS_BUILD = { revision: 0, mediaType: MEDIA_TYPES.json }

const List = Type.Object({
  name: Type.String(),
  open: Type.Boolean({ description: 'Values may be added later.' }),
  items: Type.Array(Type.Object({ value: Type.String(), meaning: Type.String() })),
})

const listOf = (name: Vocabulary) => ({
  name,
  open: true,
  items: Object.entries(vocabularies[name]).map(([value, meaning]) => ({ value, meaning })),
})

/** The vocabularies, each value with its meaning. */
export function codelistRoutes(app: FastifyInstance): void {
  const names = Object.keys(vocabularies) as Vocabulary[]
  app.get(
    '/v1/codelists',
    {
      schema: {
        tags: ['codelists'],
        summary: 'All vocabularies',
        response: { 200: Type.Object({ items: Type.Array(List) }, { examples: [{ items: [listOf('qualifier')] }] }) },
      },
    },
    async (request, reply) => (isKnown(request, reply, OF_THIS_BUILD) ? reply : { items: names.map(listOf) }),
  )
  app.get<{ Params: { name: string } }>(
    '/v1/codelists/:name',
    {
      schema: {
        tags: ['codelists'],
        summary: 'One vocabulary',
        params: Type.Object({ name: Type.String() }),
        response: { 200: { ...List, examples: [listOf('qualifier')] } },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      if (!Object.hasOwn(vocabularies, name))
        throw new Refusal('not_found', `There is no codelist ${name}.`, [
          { parameter: 'name', code: 'not_found', detail: 'No such codelist.', allowed: names },
        ])
      return isKnown(request, reply, OF_THIS_BUILD) ? reply : listOf(name as Vocabulary)
    },
  )
}
