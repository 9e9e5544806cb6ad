import type { FastifyInstance } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { localityNamed } from '../actions/name-locality.js'
import { revisionOf } from '../actions/read-history.js'
import { Refusal } from '../domain/errors.js'
import { isKnown } from '../http/caching.js'
import { Link } from '../http/described-headers.js'
import { MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import * as p from '../http/parameters.js'
import { NO_QUERY, query } from '../http/query.js'
import { NOUNS, type Noun, nouns } from '../model/nouns.js'
import type { Found } from '../store/records.js'
import { isRecordKnown, send } from './answers.js'
import { examples } from './examples.js'
import { paging } from './list-queries.js'
import { askedAt, cursorPosition, nextPage, type Service } from './service.js'

const revisionsQuery = query({
  ...paging,
  as_of: p.asOf('The revisions that there were then: a log number, or a timestamp.'),
})

const Text = Type.String()
const Maybe = Type.Union([Type.String(), Type.Null()])

/** Members that tell of any change. */
export const changeMembers = {
  noun: Type.Enum([...NOUNS]),
  id: Text,
  rev: Type.Integer(),
  seq: Type.Integer({ description: 'The position in the log.' }),
  op: Type.Enum(['create', 'revise', 'retract', 'merge']),
  into: Type.Union([Type.String(), Type.Null()], {
    description: 'The record that stands for this one, after a merge.',
  }),
  reason: Maybe,
  recorded_at: Type.String({ format: 'date-time' }),
  recorded_by: Text,
  hash: Type.String({ description: 'The hash of the log’s row, hex.' }),
}

const schemaOf = (record: TSchema) =>
  Type.Object({
    ...changeMembers,
    published: Type.Union([Type.String(), Type.Null()], {
      description: 'The day by which it had been printed, as was known then; null where no report says.',
    }),
    record,
    diff: Type.Array(
      Type.Object({ path: Text, from: Type.Optional(Type.Unknown()), to: Type.Optional(Type.Unknown()) }),
      {
        description:
          'What the revision changed, by JSON Pointer (RFC 6901): without `from` a member is new, without `to` it is gone.',
      },
    ),
  })

/** Every version of every record: who changed it, when, why, and what. */
export function revisionRoutes(app: FastifyInstance, service: Service): void {
  for (const noun of NOUNS) {
    listRoute(app, service, noun)
    findRoute(app, service, noun)
  }
}

function listRoute(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural } = nouns[noun]
  app.get<{ Params: { id: string } }>(
    `/v1/${plural}/:id/revisions`,
    {
      config: { query: revisionsQuery },
      schema: {
        tags: [plural],
        summary: `Every revision of a ${noun}, oldest first`,
        params: Type.Object({ id: Text }),
        response: {
          200: Type.Object(
            {
              items: Type.Array(schemaOf(nouns[noun].record)),
              number_matched: Type.Integer(),
              next: Maybe,
              revision: Type.Integer(),
            },
            { examples: examples.revisions(noun), headers: { Link } },
          ),
        },
      },
    },
    async (request, reply) => {
      const { read } = service
      const values = revisionsQuery.of(request)
      negotiate(request, ['json'])
      const { at, revision, settled } = askedAt(service, values.as_of)
      if (isKnown(request, reply, { revision, settled, mediaType: MEDIA_TYPES.json })) return reply
      const { id } = recordNamed(service, noun, request.params.id, at)
      const [after = 0] = (cursorPosition(service, request, values) ?? []) as number[]
      const { rows, matched } = read.snapshot(() => ({
        rows: read.revisions(noun, id, at, after, values.limit + 1),
        matched: read.countRevisions(noun, id, at),
      }))
      const page = rows.slice(0, values.limit)
      const next = nextPage(service, request, reply, values, rows.length > page.length ? [page.at(-1)!.seq] : null)
      const items = page.map(row => revisionOf(read, row))
      return send(reply, JSON.stringify({ items, number_matched: matched, next, revision }))
    },
  )
}

function findRoute(app: FastifyInstance, service: Service, noun: Noun): void {
  const { plural } = nouns[noun]
  app.get<{ Params: { id: string; rev: string } }>(
    `/v1/${plural}/:id/revisions/:rev`,
    {
      config: { query: NO_QUERY },
      schema: {
        tags: [plural],
        summary: `One revision of a ${noun}`,
        params: Type.Object({ id: Text, rev: Type.String({ pattern: '^[1-9]\\d{0,8}$', description: 'From 1.' }) }),
        response: { 200: { ...schemaOf(nouns[noun].record), examples: examples.revision(noun) } },
      },
    },
    async (request, reply) => {
      const { read } = service
      negotiate(request, ['json'])
      const { id: named, rev } = request.params
      const head = read.head().seq
      const { id } = recordNamed(service, noun, named, head)
      const row = read.revision(noun, id, Number(rev))
      if (!row) throw new Refusal('not_found', `There is no revision ${rev} of the ${noun} ${named}.`)
      if (isRecordKnown(request, reply, row, { revision: head, settled: id === named })) return reply
      return send(reply, JSON.stringify(revisionOf(read, row)))
    },
  )
}

/** The record whose history is asked for. One that was retracted or merged has its own still. */
function recordNamed({ read }: Service, noun: Noun, id: string, at: number): Found {
  const found = read.find(noun, id, at) ?? (noun === 'locality' ? localityNamed(read, id, at, 'id') : undefined)
  if (!found) throw new Refusal('not_found', `There is no ${noun} ${id}.`)
  return found
}
