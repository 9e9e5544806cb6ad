import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { flatRows } from '../actions/flat-rows.js'
import { localityNamed } from '../actions/name-locality.js'
import { readTimeline, type TimelinePage } from '../actions/read-timeline.js'
import { isPlain, readyTimeline } from '../actions/ready-timeline.js'
import { invalid } from '../domain/errors.js'
import { citeAnswer } from '../formats/bibliography.js'
import { csvHeader, csvLine } from '../formats/csv.js'
import { geojsonFeature, geojsonFooter, geojsonHeader } from '../formats/geojson.js'
import { hxlLine } from '../formats/hxl.js'
import { ndjsonLine } from '../formats/ndjson.js'
import { seriesOf } from '../formats/series.js'
import { textTable } from '../formats/text.js'
import { timelineJson } from '../formats/timeline-json.js'
import { isKnown } from '../http/caching.js'
import { type Format, MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import { withRemarks } from '../http/openapi.js'
import * as p from '../http/parameters.js'
import { query } from '../http/query.js'
import type { FlatRow } from '../model/flat-row.js'
import type { RecordOf } from '../model/nouns.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import { NOW, recordOf } from '../store/records.js'
import { examples } from './examples.js'
import type { KeptAnswer } from './kept-answers.js'
import { figureFiltersOf, figureParameters, paging } from './list-queries.js'
import { redirectMerged } from './redirects.js'
import { type Asked as AskedAt, askedAt, cursorPosition, nextPage, type Service, standsSince } from './service.js'
import { Timeline } from './timeline-schema.js'

const FORMATS = ['json', 'csv', 'ndjson', 'geojson', 'txt'] as const satisfies readonly Format[]

const timelineQuery = query({
  ...paging,
  ...figureParameters,
  from: p.date('Events whose period ends on this date or later.'),
  to: p.date('Events whose period starts on this date or earlier.'),
  scope: p.withDefault(
    p.oneOf(
      ['within', 'exact', 'around'],
      'The place and all below it; itself alone; or also events of places around it.',
    ),
    'within',
  ),
  as_of: p.asOf('What the service held then: a log number, or a timestamp.'),
  include: p.anyOf(['retracted'], 'Also what was retracted.'),
  shape: p.withDefault(
    p.oneOf(
      ['events', 'rows', 'series'],
      'Nested events; one object per figure; or dated series of stocks and cumulative counts.',
    ),
    'events',
  ),
  hxl: p.flag('In CSV, a row of HXL hashtags below the header.'),
  excel: p.flag('In CSV, a byte order mark, and text that a spreadsheet would run escaped.'),
})
type TimelineValues = ReturnType<typeof timelineQuery.of>

const PAGE = 500

/** A question about a locality, ready to be answered. */
interface Asked extends Answering {
  locality: RecordOf<'locality'>
  question: TimelineQuestion
  citation: ReturnType<typeof citeAnswer>
}

/** The main job: what was reported of a place, by whom, and what must not be added up. */
export function timelineRoutes(app: FastifyInstance, service: Service): void {
  const schema = {
    tags: ['timeline'],
    summary: 'The timeline of a locality',
    description:
      'Events in order of their periods, each with the figures that were reported of it. Nothing is added up.',
    response: {
      200: {
        description: 'As JSON; see also .csv, .ndjson, .geojson and .txt.',
        content: {
          'application/json': {
            schema: withRemarks(Timeline, { examples: examples.timeline() }),
          },
          'text/csv': { schema: Type.String() },
          'application/x-ndjson': { schema: Type.String() },
          'application/geo+json': { schema: Type.Object({}, { additionalProperties: true }) },
          'text/plain': { schema: Type.String() },
        },
      },
    },
  }
  const id = Type.String({ description: 'The locality’s id, or a code such as geonames:98717.' })
  const handler = (request: FastifyRequest, reply: FastifyReply) => answer(service, request, reply)
  app.get(
    '/v1/localities/:id/timeline',
    { config: { query: timelineQuery }, schema: { ...schema, params: Type.Object({ id }) } },
    handler,
  )
  app.get(
    '/v1/localities/:id/timeline.:format',
    {
      config: { query: timelineQuery },
      schema: {
        ...schema,
        params: Type.Object({ id, format: Type.Enum([...FORMATS]) }),
        operationId: 'getLocalityTimelineAs',
      },
    },
    handler,
  )
}

function answer(service: Service, request: FastifyRequest, reply: FastifyReply) {
  const values = timelineQuery.of(request)
  const format = negotiate(request, FORMATS)
  const mediaType = MEDIA_TYPES[format]
  const basis = basisOf(service, request, values)
  if (isKnown(request, reply, { ...basis, mediaType })) return reply
  reply.type(mediaType)
  const kept = service.answers.get(`${format} ${request.url}`)
  if (kept?.revision === basis.revision) return sendKept(reply, kept)
  // nothing is returned from within: a reply has a `then`, which the store takes for a promise
  service.read.snapshot(() => {
    const revision = service.read.head().seq
    if (basis.at !== NOW || revision === service.standing.head())
      answerFrom(service, request, reply, { ...basis, format, values, known: true })
    // a commit that this process has yet to be told of: answered from the store alone
    else if (!isKnown(request, reply, { revision, mediaType }))
      answerFrom(service, request, reply, { ...basis, revision, format, values, known: false })
  })
  return reply
}

/**
 * The log position that a question is answered from. Where only the place and what lies below it decide, that is the
 * last one at which anything there was changed, which memory knows.
 */
function basisOf(service: Service, request: FastifyRequest, values: TimelineValues): AskedAt {
  const asked = askedAt(service, values.as_of)
  if (values.as_of !== null) return asked
  const { id } = request.params as { id: string }
  const everywhere = values.scope === 'around' || values.include !== null
  return { ...asked, at: NOW, revision: everywhere ? asked.revision : standsSince(service, id) }
}

interface Answering extends AskedAt {
  format: (typeof FORMATS)[number]
  values: TimelineValues
  /** Whether memory knows all that the store holds. */
  known: boolean
}

function answerFrom(service: Service, request: FastifyRequest, reply: FastifyReply, answering: Answering) {
  const { at, revision, values, format } = answering
  const { id } = request.params as { id: string }
  const merged = service.read.find('locality', id, at)
  if (merged?.state === 'merged') return redirectMerged(service.read, request, reply, 'locality', merged, at)
  const locality = recordOf('locality', localityNamed(service.read, id, at, 'id'))
  const after = cursorPosition(service, request, values) as [string, string, string] | null
  const question: TimelineQuestion = {
    area: { locality: locality.id, scope: values.scope },
    from: values.from,
    to: values.to,
    figures: figureFiltersOf(values),
    at,
    retracted: values.include !== null,
    after: after && { start: after[0], end: after[1], event: after[2] },
    limit: values.limit,
  }
  const citation = citeAnswer({
    title: `Timeline of ${locality.name}`,
    url: settledUrl(service, request, revision),
    revision,
  })
  const asked = { ...answering, locality, question, citation }
  if (format !== 'json') return reply.send(answerWhole(service, asked, format))
  const body = answerJson(service, request, reply, asked)
  if (answering.known) service.answers.set(`${format} ${request.url}`, { revision, ...body })
  return sendKept(reply, { revision, ...body })
}

function sendKept(reply: FastifyReply, { body, next }: KeptAnswer): FastifyReply {
  if (next) reply.header('link', `<${next}>; rel="next"`)
  return reply.send(body)
}

/** The address that gives this answer again, whatever is recorded later. */
function settledUrl({ publicUrl }: Service, request: FastifyRequest, revision: number): string {
  const [path = '', query = ''] = request.url.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('as_of', String(revision))
  return `${publicUrl}${path}?${parameters}`
}

function answerJson(service: Service, request: FastifyRequest, reply: FastifyReply, asked: Asked) {
  const { values, question, known } = asked
  if (values.hxl || values.excel)
    throw invalid({ parameter: values.hxl ? 'hxl' : 'excel', code: 'conflict', detail: 'This applies to CSV only.' })
  const nextOf = (after: TimelineKey | null) =>
    nextPage(service, request, reply, values, after && [after.start, after.end, after.event])
  const { locality, revision } = asked
  const citation = { text: asked.citation.text, url: asked.citation.csl_json.URL }
  if (known && values.shape === 'events' && isPlain(question)) {
    const page = readyTimeline(service.read, service.memory, question)
    const next = nextOf(page.after)
    return { next, body: timelineJson({ locality, revision, next, citation }, page) }
  }
  const page = readTimeline(service.read, question)
  const next = nextOf(page.next)
  const answer = {
    locality,
    revision,
    total: null,
    not_summed: page.not_summed,
    ...(page.undated_figures === null ? {} : { left_out: { undated_figures: page.undated_figures } }),
    ...shaped(service, asked, page),
    localities: Object.fromEntries(page.localities),
    sources: Object.fromEntries(page.sources),
    reports: Object.fromEntries(page.reports),
    next,
    number_matched: page.number_matched,
    citation,
  }
  return { next, body: Buffer.from(JSON.stringify(answer)) }
}

function shaped({ read }: Service, { values, question }: Asked, page: TimelinePage): object {
  if (values.shape === 'rows') return { rows: flatRows(read, question.at)(page) }
  if (values.shape === 'series') return { series: seriesOf(page.events.flatMap(event => event.figures)) }
  return { events: page.events }
}

type Whole = Exclude<(typeof FORMATS)[number], 'json'>

/** Formats that are whole, never paged: read page by page, at one position of the log, as fast as the client takes them. */
function answerWhole({ read }: Service, { question, values, citation }: Asked, format: Whole): Readable | string {
  const at = Math.min(question.at, read.head().seq)
  const pages = () => allPages({ ...question, at })
  const rows = flatRows(read, at)

  function* allPages(asked: TimelineQuestion): Generator<TimelinePage> {
    let after: TimelineKey | null = asked.after
    do {
      const page = readTimeline(read, { ...asked, after, limit: PAGE })
      yield page
      after = page.next
    } while (after)
  }

  function* csv(): Generator<string> {
    const options = { excel: values.excel }
    yield csvHeader(options) + (values.hxl ? hxlLine() : '')
    for (const page of pages())
      yield rows(page)
        .map(row => csvLine(row, options))
        .join('')
  }

  function* ndjson(): Generator<string> {
    for (const page of pages()) yield rows(page).map(ndjsonLine).join('')
  }

  function* geojson(): Generator<string> {
    yield geojsonHeader()
    let first = true
    for (const { events, localities } of pages())
      for (const event of events) {
        yield geojsonFeature({ event, figures: event.figures, locality: localities.get(event.locality)! }, first)
        first = false
      }
    yield geojsonFooter({ total: null, citation: { text: citation.text, url: citation.csl_json.URL } })
  }

  function text(): string {
    const table: FlatRow[] = []
    const names = new Map<string, string>()
    for (const page of pages()) {
      table.push(...rows(page))
      for (const [id, { name }] of page.sources) names.set(id, name)
    }
    return textTable(table, { name: source => names.get(source) ?? null })
  }

  if (format === 'txt') return text()
  return Readable.from({ csv, ndjson, geojson }[format](), { objectMode: false })
}
