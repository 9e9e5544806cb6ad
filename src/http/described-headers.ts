import Type, { type TSchema } from 'typebox'

const text = (description: string) => Type.String({ description })

/** What an Idempotency-Key is made of. */
export const KEY_PATTERN = '^[!-~]{1,255}$'

export const IdempotencyKey = Type.String({
  description: 'A text that only this request has. The same request with it again is answered as the first was.',
  pattern: KEY_PATTERN,
  examples: ['0b7c1f6e-5d0b-4f5e-9f0e-6a3f4c1f2b9d'],
})
export const IfMatch = Type.String({
  description: 'The `ETag` of the record as you read it, so that nobody’s change is overwritten.',
  examples: ['"3"'],
})
export const IfNoneMatch = text('The `ETag` of an answer that you hold, or several: 304 if it stands.')

const key = { 'Idempotency-Key': Type.Optional(IdempotencyKey) }
const change = Type.Object({ 'If-Match': IfMatch, ...key })

/** For routes that take none. */
export const NO_HEADERS = Type.Object({})

const USUAL: Readonly<Record<string, TSchema>> = {
  GET: Type.Object({ 'If-None-Match': Type.Optional(IfNoneMatch) }),
  POST: Type.Object(key),
  PUT: Type.Object({
    'If-Match': Type.Optional(IfMatch),
    'If-None-Match': Type.Optional(Type.Enum(['*'], { description: 'Create, and replace nothing.' })),
    ...key,
  }),
  PATCH: change,
  DELETE: change,
}

/**
 * The request headers that a route takes unless `schema.headers` says which. They are described for OpenAPI, and checked
 * where they mean something.
 */
export const usualHeaders = (method: string): TSchema => USUAL[method] ?? NO_HEADERS

/** Headers of answers, for `headers` beside what a response says of its body. */
export const ETag = text('Names this answer, or this revision of a record.')
export const Location = text('The address of what was made.')
export const ContentLocation = text('The address of what the answer shows.')
export const Link = text(
  'RFC 8288, what there is of: `cite-as`, where to cite the answer from; `describedby`, the reports that it draws on; ' +
    '`next`, the next page.',
)
export const AnnalsLeftOut = Type.String({
  description:
    'In CSV and NDJSON, what could not be placed in time: with `published_by`, how many figures have no dated report; with ' +
    '`from` or `to`, how many events, or records of a list, have no day that is known.',
  examples: ['undated_figures=1, without_dates=2'],
})
export const RetryAfter = Type.Integer({ description: 'Try again after so many seconds.' })

export const ContentDisposition = text('The name of the file.')
export const WwwAuthenticate = text('With 401, how a key is sent: as a bearer token (RFC 6750).')

/** The answer where a record was merged. */
export const MOVED = {
  type: 'null',
  description: 'Merged into another record.',
  headers: { Location: text('The same address of that record.') },
}
