import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { inTurns } from '../actions/in-turns.js'
import { leftOutMember, leftOutOfList } from '../actions/left-out.js'
import { collectLicences, noteLicences } from '../actions/licences.js'
import { localityNamed } from '../actions/name-locality.js'
import { demandNamed } from '../actions/named-filters.js'
import { listPages, mapped } from '../actions/record-pages.js'
import { type RecordPages, type WholeFormat, whole } from '../actions/whole.js'
import { NOT_SUMMED } from '../domain/not-summed.js'
import type { Citations } from '../formats/bibliography.js'
import type { Licence } from '../formats/datapackage.js'
import { isKnown } from '../http/caching.js'
import { AnnalsLeftOut, Link } from '../http/described-headers.js'
import { bare, MEDIA_TYPES } from '../http/negotiate.js'
import { LeftOut } from '../model/left-out.js'
import { NOUNS, type Noun, nouns } from '../model/nouns.js'
import type { Filters, ListQuestion } from '../model/queries.js'
import { isDated } from '../store/filters.js'
import type { Listed } from '../store/lists.js'
import type { Reader } from '../store/reader.js'
import { standingFor } from '../store/records.js'
import { send, withMembers } from './answers.js'
import { Citation, citationMember, citationOf, linkCitation } from './citing.js'
import { examples } from './examples.js'
import { formatFor, refuseUnmarked } from './format-parameters.js'
import { tellLeftOut } from './left-out.js'
import { filtersOf, listQueries, USUAL_LIMIT } from './list-queries.js'
import { askedAt, cursorPosition, nextPage, type Service } from './service.js'

/** The forms of each list; only events have a place of their own on a map. */
const formatsOf = (noun: Noun): readonly WholeFormat[] =>
  noun === 'event' ? ['json', 'csv', 'ndjson', 'geojson'] : ['json', 'csv', 'ndjson']

/** The list of every noun: in pages as JSON, whole in every format by suffix or `Accept`. */
export function listRoutes(app: FastifyInstance, service: Service): void {
  for (const noun of NOUNS) {
    const { plural } = nouns[noun]
    const config = { query: listQueries[noun] }
    const schema = listSchema(noun)
    const handler = async (request: FastifyRequest, reply: FastifyReply) => answer(service, request, reply, noun)
    app.get(`/v1/${plural}`, { config, schema }, handler)
    app.get(
      `/v1/${plural}.:format`,
      {
        config,
        schema: {
          ...schema,
          summary: `List all ${plural}`,
          description: 'Whole, in one of these formats; `.json` with `limit` or `cursor` is a page.',
          params: Type.Object({ format: Type.Enum([...formatsOf(noun)]) }),
          operationId: `list${plural.charAt(0).toUpperCase()}${plural.slice(1)}As`,
        },
      },
      handler,
    )
  }
}

function listSchema(noun: Noun) {
  const { plural, record } = nouns[noun]
  const json = Type.Object(
    {
      items: Type.Array(record),
      number_matched: Type.Integer(),
      ...(isDated(noun) && { left_out: Type.Optional(LeftOut) }),
      next: Type.Union([Type.String(), Type.Null()]),
      revision: Type.Integer(),
      citation: Citation,
    },
    { examples: examples.list(noun) },
  )
  const content = (format: WholeFormat) => {
    if (format === 'json') return json
    return format === 'geojson' ? Type.Object({}, { additionalProperties: true }) : Type.String()
  }
  return {
    tags: [plural],
    summary: `List ${plural}`,
    response: {
      200: {
        description: 'As JSON in pages; whole in the other formats.',
        headers: { Link, ...(isDated(noun) && { 'Annals-Left-Out': AnnalsLeftOut }) },
        content: Object.fromEntries(formatsOf(noun).map(format => [bare(format), { schema: content(format) }])),
      },
    },
  }
}

/** A question about a list, ready to be answered. */
interface Asked {
  noun: Noun
  /** From its start and without an end. */
  question: ListQuestion<Noun>
  /** A name to look for, among localities. */
  q: string | null
  revision: number
  citation: Citations
}

function answer(service: Service, request: FastifyRequest, reply: FastifyReply, noun: Noun) {
  const values = listQueries[noun].of(request)
  const format = formatFor(request, values, formatsOf(noun))
  const { locality = null, q = null } = values as { locality?: string | null; q?: string | null }
  refuseUnmarked(values.include, format === 'json' && q === null, 'a list in JSON, not a search,')
  const { at, revision, settled } = askedAt(service, values.as_of)
  const mediaType = MEDIA_TYPES[format]
  if (isKnown(request, reply, { revision, settled, mediaType })) return reply
  const citation = citationOf(service, request, { title: `List of ${nouns[noun].plural}`, revision })
  const retracted = values.include !== null
  const question: ListQuestion<Noun> = {
    filters: followed(
      service.read,
      noun,
      filtersOf(values as never, locality ? localityNamed(service.read, locality, at, 'locality').id : null),
      at,
      retracted,
    ),
    at: revision,
    retracted,
    updated_since: values.updated_since && askedAt(service, values.updated_since, 'updated_since').revision,
    after: null,
    limit: -1,
  }
  demandNamed(service.read, question.filters, noun)
  const asked = { noun, question, q, revision, citation }
  const { format: suffix } = request.params as { format?: string }
  if (format === 'json' && (suffix === undefined || values.limit !== null || values.cursor !== null))
    return answerPage(service, request, reply, asked, values)
  linkCitation(reply, citation.url)
  if (format === 'csv' || format === 'ndjson') tellLeftOut(reply, leftOutOfList(service.read, noun, question))
  return reply.type(mediaType).send(inTurns(answerWhole(service, asked, format, values)))
}

/** The filters with the survivors of merged records in the place of these; what was retracted since names both. */
function followed<N extends Noun>(
  read: Reader,
  noun: N,
  filters: Filters[N],
  at: number,
  retracted: boolean,
): Filters[N] {
  const { event, parent } = filters as { event?: string | string[]; parent?: string | string[] }
  const standing = (of: Noun, ids: string | string[]) =>
    [ids].flat().flatMap(id => [standingFor(read, of, id, at)?.id ?? id, ...(retracted ? [id] : [])])
  return {
    ...filters,
    ...(event && { event: standing('event', event) }),
    ...(parent && { parent: standing(noun, parent) }),
  }
}

/** A page of a list, or of a search, as JSON. */
function answerPage(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  values: ReturnType<(typeof listQueries)[Noun]['of']>,
) {
  const { read } = service
  const { noun, question, q, revision, citation } = asked
  const limit = values.limit ?? USUAL_LIMIT
  const position = cursorPosition(service, request, values)
  const { page, more, matched } = q
    ? searchPage(searched(service, asked, q), position as [number, string] | null, limit)
    : read.snapshot(() =>
        listPage(service, noun, { ...question, after: (position as [string] | null)?.[0] ?? null, limit }),
      )
  const licences = collectLicences(read, question.at)
  noteLicences(licences, noun, page)
  const next = nextPage(service, request, reply, values, more ? page.at(-1)!.key : null)
  linkCitation(reply, citation.url)
  const members = JSON.stringify({
    number_matched: matched,
    ...leftOutMember(leftOutOfList(read, noun, question)),
    next,
    revision,
    citation: citationMember(citation, licences.all()),
  })
  return send(reply, `{"items":[${page.map(({ record }) => record).join()}],${members.slice(1)}`)
}

function listPage({ read }: Service, noun: Noun, question: ListQuestion<Noun>) {
  const rows = read.list(noun, { ...question, limit: question.limit + 1 })
  const page = rows.slice(0, question.limit).map(row => ({ ...shown(row), key: [row.id] }))
  return { page, more: rows.length > page.length, matched: read.count(noun, question) }
}

/** A record as lists show it: one that is no longer live says so. */
const shown = ({ id, state, record }: Listed) => ({
  id,
  record: state === 'live' ? record : withMembers(record, { state }),
})

/** A locality whose name fits, and its place in the order of all that do. */
interface NamedLocality {
  id: string
  record: string
  key: [score: number, id: string]
}

/** Localities by name, best first. */
function searched({ read }: Service, { question }: Asked, q: string): NamedLocality[] {
  const matches = read.searchNames(q, question.at)
  const kept = read.list('locality', {
    ...(question as ListQuestion<'locality'>),
    retracted: false,
    ids: matches.map(({ id }) => id),
  })
  const records = new Map(kept.map(({ id, record }) => [id, record]))
  return matches
    .filter(({ id }) => records.has(id))
    .map(({ id, name, score }) => {
      const record = withMembers(records.get(id)!, { match: { name, score } })
      return { id, record, key: [score, id] }
    })
}

/** The candidates of a search are few, so a page is a slice of them. */
function searchPage(found: readonly NamedLocality[], after: NamedLocality['key'] | null, limit: number) {
  const rest = after === null ? found : found.filter(({ key }) => follows(key, after))
  const page = rest.slice(0, limit)
  return { page, more: rest.length > page.length, matched: found.length }
}

const follows = ([score, id]: NamedLocality['key'], [lastScore, lastId]: NamedLocality['key']) =>
  score === lastScore ? id > lastId : score < lastScore

/** All of a list, or of a search, in pieces. */
function answerWhole(
  service: Service,
  asked: Asked,
  format: WholeFormat,
  values: { hxl?: boolean; excel?: boolean },
): Generator<string> {
  const { readWhole: read } = service
  const { noun, question, q, revision, citation } = asked
  const found = q ? searched(service, asked, q) : null
  const matched = found?.length ?? (format === 'json' ? read.count(noun, question) : 0)
  const pages: RecordPages = found ? [found] : mapped(listPages(read, noun, question), page => page.map(shown))
  const members = (licences: Licence[]) => {
    const cited = { revision, citation: citationMember(citation, licences) }
    return format === 'json'
      ? { number_matched: matched, ...leftOutMember(leftOutOfList(read, noun, question)), next: null, ...cited }
      : { total: null, not_summed: { statement: NOT_SUMMED }, ...cited }
  }
  return whole(read, noun, question, format, { ...values, members }, pages)
}
