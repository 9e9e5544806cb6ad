import { Refusal } from '../domain/errors.js'
import type { FigureInput } from '../model/figure.js'
import type { PeriodInput } from '../model/period.js'
import type { Draft, DraftDocument, FigureAdapter, FileFacts, ForeignRow } from './adapter.js'
import { type Cells, cellsOf, isNoData } from './cells.js'
import { namedReport, namedSource } from './citing.js'
import { isCounting, isNumbers } from './hxl-counts.js'
import { dateColumns, dateIn, periodOf, publishedColumn } from './hxl-dates.js'
import { type Found, figuresOf, valueIn } from './hxl-figures.js'
import { placeColumns, placeOf } from './hxl-places.js'
import { columnOf, type Tag, tagsAmong, tagsOf } from './hxl-tags.js'
import { fingerprint, occurrences } from './identity.js'
import { asName, asNote, asProse, asTitle } from './wording.js'

/**
 * Any table with a row of HXL hashtags (hxlstandard.org): one event a row, one figure for each thing that its columns
 * of numbers count. Columns by sex or age are the breakdown of the column without.
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

function draft(
  row: ForeignRow,
  tags: readonly Tag[],
  distinct: (key: string) => string,
  facts: FileFacts,
): Draft | null {
  const cells = cellsOf(row)
  if (isNoData(row)) return null
  const figures = figuresOf(cells, tags)
  const { problems } = cells
  if (figures.length === 0 && problems.length === 0) {
    const number = tags.find(tag => isCounting(tag) && /^\d/.test(cells.text(tag.column) ?? ''))
    // Empty numbers are unknown ones: there is nothing to record.
    if (!number) return null
    cells.blame(number.column, 'not_in_list', 'Its hashtag is none that is known to count people or homes.')
  }
  const period = periodOf(cells, tags)
  const place = placeOf(cells, tags)
  if (!place) cells.blame(null, 'missing', 'The row names no place: #country, #adm1 to #adm3 or #loc.')
  const printed = printedBy(cells, tags, facts)
  if (!printed) cells.blame(columnOf(tags, '#meta', 'source'), 'missing', 'The row names no source: #meta+source.')
  // rows that are refused are counted off, too, so that the others are the same ones when these are mended
  const id = `hxl:${distinct(keyOf(cells, tags, printed?.source.id ?? null))}`
  if (problems.length > 0 || !place || !printed) return { line: row.line, places: {}, documents: [], problems }
  const event = eventOf(cells, tags, id, { figures, where: place.name, period })
  const documents = figures.map(found => figureOf(cells, tags, id, { found, where: place.name, period, printed }))
  return {
    line: row.line,
    places: { place },
    documents: [printed.source, printed.report, event, ...documents],
    problems,
  }
}

function eventOf(
  cells: Cells,
  tags: readonly Tag[],
  id: string,
  { figures, where, period }: { figures: readonly Found[]; where: string; period: PeriodInput },
): DraftDocument<'event'> {
  const said =
    text(cells, tags, '#event', 'name') ?? text(cells, tags, '#event') ?? text(cells, tags, '#crisis', 'name')
  const told = [figures.map(found => found.counted.measure).join(', '), where, period.edtf]
  const document = {
    title: asTitle(said ?? told.filter(Boolean).join(', ')),
    kind: 'other' as const,
    locality: 'place',
    period,
    codes: glideOf(cells, tags),
    note: asNote(cells.besides(heldColumns(tags))),
  }
  return { noun: 'event', id, document, ifAbsent: false }
}

function figureOf(
  cells: Cells,
  tags: readonly Tag[],
  event: string,
  { found, where, period, printed }: { found: Found; where: string; period: PeriodInput; printed: Printed },
): DraftDocument<'figure'> {
  const { measure, basis, unit, population } = found.counted
  const dated = basis === 'stock' && !period.edtf?.endsWith('/..')
  const document: FigureInput = {
    event,
    measure,
    value: valueIn(found),
    attribution: [{ source: printed.source.id, role: 'originator' }],
    citations: [{ report: printed.report.id, excerpt: asProse(text(cells, tags, '#description')) }],
    basis,
    unit,
    ...(dated ? { period: { ...period, reading: 'as_of' } } : {}),
    places: [{ locality: 'place', extent: 'unknown', text: asProse(where) }],
    population,
    breakdown: found.parts,
  }
  return { noun: 'figure', id: `${event}:${found.key}`.slice(0, 128), document, ifAbsent: false }
}

function text(cells: Cells, tags: readonly Tag[], hashtag: string, ...attributes: string[]): string | null {
  const column = columnOf(tags, hashtag, ...attributes)
  return column ? cells.text(column) : null
}

/** Columns whose content the documents hold; all other columns are kept in the event's note. */
function heldColumns(tags: readonly Tag[]): ReadonlySet<string | null> {
  const numbers = tags.filter(isNumbers).map(({ column }) => column)
  return new Set([...numbers, ...placeColumns(tags), ...dateColumns(tags), columnOf(tags, '#description')])
}

/**
 * What makes a row the one it is: every cell but its numbers, so that a corrected number is a revision. Rows alike in
 * all of that are counted off in their order.
 */
function keyOf(cells: Cells, tags: readonly Tag[], source: string | null): string {
  const numbers = new Set(tags.filter(isNumbers).map(tag => tag.column))
  return fingerprint([
    source,
    ...cells
      .besides(numbers)
      .filter(([, text]) => text !== null)
      .flat(),
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
