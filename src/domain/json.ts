import { invalid, Refusal } from './errors.js'
import { member } from './pointer.js'

/** Deeper than any document; a limit keeps the walks below from running out of stack. */
const DEEPEST = 32

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Strings, with the colon that makes one a member name, and numbers. In valid JSON these tokens cannot be misread. */
const NAMES_AND_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"\s*(:)?|-?\d[\d.eE+-]*/g
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],:]/g
const SMALL_INTEGER = /^-?\d{1,15}$/

/**
 * Reads JSON (RFC 8259) as the client meant it or not at all. Refused, where JSON.parse would quietly choose: bytes
 * that are not UTF-8, lone surrogates, a member named twice, numbers that would change into another integer (2^53 + 1,
 * 1e-400, 0.99999999999999999999), names that reach a prototype, and depth beyond any document.
 *
 * Throws `malformed`, or `invalid` with a pointer to the place.
 */
export function parseJson(source: Uint8Array | string): unknown {
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.trim() === '') throw new Refusal('malformed', 'The body is empty; JSON was expected.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refusal('malformed', `The body is not JSON: ${(error as Error).message}.`)
  }
  const names = soundNames(value, 0)
  // what is written again just as it was named nothing twice and kept its numbers; most JSON is written by a program
  if (names !== null && JSON.stringify(value) === text) return value
  if (!checkTokens(text, names ?? checkTree(value, '', 0))) refuseToken(text)
  return value
}

/** Text from bytes; replacement characters never stand in for what was sent. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refusal('malformed', 'The body is not valid UTF-8.')
  }
}

/** How many members the parsed value names in all; null if there may be something to say against it. */
function soundNames(value: unknown, depth: number): number | null {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : null
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? null : 0
  if (value === null || typeof value !== 'object') return 0
  if (depth === DEEPEST) return null
  let names = 0
  for (const name in value) {
    if (name === '__proto__' || name === 'constructor' || !name.isWellFormed()) return null
    const below = soundNames((value as Record<string, unknown>)[name], depth + 1)
    if (below === null) return null
    names += below + 1
  }
  return Array.isArray(value) ? names - value.length : names
}

/** Walks the parsed value with a path, refuses what no document may hold, and counts its member names. */
function checkTree(value: unknown, at: string, depth: number): number {
  if (typeof value === 'string') checkSurrogates(value, at)
  if (value === null || typeof value !== 'object') return 0
  if (depth === DEEPEST) throw new Refusal('malformed', `The body is nested deeper than ${DEEPEST} levels.`)
  let names = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) names += checkTree(value[i], `${at}/${i}`, depth + 1)
    return names
  }
  for (const name of Object.keys(value)) {
    const child = (value as Record<string, unknown>)[name]
    checkSurrogates(name, at)
    checkName(name, child, at)
    names += 1 + checkTree(child, member(at, name), depth + 1)
  }
  return names
}

function checkSurrogates(text: string, pointer: string): void {
  if (!/\p{Surrogate}/u.test(text)) return
  throw invalid({ pointer, code: 'bad_text', detail: 'A surrogate stands alone: half of a character.' })
}

/** No document has these members, and code that copies them member by member can be made to change all objects. */
function checkName(name: string, child: unknown, at: string): void {
  const reaches =
    name === '__proto__' ||
    (name === 'constructor' && typeof child === 'object' && child !== null && Object.hasOwn(child, 'prototype'))
  if (!reaches) return
  throw invalid({ pointer: member(at, name), code: 'unknown_member', detail: 'There is no such member here.' })
}

/** Whether the text names as many members as the parsed value has, and every number is the one that was written. */
function checkTokens(text: string, names: number): boolean {
  let written = 0
  for (const [token, colon] of text.matchAll(NAMES_AND_NUMBERS)) {
    if (token.charCodeAt(0) === 34) {
      if (colon) written += 1
    } else if (!keeps(token)) return false
  }
  return written === names
}

/**
 * Whether a number stays what it was. Binary fractions are as exact as a coordinate needs; an integer is exact or
 * nothing, and a fraction may not become one.
 */
function keeps(token: string): boolean {
  if (SMALL_INTEGER.test(token)) return true
  const value = Number(token)
  if (!Number.isInteger(value)) return Number.isFinite(value)
  if (!Number.isSafeInteger(value)) return false
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  const written = whole + fraction
  const first = written.search(/[1-9]/)
  if (first < 0) return true
  const digits = withoutZeros(written.slice(first))
  const point = whole.length - first + Number(exponent)
  return digits.length <= point && digits.padEnd(point, '0') === String(Math.abs(value))
}

/** Digits without the zeros at their end. A pattern would try each inner run of zeros from each of its places. */
function withoutZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}

/** Walks the tokens with a path, and refuses the first that `checkTokens` stumbled over. Slow, and only for that. */
function refuseToken(text: string): never {
  const open: { pointer: string; names: Set<string> | null; index: number; name: string | null }[] = []
  for (const [token] of text.matchAll(TOKENS)) {
    const top = open.at(-1)
    const pointer = top ? member(top.pointer, top.names ? (top.name ?? '') : top.index) : ''
    if (token === '{') open.push({ pointer, names: new Set(), index: 0, name: null })
    else if (token === '[') open.push({ pointer, names: null, index: 0, name: null })
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',' && top) [top.index, top.name] = [top.index + 1, null]
    else if (token.startsWith('"') && top?.names && top.name === null) {
      top.name = JSON.parse(token) as string
      if (top.names.has(top.name)) refuseTwice(member(top.pointer, top.name))
      top.names.add(top.name)
    } else if (/^[-\d]/.test(token) && !keeps(token)) refuseNumber(token, pointer)
  }
  throw new Refusal('malformed', 'The body names a member twice.')
}

function refuseTwice(pointer: string): never {
  throw invalid({ pointer, code: 'malformed', detail: 'This member is named twice in one object.' })
}

function refuseNumber(token: string, pointer: string): never {
  const detail = `The number ${token.slice(0, 40)} would not survive reading: integers go to 9007199254740991.`
  throw invalid({ pointer, code: 'out_of_range', detail })
}
