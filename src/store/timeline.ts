import { earliestStart } from '../domain/period.js'
import { ARRIVING, LEAVING } from '../domain/places.js'
import type { Area, TimelineKey, TimelineQuestion } from '../model/queries.js'
import { all, type Condition, conditions, currentAt, localitiesAbove, localitiesOf } from './filters.js'
import type { Prepare } from './statements.js'

/**
 * An event's place in a timeline. `match`: the event happened in the area (`event`), only some of its figures did
 * (`figures`), or it was recorded at a place that contains the area (`broader`).
 */
export interface TimelineRow extends TimelineKey {
  match: 'event' | 'figures' | 'broader'
}

/** The bytes of a record of a timeline, and the event it belongs to. */
export interface TimelineRecord {
  event: string
  state: 'live' | 'retracted' | 'merged'
  reason: string | null
  record: string
}

/** Which figures a question keeps, at which position. */
type FiguresAsked = Pick<TimelineQuestion, 'figures' | 'at' | 'retracted'>

const DURATIONS = [0, 1, 2, 3]
const LEAVING_LIST = LEAVING.map(measure => `'${measure}'`).join(', ')
const ARRIVING_LIST = ARRIVING.map(measure => `'${measure}'`).join(', ')
const KEY = '(t."start", t."end", t.event)'

export function openTimelineReader(prepare: Prepare) {
  const indexed = (question: TimelineQuestion, head: number) =>
    question.at >= head &&
    question.area.scope === 'within' &&
    !question.retracted &&
    Object.values(question.figures).every(filter => filter === undefined)

  /** One narrow range of the timeline index for each class of duration. */
  function ranges({ area, from, to, after }: TimelineQuestion): Condition[] {
    return DURATIONS.map(duration => {
      const earliest = from === null ? null : earliestStart(duration as 0 | 1 | 2 | 3, from)
      const window: Condition[] = [
        { sql: 't.ancestor = ? AND t.duration = ?', values: [area.locality, duration] },
        ...(after ? [{ sql: `${KEY} > (?, ?, ?)`, values: [after.start, after.end, after.event] }] : []),
        ...(earliest === null ? [] : [{ sql: 't."start" >= ?', values: [earliest] }]),
        ...overlapping(from, to),
      ]
      return all(window)
    })
  }

  /** Keys hold a period's order, not its open ends, so an open period is looked up in its event. */
  function overlapping(from: string | null, to: string | null): Condition[] {
    const open = (rest: string) =>
      `(t.duration <> 3 OR EXISTS (SELECT 1 FROM event v WHERE v.id = t.event AND v.until_seq IS NULL AND ${rest}))`
    const stated = `coalesce(v."start", v."end") IS NOT NULL`
    return [
      ...(from === null ? [] : [{ sql: `t."end" >= ? AND ${open(stated)}`, values: [from] }]),
      ...(to === null
        ? []
        : [
            {
              sql: `(t."start" <= ? OR t.duration = 3) AND ${open(`${stated} AND (v."start" IS NULL OR v."start" <= ?)`)}`,
              values: [to, to],
            },
          ]),
    ]
  }

  function indexedPage(question: TimelineQuestion): TimelineRow[] {
    const limit = question.limit ?? -1
    const parts = ranges(question)
    const each = parts
      .map(
        ({ sql }) =>
          `SELECT * FROM (SELECT t."start", t."end", t.event, t.whole FROM timeline t WHERE ${sql}
             ORDER BY t."start", t."end", t.event LIMIT ?)`,
      )
      .join(' UNION ALL ')
    return prepare<TimelineRow>(
      `SELECT "start", "end", event, iif(whole, 'event', 'figures') AS match FROM (${each})
       ORDER BY "start", "end", event LIMIT ?`,
    ).all(...parts.flatMap(({ values }) => [...values, limit]), limit)
  }

  function indexedCount(question: TimelineQuestion): number {
    if (question.from === null && question.to === null)
      return (
        prepare<{ n: number }>('SELECT events AS n FROM timeline_size WHERE ancestor = ?').get(question.area.locality)
          ?.n ?? 0
      )
    const parts = ranges({ ...question, after: null })
    return prepare<{ n: number }>(
      `SELECT sum(n) AS n FROM (${parts.map(({ sql }) => `SELECT count(*) AS n FROM timeline t WHERE ${sql}`).join(' UNION ALL ')})`,
    ).get(...parts.flatMap(({ values }) => values))!.n
  }

  /** The figure versions that a question is about, whatever their event. */
  const figuresAsked = ({ figures, at, retracted }: FiguresAsked): Condition =>
    all([
      currentAt('v', at),
      { sql: retracted ? `v.state <> 'merged'` : `v.state = 'live'`, values: [] },
      ...conditions('figure', figures, at),
    ])

  /** Every event that answers a question, from the versioned tables: any position, any filter. */
  function matched(question: TimelineQuestion): Condition {
    const { area, at, from, to, retracted } = question
    const filtered = Object.values(question.figures).some(filter => filter !== undefined)
    const within = localitiesOf(area, at)
    const above: Condition =
      area.scope === 'around'
        ? localitiesAbove(area.locality, at)
        : { sql: `SELECT NULL AS id WHERE FALSE`, values: [] }
    const current = currentAt('e', at)
    const alive = retracted ? `e.state <> 'merged'` : `e.state = 'live'`
    const figures = figuresAsked(question)
    const window = conditions('event', { ...(from && { from }), ...(to && { to }) }, at)
    const overlaps = all(window.map(({ sql, values }) => ({ sql: sql.replaceAll('v.', 'e.'), values })))
    const hasFigure = filtered
      ? {
          sql: `EXISTS (SELECT 1 FROM reference x JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
                  WHERE x.role = 'event' AND x.target = e.id AND (m.match <> 'figures' OR v.from_seq IN (SELECT from_seq FROM placed)) AND ${figures.sql})`,
          values: figures.values,
        }
      : { sql: 'TRUE', values: [] }
    return {
      sql: `WITH area (id) AS (${within.sql}),
        above (id) AS (${above.sql}),
        placed (from_seq, event) AS (
          SELECT v.from_seq, v.event FROM area JOIN reference x ON x.target = area.id AND x.role IN ('incident', 'origin', 'destination')
            JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
          WHERE NOT (x.role = 'destination' AND v.measure IN (${LEAVING_LIST}))
            AND NOT (x.role = 'origin' AND v.measure IN (${ARRIVING_LIST})) AND ${figures.sql}),
        found (event, match) AS (
          SELECT e.id, 1 FROM area JOIN reference x ON x.role = 'locality' AND x.target = area.id JOIN event e ON e.from_seq = x.from_seq
          WHERE ${current.sql}
          UNION ALL
          SELECT event, 2 FROM placed
          UNION ALL
          SELECT e.id, 3 FROM above JOIN reference x ON x.role = 'locality' AND x.target = above.id JOIN event e ON e.from_seq = x.from_seq
          WHERE ${current.sql}),
        m (event, match) AS (
          SELECT event, CASE min(match) WHEN 1 THEN 'event' WHEN 2 THEN 'figures' ELSE 'broader' END FROM found GROUP BY event),
        t ("start", "end", event, match) AS (
          SELECT coalesce(e."start", e."end", '9999-12-31'), coalesce(e."end", '9999-12-31'), e.id, m.match
          FROM m JOIN event e ON e.id = m.event
          WHERE ${current.sql} AND ${alive} AND ${overlaps.sql} AND ${hasFigure.sql})`,
      values: [
        ...within.values,
        ...above.values,
        ...figures.values,
        ...current.values,
        ...current.values,
        ...current.values,
        ...overlaps.values,
        ...hasFigure.values,
      ],
    }
  }

  return {
    /** The events of a timeline in order. `head` is the end of the log: what stands now is served from its own index. */
    timelinePage(question: TimelineQuestion, head: number): TimelineRow[] {
      if (indexed(question, head)) return indexedPage(question)
      const { sql, values } = matched(question)
      const { after, limit } = question
      const rest = after ? `WHERE ${KEY} > (?, ?, ?)` : ''
      return prepare<TimelineRow>(`${sql} SELECT t.* FROM t ${rest} ORDER BY t."start", t."end", t.event LIMIT ?`).all(
        ...values,
        ...(after ? [after.start, after.end, after.event] : []),
        limit ?? -1,
      )
    },
    /** How many events a timeline has over all its pages. */
    timelineCount(question: TimelineQuestion, head: number): number {
      if (indexed(question, head)) return indexedCount(question)
      const { sql, values } = matched(question)
      return prepare<{ n: number }>(`${sql} SELECT count(*) AS n FROM t`).get(...values)!.n
    },
    /** The ids of an area's localities. */
    localitiesIn(area: Area, at: number): string[] {
      const { sql, values } = localitiesOf(area, at)
      return prepare<{ id: string }>(sql)
        .all(...values)
        .map(row => row.id)
    },
    /** The events themselves. */
    timelineEvents: (ids: readonly string[], { at }: TimelineQuestion): TimelineRecord[] =>
      prepare<TimelineRecord>(
        `SELECT v.id AS event, v.state, r.reason, r.record FROM json_each(?) j JOIN event v ON v.id = j.value
         JOIN log r ON r.seq = v.from_seq WHERE v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?)`,
      ).all(JSON.stringify(ids), at, at),
    /** The figures of these events that the question keeps, by figure id. */
    timelineFigures(ids: readonly string[], question: FiguresAsked): TimelineRecord[] {
      const figures = figuresAsked(question)
      return prepare<TimelineRecord>(
        `SELECT v.event, v.state, r.reason, r.record FROM json_each(?) j JOIN reference x ON x.role = 'event' AND x.target = j.value
         JOIN figure v ON v.from_seq = x.from_seq JOIN log r ON r.seq = v.from_seq
         WHERE ${figures.sql} ORDER BY v.id`,
      ).all(JSON.stringify(ids), ...figures.values)
    },
    /** Live relations that start or end at these events, or at these figures, each once. */
    timelineRelations: (of: 'event' | 'figure', ids: readonly string[], { at }: TimelineQuestion): string[] =>
      prepare<{ record: string }>(
        `SELECT DISTINCT v.id, r.record FROM json_each(?) j JOIN reference x ON x.role IN ('from_' || ?, 'to_' || ?) AND x.target = j.value
         JOIN relation v ON v.from_seq = x.from_seq JOIN log r ON r.seq = v.from_seq
         WHERE v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND v.state = 'live' ORDER BY v.id`,
      )
        .all(JSON.stringify(ids), of, of, at, at)
        .map(row => row.record),
    /** Figures of the area that have no dated report, which a question about publication leaves out. */
    undatedFigures(question: TimelineQuestion): number {
      const { published_by: _, ...figures } = question.figures
      const { sql, values } = matched({ ...question, figures })
      const asked = figuresAsked({ ...question, figures })
      const printed = currentAt('p', question.at)
      return prepare<{ n: number }>(
        `${sql} SELECT count(*) AS n FROM t JOIN reference x ON x.role = 'event' AND x.target = t.event
           JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
           WHERE ${asked.sql} AND (t.match <> 'figures' OR v.from_seq IN (SELECT from_seq FROM placed)) AND NOT EXISTS (
             SELECT 1 FROM json_each(r.document, '$.citations') c JOIN report p ON p.id = c.value ->> '$.report'
             WHERE c.value ->> '$.role' = 'printing' AND ${printed.sql} AND p.published_by IS NOT NULL)`,
      ).get(...values, ...asked.values, ...printed.values)!.n
    },
  }
}
