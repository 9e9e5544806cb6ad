import type { FastifyRequest } from 'fastify'
import { type Fault, invalid, Refusal } from '../domain/errors.js'
import { didYouMean } from '../domain/suggest.js'
import type { Parameter } from './parameters.js'

type Parameters = Readonly<Record<string, Parameter<unknown>>>
type ValueOf<P> = P extends Parameter<infer T> ? T : never

/** What a route is asked, by parameter: absent ones are null or their default. */
export type Values<P> = { readonly [K in keyof P]: ValueOf<P[K]> }

/** The query parameters of a route, declared once: the reader and the schema that OpenAPI shows. */
export interface Query<P = unknown> {
  readonly schema: Readonly<Record<string, unknown>>
  /** Reads what follows the `?`. Throws the refusal of everything that is wrong with it. */
  read(raw: string): Values<P>
  /** What the frame has read for this request. */
  of(request: FastifyRequest): Values<P>
}

/** Declares the parameters of a route: `config: { query: query({ limit: … }) }`. */
export function query<const P extends Parameters>(parameters: P): Query<P> {
  return {
    schema: schemaOf(parameters),
    read: raw => readQuery(parameters, raw) as Values<P>,
    of: request => request.query as Values<P>,
  }
}

/** For routes that take none. */
export const NO_QUERY = query({})

/** Words that ask for what is never done here: figures of separate events added, averaged or spread. */
const ARITHMETIC = new Set(
  `aggregate aggregates aggregation agg sum sums summed sumby total totals totalby subtotal add average averages avg mean
  median mode percentile groupby group groups countby rollup pivot cumsum runningtotal resample interpolate
  distribute spread perday`.split(/\s+/),
)

function schemaOf(parameters: Parameters) {
  const names = Object.keys(parameters)
  const needed = names.filter(name => parameters[name]?.required)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, parameters[name]?.schema])),
    additionalProperties: false,
    ...(needed.length > 0 ? { required: needed } : {}),
  }
}

function readQuery(parameters: Parameters, raw: string): Record<string, unknown> {
  const given = parseQuery(raw)
  const found: Fault[] = []
  for (const name of given.keys()) {
    if (!Object.hasOwn(parameters, name)) found.push(unknownParameter(name, Object.keys(parameters)))
  }
  const values: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    const reading = readOne(parameter, given.get(name))
    if ('value' in reading) values[name] = reading.value
    else found.push({ parameter: name, ...reading })
  }
  found.push(...windowFaults(values))
  if (found.length > 0) throw refusalOf(found)
  return Object.freeze(values)
}

/** `from` and `to` are the ends of a window wherever a route has both. An empty one would answer that nothing happened. */
function windowFaults({ from, to }: Record<string, unknown>): Fault[] {
  if (typeof from !== 'string' || typeof to !== 'string' || from <= to) return []
  return [{ parameter: 'to', code: 'bad_date', detail: `The window ends on ${to}, before it starts on ${from}.` }]
}

function readOne(parameter: Parameter<unknown>, given: readonly string[] | undefined) {
  if (given === undefined) {
    if (parameter.required) return { code: 'missing', detail: 'This is required.' } as const
    return { value: parameter.absent }
  }
  if (given.length > 1 && !parameter.repeatable) {
    return { code: 'repeated_parameter', detail: 'Takes one value, was given more than once.' } as const
  }
  return parameter.read(given)
}

/** Names with all values given for each, in the form encoding of the URL Standard but strict about its bytes. */
function parseQuery(raw: string): Map<string, string[]> {
  const given = new Map<string, string[]>()
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    const values = given.get(name)
    if (values) values.push(value)
    else given.set(name, [value])
  }
  return given
}

function decode(encoded: string): string {
  if (!/[%+]/.test(encoded)) return encoded
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    throw new Refusal('malformed', 'The query string has a % that begins no UTF-8 character.')
  }
}

function unknownParameter(name: string, known: readonly string[]): Fault {
  const bare = name.replace(/\[.*$/s, '')
  const parameter = name.slice(0, 64)
  if (ARITHMETIC.has(bare.toLowerCase().replace(/[-_]/g, ''))) {
    const detail = 'Nothing is added, averaged or spread here; the answer says why in `not_summed`.'
    return { parameter, code: 'sum_refused', detail }
  }
  if (bare !== name) {
    const detail = 'Brackets mean nothing here: repeat the name, or separate values by commas.'
    return { parameter, code: 'unknown_parameter', detail, ...didYouMean(bare, known) }
  }
  const detail = known.length > 0 ? 'There is no such parameter here.' : 'This address takes no parameters.'
  return { parameter, code: 'unknown_parameter', detail, allowed: known, ...didYouMean(name, known) }
}

/** One kind of fault names the whole; a wish for a sum outranks every slip beside it. */
function refusalOf(found: readonly Fault[]): Refusal {
  const { code, detail } = invalid(...found)
  if (found.some(fault => fault.code === 'sum_refused')) return new Refusal('sum_refused', SUM_REFUSED, found)
  const codes = new Set(found.map(fault => fault.code))
  return new Refusal(codes.size === 1 ? found[0]!.code : code, detail, found)
}

const SUM_REFUSED =
  'Figures of separate events are never added or averaged. A timeline says why in `not_summed`, and gives the lowest ' +
  'and highest of rival figures in each event’s `envelopes`; those are bounds, not totals.'
