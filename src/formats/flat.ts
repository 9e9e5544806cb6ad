import type { Event } from '../model/event.js'
import type { FlatRow } from '../model/flat-row.js'
import type { Locality } from '../model/locality.js'
import type { RecordOf } from '../model/nouns.js'
import type { Report } from '../model/report.js'
import type { Term } from '../model/vocabularies.js'

/** Where a flat row finds what its figure only names; null for a record that cannot be found. */
export interface FlatLookups {
  locality(id: string): (Locality & { id: string }) | null
  /** The country that contains the locality, or the locality itself when it is one. */
  countryOf(id: string): (Locality & { id: string }) | null
  report(id: string): (Report & { id: string }) | null
}

/**
 * A figure as one flat row. Its first place and first citation stand for all of them; `citations` says how many there
 * are. `originator`, `spokesperson` and `publisher` are source ids, so that a row can be loaded again; several are
 * joined by `;`, which no id contains. `country` is the country's ISO 3166-1 code where it has one, its id otherwise.
 */
export function toFlatRow(figure: RecordOf<'figure'>, event: Event & { id: string }, lookups: FlatLookups): FlatRow {
  const { value, period } = figure
  const place = figure.places[0]
  const locality = place ? lookups.locality(place.locality) : null
  const country = place ? lookups.countryOf(place.locality) : null
  const citation = figure.citations[0]
  const report = citation ? lookups.report(citation.report) : null
  return {
    figure_id: figure.id,
    event_id: event.id,
    event_title: event.title,
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
    locality_name: locality?.name ?? null,
    country: country && (country.codes.iso3166_1 ?? country.id),
    place_role: place?.role ?? null,
    place_extent: place?.extent ?? null,
    population: figure.population,
    originator: sources(figure, 'originator'),
    spokesperson: sources(figure, 'spokesperson'),
    publisher: report?.publisher ?? null,
    report_id: citation?.report ?? null,
    report_title: report?.title ?? null,
    report_url: report?.url ?? null,
    published: report?.published ?? null,
    excerpt: citation?.excerpt ?? null,
    citations: figure.citations.length,
    verification: figure.verification,
    rank: figure.rank,
    provisional: figure.provisional,
    method: figure.method,
    rev: figure.rev,
    recorded_at: figure.recorded_at,
    sic: value.sic,
  }
}

function sources({ attribution }: RecordOf<'figure'>, role: Term<'attribution_role'>): string | null {
  let ids: string | null = null
  for (const link of attribution) {
    if (link.role === role) ids = ids === null ? link.source : `${ids};${link.source}`
  }
  return ids
}
