import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import { type Fault, invalid } from './errors.js'
import { member } from './pointer.js'
import { didYouMean } from './suggest.js'

/** More faults than anyone mends in one go; the rest show when these are mended. */
const MOST_FAULTS = 100

/**
 * Nothing is coerced, dropped or filled in: "5", true and null are not numbers, and a member that nobody declared is a
 * slip to be told about. `format` is left to the rules of the domain, whose dates and URLs are stricter than Ajv's.
 */
const ajv = new Ajv({
  allErrors: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  strict: false,
  validateFormats: false,
  verbose: true,
})

const compiled = new WeakMap<object, ValidateFunction>()

/** The check of a schema, compiled once for each schema object. */
export function validator(schema: object): ValidateFunction {
  let check = compiled.get(schema)
  if (!check) {
    check = ajv.compile(schema)
    compiled.set(schema, check)
  }
  return check
}

/**
 * The value as the type of its schema, the very object given. `at` is the JSON Pointer of the value itself.
 *
 * Throws `invalid` with every fault.
 */
export function validate<S extends TSchema>(schema: S, value: unknown, at = ''): Static<S> {
  const check = validator(schema)
  if (check(value)) return value as Static<S>
  throw invalid(...faults(check.errors ?? [], at))
}

/** Ajv's errors as faults, at most one kind for each place; a value of the wrong type has no other fault. */
function faults(errors: readonly ErrorObject[], at = ''): Fault[] {
  const found = new Map<string, Fault>()
  for (const error of errors.slice(0, 10 * MOST_FAULTS)) {
    const fault = faultOf(error, at)
    const earlier = found.get(fault.pointer ?? '')
    if (!earlier || fault.code === 'wrong_type') found.set(fault.pointer ?? '', fault)
  }
  return [...found.values()].slice(0, MOST_FAULTS)
}

function faultOf(error: ErrorObject, at: string): Fault {
  const pointer = at + error.instancePath
  const value = echoed(error.data)
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownMember(error, pointer)
    case 'required':
      return { pointer: member(pointer, error.params.missingProperty), code: 'missing', detail: 'This is required.' }
    case 'type':
      return {
        pointer,
        code: 'wrong_type',
        detail: `Must be ${typeNames(error)}, not ${jsonType(error.data)}.`,
        ...value,
      }
    case 'enum':
    case 'const':
      return notInList(error, pointer)
    case 'pattern':
      return { pointer, code: 'bad_format', detail: `Must fit the pattern ${error.params.pattern}.`, ...value }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return {
        pointer,
        code: 'out_of_range',
        detail: `Must be ${error.params.comparison} ${error.params.limit}.`,
        ...value,
      }
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return { pointer, code: 'out_of_range', detail: sizeDetail(error) }
    default:
      return { pointer, code: 'invalid', detail: `${sentence(error.message ?? 'does not fit its schema')}`, ...value }
  }
}

function unknownMember(error: ErrorObject, pointer: string): Fault {
  const name = String(error.params.additionalProperty)
  const known = Object.keys(error.parentSchema?.properties ?? {})
  const patterns = Object.keys(error.parentSchema?.patternProperties ?? {})
  const detail = patterns.length > 0 ? `Names here must fit ${patterns.join(' or ')}.` : 'There is no such member here.'
  return { pointer: member(pointer, name), code: 'unknown_member', detail, ...didYouMean(name, known) }
}

function notInList(error: ErrorObject, pointer: string): Fault {
  const listed: unknown[] = error.params.allowedValues ?? [error.params.allowedValue]
  const allowed = listed.filter(value => typeof value === 'string')
  const meant = typeof error.data === 'string' ? didYouMean(error.data, allowed) : {}
  const detail = 'This value is not in its list.'
  return { pointer, code: 'not_in_list', detail, allowed, ...meant, ...echoed(error.data) }
}

/** Scalars are shown back, so that a row of an import can be found by its value; long texts and trees are not. */
function echoed(value: unknown): { value?: unknown } {
  const shown =
    typeof value === 'boolean' || Number.isFinite(value) || (typeof value === 'string' && value.length <= 200)
  return shown ? { value } : {}
}

function sizeDetail({ keyword, params }: ErrorObject): string {
  const thing = keyword.endsWith('Length') ? 'characters' : keyword.endsWith('Items') ? 'items' : 'members'
  return `Must have at ${keyword.startsWith('min') ? 'least' : 'most'} ${params.limit} ${thing}.`
}

function typeNames(error: ErrorObject): string {
  const types: string[] = [error.params.type].flat()
  return types.join(' or ')
}

/** The JSON type of a value; a number that no JSON reader can hold is called what it became. */
function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number' && !Number.isInteger(value)) return Number.isFinite(value) ? 'a fraction' : 'too large'
  return typeof value
}

const sentence = (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
