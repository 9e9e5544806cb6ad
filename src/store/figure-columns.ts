import { figureCells } from '../domain/flat-cells.js'
import type { Figure } from '../model/figure.js'

type Cells = ReturnType<typeof figureCells>

/** The columns of the index table `figure` that hold cells of a flat row, and which. */
export const FIGURE_COLUMNS = {
  event: 'event_id',
  measure: 'measure',
  basis: 'basis',
  unit: 'unit',
  counts: 'counts',
  low: 'low',
  best: 'best',
  high: 'high',
  qualifier: 'qualifier',
  text: 'text',
  start: 'period_start',
  end: 'period_end',
  period_precision: 'period_precision',
  period_text: 'period_text',
  locality: 'locality_id',
  place_role: 'place_role',
  place_extent: 'place_extent',
  population: 'population',
  originator: 'originator',
  spokesperson: 'spokesperson',
  report: 'report_id',
  excerpt: 'excerpt',
  citations: 'citations',
  verification: 'verification',
  rank: 'rank',
  provisional: 'provisional',
  method: 'method',
  sic: 'sic',
  period_edtf: 'period_edtf',
  period_inferred: 'period_inferred',
  places: 'places',
} as const satisfies Readonly<Record<string, keyof Cells>>

const NAMES = Object.values(FIGURE_COLUMNS)

/** The values of these columns, in their order; SQLite has no booleans. */
export function figureValues(figure: Figure): (string | number | null)[] {
  const cells = figureCells(figure)
  return NAMES.map(name => {
    const cell = cells[name]
    return typeof cell === 'boolean' ? Number(cell) : cell
  })
}
