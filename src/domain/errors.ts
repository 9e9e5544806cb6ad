/**
 * The catalogue of everything that the service refuses or fails at. Codes are permanent and documented in
 * docs/errors.md under their own heading; what each means on the wire or to a shell is decided at those edges.
 */
export const catalogue = {
  invalid: 'The request does not fit its schema or the rules of figures; `errors` says where.',
  malformed: 'The request or its body could not be read as the format that it claims to be.',
  unknown_member: 'A body member that the document does not have.',
  unknown_parameter: 'A query parameter that the route does not have.',
  repeated_parameter: 'A parameter that takes one value was given more than once.',
  missing: 'A required member or parameter is absent.',
  wrong_type: 'A value of another JSON type than the one asked for; nothing is coerced.',
  not_in_list: 'A value outside its vocabulary.',
  out_of_range: 'A number, length or size outside its bounds.',
  bad_format: 'A string that does not have the form asked for.',
  bad_text: 'Text with characters that a record may not hold, such as NUL or bidirectional controls.',
  bad_date: 'A date that no calendar has, or a period that ends before it starts.',
  bad_value: 'Numbers that do not fit their qualifier, or are out of order without `sic`.',
  bad_url: 'Not an http or https URL, or one that carries credentials.',
  bad_cursor: 'A cursor that this service did not issue for this question.',
  bad_relation: 'A relation that joins records of the wrong kind, or a record with itself.',
  reference_not_found: 'A member names a record that does not exist.',
  cycle: 'A tree of localities or sources, or a chain of relations, would lead back to itself.',
  event_required: 'A figure needs an event: name one, or describe a new one.',
  conflict: 'The change contradicts what is stored.',
  in_use: 'The record cannot be retracted while others refer to it.',
  reason_required: 'A change of an existing record needs a reason.',
  precondition_required: 'A change of an existing record needs If-Match.',
  precondition_failed: 'The record has another revision than the one named, or exists already.',
  idempotency_mismatch: 'The Idempotency-Key was used before with another request.',
  idempotency_required: 'The request needs an Idempotency-Key.',
  import_refused: 'A row of the import was refused, so none was stored.',
  in_flight: 'A request with this Idempotency-Key is still being handled.',
  ambiguous: 'Several localities have this code or name; candidates are listed.',
  sum_refused: 'Figures of separate events are never added or averaged.',
  not_found: 'No such record or address.',
  retracted: 'The record was retracted; the tombstone says why.',
  unauthenticated: 'This needs a valid key: Authorization: Bearer …',
  forbidden: 'The key’s role does not allow this.',
  method_not_allowed: 'The address exists, the method does not.',
  not_acceptable: 'None of the media types asked for is offered.',
  too_large: 'The body, a record, a line or a header is larger than allowed.',
  uri_too_long: 'The address is longer than allowed.',
  unsupported_media_type: 'The body’s Content-Type or Content-Encoding is not read here.',
  header_too_large: 'The request headers are larger than allowed.',
  request_timeout: 'The request was not complete in time.',
  rate_limited: 'Too many bad keys from this address; Retry-After says when to come back.',
  stopping: 'The service is shutting down; try again elsewhere or later.',
  storage_full: 'The disk is full; reads go on, the write was not stored.',
  storage_failure: 'Storage failed; whether the write was kept is unknown, retry with the same key.',
  in_use_by_another: 'Another process writes to this database.',
  not_our_database: 'The file is missing, empty, damaged, newer, or not an Annals database.',
  internal: 'A fault of the service itself.',
} as const

export type Code = keyof typeof catalogue

/** One thing wrong with a request. `pointer` is a JSON Pointer (RFC 6901) into the body. */
export interface Fault {
  pointer?: string
  parameter?: string
  code: Code
  detail: string
  allowed?: readonly string[]
  did_you_mean?: string
  value?: unknown
}

/** Something the service will not do, said so that its caller can mend it. */
export class Refusal extends Error {
  constructor(
    readonly code: Code,
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
    /** Further members of the answer, such as candidate events. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${detail}`)
    this.name = 'Refusal'
  }
}

/** A refusal of an invalid document or query for one or more faults. */
export function invalid(...faults: Fault[]): Refusal {
  const first = faults[0]
  const where = first?.pointer ?? first?.parameter
  return new Refusal('invalid', first ? `${where ? `${where}: ` : ''}${first.detail}` : catalogue.invalid, faults)
}
