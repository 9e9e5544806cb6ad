import type { Figure, FigureInput, Value, ValueInput } from '../model/figure.js'
import { type Fault, invalid } from './errors.js'
import { isBlank } from './text.js'

type Numbers = Pick<Value, 'low' | 'best' | 'high'>
type Part = Figure['breakdown'][number]
type Parts = NonNullable<FigureInput['breakdown']>
type Given = { [M in keyof Numbers]?: number | null }

const MEMBERS = ['low', 'best', 'high'] as const
type Member = (typeof MEMBERS)[number]

/** What each qualifier says of low, best and high: a number, no number, or either. `exactly` is filled in from best. */
const TABLE: Record<Value['qualifier'], Record<Member, 'number' | 'null' | 'either'>> = {
  exactly: { low: 'number', best: 'number', high: 'number' },
  approximately: { low: 'null', best: 'number', high: 'null' },
  at_least: { low: 'number', best: 'null', high: 'null' },
  more_than: { low: 'number', best: 'null', high: 'null' },
  at_most: { low: 'null', best: 'null', high: 'number' },
  less_than: { low: 'null', best: 'null', high: 'number' },
  between: { low: 'number', best: 'either', high: 'number' },
  unqualified: { low: 'null', best: 'number', high: 'null' },
  vague: { low: 'null', best: 'null', high: 'null' },
}

/**
 * Reads a value: counts that fit their qualifier, exactly as asserted. Nothing is rounded, widened or converted; null
 * is unknown and stays null, zero is a number. `exactly` may be given as `best` alone.
 *
 * `sic: true` records numbers that the source itself published out of order, or parts larger than their whole; it is
 * refused when nothing is out of order, so that the flag always means something. `parts` is the figure's breakdown.
 *
 * Throws `invalid` with `bad_value`, or `missing` for a vague value without its words.
 */
export function readValue(input: ValueInput, pointer: string, parts: FigureInput['breakdown'] = null): Value {
  const given = numbers(input)
  const filled = input.qualifier === 'exactly' ? fillExact(given) : given
  const value: Value = { ...filled, qualifier: input.qualifier, text: input.text ?? null, sic: input.sic ?? false }
  const faults = [...qualifierFaults(value, pointer), ...sicFaults(value, parts ?? [], pointer)]
  if (faults.length > 0) throw invalid(...faults)
  return value
}

function fillExact({ low, best, high }: Numbers): Numbers {
  return { low: low ?? best, best, high: high ?? best }
}

function qualifierFaults(value: Value, pointer: string): Fault[] {
  const { qualifier } = value
  const faults = MEMBERS.flatMap(member => {
    const rule = TABLE[qualifier][member]
    if (rule === 'number' && value[member] === null) {
      // The ends of `exactly` follow from best, so that best is the one to ask for.
      if (qualifier === 'exactly' && member !== 'best') return []
      return [fault(`${pointer}/${member}`, `${qualifier} needs ${member}.`, null)]
    }
    if (rule !== 'null' || value[member] === null) return []
    return [fault(`${pointer}/${member}`, `${qualifier} has no ${member}.`, value[member])]
  })
  if (qualifier === 'exactly' && value.best !== null) {
    for (const member of ['low', 'high'] as const) {
      if (value[member] === value.best) continue
      faults.push(fault(`${pointer}/${member}`, `exactly ${value.best} has no other ${member}.`, value[member]))
    }
  }
  if (qualifier === 'vague' && isBlank(value.text ?? '')) {
    faults.push({ pointer: `${pointer}/text`, code: 'missing', detail: 'vague needs the words in text.' })
  }
  return faults
}

function sicFaults(value: Value, parts: Parts, pointer: string): Fault[] {
  // `exactly` cannot be out of order, only contradict itself, which is refused above.
  if (value.qualifier === 'exactly' && !value.sic) return []
  const disorder = orderFault(value)
  if (!value.sic)
    return disorder ? [fault(`${pointer}/${disorder.member}`, disorder.detail, value[disorder.member])] : []
  if (outOfOrder(value, parts)) return []
  return [fault(`${pointer}/sic`, 'sic is for numbers that are out of order; these are not.', true)]
}

/** Whether numbers, or those of their parts, are out of order, or a part is larger than the whole: `sic` is for these. */
export function outOfOrder(given: Given, parts: Parts = []): boolean {
  const whole = numbers(given)
  return (
    orderFault(whole) !== null || parts.map(numbers).some(part => (orderFault(part) ?? excess(part, whole)) !== null)
  )
}

/**
 * Reads a figure's breakdown. Each part alone is held against the whole: parts are never added up, since categories
 * need not be disjoint. None of its numbers may exceed the whole's high, nor its low and best the best of a whole
 * without high; a value without either (`at_least 500`) is exceeded by nothing. With `value.sic` parts are recorded as
 * published.
 *
 * Throws `invalid` with `bad_value` for parts larger than the whole, out of order, or named twice in a dimension.
 */
export function readBreakdown(parts: FigureInput['breakdown'], value: Value, pointer: string): Part[] {
  const read = (parts ?? []).map(part => ({ dimension: part.dimension, category: part.category, ...numbers(part) }))
  const faults = read.flatMap((part, index) => partFaults(part, value, `${pointer}/${index}`))
  faults.push(...repeatFaults(read, pointer))
  if (faults.length > 0) throw invalid(...faults)
  return read
}

function partFaults(part: Part, value: Value, pointer: string): Fault[] {
  if (value.sic) return []
  const found = orderFault(part) ?? excess(part, value)
  return found ? [fault(`${pointer}/${found.member}`, found.detail, part[found.member])] : []
}

function repeatFaults(parts: readonly Part[], pointer: string): Fault[] {
  const seen = new Set<string>()
  return parts.flatMap(({ dimension, category }, index) => {
    const key = `${dimension} ${category.normalize('NFC').toLowerCase()}`
    if (seen.has(key)) return [fault(`${pointer}/${index}/category`, `${dimension} has ${category} twice.`, category)]
    seen.add(key)
    return []
  })
}

/**
 * What a value asserts as bounds of an envelope. A best without bounds of its own stands for both; `at_least` bounds
 * below only, `at_most` above only; words bound nothing, and numbers recorded `sic` are left out.
 */
export function bounds(value: Value): { low: number | null; high: number | null } {
  if (value.sic) return { low: null, high: null }
  return { low: value.low ?? value.best, high: value.high ?? value.best }
}

function numbers(given: Given): Numbers {
  return { low: given.low ?? null, best: given.best ?? null, high: given.high ?? null }
}

type Found = { member: Member; detail: string } | null

function orderFault(given: Numbers): Found {
  const { low, best, high } = given
  if (low !== null && best !== null && low > best) return { member: 'low', detail: `low ${low} exceeds best ${best}.` }
  if (best !== null && high !== null && best > high) {
    return { member: 'best', detail: `best ${best} exceeds high ${high}.` }
  }
  if (low !== null && high !== null && low > high) return { member: 'low', detail: `low ${low} exceeds high ${high}.` }
  return null
}

function excess(part: Numbers, whole: Numbers): Found {
  for (const member of MEMBERS) {
    const count = part[member]
    // a part of about 500 may well be estimated at up to 600
    const limit = member === 'high' ? whole.high : (whole.high ?? whole.best)
    if (count !== null && limit !== null && count > limit)
      return { member, detail: `${member} ${count} exceeds the whole, ${limit}.` }
  }
  return null
}

function fault(pointer: string, detail: string, value: unknown): Fault {
  return { pointer, code: 'bad_value', detail, value }
}
