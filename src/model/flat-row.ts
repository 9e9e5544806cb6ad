/**
 * A figure as one flat row, for spreadsheets, charts and bulk loading. The order of the columns is a promise: new
 * ones go last. Kinds: `count` is an integer or null, `flag` a boolean or null, `date` and `text` are strings or null.
 */
export const FLAT_COLUMNS = {
  figure_id: 'text',
  event_id: 'text',
  event_title: 'text',
  measure: 'text',
  basis: 'text',
  unit: 'text',
  counts: 'text',
  low: 'count',
  best: 'count',
  high: 'count',
  qualifier: 'text',
  text: 'text',
  period_start: 'date',
  period_end: 'date',
  period_precision: 'text',
  period_text: 'text',
  locality_id: 'text',
  locality_name: 'text',
  country: 'text',
  place_role: 'text',
  place_extent: 'text',
  population: 'text',
  originator: 'text',
  spokesperson: 'text',
  publisher: 'text',
  report_id: 'text',
  report_title: 'text',
  report_url: 'text',
  published: 'text',
  excerpt: 'text',
  citations: 'count',
  verification: 'text',
  rank: 'text',
  provisional: 'flag',
  method: 'text',
  rev: 'count',
  recorded_at: 'text',
  sic: 'flag',
  period_edtf: 'text',
  period_inferred: 'flag',
  published_inferred: 'flag',
  places: 'count',
} as const

export type FlatColumn = keyof typeof FLAT_COLUMNS
/** Their names, in order. */
export const FLAT_NAMES = Object.keys(FLAT_COLUMNS) as FlatColumn[]
type CellOf = { text: string; date: string; count: number; flag: boolean }

/** One figure, its first place and first citation, and how many there are; null is unknown. */
export type FlatRow = { [C in FlatColumn]: CellOf[(typeof FLAT_COLUMNS)[C]] | null }
