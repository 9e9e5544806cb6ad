import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { inTurns } from '../actions/in-turns.js'
import { collectLicences } from '../actions/licences.js'
import { localityNamed } from '../actions/name-locality.js'
import { demandNamed } from '../actions/named-filters.js'
import { timelinePages } from '../actions/read-timeline.js'
import { gone } from '../actions/revise.js'
import type { Citations } from '../formats/bibliography.js'
import { isKnown } from '../http/caching.js'
import { Link, MOVED } from '../http/described-headers.js'
import { type Format, MEDIA_TYPES, negotiate } from '../http/negotiate.js'
import { query } from '../http/query.js'
import type { RecordOf } from '../model/nouns.js'
import type { TimelineQuestion } from '../model/queries.js'
import { Closed, Id, Nullable } from '../model/schema.js'
import { recordOf } from '../store/records.js'
import { citationOf, LicenceList, linkCitation } from './citing.js'
import { examples } from './examples.js'
import { refuseUnmarked } from './format-parameters.js'
import { redirectMerged } from './redirects.js'
import { askedAt, type Service } from './service.js'
import { questionOf, shapeParameters, timelineParameters, titleOf } from './timeline-query.js'

const FORMATS = ['json', 'bib', 'csl'] as const satisfies readonly Format[]
const citeQuery = query({ ...timelineParameters, ...shapeParameters })

const Text = Type.String()
const CslItem = Type.Object({}, { additionalProperties: true, description: 'CSL-JSON, as reference managers read it.' })
const CitedReport = Closed({
  id: Id,
  title: Text,
  publisher: Id,
  published: Nullable(Text),
  url: Nullable(Text),
  licence: Nullable(Text),
})

/** How to cite a timeline, and whose figures are in it. */
export function citeRoutes(app: FastifyInstance, service: Service): void {
  const schema = {
    tags: ['timeline'],
    summary: 'How to cite a timeline',
    description:
      'The address of what the timeline says now, to be cited, and the reports that its figures come from with their licences.',
    response: {
      200: {
        description: 'As JSON; for reference managers as .bib (BibTeX) and .csl (CSL-JSON).',
        headers: { Link },
        content: {
          'application/json': {
            schema: Type.Object(
              {
                text: Text,
                url: Text,
                revision: Type.Integer(),
                bibtex: Text,
                csl_json: CslItem,
                reports: Type.Array(CitedReport),
                licences: LicenceList,
              },
              { examples: examples.cite() },
            ),
          },
          'application/x-bibtex': { schema: Text },
          'application/vnd.citationstyles.csl+json': { schema: Type.Array(CslItem) },
        },
      },
      301: MOVED,
    },
  }
  const id = Type.String({ description: 'The locality’s id, or a code such as geonames:98717.' })
  const config = { query: citeQuery }
  const handler = async (request: FastifyRequest, reply: FastifyReply) => answer(service, request, reply)
  app.get('/v1/localities/:id/timeline/cite', { config, schema: { ...schema, params: Type.Object({ id }) } }, handler)
  app.get(
    '/v1/localities/:id/timeline/cite.:format',
    {
      config,
      schema: {
        ...schema,
        params: Type.Object({ id, format: Type.Enum([...FORMATS]) }),
        operationId: 'getLocalityTimelineCiteAs',
      },
    },
    handler,
  )
}

function answer(service: Service, request: FastifyRequest, reply: FastifyReply) {
  const values = citeQuery.of(request)
  const format = negotiate(request, FORMATS)
  const { at, revision, settled } = askedAt(service, values.as_of)
  if (isKnown(request, reply, { revision, settled, mediaType: MEDIA_TYPES[format] })) return reply
  refuseUnmarked(values.include, values.shape === 'events', 'a timeline of events')
  const { id } = request.params as { id: string }
  const found = localityNamed(service.read, id, at, 'id', { any: true })
  if (found.state === 'merged') return redirectMerged(service.read, request, reply, 'locality', found, at)
  if (found.state === 'retracted') throw gone('locality', found)
  const locality = recordOf('locality', found)
  const question = questionOf(values, locality.id, revision)
  demandNamed(service.read, question.figures)
  const path = `/v1/localities/${encodeURIComponent(id)}/timeline`
  const citation = citationOf(service, request, { title: titleOf(locality), revision, path })
  reply.type(MEDIA_TYPES[format])
  linkCitation(reply, citation.url)
  if (format === 'bib') return reply.send(citation.bibtex)
  if (format === 'csl') return reply.send(`${JSON.stringify([citation.csl_json])}\n`)
  return reply.send(inTurns(citeJson(service, question, citation)))
}

/** The citation and, as they are come across, the reports; at the end their licences. */
function* citeJson({ read }: Service, question: TimelineQuestion, citation: Citations): Generator<string> {
  const { text, bibtex, csl_json } = citation
  const { at: revision } = question
  const licences = collectLicences(read, revision)
  const seen = new Set<string>()
  yield `${JSON.stringify({ text, url: csl_json.URL, revision, bibtex, csl_json }).slice(0, -1)},"reports":[`
  for (const { reports } of timelinePages(read, question)) {
    const fresh = [...reports.values()].filter(({ id }) => !seen.has(id))
    const comma = seen.size > 0 && fresh.length > 0 ? ',' : ''
    for (const { id } of fresh) seen.add(id)
    licences.of(fresh)
    yield comma + fresh.map(report => JSON.stringify(citedReport(report))).join()
  }
  yield `],${JSON.stringify({ licences: licences.all() }).slice(1)}`
}

const citedReport = ({ id, title, publisher, published, url, licence }: RecordOf<'report'>) => ({
  id,
  title,
  publisher,
  published,
  url,
  licence,
})
