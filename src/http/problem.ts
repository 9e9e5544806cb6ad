import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Code, catalogue, Refusal } from '../domain/errors.js'
import { COMMON_HEADERS } from './headers.js'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** What each code is on the wire. */
export const statuses: Readonly<Record<Code, number>> = {
  invalid: 400,
  malformed: 400,
  unknown_member: 400,
  unknown_parameter: 400,
  repeated_parameter: 400,
  missing: 400,
  wrong_type: 400,
  not_in_list: 400,
  out_of_range: 400,
  bad_format: 400,
  bad_text: 400,
  bad_date: 400,
  bad_value: 400,
  bad_url: 400,
  bad_cursor: 400,
  bad_relation: 400,
  sum_refused: 400,
  reason_required: 400,
  idempotency_required: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  reference_not_found: 409,
  cycle: 409,
  event_required: 409,
  conflict: 409,
  in_use: 409,
  import_refused: 422,
  in_flight: 409,
  ambiguous: 409,
  retracted: 410,
  precondition_failed: 412,
  too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  precondition_required: 428,
  rate_limited: 429,
  header_too_large: 431,
  internal: 500,
  stopping: 503,
  storage_full: 503,
  storage_failure: 503,
  in_use_by_another: 503,
  not_our_database: 503,
}

const Fault = Type.Object({
  pointer: Type.Optional(Type.String({ description: 'JSON Pointer (RFC 6901) into the body.' })),
  parameter: Type.Optional(Type.String({ description: 'The query or path parameter, or the header.' })),
  code: Type.String(),
  detail: Type.String(),
  allowed: Type.Optional(Type.Array(Type.String())),
  did_you_mean: Type.Optional(Type.String()),
  value: Type.Optional(Type.Unknown()),
})

/** RFC 9457. Members besides these say more about some codes. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Address of the code’s entry in the catalogue.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Unsafe<Code>({ type: 'string', enum: Object.keys(catalogue) }),
    detail: Type.String(),
    errors: Type.Array(Fault),
  },
  { description: 'Problem details, RFC 9457.' },
)

/** Where a code is documented. */
export const typeUrl = (code: Code) => `/errors/${code}`

/** The body of a refusal. */
function problem({ code, detail, faults, extra }: Refusal) {
  return {
    type: typeUrl(code),
    title: catalogue[code],
    status: statuses[code],
    code,
    detail,
    errors: faults,
    ...extra,
  }
}

/** The headers that the status of a refusal calls for; their values travel as members of the body too. */
function problemHeaders({ code, extra }: Refusal): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' }
  // RFC 9110: a 401 must have WWW-Authenticate, a 405 must have Allow; RFC 5789: a PATCH refused for its type Accept-Patch
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="annals"'
  if (Array.isArray(extra.allow)) headers.allow = extra.allow.join(', ')
  if (Array.isArray(extra.accept_patch)) headers['accept-patch'] = extra.accept_patch.join(', ')
  if (typeof extra.retry_after === 'number') headers['retry-after'] = String(extra.retry_after)
  return headers
}

/** Sends a refusal, whatever the reply was about to be. */
function sendProblem(refusal: Refusal, reply: FastifyReply): FastifyReply {
  for (const name of ['etag', 'last-modified', 'link', 'content-disposition', 'content-encoding', 'vary']) {
    reply.removeHeader(name)
  }
  return reply
    .code(statuses[refusal.code])
    .headers(problemHeaders(refusal))
    .send(JSON.stringify(problem(refusal)))
}

/** Every error that a handler, hook, parser or the framework throws ends here. */
export function handleError(error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  logFault(error, request)
  return sendProblem(toRefusal(error), reply)
}

/** Logs what is no fault of the client's. */
export function logFault(error: FastifyError | Refusal, { log }: FastifyRequest): void {
  const { code } = toRefusal(error)
  if (statuses[code] >= 500) log.error({ err: error }, code)
}

export const NO_ADDRESS = 'Nothing has this address; /docs lists those that there are.'

const FRAMEWORK_CODES: Readonly<Record<string, Code>> = {
  FST_ERR_BAD_URL: 'malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
}

/** An error of the framework or of a plugin as a refusal; what is not known to be the client's fault is ours. */
function toRefusal(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error
  const status = error.statusCode ?? 500
  // a right that is missing is a Refusal; this is the plugin that serves files, asked for one outside of its folder
  if (status === 403) return new Refusal('not_found', NO_ADDRESS)
  const code = FRAMEWORK_CODES[error.code] ?? codeOfStatus(status)
  // the message of a fault of ours may hold anything, so it goes to the log and nowhere else
  return new Refusal(code, code === 'internal' ? 'The service failed; the log says how.' : `${error.message}.`)
}

function codeOfStatus(status: number): Code {
  if (status === 400) return 'malformed'
  const fitting = Object.entries(statuses).find(([, given]) => given === status && status < 500)
  return (fitting?.[0] as Code | undefined) ?? 'internal'
}

/** An answer of its own, for sockets on which no request came to be. */
export function rawProblem(refusal: Refusal): string {
  const status = statuses[refusal.code]
  const body = JSON.stringify(problem(refusal))
  const headers = {
    ...COMMON_HEADERS,
    ...problemHeaders(refusal),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
