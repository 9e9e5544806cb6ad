import { DateTime } from 'luxon'
import type { Period, PeriodInput } from '../model/period.js'
import { invalid, type Refusal } from './errors.js'

type Precision = Period['precision']
type Ends = Pick<Period, 'start' | 'end'>

/** One written date as the days it may mean. `written` is how far it was written out; `years` is 201X and the like. */
interface Span {
  start: string
  end: string
  written: 'day' | 'month' | 'year' | 'years'
}

/** An expression as read: everything in it but what a client may add. */
interface Dates extends Ends {
  edtf: string | null
  precision: Precision
  /** Every end that is known is written to the day, so a client may know that it is less exact than it looks. */
  toTheDay: boolean
}

/** Why a text is no date, in words. */
type Reason = string

const EDTF_DATE = /^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?[~?%]?$/
const PLAIN_DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** RFC 3339 with capital T and Z, and a zone that is not left out. */
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/

/** Stands for an end that is not known, in the order of timelines. */
export const FAR = '9999-12-31'
const DAY_MS = 86_400_000
/** How many days a period may have that is known to the week, month or year. */
const MOST_DAYS: Partial<Record<Precision, number>> = { week: 7, month: 31, year: 366 }

/**
 * Reads a period: an EDTF string (ISO 8601-2, levels 0 and 1 without seasons, times, and years outside 0001 to 9999),
 * or `start` and `end`, or neither. Members that a client repeats from an answer are accepted when they agree, so that
 * reading an answer again gives the same answer.
 *
 * `start` and `end` are inclusive local dates. `~ ? %` stay in `edtf` and widen nothing. `week`, `month` or `year` may
 * be stated for dates written to the day, of no more days than that: datasets give days for what they know to the
 * month. One day may stand for its week, which EDTF cannot write, but not for a month or year, which it can.
 *
 * Throws `invalid` with `bad_date` at the member at fault.
 */
export function readPeriod(input: PeriodInput, pointer: string): Period {
  const stated = { start: input.start ?? null, end: input.end ?? null }
  const edtf = input.edtf ?? null
  const dates = edtf === null ? fromEnds(stated, pointer) : fromEdtf(edtf, `${pointer}/edtf`)
  for (const end of ['start', 'end'] as const) {
    if (stated[end] !== null && stated[end] !== dates[end]) {
      throw refusal(`${pointer}/${end}`, `${end} is ${stated[end]}, but edtf ${edtf} means ${dates[end] ?? 'none'}.`)
    }
  }
  return {
    edtf: dates.edtf,
    end: dates.end,
    inferred: input.inferred ?? false,
    precision: settlePrecision(input.precision ?? null, dates, `${pointer}/precision`),
    reading: checkReading(input.reading ?? null, dates, `${pointer}/reading`),
    start: dates.start,
    text: input.text ?? null,
  }
}

function fromEnds({ start, end }: Ends, pointer: string): Dates {
  if (start !== null) checkDay(start, `${pointer}/start`)
  if (end !== null) checkDay(end, `${pointer}/end`)
  checkOrder({ start, end }, `${pointer}/start`)
  const edtf = start === end ? start : `${start ?? '..'}/${end ?? '..'}`
  return { edtf, start, end, precision: precisionOfEnds({ start, end }), toTheDay: edtf !== null }
}

function fromEdtf(edtf: string, pointer: string): Dates {
  const sides = edtf.split('/')
  if (sides.length === 1) {
    const { start, end, written } = readSpan(edtf, pointer)
    return { edtf, start, end, precision: written === 'years' ? 'range' : written, toTheDay: written === 'day' }
  }
  const [from, to] = sides.map(side => (side === '' || side === '..' ? null : readSpan(side, pointer)))
  if (sides.length > 2 || (!from && !to)) throw refusal(pointer, `${edtf} is not an interval with a known end.`)
  const ends = { start: from?.start ?? null, end: to?.end ?? null }
  checkOrder(ends, pointer)
  const toTheDay = [from, to].every(side => !side || side.written === 'day')
  return { edtf, ...ends, precision: precisionOfEnds(ends), toTheDay }
}

function precisionOfEnds({ start, end }: Ends): Precision {
  if (start === null && end === null) return 'unknown'
  return start === end ? 'day' : 'range'
}

function settlePrecision(stated: Precision | null, dates: Dates, pointer: string): Precision {
  if (stated === null || stated === dates.precision) return dates.precision
  const days = dates.toTheDay ? lengthInDays(dates) : null
  if (days !== null && days <= (MOST_DAYS[stated] ?? 0) && (days > 1 || stated === 'week')) return stated
  throw refusal(pointer, `precision ${stated} contradicts ${dates.edtf ?? 'a period without dates'}.`)
}

/** What is said of an end of the period needs that end; where no date was stated, it is said of one that is not known. */
function checkReading(reading: Period['reading'], { edtf, start, end }: Dates, pointer: string): Period['reading'] {
  const open = (reading === 'as_of' && end === null) || (reading === 'since' && start === null)
  if (open && edtf !== null) throw refusal(pointer, `${reading} contradicts ${edtf}, which is open at that end.`)
  return reading
}

function checkDay(text: string, pointer: string): void {
  if (!DAY.test(text)) throw refusal(pointer, `${text} is not a calendar date like 2015-05-17.`)
  readSpan(text, pointer)
}

function checkOrder({ start, end }: Ends, pointer: string): void {
  if (start !== null && end !== null && start > end) {
    throw refusal(pointer, `The period starts on ${start}, after its end on ${end}.`)
  }
}

function readSpan(text: string, pointer: string): Span {
  const span = spanOf(text)
  if (typeof span === 'string') throw refusal(pointer, span)
  return span
}

/** The days that one EDTF date may mean, or why it is none. */
function spanOf(text: string): Span | Reason {
  const [matched, year, month, day] = EDTF_DATE.exec(text) ?? []
  if (matched === undefined || year === undefined)
    return `${text} is not a date like 2015, 2015-04, 2015-05-17 or 201X.`
  const first = year.replaceAll('X', '0')
  if (first === '0000') return `${text}: years run from 0001 to 9999.`
  if (first !== year) {
    if (month !== undefined) return `${text}: an unspecified year has no month.`
    return { start: `${first}-01-01`, end: `${year.replaceAll('X', '9')}-12-31`, written: 'years' }
  }
  if (month === undefined || month === 'XX') {
    if (day !== undefined && day !== 'XX') return `${text}: an unspecified month has no day.`
    return { start: `${year}-01-01`, end: `${year}-12-31`, written: 'year' }
  }
  // Which months a season covers depends on the hemisphere, and which year a winter belongs to on the speaker.
  if (Number(month) > 20 && Number(month) < 42)
    return `${text}: seasons have no dates of their own; give start and end.`
  const length = daysInMonth(Number(year), Number(month))
  if (length === 0) return `${text}: there is no month ${month}.`
  if (day === undefined || day === 'XX') {
    return { start: `${year}-${month}-01`, end: `${year}-${month}-${length}`, written: 'month' }
  }
  if (Number(day) < 1 || Number(day) > length) return `${text}: ${year}-${month} has no day ${day}.`
  const date = `${year}-${month}-${day}`
  return { start: date, end: date, written: 'day' }
}

/** 0 for a month that there is not. Proleptic Gregorian, as ISO 8601 has it. */
function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}

/**
 * Checks when something was published: a day, a month, a year, or an RFC 3339 timestamp with zone. Returned as given.
 *
 * Throws `invalid` with `bad_date` at `pointer`; among others for second 60, hour 24 and a timestamp without zone.
 */
export function checkPublished(text: string, pointer: string): string {
  const reason = PLAIN_DATE.test(text) ? spanOf(text) : timestampReason(text)
  if (typeof reason === 'string') throw refusal(pointer, reason)
  return text
}

/** The last local day on which something may have been published; `published` as `checkPublished` passes it. */
export function publishedBy(published: string): string {
  const span = spanOf(published)
  return typeof span === 'string' ? published.slice(0, 10) : span.end
}

/** The date of a date or RFC 3339 timestamp, as written; null if the text is neither. */
export function readWindowDate(text: string): string | null {
  if (DAY.test(text)) return typeof spanOf(text) === 'string' ? null : text
  return timestampReason(text) === null ? text.slice(0, 10) : null
}

/** An RFC 3339 timestamp with zone as UTC with milliseconds (finer fractions are cut); null if the text is none. */
export function readInstant(text: string): string | null {
  if (timestampReason(text) !== null) return null
  const instant = DateTime.fromISO(text, { zone: 'utc' })
  return instant.year >= 1 && instant.year <= 9999 ? instant.toISO() : null
}

/**
 * The calendar date at an instant (RFC 3339 with zone) in an IANA time zone: midnight in Baghdad is the day before in
 * UTC. Throws RangeError for what is no instant or no zone.
 */
export function localDate(instant: string, zone: string): string {
  const date = timestampReason(instant) === null ? DateTime.fromISO(instant, { zone }).toISODate() : null
  if (date === null) throw new RangeError(`No local date for ${instant} in ${zone}`)
  return date
}

function timestampReason(text: string): Reason | null {
  const [, date, hour, minute, second, offsetHour, offsetMinute] = TIMESTAMP.exec(text) ?? []
  if (date === undefined) return `${text} is neither a date nor a timestamp with zone like 2015-05-18T10:00:00+03:00.`
  const span = spanOf(date)
  if (typeof span === 'string') return span
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return `${text}: no clock shows that time.`
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return `${text}: no zone has that offset.`
  return null
}

/** The first day of a period that is known to the day: none of one known to the month, nor of an approximate start. */
export const firstDay = (period: Period) => dayWritten(period, 0)

/** The last day, likewise. */
export const lastDay = (period: Period) => dayWritten(period, -1)

function dayWritten({ edtf, precision }: Period, side: 0 | -1): string | null {
  const written = precision in MOST_DAYS ? undefined : edtf?.split('/').at(side)
  return written !== undefined && DAY.test(written) ? written : null
}

/**
 * The keys of the timeline's order: start (else end), then end; what is open or unknown comes last. Ids break ties.
 */
export function orderKey({ start, end }: Ends): { start: string; end: string } {
  return { start: start ?? end ?? FAR, end: end ?? FAR }
}

/**
 * Whether a period shares a day with a window. Both ends of both are inclusive and null is open, but a period without
 * any date shares a day only with the window of all time.
 */
export function overlaps({ start, end }: Ends, from: string | null, to: string | null): boolean {
  if (start === null && end === null) return from === null && to === null
  return (to === null || start === null || start <= to) && (from === null || end === null || end >= from)
}

/**
 * Periods by length, so that an index on `start` can answer "overlaps [from, to]": in a class of at most `days` days,
 * only periods that start between `earliestStart(class, from)` and `to` can. `open` has no end or no start.
 */
export const DURATION_CLASSES = [
  { name: 'short', days: 31 },
  { name: 'year', days: 366 },
  { name: 'long', days: null },
  { name: 'open', days: null },
] as const

export type DurationClass = 0 | 1 | 2 | 3

/** The index in `DURATION_CLASSES` of a period's class. */
export function durationClass(ends: Ends): DurationClass {
  const days = lengthInDays(ends)
  if (days === null) return 3
  if (days <= DURATION_CLASSES[0].days) return 0
  return days <= DURATION_CLASSES[1].days ? 1 : 2
}

/** Null for what is open. */
function lengthInDays({ start, end }: Ends): number | null {
  return start === null || end === null ? null : (Date.parse(end) - Date.parse(start)) / DAY_MS + 1
}

/** The day before which no period of the class can start and still reach `from`; null if there is none. */
export function earliestStart(durationClass: DurationClass, from: string | null): string | null {
  const { days } = DURATION_CLASSES[durationClass]
  if (days === null || from === null) return null
  const start = new Date(Date.parse(from) - days * DAY_MS)
  return start.getUTCFullYear() < 1 ? '0001-01-01' : start.toISOString().slice(0, 10)
}

function refusal(pointer: string, detail: string): Refusal {
  return invalid({ pointer, code: 'bad_date', detail })
}
