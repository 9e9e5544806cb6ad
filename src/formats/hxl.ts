import type { FlatColumn } from '../model/flat-row.js'

/**
 * A HXL hashtag for every flat column. Hashtags are those of the HXL 1.1 dictionary,
 * https://hxlstandard.org/standard/dictionary; attributes are free. A column whose measure changes from row to row is
 * an #indicator, as HXL's long tables have it. #date and +num are kept for columns that hold nothing but dates and
 * numbers: HXL's own schema checks them.
 */
export const HXL_TAGS: Readonly<Record<FlatColumn, string>> = {
  figure_id: '#meta+id+figure',
  event_id: '#event+id',
  event_title: '#event+name',
  measure: '#indicator+name',
  basis: '#indicator+basis',
  unit: '#indicator+unit',
  counts: '#indicator+counts',
  low: '#indicator+value+min+num',
  best: '#indicator+value+num',
  high: '#indicator+value+max+num',
  qualifier: '#indicator+qualifier',
  text: '#indicator+text',
  period_start: '#date+start',
  period_end: '#date+end',
  period_precision: '#meta+period+precision',
  period_text: '#meta+period+text',
  locality_id: '#loc+id',
  locality_name: '#loc+name',
  country: '#country+code',
  place_role: '#loc+role',
  place_extent: '#loc+extent',
  population: '#group+population',
  originator: '#org+id+originator',
  spokesperson: '#contact+id+spokesperson',
  publisher: '#org+id+publisher',
  report_id: '#meta+source+id',
  report_title: '#meta+source+name',
  report_url: '#meta+source+url',
  published: '#date+reported',
  excerpt: '#description+excerpt',
  citations: '#meta+citations+num',
  verification: '#status+verification',
  rank: '#status+rank',
  provisional: '#status+provisional',
  method: '#indicator+method',
  rev: '#meta+revision+num',
  recorded_at: '#date+recorded',
  sic: '#status+sic',
  period_edtf: '#meta+period+edtf',
  period_inferred: '#status+period+inferred',
  published_inferred: '#status+reported+inferred',
  places: '#meta+places+num',
}

/** The HXL row, which stands between the header and the first row; ended by CRLF. */
export function hxlLine(): string {
  return `${Object.values(HXL_TAGS).join(',')}\r\n`
}
