import type { FlatColumn } from '../model/flat-row.js'
import { FIGURE_COLUMNS } from './figure-columns.js'
import { type Condition, currentAt } from './filters.js'

type FigureCell = (typeof FIGURE_COLUMNS)[keyof typeof FIGURE_COLUMNS]

const ofFigure = Object.fromEntries(
  Object.entries(FIGURE_COLUMNS).map(([column, cell]) => [cell, `v."${column}"`]),
) as Record<FigureCell, string>

/**
 * Where the cells of a flat row come from: the figure `v`, its event `e`, its first place `l` and its first report `p`.
 * `country` is the place itself, from which the country follows.
 */
export const CELLS: Readonly<Record<FlatColumn, string>> = {
  ...ofFigure,
  figure_id: 'v.id',
  event_title: 'e.title',
  locality_name: 'l.name',
  country: 'v.locality',
  publisher: 'p.publisher',
  report_title: 'p.title',
  report_url: 'p.url',
  published: 'p.published',
  published_inferred: 'p.published_inferred',
  rev: 'v.rev',
  recorded_at: 'v.recorded_at',
}

/** The events and reports that flat rows take cells from, as they stood at a log position. */
export function othersAt(at: number): Condition {
  const [event, report] = [currentAt('e', at), currentAt('p', at)]
  return {
    sql: `CROSS JOIN event e ON e.id = v.event AND ${event.sql} LEFT JOIN report p ON p.id = v.report AND ${report.sql}`,
    values: [...event.values, ...report.values],
  }
}

/** The localities, likewise. */
export function placesAt(at: number): Condition {
  const { sql, values } = currentAt('l', at)
  return { sql: `LEFT JOIN locality l ON l.id = v.locality AND ${sql}`, values }
}

/** A locality as far as flat rows need it and what contains it; `code` is the ISO 3166-1 code of a country. */
export interface InTree {
  id: string
  name: string
  level: string
  parent: string | null
  code: string | null
}

/** The localities that stand at a log position, for conditions to choose among. */
export function treeAt(at: number): Condition {
  const live = currentAt('l', at)
  return {
    sql: `SELECT l.id, l.name, l.level, l.parent, iif(l.level = 'country', (
        SELECT c.value FROM locality_code c WHERE c.scheme = 'iso3166_1' AND c.from_seq = l.from_seq), NULL) AS code
      FROM locality l WHERE ${live.sql}`,
    values: live.values,
  }
}

/**
 * The country that contains a locality: its ISO 3166-1 code, or its id where it has none. Remembers, since all rows ask
 * for the same few.
 */
export function countries(find: (locality: string) => InTree | undefined): (locality: string) => string | null {
  const known = new Map<string, string | null>()
  function countryOf(locality: string): string | null {
    let country = known.get(locality)
    if (country === undefined) {
      const { level, parent, code } = find(locality)!
      country = parent !== null ? countryOf(parent) : level === 'country' ? (code ?? locality) : null
      known.set(locality, country)
    }
    return country
  }
  return countryOf
}
