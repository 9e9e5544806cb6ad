import type { Code } from '../domain/errors.js'
import { readInstant, readWindowDate } from '../domain/period.js'
import { didYouMean } from '../domain/suggest.js'
import { ID_PATTERN } from '../model/schema.js'
import { type Term, terms, type Vocabulary } from '../model/vocabularies.js'

/** A value as read, or why it cannot be. */
export type Reading<T> =
  | { value: T }
  | { code: Code; detail: string; allowed?: readonly string[]; did_you_mean?: string }

/** One query parameter: how it reads, what it is when absent, and how OpenAPI shows it. */
export interface Parameter<T> {
  readonly schema: Readonly<Record<string, unknown>>
  /** May be given more than once, or with commas. */
  readonly repeatable: boolean
  readonly required: boolean
  /** What the route gets when the parameter is not given. */
  readonly absent: T
  read(given: readonly string[]): Reading<T>
}

type Read<T> = (text: string) => Reading<T>

/** More values than any list has; a longer one is a mistake or an attack. */
const MOST_VALUES = 500

const scalar = <T>(schema: object, description: string, read: Read<T>): Parameter<T | null> => ({
  schema: { ...schema, description },
  repeatable: false,
  required: false,
  absent: null,
  read: given => read(given[0] ?? ''),
})

const list = <T>(items: object, description: string, read: Read<T>): Parameter<readonly T[] | null> => ({
  schema: { type: 'array', items, description: `${description} Repeat it, or separate values by commas.` },
  repeatable: true,
  required: false,
  absent: null,
  read: given =>
    readAll(
      given.flatMap(text => text.split(',')),
      read,
    ),
})

function readAll<T>(texts: readonly string[], read: Read<T>): Reading<readonly T[]> {
  if (texts.length > MOST_VALUES) return { code: 'out_of_range', detail: `Takes at most ${MOST_VALUES} values.` }
  const values = new Set<T>()
  for (const text of texts) {
    const reading = read(text)
    if (!('value' in reading)) return reading
    values.add(reading.value)
  }
  return { value: [...values] }
}

/** The parameter with a value for when it is not given. */
export function withDefault<T>(parameter: Parameter<T>, absent: NonNullable<T>): Parameter<NonNullable<T>> {
  const { read, schema, ...rest } = parameter as Parameter<NonNullable<T>>
  return { ...rest, read, schema: { ...schema, default: absent }, absent }
}

/** The parameter, without which there is no answer. */
export function required<T>(parameter: Parameter<T>): Parameter<NonNullable<T>> {
  return { ...(parameter as Parameter<NonNullable<T>>), required: true }
}

/** Any text of one line. */
export const text = (description: string, { max = 512 } = {}) =>
  scalar({ type: 'string', minLength: 1, maxLength: max }, description, given => readText(given, max))

function readText(given: string, max: number): Reading<string> {
  if (given === '') return { code: 'out_of_range', detail: 'Is empty; leave it out instead.' }
  if (given.length > max) return { code: 'out_of_range', detail: `Takes at most ${max} characters.` }
  if (/\p{Cc}/u.test(given)) return { code: 'bad_text', detail: 'Control characters are not allowed here.' }
  return { value: given }
}

const ID = new RegExp(ID_PATTERN, 'u')
const readId: Read<string> = given =>
  ID.test(given) ? { value: given } : { code: 'bad_format', detail: `Must be an id: ${ID_PATTERN}.` }

export const id = (description: string) => scalar({ type: 'string', pattern: ID_PATTERN }, description, readId)
export const ids = (description: string) => list({ type: 'string', pattern: ID_PATTERN }, description, readId)

function readTerm<T extends string>(allowed: readonly T[]): Read<T> {
  return given => {
    if (allowed.includes(given as T)) return { value: given as T }
    return { code: 'not_in_list', detail: 'This value is not in its list.', allowed, ...didYouMean(given, allowed) }
  }
}

export const oneOf = <const T extends string>(allowed: readonly T[], description: string) =>
  scalar({ type: 'string', enum: allowed }, description, readTerm(allowed))
export const anyOf = <const T extends string>(allowed: readonly T[], description: string) =>
  list({ type: 'string', enum: allowed }, description, readTerm(allowed))

/** Any number of values of a vocabulary. */
export const termsOf = <V extends Vocabulary>(name: V, description: string) =>
  list<Term<V>>({ type: 'string', enum: terms(name), 'x-codelist': name }, description, readTerm(terms(name)))

/** A whole number within bounds; outside them is refused, not clamped. */
export const integer = (description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) =>
  scalar({ type: 'integer', minimum: min, maximum: max }, description, given => readInteger(given, min, max))

function readInteger(given: string, min: number, max: number): Reading<number> {
  if (!/^-?(0|[1-9]\d*)$/.test(given)) return { code: 'wrong_type', detail: 'Must be a whole number.' }
  const value = Number(given)
  if (value < min || value > max) return { code: 'out_of_range', detail: `Must be from ${min} to ${max}.` }
  return { value }
}

/** On with `1` or `true`, off with `0`, `false` or by leaving it out. */
export const flag = (description: string): Parameter<boolean> =>
  withDefault(scalar({ type: 'boolean' }, `${description} 1 or true, 0 or false.`, readFlag), false)

function readFlag(given: string): Reading<boolean> {
  if (given === '1' || given === 'true') return { value: true }
  if (given === '0' || given === 'false') return { value: false }
  return { code: 'wrong_type', detail: 'Must be 1 or true, 0 or false.', allowed: ['1', 'true', '0', 'false'] }
}

/** The `+` of a zone, unless escaped, arrives as a space. After the time of day it can be nothing else. */
const unescapedZone = (given: string) => given.replace(/(?<=T[\d:.]+) (?=\d{2}:\d{2}$)/, '+')

/** A calendar date, or a timestamp whose date is taken: YYYY-MM-DD. */
export const date = (description: string) =>
  scalar({ type: 'string', examples: ['2015-05-18'] }, description, (given): Reading<string> => {
    const value = readWindowDate(unescapedZone(given))
    return value === null ? { code: 'bad_date', detail: 'Must be a date like 2015-05-18.' } : { value }
  })

/** A state of the log: its sequence number, or an instant (RFC 3339, UTC, milliseconds). */
export type LogPosition = { readonly seq: number } | { readonly time: string }

export const asOf = (description: string) =>
  scalar({ type: 'string', examples: ['412', '2026-11-22T10:00:00Z'] }, description, readAsOf)

function readAsOf(given: string): Reading<LogPosition> {
  if (/^\d{1,15}$/.test(given)) return { value: { seq: Number(given) } }
  const time = readInstant(unescapedZone(given))
  if (time !== null) return { value: { time } }
  return { code: 'bad_date', detail: 'Must be a log number, or a timestamp with zone like 2026-11-22T10:00:00Z.' }
}

const DEGREES = /^-?\d{1,3}(\.\d{1,15})?$/

function readDegrees(given: string, limits: readonly number[]): number[] | string {
  const parts = given.split(',')
  if (parts.length !== limits.length || !parts.every(part => DEGREES.test(part))) return 'are decimal degrees'
  const values = parts.map(Number)
  return values.some((value, i) => Math.abs(value) > limits[i]!) ? 'lie within 180 and 90 degrees' : values
}

export interface Box {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** A box as GeoJSON writes it (RFC 7946, section 5): west greater than east crosses the antimeridian. */
export const box = (description: string) =>
  scalar({ type: 'string', examples: ['43.1,33.3,43.5,33.5'] }, description, (given): Reading<Box> => {
    const read = readDegrees(given, [180, 90, 180, 90])
    if (typeof read === 'string') return { code: 'bad_format', detail: `west,south,east,north ${read}.` }
    const [west = 0, south = 0, east = 0, north = 0] = read
    if (south > north) return { code: 'out_of_range', detail: 'South lies above north.' }
    return { value: { west, south, east, north } }
  })

/** A point, latitude first as people say it. */
export const point = (description: string) =>
  scalar({ type: 'string', examples: ['33.42,43.30'] }, description, (given): Reading<{ lat: number; lon: number }> => {
    const read = readDegrees(given, [90, 180])
    if (typeof read === 'string') return { code: 'bad_format', detail: `lat,lon ${read}.` }
    return { value: { lat: read[0] ?? 0, lon: read[1] ?? 0 } }
  })
