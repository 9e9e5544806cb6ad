import { type DurationClass, earliestStart, FAR } from '../domain/period.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import { all, type Condition } from './filters.js'

/** A timeline as it stands now, of a locality and what lies below it, from the table `timeline`: in ranges of its key. */

const DURATIONS = [0, 1, 2, 3] as const
/** The order of a timeline. */
export const KEY = '(t."start", t."end", t.event)'

/** Whether the table holds what a question is about when it is about now: all there is at a place and below it. */
export const isIndexed = ({ area, retracted, figures }: TimelineQuestion): boolean =>
  area.scope === 'within' && !retracted && Object.values(figures).every(filter => filter === undefined)

/** The month of a day, by which a timeline's events are counted. */
export const monthOf = (day: string) => day.slice(0, 7)

/** The rows of a page, in order. SQLite merges the ranges as far as the page reaches, and reads none to its end. */
export function indexedPage(question: TimelineQuestion): Condition {
  const parts = ranges(question)
  const each = parts.map(
    ({ sql }) =>
      `SELECT t."start", t."end", t.event, iif(t.whole, 'event', 'figures') AS match FROM timeline t WHERE ${sql}`,
  )
  return {
    sql: `${each.join(' UNION ALL ')} ORDER BY 1, 2, 3 LIMIT +?`,
    values: [...parts.flatMap(({ values }) => values), question.limit ?? -1],
  }
}

/** How many events there are on all pages, as an expression. */
export function indexedCount(question: TimelineQuestion): Condition {
  const { from, to } = question
  const counts = ranges({ ...question, after: null }).map((range, duration) =>
    duration === 3 || (from !== null && to !== null && from > to)
      ? { sql: `(SELECT count(*) FROM timeline t WHERE ${range.sql})`, values: range.values }
      : countedByMonths(question.area.locality, duration as DurationClass, from, to),
  )
  return { sql: counts.map(({ sql }) => sql).join(' + '), values: counts.flatMap(({ values }) => values) }
}

/** How many events have no day that is known, as an expression. No window shows them. */
export const indexedWithoutDates = ({ area }: TimelineQuestion): Condition => ({
  sql: `(SELECT count(*) FROM timeline t CROSS JOIN event v ON v.id = t.event
         WHERE t.ancestor = ? AND t.duration = 3 AND t."start" = '${FAR}' AND v.until_seq IS NULL AND coalesce(v."start", v."end") IS NULL)`,
  values: [area.locality],
})

/** One narrow range of the timeline index for each class of duration. */
function ranges({ area, from, to, after }: TimelineQuestion): Condition[] {
  return DURATIONS.map(duration =>
    all([
      { sql: 't.ancestor = ? AND t.duration = ?', values: [area.locality, duration] },
      ...firstKey(after, earliestStart(duration, from)),
      ...overlapping(duration, from, to),
    ]),
  )
}

/** Where a range begins: one bound, the later one, or SQLite may seek to the earlier and read all in between. */
function firstKey(after: TimelineKey | null, earliest: string | null): Condition[] {
  if (after && (earliest === null || after.start >= earliest))
    return [{ sql: `${KEY} > (?, ?, ?)`, values: [after.start, after.end, after.event] }]
  return earliest === null ? [] : [{ sql: 't."start" >= ?', values: [earliest] }]
}

/**
 * The key of an open period is its known end twice, or its start and the last of all days; of one that has neither, or
 * lies at the last of days, its event must tell.
 */
function overlapping(duration: DurationClass, from: string | null, to: string | null): Condition[] {
  const open = (rest: string) =>
    `(t."start" < '${FAR}' OR EXISTS (SELECT 1 FROM event v WHERE v.id = t.event AND v.until_seq IS NULL AND ${rest}))`
  const stated = `coalesce(v."start", v."end") IS NOT NULL`
  const ends: Condition[] = from === null ? [] : [{ sql: 't."end" >= ?', values: [from] }]
  if (duration !== 3) return to === null ? ends : [...ends, { sql: 't."start" <= ?', values: [to] }]
  if (to === null) return from === null ? [] : [...ends, { sql: open(stated), values: [] }]
  const begins = `${stated} AND (v."start" IS NULL OR v."start" <= ?)`
  return [
    ...ends,
    { sql: `(t."start" <= ? OR t."end" < '${FAR}' OR t."start" = '${FAR}') AND ${open(begins)}`, values: [to, to] },
  ]
}

/** How many events of a class start by a day, less those that end before another: whole months are counted already. */
function countedByMonths(locality: string, duration: DurationClass, from: string | null, to: string | null): Condition {
  const months = 'SELECT coalesce(sum(s.events), 0) FROM timeline_size s WHERE s.ancestor = ? AND s.duration = ?'
  const days = 'SELECT count(*) FROM timeline t WHERE t.ancestor = ? AND t.duration = ?'
  const begun: Condition =
    to === null
      ? { sql: `(${months})`, values: [locality, duration] }
      : {
          sql: `(${months} AND s.month < ?) + (${days} AND t."start" >= ? AND t."start" <= ?)`,
          values: [locality, duration, monthOf(to), locality, duration, monthOf(to), to],
        }
  if (from === null) return begun
  const month = monthOf(earliestStart(duration, from) ?? '')
  return {
    sql: `${begun.sql} - (${months} AND s.month < ?) - (${days} AND t."start" >= ? AND t."start" < ? AND t."end" < ?)`,
    values: [...begun.values, locality, duration, month, locality, duration, month, from, from],
  }
}
