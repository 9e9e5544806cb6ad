import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { flatRows } from '../actions/flat-rows.js'
import { inTurns } from '../actions/in-turns.js'
import { leftOutMember, leftOutOfTimeline } from '../actions/left-out.js'
import { collectLicences } from '../actions/licences.js'
import { localityNamed } from '../actions/name-locality.js'
import { demandNamed } from '../actions/named-filters.js'
import { readTimeline, type TimelinePage, timelinePages } from '../actions/read-timeline.js'
import { isPlain, readyTimeline } from '../actions/ready-timeline.js'
import { mapped, passing } from '../actions/record-pages.js'
import { gone } from '../actions/revise.js'
import { Refusal } from '../domain/errors.js'
import { type Grounds, notSummed } from '../domain/not-summed.js'
import { unreplaced } from '../domain/timeline.js'
import type { Citations } from '../formats/bibliography.js'
import { licencesOf } from '../formats/datapackage.js'
import { seriesOf } from '../formats/series.js'
import { leftOutText, textTable } from '../formats/text.js'
import { timelineJson } from '../formats/timeline-json.js'
import { eventsGeojson, flatCsv, flatNdjson } from '../formats/whole.js'
import { isKnown } from '../http/caching.js'
import { AnnalsLeftOut, Link, MOVED } from '../http/described-headers.js'
import { addLink } from '../http/links.js'
import { type Format, MEDIA_TYPES } from '../http/negotiate.js'
import { withRemarks } from '../http/openapi.js'
import { query } from '../http/query.js'
import type { FlatRow } from '../model/flat-row.js'
import type { LeftOut } from '../model/left-out.js'
import type { RecordOf } from '../model/nouns.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import { NOW, recordOf } from '../store/records.js'
import { citationMember, citationOf, linkCitation } from './citing.js'
import { examples } from './examples.js'
import { csvParameters, formatFor, refuseUnmarked } from './format-parameters.js'
import { tellLeftOut } from './left-out.js'
import { jsonPaging, USUAL_LIMIT } from './list-queries.js'
import { redirectMerged } from './redirects.js'
import { type Asked as AskedAt, askedAt, cursorPosition, nextPage, type Service, standsSince } from './service.js'
import { citePage, questionOf, shapeParameters, timelineParameters, titleOf } from './timeline-query.js'
import { Timeline } from './timeline-schema.js'

const FORMATS = ['json', 'csv', 'ndjson', 'geojson', 'txt'] as const satisfies readonly Format[]

const timelineQuery = query({ ...jsonPaging, ...timelineParameters, ...shapeParameters, ...csvParameters })
type TimelineValues = ReturnType<typeof timelineQuery.of>

/** A question about a locality, ready to be answered. */
interface Asked extends Answering {
  locality: RecordOf<'locality'>
  question: TimelineQuestion
  citation: Citations
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
        description: 'As JSON in pages; whole as .csv, .ndjson, .geojson and .txt.',
        headers: { Link, 'Annals-Left-Out': AnnalsLeftOut },
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
      301: MOVED,
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
  const { id } = request.params as { id: string }
  const format = formatFor(request, values, FORMATS)
  const marked = format === 'geojson' || (format === 'json' && values.shape === 'events')
  refuseUnmarked(values.include, marked, 'a timeline of events in JSON or GeoJSON')
  const mediaType = MEDIA_TYPES[format]
  const basis = basisOf(service, id, values)
  if (isKnown(request, reply, { ...basis, mediaType })) return reply
  reply.type(mediaType)
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
function basisOf(service: Service, id: string, values: TimelineValues): AskedAt {
  const asked = askedAt(service, values.as_of)
  if (values.as_of !== null) return asked
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
  const remembered = at === NOW && answering.known ? service.memory.locality(id) : undefined
  const found = remembered ? undefined : localityNamed(service.read, id, at, 'id', { any: true })
  if (found?.state === 'merged') return redirectMerged(service.read, request, reply, 'locality', found, at)
  if (found?.state === 'retracted') throw gone('locality', found)
  const locality = remembered ?? recordOf('locality', found!)
  const after = cursorPosition(service, request, values) as [string, string, string] | null
  const question: TimelineQuestion = {
    ...questionOf(values, locality.id, at),
    after: after && { start: after[0], end: after[1], event: after[2] },
    limit: values.shape === 'series' ? null : (values.limit ?? USUAL_LIMIT),
  }
  demandNamed(service.read, question.figures)
  const citation = citationOf(service, request, { title: titleOf(locality), revision })
  const asked = { ...answering, locality, question, citation }
  if (format !== 'json') {
    linkSources(reply, citation)
    return reply.send(answerWhole(service, reply, asked, format))
  }
  const body = answerJson(service, request, reply, asked)
  linkSources(reply, citation)
  if (answering.known) reply.stands = () => basisOf(service, id, values).revision === revision
  return reply.send(body)
}

/** In every format, where the answer is to be cited from, and where its reports and their licences are listed. */
function linkSources(reply: FastifyReply, { url }: Citations): void {
  linkCitation(reply, url)
  addLink(reply, citePage(url), 'describedby', 'application/json')
}

function answerJson(service: Service, request: FastifyRequest, reply: FastifyReply, asked: Asked): Buffer {
  const { values, question, known } = asked
  const nextOf = (after: TimelineKey | null) =>
    nextPage(service, request, reply, values, after && [after.start, after.end, after.event])
  const { locality, revision } = asked
  const citation = (licences: readonly string[]) => citationMember(asked.citation, licencesOf(licences))
  if (known && values.shape === 'events' && isPlain(question)) {
    const page = readyTimeline(service.memory, question)
    const next = nextOf(page.after)
    return timelineJson({ locality, revision, next, citation: citation(page.licences) }, page)
  }
  if (values.shape === 'series')
    refuseLong('shape', values.shape, service.read.timelineCount(question, service.read.head().seq))
  const page = readTimeline(service.read, question)
  const next = nextOf(page.next)
  const answer = {
    locality,
    revision,
    total: null,
    not_summed: notSummed(page.grounds),
    ...leftOutMember(page.left_out),
    ...shaped(service, asked, page),
    localities: Object.fromEntries(page.localities),
    sources: Object.fromEntries(page.sources),
    reports: Object.fromEntries(page.reports),
    next,
    number_matched: page.number_matched,
    citation: citation([...page.reports.values()].flatMap(({ licence }) => licence ?? [])),
  }
  return Buffer.from(JSON.stringify(answer))
}

function shaped({ read }: Service, { values, question }: Asked, page: TimelinePage): object {
  if (values.shape === 'rows') return { rows: flatRows(read, question.at)(page) }
  if (values.shape === 'series') return { series: seriesOf(page.events.flatMap(unreplaced)) }
  return { events: page.events }
}

type Whole = Exclude<(typeof FORMATS)[number], 'json'>

/** Formats that are whole, never paged: read page by page, at one position of the log, as fast as the client takes them. */
function answerWhole(
  { readWhole: read }: Service,
  reply: FastifyReply,
  { question, values, citation }: Asked,
  format: Whole,
): Readable | string {
  const at = Math.min(question.at, read.head().seq)
  const pages = timelinePages(read, { ...question, at })
  const leftOut = leftOutOfTimeline(read, { ...question, at }, at)
  if (format === 'geojson') {
    const licences = collectLicences(read, at)
    const grounds: Grounds[] = []
    const events = passing(pages, page => {
      licences.of(page.reports.values())
      grounds.push(...page.grounds)
    })
    const members = () => ({
      total: null,
      not_summed: notSummed(grounds),
      ...leftOutMember(leftOut),
      citation: citationMember(citation, licences.all()),
    })
    return inTurns(eventsGeojson(located(events), members))
  }
  const rowsOf = flatRows(read, at)
  if (format === 'txt') {
    refuseLong('format', format, read.timelineCount({ ...question, at }, at))
    return inTurns(table(pages, rowsOf, leftOut))
  }
  tellLeftOut(reply, leftOut)
  const rows = mapped(pages, rowsOf)
  return inTurns(format === 'csv' ? flatCsv(rows, values) : flatNdjson(rows))
}

const located = (pages: Iterable<TimelinePage>) =>
  mapped(pages, ({ events, localities }) =>
    events.map(event => ({ event, figures: event.figures, locality: localities.get(event.locality)! })),
  )

/** As many events as what is made in one piece is made of. */
const MOST_EVENTS = { txt: 10_000, series: 50_000 }

function refuseLong(parameter: 'format' | 'shape', value: keyof typeof MOST_EVENTS, events: number): void {
  const most = MOST_EVENTS[value]
  if (events <= most) return
  const detail = `This is made of at most ${most} events, and there are ${events}: ask for a part, with from and to, or for .csv.`
  throw new Refusal('out_of_range', detail, [{ parameter, code: 'out_of_range', detail, value }])
}

/** All of a timeline as a table for a terminal, which must know all rows to align them. */
function* table(
  pages: Iterable<TimelinePage>,
  rowsOf: (page: TimelinePage) => FlatRow[],
  leftOut: LeftOut,
): Generator<string> {
  const rows: FlatRow[] = []
  const names = new Map<string, string>()
  const broader = new Set<string>()
  for (const page of pages) {
    rows.push(...rowsOf(page))
    for (const { id, match } of page.events) if (match === 'broader') broader.add(id)
    for (const [id, { name }] of page.sources) names.set(id, name)
    yield ''
  }
  yield textTable(rows, { name: source => names.get(source) ?? null, broader }) + leftOutText(leftOut)
}
