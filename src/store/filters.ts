import type { Noun } from '../model/nouns.js'
import type { Area, FigureFilters, Filters } from '../model/queries.js'

/** A condition on the version `v` and its revision `r`, with the values that it binds. */
export interface Condition {
  sql: string
  values: (string | number)[]
}

/** That a version was current at a log position. */
export const currentAt = (version: string, at: number): Condition => ({
  sql: `${version}.from_seq <= ? AND (${version}.until_seq IS NULL OR ${version}.until_seq > ?)`,
  values: [at, at],
})

/** All of the conditions, as one. */
export function all(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || 'TRUE',
    values: conditions.flatMap(({ values }) => values),
  }
}

/** One value of a list, which is bound as a whole: a mark for each would make another statement of each length. */
const LISTED = '(SELECT value FROM json_each(?))'
const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ')

const oneOf =
  (column: string) =>
  (values: readonly string[]): Condition => ({ sql: `v."${column}" IN ${LISTED}`, values: [JSON.stringify(values)] })

const refersTo =
  (...roles: string[]) =>
  (targets: string | readonly string[]): Condition => {
    const list = [targets].flat()
    return {
      sql: `v.from_seq IN (SELECT from_seq FROM reference WHERE role IN (${marks(roles)}) AND target IN ${LISTED})`,
      values: [...roles, JSON.stringify(list)],
    }
  }

const notBefore = (from: string): Condition => ({
  sql: `coalesce(v."start", v."end") IS NOT NULL AND (v."end" IS NULL OR v."end" >= ?)`,
  values: [from],
})

const notAfter = (to: string): Condition => ({
  sql: `coalesce(v."start", v."end") IS NOT NULL AND (v."start" IS NULL OR v."start" <= ?)`,
  values: [to],
})

/** The ids of an area's localities at a log position, as a subquery. */
export function localitiesOf({ locality, scope }: Area, at: number): Condition {
  if (scope === 'exact') return { sql: 'SELECT ? AS id', values: [locality] }
  const live = currentAt('l', at)
  return {
    sql: `WITH RECURSIVE below (id) AS (
            SELECT ?
            UNION
            SELECT l.id FROM below CROSS JOIN reference x ON x.role = 'parent_locality' AND x.target = below.id
            CROSS JOIN locality l ON l.from_seq = x.from_seq WHERE ${live.sql})
          SELECT id FROM below`,
    values: [locality, ...live.values],
  }
}

/** The ids of the places that contain a locality at a log position, as a subquery. */
export function localitiesAbove(locality: string, at: number): Condition {
  const live = currentAt('l', at)
  return {
    sql: `WITH RECURSIVE above (id) AS (
            SELECT ?
            UNION
            SELECT l.parent FROM above CROSS JOIN locality l ON l.id = above.id WHERE l.parent IS NOT NULL AND ${live.sql})
          SELECT id FROM above WHERE id <> ?`,
    values: [locality, ...live.values, locality],
  }
}

const inArea =
  (...roles: string[]) =>
  (area: Area, at: number): Condition => {
    const parts = [localitiesOf(area, at), ...(area.scope === 'around' ? [localitiesAbove(area.locality, at)] : [])]
    const targets = parts.map(({ sql }) => `target IN (${sql})`).join(' OR ')
    return {
      sql: `v.from_seq IN (SELECT from_seq FROM reference WHERE role IN (${marks(roles)}) AND (${targets}))`,
      values: [...roles, ...parts.flatMap(({ values }) => values)],
    }
  }

function codeIs(code: string): Condition {
  const [scheme = '', ...value] = code.split(':')
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(r.document, '$.codes') c WHERE c.key = ? AND c.value = ?)`,
    values: [scheme, value.join(':')],
  }
}

/** That a figure is printed in a report, as it was at a log position, of which a test on `p` holds. */
function printedIn(at: number, test: string, ...values: string[]): Condition {
  const printed = currentAt('p', at)
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(r.document, '$.citations') c CROSS JOIN report p ON p.id = c.value ->> '$.report'
            WHERE c.value ->> '$.role' = 'printing' AND ${printed.sql} AND ${test})`,
    values: [...printed.values, ...values],
  }
}

/** That no report dates a figure, so that a question about publication leaves it out. */
export function undated(at: number): Condition {
  const { sql, values } = printedIn(at, 'p.published_by IS NOT NULL')
  return { sql: `NOT ${sql}`, values }
}

type DatedNoun = 'event' | 'figure' | 'report'

/** Whether the list of a noun can be asked about a window of time. */
export const isDated = (noun: Noun): noun is DatedNoun => noun === 'event' || noun === 'figure' || noun === 'report'

/** That no day of a record is known, so that no window of time shows it. */
export const withoutDates = (noun: Noun): Condition => ({
  sql: noun === 'report' ? 'v.published_by IS NULL' : 'coalesce(v."start", v."end") IS NULL',
  values: [],
})

type Builders<F> = { [K in keyof F]-?: (value: NonNullable<F[K]>, at: number) => Condition }

const onFigures: Builders<FigureFilters> = {
  measure: oneOf('measure'),
  basis: oneOf('basis'),
  unit: oneOf('unit'),
  population: oneOf('population'),
  verification: oneOf('verification'),
  rank: oneOf('rank'),
  source: refersTo('originator', 'spokesperson', 'relayer'),
  originator: refersTo('originator'),
  published_by: (day, at) => printedIn(at, 'p.published_by <= ?', day),
}

/** How each filter of each list becomes a condition. */
const builders: { [N in keyof Filters]: Builders<Filters[N]> } = {
  locality: {
    parent: refersTo('parent_locality'),
    level: oneOf('level'),
    code: code => {
      const [scheme = '', ...value] = code.split(':')
      return {
        sql: 'v.from_seq IN (SELECT from_seq FROM locality_code WHERE scheme = ? AND value = ?)',
        values: [scheme, value.join(':')],
      }
    },
    bbox: ([west, south, east, north]) => ({
      sql: `v.lat BETWEEN ? AND ? AND ${west <= east ? 'v.lon BETWEEN ? AND ?' : '(v.lon >= ? OR v.lon <= ?)'}`,
      values: [south, north, west, east],
    }),
  },
  source: { kind: oneOf('kind'), parent: refersTo('parent_source') },
  report: {
    publisher: refersTo('publisher'),
    from: from => ({ sql: 'v.published_by >= ?', values: [from] }),
    to: to => ({ sql: 'v.published_by <= ?', values: [to] }),
  },
  event: {
    kind: oneOf('kind'),
    area: inArea('locality'),
    from: notBefore,
    to: notAfter,
    code: codeIs,
  },
  figure: {
    ...onFigures,
    event: refersTo('event'),
    area: inArea('incident', 'origin', 'destination'),
    from: notBefore,
    to: notAfter,
    report: refersTo('citation'),
    publisher: (publishers, at) => {
      const printed = currentAt('p', at)
      return {
        sql: `v.from_seq IN (SELECT c.from_seq FROM reference x JOIN report p ON p.from_seq = x.from_seq
                JOIN reference c ON c.role = 'citation' AND c.target = p.id
                WHERE x.role = 'publisher' AND x.target IN ${LISTED} AND ${printed.sql})`,
        values: [JSON.stringify(publishers), ...printed.values],
      }
    },
  },
  relation: {
    of: oneOf('of'),
    kind: oneOf('kind'),
    asserted_by: oneOf('asserted_by'),
    event: refersTo('from_event', 'to_event'),
    figure: refersTo('from_figure', 'to_figure'),
  },
}

/** The conditions of a list's filters; a filter that is absent sets none. */
export function conditions<N extends keyof Filters>(noun: N, filters: Filters[N], at: number): Condition[] {
  const build = builders[noun] as Record<string, (value: unknown, at: number) => Condition>
  return Object.entries(filters).flatMap(([name, value]) => (value == null ? [] : [build[name]!(value, at)]))
}
