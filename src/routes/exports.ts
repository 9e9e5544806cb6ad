import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { exportCitation, exporters, meaningless } from '../actions/exports.js'
import { invalid, Refusal } from '../domain/errors.js'
import { isKnown } from '../http/caching.js'
import { ContentDisposition, Link } from '../http/described-headers.js'
import { bare, type Format, MEDIA_TYPES } from '../http/negotiate.js'
import * as p from '../http/parameters.js'
import { query } from '../http/query.js'
import { linkCitation } from './citing.js'
import { csvParameters } from './format-parameters.js'
import { askedAt, type Service } from './service.js'

const exportQuery = query({
  as_of: p.asOf('What the service held then: a log number, or a timestamp.'),
  ...csvParameters,
})

const names = Object.keys(exporters)
const schemaOf = (format: Format) =>
  format === 'geojson' ? Type.Object({}, { additionalProperties: true }) : Type.String()
const formatOf = (name: string) => name.slice(name.lastIndexOf('.') + 1) as Format

/** Everything there is, whole and streamed. */
export function exportRoutes(app: FastifyInstance, service: Service): void {
  const content = Object.fromEntries(names.map(formatOf).map(format => [bare(format), { schema: schemaOf(format) }]))
  app.get<{ Params: { name: string } }>(
    '/v1/exports/:name',
    {
      config: { query: exportQuery },
      schema: {
        tags: ['exports'],
        summary: 'Everything of one kind, as a file',
        description: `One position of the log, read page by page as fast as the client takes it: ${names.join(', ')}.`,
        params: Type.Object({ name: Type.String({ examples: names }) }),
        response: {
          200: { description: 'The file.', headers: { 'Content-Disposition': ContentDisposition, Link }, content },
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      const make = Object.hasOwn(exporters, name) ? exporters[name] : undefined
      if (!make)
        throw new Refusal('not_found', `There is no export ${name}.`, [
          { parameter: 'name', code: 'not_found', detail: 'No such export.', allowed: names },
        ])
      const { as_of, hxl, excel } = exportQuery.of(request)
      const format = formatOf(name)
      const idle = meaningless(name, { hxl, excel })
      if (idle) throw invalid({ parameter: idle.option, code: 'conflict', detail: `This ${idle.says}.` })
      const { revision, settled } = askedAt(service, as_of)
      if (isKnown(request, reply, { revision, settled, mediaType: MEDIA_TYPES[format] })) return reply
      reply.type(MEDIA_TYPES[format]).header('content-disposition', `attachment; filename="${name}"`)
      linkCitation(reply, exportCitation(name, revision, service.publicUrl()).url)
      return reply.send(make(service.readWhole, revision, { hxl, excel, home: service.publicUrl() }))
    },
  )
}
