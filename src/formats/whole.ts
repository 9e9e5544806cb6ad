import type { FlatRow } from '../model/flat-row.js'
import { type CsvOptions, csvHeader, csvLine, csvRecord, tableHeader } from './csv.js'
import { type PackageTable, packageColumns } from './datapackage.js'
import { type GeojsonEvent, geojsonFeature, geojsonFooter, geojsonHeader } from './geojson.js'
import { hxlLine } from './hxl.js'
import { ndjsonLine } from './ndjson.js'
import { tableRow } from './table-row.js'

/** Whole answers as text in pieces, one for each page of what they hold, so that no more than a page is in memory. */

/** How a CSV is written. */
export interface TableOptions extends CsvOptions {
  /** A row of HXL hashtags below the header; for figures only. */
  hxl?: boolean
}

/** Flat figure rows as CSV. */
export function* flatCsv(pages: Iterable<readonly FlatRow[]>, options: TableOptions = {}): Generator<string> {
  yield csvHeader(options) + (options.hxl ? hxlLine() : '')
  for (const rows of pages) yield rows.map(row => csvLine(row, options)).join('')
}

/** Flat figure rows as NDJSON. */
export function* flatNdjson(pages: Iterable<readonly FlatRow[]>): Generator<string> {
  for (const rows of pages) yield rows.map(ndjsonLine).join('')
}

/** Records of any other table as CSV, in the columns of the data package. */
export function* tableCsv(
  table: PackageTable,
  pages: Iterable<readonly object[]>,
  options: CsvOptions = {},
): Generator<string> {
  const columns = packageColumns(table)
  yield tableHeader(columns, options)
  for (const records of pages) yield records.map(record => csvRecord(tableRow(record, columns), options)).join('')
}

/** Records, each JSON already, as NDJSON. */
export function* recordsNdjson(pages: Iterable<readonly string[]>): Generator<string> {
  for (const records of pages) yield records.map(record => `${record}\n`).join('')
}

/** Records, each JSON already, as the `items` of one object; `members` are those that follow, asked for at the end. */
export function* recordsJson(
  pages: Iterable<readonly string[]>,
  members: () => Readonly<Record<string, unknown>>,
): Generator<string> {
  let before = '{"items":[\n'
  for (const records of pages) {
    if (records.length === 0) continue
    yield before + records.join(',\n')
    before = ',\n'
  }
  yield `${before === ',\n' ? '' : before}\n],${JSON.stringify(members()).slice(1)}\n`
}

/** Events as a GeoJSON FeatureCollection; `members` are those of the whole, asked for at the end. */
export function* eventsGeojson(
  pages: Iterable<readonly GeojsonEvent[]>,
  members: () => Readonly<Record<string, unknown>>,
): Generator<string> {
  yield geojsonHeader()
  let first = true
  for (const events of pages) {
    let piece = ''
    for (const event of events) {
      piece += geojsonFeature(event, first)
      first = false
    }
    yield piece
  }
  yield geojsonFooter(members())
}
