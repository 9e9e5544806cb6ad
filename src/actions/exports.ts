import { type CsvOptions, csvHeader, csvLine } from '../formats/csv.js'
import { toFlatRow } from '../formats/flat.js'
import { geojsonFeature, geojsonFooter, geojsonHeader } from '../formats/geojson.js'
import { hxlLine } from '../formats/hxl.js'
import { ndjsonLine } from '../formats/ndjson.js'
import type { FlatRow } from '../model/flat-row.js'
import { NOUNS, type Noun, nouns, type RecordOf } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'
import { flatLookups } from './flat-rows.js'

export interface ExportOptions extends CsvOptions {
  /** A row of HXL hashtags below the header of a CSV. */
  hxl?: boolean
}

/** Everything of one kind at one position of the log, as text in pieces. */
type Exporter = (read: Reader, at: number, options: ExportOptions) => Generator<string>

const PAGE = 500

/** The documents of some nouns, a line each: importable as they are, and the same wherever they were imported. */
const documents = (...of: readonly Noun[]): Exporter =>
  function* (read, at) {
    for (const noun of of)
      for (const page of read.exportPages(noun, at))
        yield page
          .map(({ id, document }) => `{"document":${document},"id":${JSON.stringify(id)},"noun":"${noun}"}\n`)
          .join('')
  }

function* flatPages(read: Reader, at: number): Generator<FlatRow[]> {
  const { countryOf } = flatLookups(read, at)
  for (const page of read.exportPages('figure', at, PAGE)) {
    const figures = page.map(({ record }) => JSON.parse(record) as RecordOf<'figure'>)
    const events = found(
      read,
      'event',
      at,
      figures.map(({ event }) => event),
    )
    const localities = found(
      read,
      'locality',
      at,
      figures.map(({ places }) => places[0]!.locality),
    )
    const reports = found(
      read,
      'report',
      at,
      figures.map(({ citations }) => citations[0]!.report),
    )
    const lookups = {
      locality: (id: string) => localities.get(id) ?? null,
      report: (id: string) => reports.get(id) ?? null,
      countryOf,
    }
    yield figures.map(figure => toFlatRow(figure, events.get(figure.event)!, lookups))
  }
}

function found<N extends Noun>(read: Reader, noun: N, at: number, ids: readonly string[]): Map<string, RecordOf<N>> {
  const records = read.findMany(noun, [...new Set(ids)], at)
  return new Map([...records].map(([id, record]) => [id, recordOf(noun, record)]))
}

function* figuresCsv(read: Reader, at: number, options: ExportOptions): Generator<string> {
  yield csvHeader(options) + (options.hxl ? hxlLine() : '')
  for (const rows of flatPages(read, at)) yield rows.map(row => csvLine(row, options)).join('')
}

function* figuresNdjson(read: Reader, at: number): Generator<string> {
  for (const rows of flatPages(read, at)) yield rows.map(ndjsonLine).join('')
}

const everyFigure = (at: number) => ({ figures: {}, at, retracted: false })

function* eventsGeojson(read: Reader, at: number): Generator<string> {
  yield geojsonHeader()
  let first = true
  for (const page of read.exportPages('event', at, PAGE)) {
    const events = page.map(({ record }) => JSON.parse(record) as RecordOf<'event'>)
    const localities = found(
      read,
      'locality',
      at,
      events.map(({ locality }) => locality),
    )
    const figures = new Map<string, RecordOf<'figure'>[]>(events.map(({ id }) => [id, []]))
    for (const { event, record } of read.timelineFigures([...figures.keys()], everyFigure(at)))
      figures.get(event)?.push(JSON.parse(record))
    for (const event of events) {
      yield geojsonFeature(
        { event, figures: figures.get(event.id) ?? [], locality: localities.get(event.locality)! },
        first,
      )
      first = false
    }
  }
  yield geojsonFooter({ total: null })
}

/** Whole exports by file name. */
export const exporters: Readonly<Record<string, Exporter>> = {
  'figures.csv': figuresCsv,
  'figures.ndjson': figuresNdjson,
  'documents.ndjson': documents(...NOUNS),
  'events.geojson': eventsGeojson,
  ...Object.fromEntries(
    NOUNS.filter(noun => noun !== 'figure').map(noun => [`${nouns[noun].plural}.ndjson`, documents(noun)]),
  ),
}
