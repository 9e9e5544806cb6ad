import type { FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'

/** The forms of an answer, by path suffix. */
export const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  sse: 'text/event-stream; charset=utf-8',
  zip: 'application/zip',
  parquet: 'application/vnd.apache.parquet',
  bib: 'application/x-bibtex; charset=utf-8',
  csl: 'application/vnd.citationstyles.csl+json; charset=utf-8',
} as const

export type Format = keyof typeof MEDIA_TYPES

/** The media type without its parameters, as OpenAPI and `Accept` name it. */
export const bare = (format: Format): string => BARE[format]

const BARE = Object.fromEntries(
  Object.entries(MEDIA_TYPES).map(([format, type]) => [format, type.split(';')[0]]),
) as Record<Format, string>

/**
 * The form to answer in: that of the path suffix (the route's parameter `format`), or else what `Accept` prefers
 * (RFC 9110, section 12.5.1), or else the first that is offered.
 *
 * Throws `not_acceptable`, with what is offered.
 */
export function negotiate<F extends Format>(request: FastifyRequest, offered: readonly F[]): F {
  const { format } = (request.params ?? {}) as { format?: string }
  if (format !== undefined) {
    const asked = offered.find(each => each === format)
    if (asked !== undefined) return asked
    throw notAcceptable(`.${format} is not offered here`, offered)
  }
  const { accept } = request.headers
  // most programs that poll ask for nothing in particular
  if (accept === undefined || accept === '*/*') return offered[0]!
  // a media range may name the parameters of what is offered, or none (RFC 9110, section 12.5.1)
  const type = request.accepts().types(offered.flatMap(format => [bare(format), MEDIA_TYPES[format]]))
  const preferred = offered.find(format => type === bare(format) || type === MEDIA_TYPES[format])
  if (preferred !== undefined) return preferred
  throw notAcceptable('Nothing that Accept asks for is offered here', offered)
}

function notAcceptable(why: string, offered: readonly Format[]): Refusal {
  const detail = `${why}; there are ${offered.map(format => `.${format} (${bare(format)})`).join(', ')}.`
  return new Refusal('not_acceptable', detail, [], { offered: offered.map(bare) })
}
