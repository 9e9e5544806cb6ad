import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { changeJson } from '../actions/read-history.js'
import { watchLog } from '../actions/watch-log.js'
import { invalid } from '../domain/errors.js'
import { isKnown } from '../http/caching.js'
import { IfNoneMatch, Link } from '../http/described-headers.js'
import { type EventStream, eventStream } from '../http/event-stream.js'
import { withParameters } from '../http/links.js'
import { MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import * as p from '../http/parameters.js'
import { query } from '../http/query.js'
import { NOUNS } from '../model/nouns.js'
import { send } from './answers.js'
import { examples } from './examples.js'
import { changeMembers } from './revisions.js'
import type { Service } from './service.js'

const changesQuery = query({
  since: p.withDefault(p.integer('The log position after which to begin; 0 is the beginning.'), 0),
  limit: p.withDefault(p.integer('How many to answer, 1 to 1000; a stream has no end.', { min: 1, max: 1000 }), 100),
  noun: p.anyOf(NOUNS, 'Only changes of these.'),
})
type Asked = ReturnType<typeof changesQuery.of>

const AnyRecord = Type.Object({}, { additionalProperties: true })
const Change = Type.Object({
  ...changeMembers,
  record: AnyRecord,
  previous: Type.Union([AnyRecord, Type.Null()], { description: 'The record before; null for a creation.' }),
})

/** A stream takes so many changes from the log at a time. */
const AT_ONCE = 32

/** The feed of all changes, in the order of the log, each once: as pages, or as server-sent events. */
export function changeRoutes(app: FastifyInstance, service: Service): void {
  const { read } = service
  const watch = watchLog(read)
  const streams = new Set<EventStream>()
  app.addHook('preClose', async () => {
    for (const { end } of streams) end()
  })

  app.get(
    '/v1/changes',
    {
      config: { query: changesQuery },
      schema: {
        tags: ['changes'],
        summary: 'Every creation, revision, merge and retraction, in order',
        description:
          'As JSON, page by page: ask again with `since` set to `next_since`. With `Accept: text/event-stream`, as ' +
          'server-sent events whose ids are log positions, for as long as the client listens.',
        headers: Type.Object({
          'If-None-Match': Type.Optional(IfNoneMatch),
          'Last-Event-ID': Type.Optional(
            Type.String({ description: 'Of a stream: the log position after which to go on.', examples: ['412'] }),
          ),
        }),
        response: {
          200: {
            description: 'A page, or a stream.',
            headers: { Link },
            content: {
              'application/json': {
                schema: Type.Object(
                  {
                    items: Type.Array(Change),
                    next_since: Type.Integer({ description: 'Everything up to this log position has been answered.' }),
                    next: Type.Union([Type.String(), Type.Null()]),
                    revision: Type.Integer(),
                  },
                  { examples: examples.changes() },
                ),
              },
              'text/event-stream': { schema: Type.String() },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const asked = changesQuery.of(request)
      const format = negotiate(request, ['json', 'sse'])
      if (format === 'json' || request.method === 'HEAD') return answerPage(service, request, reply, asked)
      const opened = openStream(request, asked)
      streams.add(opened)
      opened.stream.once('close', () => streams.delete(opened))
      // a proxy that collects an answer before it passes it on would collect this one for ever
      reply.headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
      return reply.type(MEDIA_TYPES.sse).send(opened.stream)
    },
  )

  function openStream(request: FastifyRequest, { since, noun }: Asked): EventStream {
    let position = lastEventId(request) ?? since
    demandReached(service, position, request.headers['last-event-id'] ? 'Last-Event-ID' : 'since')
    return eventStream({
      subscribe: watch.subscribe,
      next() {
        const rows = read.changes(position, AT_ONCE, noun)
        position = rows.at(-1)?.seq ?? position
        return rows.map(row => ({ id: row.seq, data: changeJson(row) }))
      },
    })
  }
}

function answerPage(service: Service, request: FastifyRequest, reply: FastifyReply, { since, limit, noun }: Asked) {
  const { read } = service
  const head = read.head().seq
  demandReached(service, since, 'since')
  if (isKnown(request, reply, { revision: head, mediaType: MEDIA_TYPES.json })) return reply
  // what another process writes meanwhile is for the next page
  const rows = read.changes(since, limit + 1, noun).filter(({ seq }) => seq <= head)
  const page = rows.slice(0, limit)
  const more = rows.length > page.length
  const nextSince = more ? page.at(-1)!.seq : head
  const next = more ? withParameters(request.url, parameters => parameters.set('since', String(nextSince))) : null
  if (next) reply.header('link', `<${next}>; rel="next"`)
  return send(
    reply,
    `{"items":[${page.map(changeJson).join()}],"next_since":${nextSince},"next":${JSON.stringify(next)},"revision":${head}}`,
  )
}

/** A position that the log has not reached is another log's, or this one's from before an older backup was put back. */
function demandReached({ read }: Service, position: number, parameter: string): void {
  const head = read.head().seq
  if (position <= head) return
  const detail = `The log ends at ${head}.`
  throw invalid({ parameter, code: 'out_of_range', detail, value: position })
}

/** Where a client that comes back was (HTML Standard, section 9.2.4). */
function lastEventId(request: FastifyRequest): number | null {
  const given = request.headers['last-event-id']
  if (given === undefined || given === '') return null
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given)
  throw invalid({ parameter: 'Last-Event-ID', code: 'bad_format', detail: 'Must be a log position.' })
}
