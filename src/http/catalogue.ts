import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { type Code, catalogue, Refusal } from '../domain/errors.js'
import { NO_HEADERS } from './described-headers.js'
import { statuses, typeUrl } from './problem.js'

const Entry = Type.Object({
  type: Type.String(),
  code: Type.String(),
  status: Type.Integer(),
  title: Type.String({ description: 'What the code means.' }),
})

const entryOf = (code: Code) => ({ type: typeUrl(code), code, status: statuses[code], title: catalogue[code] })

/** The catalogue of codes, at the addresses that `type` gives. */
export function serveCatalogue(app: FastifyInstance): void {
  const common = { tags: ['service'], headers: NO_HEADERS }
  const example = entryOf('sum_refused')
  const list = Type.Object({ items: Type.Array(Entry) }, { examples: [{ items: [example] }] })
  app.get(
    '/errors',
    { schema: { ...common, summary: 'Every code of every problem', response: { 200: list } } },
    async () => ({ items: (Object.keys(catalogue) as Code[]).map(entryOf) }),
  )
  app.get<{ Params: { code: string } }>(
    '/errors/:code',
    {
      schema: {
        ...common,
        summary: 'What a code means',
        params: Type.Object({ code: Type.String() }),
        response: { 200: { ...Entry, examples: [example] } },
      },
    },
    async ({ params: { code } }) => {
      if (!Object.hasOwn(catalogue, code)) throw new Refusal('not_found', 'No problem has this code.')
      return entryOf(code as Code)
    },
  )
}
