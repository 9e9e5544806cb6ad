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
import type { ListQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import { citedBy, collectLicences, noteLicences } from './licences.js'
import { eventPages, listPages, mapped, parsed, passing } from './record-pages.js'

/** Forms of all records of a noun; `geojson` is for events. */
export type WholeFormat = 'csv' | 'ndjson' | 'json' | 'geojson'

export interface WholeOptions extends TableOptions {
  /** In JSON and GeoJSON, what follows the records; asked for at their end, with the licences of their reports. */
  members?: (licences: Licence[]) => Readonly<Record<string, unknown>>
}

/** Records of a noun in pages, each with its JSON. */
export type RecordPages = Iterable<readonly { record: string }[]>

const PAGE = 500

/** All records of a noun at a position of the log. */
export const everything = (at: number): ListQuestion<Noun> => ({
  filters: {},
  at,
  retracted: false,
  updated_since: null,
  after: null,
  limit: -1,
})

/**
 * All that a question asks for in a format, in pieces: what lists and exports are made of. A figure is a flat row in CSV
 * and NDJSON, its columns a promise; other nouns are the tables of the data package in CSV, and records as they are in
 * NDJSON. `pages` are those records, as they are to be shown.
 */
export function whole(
  read: Reader,
  noun: Noun,
  question: ListQuestion<Noun>,
  format: WholeFormat,
  options: WholeOptions = {},
  pages: RecordPages = listPages(read, noun, question),
): Generator<string> {
  if (noun === 'figure' && (format === 'csv' || format === 'ndjson')) {
    const rows = read.flatPages(question as ListQuestion<'figure'>, PAGE)
    return format === 'csv' ? flatCsv(rows, options) : flatNdjson(rows)
  }
  const licences = collectLicences(read, question.at)
  const members = () => options.members?.(licences.all()) ?? {}
  if (format === 'json') return recordsJson(texts(passing(pages, page => noteLicences(licences, noun, page))), members)
  if (format === 'geojson') {
    const events = eventPages(read, question.at, parsed('event', pages))
    const note = (page: readonly { figures: readonly Parameters<typeof citedBy>[0][] }[]) =>
      licences.named(page.flatMap(({ figures }) => figures.flatMap(citedBy)))
    return eventsGeojson(passing(events, note), members)
  }
  return format === 'csv' ? tableCsv(nouns[noun].plural, parsed(noun, pages), options) : recordsNdjson(texts(pages))
}

const texts = (pages: RecordPages) => mapped(pages, page => page.map(({ record }) => record))

/** What a table's rows are made of: flat rows for figures, records for the others. */
export function tablePages(read: Reader, noun: Noun, at: number): Iterable<readonly object[]> {
  const question = everything(at)
  return noun === 'figure'
    ? read.flatPages(question as ListQuestion<'figure'>, PAGE)
    : parsed(noun, listPages(read, noun, question))
}
