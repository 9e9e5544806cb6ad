import type { Figure } from '../model/figure.js'
import type { FlatRow } from '../model/flat-row.js'
import type { Term } from '../model/vocabularies.js'

/** Cells of a flat row that need more than the figure: its event, the records that it names, and its revision. */
type Others =
  | 'figure_id'
  | 'event_title'
  | 'locality_name'
  | 'country'
  | 'publisher'
  | 'report_title'
  | 'report_url'
  | 'published'
  | 'published_inferred'
  | 'rev'
  | 'recorded_at'

/**
 * What a flat row says of its figure alone. The first place and the first citation stand for all of them; `places` and
 * `citations` say how many there are. `originator` and `spokesperson` are source ids; several are joined by `;`, which no id
 * contains.
 */
export function figureCells(figure: Figure): Omit<FlatRow, Others> {
  const { value, period } = figure
  const [place] = figure.places
  const [citation] = figure.citations
  return {
    event_id: figure.event,
    measure: figure.measure,
    basis: figure.basis,
    unit: figure.unit,
    counts: figure.counts,
    low: value.low,
    best: value.best,
    high: value.high,
    qualifier: value.qualifier,
    text: value.text,
    period_start: period.start,
    period_end: period.end,
    period_precision: period.precision,
    period_text: period.text,
    locality_id: place?.locality ?? null,
    place_role: place?.role ?? null,
    place_extent: place?.extent ?? null,
    population: figure.population,
    originator: sources(figure, 'originator'),
    spokesperson: sources(figure, 'spokesperson'),
    report_id: citation?.report ?? null,
    excerpt: citation?.excerpt ?? null,
    citations: figure.citations.length,
    verification: figure.verification,
    rank: figure.rank,
    provisional: figure.provisional,
    method: figure.method,
    sic: value.sic,
    period_edtf: period.edtf,
    period_inferred: period.inferred,
    places: figure.places.length,
  }
}

function sources({ attribution }: Figure, role: Term<'attribution_role'>): string | null {
  let ids: string | null = null
  for (const link of attribution) {
    if (link.role === role) ids = ids === null ? link.source : `${ids};${link.source}`
  }
  return ids
}

/** What has to be put in quotation marks in CSV (RFC 4180, section 2). */
export const NEEDS_QUOTES = /[",\n\r]/

/** A text as a cell of CSV. One without characters is quoted too: a cell without any is null. */
export function csvText(text: string): string {
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
