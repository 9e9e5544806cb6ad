import { figureCells } from '../domain/flat-cells.js'
import type { Event } from '../model/event.js'
import { FLAT_NAMES, type FlatRow } from '../model/flat-row.js'
import type { Locality } from '../model/locality.js'
import type { RecordOf } from '../model/nouns.js'
import type { Report } from '../model/report.js'

/** Where a flat row finds what its figure only names; null for a record that cannot be found. */
export interface FlatLookups {
  locality(id: string): (Locality & { id: string }) | null
  /** The country that contains the locality, or the locality itself when it is one. */
  countryOf(id: string): (Locality & { id: string }) | null
  report(id: string): (Report & { id: string }) | null
}

/**
 * A figure as one flat row. `publisher` is a source's id, so that a row can be loaded again; `country` is the country's
 * ISO 3166-1 code where it has one, its id otherwise.
 */
export function toFlatRow(figure: RecordOf<'figure'>, event: Event & { id: string }, lookups: FlatLookups): FlatRow {
  const own = figureCells(figure)
  const { locality_id, report_id } = own
  const locality = locality_id === null ? null : lookups.locality(locality_id)
  const country = locality_id === null ? null : lookups.countryOf(locality_id)
  const report = report_id === null ? null : lookups.report(report_id)
  return inColumnOrder({
    ...own,
    figure_id: figure.id,
    event_title: event.title,
    locality_name: locality?.name ?? null,
    country: country && (country.codes.iso3166_1 ?? country.id),
    publisher: report?.publisher ?? null,
    report_title: report?.title ?? null,
    report_url: report?.url ?? null,
    published: report?.published ?? null,
    published_inferred: report?.published_inferred ?? null,
    rev: figure.rev,
    recorded_at: figure.recorded_at,
  })
}

const inColumnOrder = (row: FlatRow) => Object.fromEntries(FLAT_NAMES.map(column => [column, row[column]])) as FlatRow
