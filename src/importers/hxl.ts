import { Refusal } from '../domain/errors.js'
import type { FigureInput } from '../model/figure.js'
import type { Draft, DraftDocument, FigureAdapter, FileFacts, ForeignRow } from './adapter.js'
import { type Cells, cellsOf, isNoData } from './cells.js'
import { namedReport, namedSource } from './citing.js'
import { isCounting, isNumbers } from './hxl-counts.js'
import { dateIn, type Periods, periodsOf, publishedColumn } from './hxl-dates.js'
import { type Found, figuresOf, valueIn } from './hxl-figures.js'
import { keyOf } from './hxl-identity.js'
import { type PlaceOfFigure, placeColumns, placeOfEvent, placesOf, type RowPlaces, rolesOf } from './hxl-places.js'
import { columnOf, type Tag, tagsAmong, tagsOf } from './hxl-tags.js'
import { occurrences } from './identity.js'
import { asName, asNote, asProse, asTitle } from './wording.js'

/**
 * Any table with a row of HXL hashtags (hxlstandard.org): one event a row, one figure for each thing that its columns
 * of numbers count. Columns by sex, age or group are the breakdown of the column without.
 */
export const hxl: FigureAdapter = {
  kind: 'figures',
  name: 'hxl',
  title: 'Table with HXL hashtags',
  container: 'csv',
  needs: [],
  detects: (header, secondRow) => (tagsOf(header, secondRow) ?? tagsAmong(header)).some(isNumbers),
  open: (header, secondRow, facts) => {
    const below = tagsOf(header, secondRow)
    const tags = below ?? tagsAmong(header)
    if (tags.length === 0) throw new Refusal('malformed', 'The table has no row of HXL hashtags.')
    // of objects, only the first one's members are known yet
    if (secondRow && !tags.some(isNumbers))
      throw new Refusal('malformed', 'None of the table’s hashtags is known to count people or homes.')
    const distinct = occurrences()
    return row => draft(row, below ?? tagsAmong(Object.keys(row.cells)), distinct, facts ?? {})
  },
}

/** A row that can be recorded. */
interface Reading {
  cells: Cells
  tags: readonly Tag[]
  id: string
  figures: readonly PlacedFigure[]
  places: RowPlaces
  /** Which of the places is the event's. */
  at: keyof RowPlaces
  periods: Periods
  printed: Printed
}

interface PlacedFigure {
  found: Found
  places: readonly PlaceOfFigure[]
}

function draft(
  row: ForeignRow,
  tags: readonly Tag[],
  distinct: (key: string) => string,
  facts: FileFacts,
): Draft | null {
  const cells = cellsOf(row)
  if (isNoData(row)) return null
  const found = figuresOf(cells, tags, facts.delimiter)
  const { problems } = cells
  if (found.length === 0 && problems.length === 0) {
    const number = tags.find(tag => isCounting(tag) && /\p{Nd}/u.test(cells.text(tag.column) ?? ''))
    // Empty numbers are unknown ones: there is nothing to record.
    if (!number) return null
    cells.blame(number.column, 'not_in_list', 'Its hashtag is none that is known to count people or homes.')
  }
  const periods = periodsOf(cells, tags, found)
  const places = placesOf(cells, tags, { within: !found.some(({ counted }) => counted.measure === 'crossed_border') })
  const figures = found.map(one => ({ found: one, places: rolesOf(one.counted, places) }))
  const at = placeOfEvent(
    places,
    figures.flatMap(figure => figure.places),
  )
  const unknown = Object.values(places).every(place => place === null)
  if (unknown || figures.some(figure => figure.places.length === 0)) blameForPlace(cells, unknown)
  const printed = printedBy(cells, tags, facts)
  if (!printed) cells.blame(columnOf(tags, '#meta', 'source'), 'missing', 'The row names no source: #meta+source.')
  // rows that are refused are counted off, too, so that the others are the same ones when these are mended
  const id = `hxl:${distinct(keyOf(cells, tags, printed?.source.id ?? null))}`
  if (problems.length > 0 || !at || !printed) return { line: row.line, places: {}, documents: [], problems }
  const reading: Reading = { cells, tags, id, figures, places, at, periods, printed }
  return {
    line: row.line,
    places: Object.fromEntries(namedPlaces(reading).map(named => [named, places[named]!])),
    documents: [
      ...[printed.source, printed.report, eventOf(reading)],
      ...figures.map(figure => figureOf(reading, figure)),
    ],
    problems,
  }
}

function blameForPlace(cells: Cells, unknown: boolean): void {
  const none = 'The row names no place: #country, #adm1 to #adm3 or #loc.'
  const ends = 'The row says where people came from or went, and not where this happened.'
  cells.blame(null, 'missing', unknown ? none : ends)
}

/** The places of the row that its documents name. */
const namedPlaces = ({ at, figures }: Reading): (keyof RowPlaces)[] => [
  ...new Set([at, ...figures.flatMap(({ places }) => places.map(({ named }) => named))]),
]

function eventOf(reading: Reading): DraftDocument<'event'> {
  const { cells, tags, id, figures, places, at, periods } = reading
  const said =
    text(cells, tags, '#event', 'name') ?? text(cells, tags, '#event') ?? text(cells, tags, '#crisis', 'name')
  const measures = figures.map(({ found }) => found.counted.measure).join(', ')
  const document = {
    title: asTitle(said ?? [measures, places[at]?.name, periods.event?.edtf].filter(Boolean).join(', ')),
    kind: 'other' as const,
    locality: at,
    period: periods.event ? { edtf: periods.event.edtf } : {},
    codes: glideOf(cells, tags),
    note: asNote(cells.besides(heldColumns(reading))),
  }
  return { noun: 'event', id, document, ifAbsent: false }
}

function figureOf({ cells, tags, id, ...reading }: Reading, { found, places }: PlacedFigure): DraftDocument<'figure'> {
  const { measure, basis, unit, population } = found.counted
  const moment = basis === 'stock' ? reading.periods.stocks : null
  const document: FigureInput = {
    event: id,
    measure,
    value: valueIn(found),
    attribution: [{ source: reading.printed.source.id, role: 'originator' }],
    citations: [{ report: reading.printed.report.id, excerpt: asProse(text(cells, tags, '#description')) }],
    basis,
    unit,
    ...(moment ? { period: { edtf: moment.edtf, ...(moment.edtf.endsWith('/..') ? {} : { reading: 'as_of' }) } } : {}),
    places: places.map(({ named, role }) => ({
      locality: named,
      role,
      extent: 'unknown',
      text: asProse(reading.places[named]?.name ?? null),
    })),
    population,
    breakdown: found.parts,
  }
  return { noun: 'figure', id: `${id}:${found.key}`.slice(0, 128), document, ifAbsent: false }
}

function text(cells: Cells, tags: readonly Tag[], hashtag: string, ...attributes: string[]): string | null {
  const column = columnOf(tags, hashtag, ...attributes)
  return column ? cells.text(column) : null
}

/** Columns whose content the documents hold; all other columns are kept in the event's note. */
function heldColumns(reading: Reading): ReadonlySet<string | null> {
  const { tags, periods } = reading
  return new Set([
    ...tags.filter(isNumbers).map(({ column }) => column),
    // a row's own country may be named as what contains another place
    ...(['place', ...namedPlaces(reading)] as const).flatMap(named => placeColumns(tags, named)),
    ...[periods.event, periods.stocks].flatMap(span => span?.columns ?? []),
    ...[publishedColumn(tags), columnOf(tags, '#description')],
  ])
}

/** GLIDE numbers are how HXL codes disasters. */
function glideOf(cells: Cells, tags: readonly Tag[]): Record<string, string> {
  const code = text(cells, tags, '#event', 'code') ?? text(cells, tags, '#crisis', 'code')
  return code && /^[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}$/.test(code) ? { glide: code } : {}
}

interface Printed {
  source: DraftDocument<'source'>
  report: DraftDocument<'report'>
}

/** Whose numbers they are: the row's #meta+source; for a table without that column, whoever loads it says. */
function printedBy(cells: Cells, tags: readonly Tag[], facts: FileFacts): Printed | null {
  const name = text(cells, tags, '#meta', 'source') ?? text(cells, tags, '#org', 'source') ?? facts.source ?? null
  if (name === null || asName(name) === '') return null
  const source = namedSource(name, 'other')
  const title = text(cells, tags, '#meta', 'title') ?? `${name}: ${facts.name ?? 'table with HXL hashtags'}`
  const url = text(cells, tags, '#meta', 'url') ?? text(cells, tags, '#meta', 'link')
  return { source, report: namedReport(source.id, dateIn(cells, publishedColumn(tags)), title, url) }
}
