import { FAR } from '../domain/period.js'
import { ARRIVING, LEAVING } from '../domain/places.js'
import type { RecordOf } from '../model/nouns.js'
import type { Area, TimelineKey, TimelineQuestion } from '../model/queries.js'
import {
  all,
  type Condition,
  conditions,
  currentAt,
  localitiesAbove,
  localitiesOf,
  undated,
  withoutDates,
} from './filters.js'
import type { State } from './records.js'
import type { Prepare } from './statements.js'
import { indexedCount, indexedPage, indexedWithoutDates, isIndexed, KEY } from './timeline-ranges.js'

/**
 * An event's place in a timeline. `match`: the event happened in the area (`event`), it was recorded at a place that
 * contains the area (`broader`), or neither, and only the figures of it that are of the area are shown (`figures`).
 */
export interface TimelineRow extends TimelineKey {
  match: 'event' | 'figures' | 'broader'
}

/** An event's place in a timeline, with the days that its period states. */
export interface BoundedRow extends TimelineRow {
  begins: string | null
  ends: string | null
}

/** The bytes of a record of a timeline, and the event it belongs to. */
export interface TimelineRecord {
  event: string
  state: State
  reason: string | null
  record: string
}

/** Which figures a question keeps, at which position. */
type FiguresAsked = Pick<TimelineQuestion, 'figures' | 'at' | 'retracted'>

const LEAVING_LIST = LEAVING.map(measure => `'${measure}'`).join(', ')
const ARRIVING_LIST = ARRIVING.map(measure => `'${measure}'`).join(', ')

const LIVE_RELATION = `v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND v.state = 'live'`
const PART_OF = `CROSS JOIN reference x ON x.role = 'from_' || ? AND x.target = part.id CROSS JOIN relation v ON v.from_seq = x.from_seq
  WHERE v.kind = 'part_of' AND ${LIVE_RELATION}`

// CROSS JOIN keeps SQLite to the order of the tables as written: few rows first. Without statistics, which a database that
// grows by imports has at no useful time, it may begin with every reference of a role.
export function openTimelineReader(prepare: Prepare) {
  const indexed = (question: TimelineQuestion, head: number) => question.at >= head && isIndexed(question)

  /** The figure versions that a question is about, whatever their event. */
  const figuresAsked = ({ figures, at, retracted }: FiguresAsked): Condition =>
    all([
      currentAt('v', at),
      { sql: retracted ? `v.state <> 'merged'` : `v.state = 'live'`, values: [] },
      ...conditions('figure', figures, at),
    ])

  const inWindow = ({ from, to, at }: TimelineQuestion): Condition =>
    all(conditions('event', { ...(from && { from }), ...(to && { to }) }, at))

  /** Every event in a window that answers a question, from the versioned tables: any position, any filter. */
  function matched(question: TimelineQuestion, window = inWindow(question)): Condition {
    const { area, at, retracted } = question
    const filtered = Object.values(question.figures).some(filter => filter !== undefined)
    const within = localitiesOf(area, at)
    const above: Condition =
      area.scope === 'around'
        ? localitiesAbove(area.locality, at)
        : { sql: `SELECT NULL AS id WHERE FALSE`, values: [] }
    const current = currentAt('e', at)
    const alive = retracted ? `e.state <> 'merged'` : `e.state = 'live'`
    const figures = figuresAsked(question)
    const overlaps = { ...window, sql: window.sql.replaceAll('v.', 'e.') }
    const hasFigure = filtered
      ? {
          sql: `EXISTS (SELECT 1 FROM reference x CROSS JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
                  WHERE x.role = 'event' AND x.target = e.id AND (m.match <> 'figures' OR v.from_seq IN (SELECT from_seq FROM placed)) AND ${figures.sql})`,
          values: figures.values,
        }
      : { sql: 'TRUE', values: [] }
    return {
      sql: `WITH area (id) AS (${within.sql}),
        above (id) AS (${above.sql}),
        placed (from_seq, event) AS (
          SELECT v.from_seq, v.event FROM area CROSS JOIN reference x ON x.target = area.id AND x.role IN ('incident', 'origin', 'destination')
            CROSS JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
          WHERE NOT (x.role = 'destination' AND v.measure IN (${LEAVING_LIST}))
            AND NOT (x.role = 'origin' AND v.measure IN (${ARRIVING_LIST})) AND ${figures.sql}),
        found (event, match) AS (
          SELECT e.id, 1 FROM area CROSS JOIN reference x ON x.role = 'locality' AND x.target = area.id CROSS JOIN event e ON e.from_seq = x.from_seq
          WHERE ${current.sql}
          UNION ALL
          SELECT event, 3 FROM placed
          UNION ALL
          SELECT e.id, 2 FROM above CROSS JOIN reference x ON x.role = 'locality' AND x.target = above.id CROSS JOIN event e ON e.from_seq = x.from_seq
          WHERE ${current.sql}),
        m (event, match) AS (
          SELECT event, CASE min(match) WHEN 1 THEN 'event' WHEN 2 THEN 'broader' ELSE 'figures' END FROM found GROUP BY event),
        t ("start", "end", event, match) AS (
          SELECT coalesce(e."start", e."end", '${FAR}'), coalesce(e."end", '${FAR}'), e.id, m.match
          FROM m CROSS JOIN event e ON e.id = m.event
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

  /** How many events there are, by its own index of what stands now where that holds what is asked about. */
  function counted(
    question: TimelineQuestion,
    head: number,
    inIndex: (question: TimelineQuestion) => Condition,
    window = inWindow(question),
  ): number {
    const { sql, values } = indexed(question, head) ? inIndex(question) : matched(question, window)
    const count = indexed(question, head) ? `SELECT ${sql} AS n` : `${sql} SELECT count(*) AS n FROM t`
    return prepare<{ n: number }>(count).get(...values)!.n
  }

  return {
    /** The events of a timeline in order. `head` is the end of the log: what stands now is served from its own index. */
    timelinePage(question: TimelineQuestion, head: number): TimelineRow[] {
      if (indexed(question, head)) {
        const { sql, values } = indexedPage(question)
        return prepare<TimelineRow>(sql).all(...values)
      }
      const { sql, values } = matched(question)
      const { after, limit } = question
      const rest = after ? `WHERE ${KEY} > (?, ?, ?)` : ''
      return prepare<TimelineRow>(`${sql} SELECT t.* FROM t ${rest} ORDER BY t."start", t."end", t.event LIMIT +?`).all(
        ...values,
        ...(after ? [after.start, after.end, after.event] : []),
        limit ?? -1,
      )
    },
    /** How many events the timeline of a locality and what is below it has now. */
    timelineSize: (locality: string): number =>
      prepare<{ n: number }>('SELECT coalesce(sum(events), 0) AS n FROM timeline_size WHERE ancestor = ?').get(
        locality,
      )!.n,
    /** All of them, in order. The key of an open period is not what it states: its event tells. */
    timelineRows(locality: string): BoundedRow[] {
      const { rows } = prepare<{ rows: string }>(
        `SELECT json_group_array(json_object('start', "start", 'end', "end", 'event', event, 'match', match, 'begins', begins, 'ends', ends)) AS rows
         FROM (SELECT t."start", t."end", t.event, iif(t.whole, 'event', 'figures') AS match,
                 iif(t.duration = 3, v."start", t."start") AS begins, iif(t.duration = 3, v."end", t."end") AS ends
               FROM timeline t LEFT JOIN event v ON t.duration = 3 AND v.id = t.event AND v.until_seq IS NULL
               WHERE t.ancestor = ? ORDER BY t."start", t."end", t.event)`,
      ).get(locality)!
      return JSON.parse(rows)
    },
    /** How many events a timeline has over all its pages. */
    timelineCount: (question: TimelineQuestion, head: number): number => counted(question, head, indexedCount),
    /** How many events of which no day is known a window of time leaves out. */
    withoutDates: (question: TimelineQuestion, head: number): number =>
      counted(question, head, indexedWithoutDates, withoutDates('event')),
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
        `SELECT v.id AS event, v.state, r.reason, r.record FROM json_each(?) j CROSS JOIN event v ON v.id = j.value
         JOIN log r ON r.seq = v.from_seq WHERE v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?)`,
      ).all(JSON.stringify(ids), at, at),
    /** The figures of these events that the question keeps, by figure id. */
    timelineFigures(ids: readonly string[], question: FiguresAsked): TimelineRecord[] {
      const figures = figuresAsked(question)
      return prepare<TimelineRecord>(
        `SELECT v.event, v.state, r.reason, r.record FROM json_each(?) j CROSS JOIN reference x ON x.role = 'event' AND x.target = j.value
         CROSS JOIN figure v ON v.from_seq = x.from_seq JOIN log r ON r.seq = v.from_seq
         WHERE ${figures.sql} ORDER BY v.id`,
      ).all(JSON.stringify(ids), ...figures.values)
    },
    /** Live relations that start at these events, or at these figures, or by which these were replaced, each once. */
    timelineRelations: (
      of: 'event' | 'figure',
      ids: readonly string[],
      { at }: Pick<TimelineQuestion, 'at'>,
    ): RecordOf<'relation'>[] =>
      prepare<{ record: string }>(
        `SELECT DISTINCT v.id, r.record FROM json_each(?) j CROSS JOIN reference x ON x.role IN ('from_' || ?, 'to_' || ?) AND x.target = j.value
         CROSS JOIN relation v ON v.from_seq = x.from_seq JOIN log r ON r.seq = v.from_seq
         WHERE ${LIVE_RELATION} AND (v.from_id = j.value OR v.kind = 'revises') ORDER BY v.id`,
      )
        .all(JSON.stringify(ids), of, of, at, at)
        .map(row => JSON.parse(row.record)),
    /** Live relations by which these events, or these figures, are part of others, and those of others, up to the last. */
    timelineWholes: (
      of: 'event' | 'figure',
      ids: readonly string[],
      { at }: Pick<TimelineQuestion, 'at'>,
    ): RecordOf<'relation'>[] =>
      prepare<{ record: string }>(
        `WITH RECURSIVE part (id) AS (SELECT value FROM json_each(?) UNION SELECT v.to_id FROM part ${PART_OF})
         SELECT (SELECT record FROM log WHERE seq = v.from_seq) AS record FROM part ${PART_OF} ORDER BY v.id`,
      )
        .all(JSON.stringify(ids), of, at, at, of, at, at)
        .map(row => JSON.parse(row.record)),
    /** Figures of the area that have no dated report, which a question about publication leaves out. */
    undatedFigures(question: TimelineQuestion): number {
      const { published_by: _, ...figures } = question.figures
      const { sql, values } = matched({ ...question, figures })
      const asked = figuresAsked({ ...question, figures })
      const left = undated(question.at)
      return prepare<{ n: number }>(
        `${sql} SELECT count(*) AS n FROM t CROSS JOIN reference x ON x.role = 'event' AND x.target = t.event
           CROSS JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
           WHERE ${asked.sql} AND (t.match <> 'figures' OR v.from_seq IN (SELECT from_seq FROM placed)) AND ${left.sql}`,
      ).get(...values, ...asked.values, ...left.values)!.n
    },
  }
}
