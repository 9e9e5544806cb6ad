import type { Readable } from 'node:stream'
import { NOT_SUMMED } from '../domain/not-summed.js'
import { type Citations, citeAnswer } from '../formats/bibliography.js'
import { type Licence, packageColumns } from '../formats/datapackage.js'
import { parquet } from '../formats/parquet.js'
import { tableRow } from '../formats/table-row.js'
import { flatCsv, type TableOptions } from '../formats/whole.js'
import { NOUNS, type Noun, nouns } from '../model/nouns.js'
import type { FlatText } from '../store/flat-text.js'
import type { Reader } from '../store/reader.js'
import { dataPackageZip } from './data-package.js'
import { inTurns } from './in-turns.js'
import { mapped } from './record-pages.js'
import { everything, tablePages, type WholeFormat, whole } from './whole.js'

export interface ExportOptions extends TableOptions {
  /** Where the world reaches the service, without a slash at the end: in citations. */
  home: string
}

/** Everything of one kind at one position of the log, as a stream of bytes. */
type Exporter = (read: Reader, at: number, options: ExportOptions) => Readable

/** The option that has no meaning in an export of this name, and would seem to have worked; null if all have one. */
export function meaningless(name: string, { hxl, excel }: TableOptions): { option: string; says: string } | null {
  if (hxl && name !== 'figures.csv') return { option: 'hxl', says: 'applies to figures.csv only' }
  if (excel && !name.endsWith('.csv')) return { option: 'excel', says: 'applies to CSV only' }
  return null
}

/** How to cite an export. */
export function exportCitation(name: string, at: number, home: string): Citations {
  const title = name === 'annals.zip' ? 'All tables' : `All ${name.slice(0, name.lastIndexOf('.'))}`
  return citeAnswer({ title, url: `${home}/v1/exports/${name}?as_of=${at}`, revision: at })
}

/** The documents of some nouns, a line each: importable as they are, and the same wherever they were imported. */
const documents =
  (...of: readonly Noun[]): Exporter =>
  (read, at) => {
    function* lines() {
      for (const noun of of)
        for (const page of read.documentPages(noun, at))
          yield page
            .map(({ id, document }) => `{"document":${document},"id":${JSON.stringify(id)},"noun":"${noun}"}\n`)
            .join('')
    }
    return inTurns(lines())
  }

const records =
  (noun: Noun, format: WholeFormat): Exporter =>
  (read, at, { home, ...options }) => {
    const { plural } = nouns[noun]
    const { text, csl_json } = exportCitation(`${plural}.${format}`, at, home)
    const members = (licences: Licence[]) => ({
      total: null,
      not_summed: { statement: NOT_SUMMED },
      citation: { text, url: csl_json.URL, licences },
    })
    return inTurns(whole(read, noun, everything(at), format, { ...options, members }))
  }

/** All figures as flat rows, which the store puts into text itself; for spreadsheets every cell is looked at here. */
const figures =
  (format: FlatText): Exporter =>
  (read, at, options) => {
    if (options.excel) return inTurns(whole(read, 'figure', everything(at), format, options))
    function* pieces() {
      if (format === 'csv') yield* flatCsv([], options)
      yield* read.flatText(at, format)
    }
    return inTurns(pieces())
  }

/** A noun's table as Parquet, with what must be known of it in its metadata. */
const table =
  (noun: Noun): Exporter =>
  (read, at, { home }) => {
    const { plural } = nouns[noun]
    const columns = packageColumns(plural)
    const rows = mapped(tablePages(read, noun, at), page => page.map(record => tableRow(record, columns)))
    const { text } = exportCitation(`${plural}.parquet`, at, home)
    return inTurns(
      parquet(plural, rows, {
        revision: `${at}`,
        citation: text,
        ...(noun === 'figure' ? { not_summed: NOT_SUMMED } : {}),
      }),
    )
  }

const others = NOUNS.filter(noun => noun !== 'figure')
const named = (of: readonly Noun[], suffix: string, make: (noun: Noun) => Exporter) =>
  Object.fromEntries(of.map(noun => [`${nouns[noun].plural}.${suffix}`, make(noun)]))

/** Whole exports by file name. */
export const exporters: Readonly<Record<string, Exporter>> = {
  'figures.csv': figures('csv'),
  'figures.ndjson': figures('ndjson'),
  'documents.ndjson': documents(...NOUNS),
  'events.geojson': records('event', 'geojson'),
  'annals.zip': (read, at, { home }) => dataPackageZip(read, at, home, exportCitation('annals.zip', at, home)),
  ...named(others, 'csv', noun => records(noun, 'csv')),
  ...named(others, 'ndjson', documents),
  ...named(NOUNS, 'parquet', table),
}
