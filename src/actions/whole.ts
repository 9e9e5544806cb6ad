import type { Licence } from '../formats/datapackage.js'
import {
  eventsGeojson,
  flatCsv,
  flatNdjson,
  recordsJson,
  recordsNdjson,
  type TableOptions,
  tableCsv,
} from '../formats/whole.js'
import { type Noun, nouns } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { citedBy, collectLicences, noteLicences } from './licences.js'
import { eventPages, flatPages, mapped, parsed, passing } from './record-pages.js'

/** Forms of all records of a noun; `geojson` is for events. */
export type WholeFormat = 'csv' | 'ndjson' | 'json' | 'geojson'

export interface WholeOptions extends TableOptions {
  /** In JSON and GeoJSON, what follows the records; asked for at their end, with the licences of their reports. */
  members?: (licences: Licence[]) => Readonly<Record<string, unknown>>
}

/** Records of a noun in pages, each with its JSON. */
export type RecordPages = Iterable<readonly { record: string }[]>

/**
 * Pages of records in a format, in pieces: what lists and exports are made of. A figure is a flat row in CSV and NDJSON,
 * its columns a promise; other nouns are the tables of the data package in CSV, and records as they are in NDJSON.
 */
export function whole(
  read: Reader,
  noun: Noun,
  at: number,
  pages: RecordPages,
  format: WholeFormat,
  options: WholeOptions = {},
): Generator<string> {
  const licences = collectLicences(read, at)
  const members = () => options.members?.(licences.all()) ?? {}
  if (format === 'json') return recordsJson(texts(passing(pages, page => noteLicences(licences, noun, page))), members)
  if (format === 'geojson') {
    const events = eventPages(read, at, parsed('event', pages))
    const note = (page: readonly { figures: readonly Parameters<typeof citedBy>[0][] }[]) =>
      licences.named(page.flatMap(({ figures }) => figures.flatMap(citedBy)))
    return eventsGeojson(passing(events, note), members)
  }
  if (noun === 'figure') {
    const rows = flatPages(read, at, parsed('figure', pages))
    return format === 'csv' ? flatCsv(rows, options) : flatNdjson(rows)
  }
  return format === 'csv' ? tableCsv(nouns[noun].plural, parsed(noun, pages), options) : recordsNdjson(texts(pages))
}

const texts = (pages: RecordPages) => mapped(pages, page => page.map(({ record }) => record))

/** What a table's rows are made of: flat rows for figures, records for the others. */
export function tablePages(read: Reader, noun: Noun, at: number, pages: RecordPages): Iterable<readonly object[]> {
  return noun === 'figure' ? flatPages(read, at, parsed('figure', pages)) : parsed(noun, pages)
}
