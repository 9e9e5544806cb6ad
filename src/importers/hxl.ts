import { Refusal } from '../domain/errors.js'
import { outOfOrder } from '../domain/value.js'
import type { FigureInput } from '../model/figure.js'
import type { PeriodInput } from '../model/period.js'
import type { Draft, DraftDocument, FigureAdapter, FileFacts, ForeignRow } from './adapter.js'
import { type Cells, cellsOf, isDay, isNoData } from './cells.js'
import { namedReport, namedSource } from './citing.js'
import { columnOf, placeColumns, placeOf } from './hxl-places.js'
import {
  type Counted,
  countedBy,
  countedByIndicator,
  endOf,
  isCounting,
  partOf,
  type Tag,
  tagsAmong,
  tagsOf,
} from './hxl-tags.js'
import { fingerprint, occurrences } from './identity.js'
import { asName, asNote, asProse, asTitle } from './wording.js'

type Part = NonNullable<FigureInput['breakdown']>[number]

/** One figure that a row's columns give: what it counts, its ends, and its parts. */
interface Found {
  key: string
  counted: Counted
  low: number | null
  best: number | null
  high: number | null
  parts: Part[]
}

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

const isNumbers = (tag: Tag) => countedBy(tag) !== null || (tag.hashtag === '#indicator' && tag.attributes.has('value'))

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
  const origin = originOf(cells, tags, facts)
  if (!origin) cells.blame(columnOf(tags, '#meta', 'source'), 'missing', 'The row names no source: #meta+source.')
  // rows that are refused are counted off, too, so that the others are the same ones when these are mended
  const id = `hxl:${distinct(keyOf(cells, tags, origin?.source.id ?? null))}`
  if (problems.length > 0 || !place || !origin) return { line: row.line, places: {}, documents: [], problems }

  const where = place.name
  const title =
    text(cells, tags, '#event', 'name') ?? text(cells, tags, '#event') ?? text(cells, tags, '#crisis', 'name')
  const event: DraftDocument<'event'> = {
    noun: 'event',
    id,
    document: {
      title: asTitle(
        title ??
          [figures.map(found => found.counted.measure).join(', '), where, period.edtf].filter(Boolean).join(', '),
      ),
      kind: 'other',
      locality: 'place',
      period,
      codes: glideOf(cells, tags),
      note: asNote(cells.besides(heldColumns(tags))),
    },
    ifAbsent: false,
  }
  const excerpt = asProse(text(cells, tags, '#description'))
  const documents = figures.map((found): DraftDocument<'figure'> => {
    const { measure, basis, unit, population } = found.counted
    const dated = basis === 'stock' && !period.edtf?.endsWith('/..')
    const when: PeriodInput | null = dated ? { ...period, reading: 'as_of' } : null
    return {
      noun: 'figure',
      id: `${id}:${found.key}`.slice(0, 128),
      document: {
        event: id,
        measure,
        value: valueIn(found),
        attribution: [{ source: origin.source.id, role: 'originator' }],
        citations: [{ report: origin.report.id, excerpt }],
        basis,
        unit,
        ...(when ? { period: when } : {}),
        places: [{ locality: 'place', extent: 'unknown', text: asProse(where) }],
        population,
        breakdown: found.parts,
      },
      ifAbsent: false,
    }
  })
  return { line: row.line, places: { place }, documents: [origin.source, origin.report, event, ...documents], problems }
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

function figuresOf(cells: Cells, tags: readonly Tag[]): Found[] {
  const found = new Map<string, Found>()
  const parts: [key: string, tag: Tag, count: number][] = []
  for (const tag of tags) {
    const counted = countedBy(tag)
    const count = counted && numberIn(cells, tag.column)
    if (!counted || count === null) continue
    const key = [counted.measure, counted.basis, counted.unit, counted.population].join('-').replaceAll('_', '-')
    if (partOf(tag)) parts.push([key, tag, count])
    else enter(cells, found, key, counted, tag, count)
  }
  for (const [key, tag, count] of parts) addPart(cells, found.get(key), tag, count)
  for (const { low, best, high } of found.values()) {
    const half = best !== null && (low === null) !== (high === null)
    if (half) cells.blame(null, 'missing', 'A best number with a low or a high one needs both.')
  }
  const indicator = indicatorOf(cells, tags)
  return [...found.values(), ...(indicator ? [indicator] : [])]
}

function enter(cells: Cells, found: Map<string, Found>, key: string, counted: Counted, tag: Tag, count: number): void {
  const one = found.get(key) ?? { key, counted, low: null, best: null, high: null, parts: [] }
  const end = endOf(tag)
  if (one[end] !== null) cells.blame(tag.column, 'invalid', 'Two columns of this table count the same thing.')
  found.set(key, { ...one, [end]: count })
}

/** A part without its whole is not the whole, and there is no figure for it to be a part of. */
function addPart(cells: Cells, whole: Found | undefined, tag: Tag, count: number): void {
  const part = partOf(tag)
  if (!whole) cells.blame(tag.column, 'missing', 'A number by sex or age needs a column with the whole.')
  else if (part) whole.parts.push({ ...part, [endOf(tag)]: count })
}

function indicatorOf(cells: Cells, tags: readonly Tag[]): Found | null {
  const value = columnOf(tags, '#indicator', 'value')
  const best = value && numberIn(cells, value)
  if (best === null || best === '') return null
  const column = columnOf(tags, '#indicator', 'name')
  const name = column && cells.text(column)
  const counted = countedByIndicator(name ?? '')
  if (counted) return { key: 'indicator', counted, low: null, best, high: null, parts: [] }
  cells.blame(column, 'not_in_list', 'This indicator is none that is known to count people or homes.')
  return null
}

/** A whole number; commas may part thousands. */
function numberIn(cells: Cells, column: string): number | null {
  const found = cells.text(column)
  if (found !== null && /^\d{1,3}(?:,\d{3})+$/.test(found)) return Number(found.replaceAll(',', ''))
  return cells.count(column)
}

function valueIn({ low, best, high, parts }: Found): FigureInput['value'] {
  const flag = outOfOrder({ low, best, high }, parts) ? { sic: true } : {}
  if (low !== null && high !== null) return { low, best, high, qualifier: 'between', ...flag }
  if (best !== null) return { best, qualifier: 'unqualified', ...flag }
  return low !== null ? { low, qualifier: 'at_least', ...flag } : { high, qualifier: 'at_most', ...flag }
}

/** #date+start and #date+end, or one #date: a day, a month or a year, as far as it is written out. */
function periodOf(cells: Cells, tags: readonly Tag[]): PeriodInput {
  const [start, end] = ENDS.map(attribute => dateIn(cells, columnOf(tags, '#date', attribute)))
  if (start && end) return { edtf: start === end ? start : `${start}/${end}` }
  if (start) return { edtf: `${start}/..` }
  if (end) return { edtf: `../${end}` }
  const single = singleDates(tags)
    .map(column => dateIn(cells, column))
    .filter(date => date !== null)
    .sort((a, b) => b.length - a.length)[0]
  return single ? { edtf: single } : {}
}

const ENDS = ['start', 'end'] as const

/** The columns of dates that are of no end, nor of the publication. */
function singleDates(tags: readonly Tag[]): string[] {
  const other = /^(?:start|end|reported|published|updated|created)$/
  return tags
    .filter(tag => tag.hashtag === '#date' && ![...tag.attributes].some(attribute => other.test(attribute)))
    .map(tag => tag.column)
}

const dateColumns = (tags: readonly Tag[]) => [
  ...ENDS.map(attribute => columnOf(tags, '#date', attribute)),
  ...singleDates(tags),
  publishedColumn(tags),
]

function dateIn(cells: Cells, column: string | null): string | null {
  const found = column && cells.text(column)
  if (!column || !found) return null
  if (/^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(found)) return found
  if (isDay(found)) return found
  return cells.day(column)
}

/** GLIDE numbers are how HXL codes disasters. */
function glideOf(cells: Cells, tags: readonly Tag[]): Record<string, string> {
  const code = text(cells, tags, '#event', 'code') ?? text(cells, tags, '#crisis', 'code')
  return code && /^[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}$/.test(code) ? { glide: code } : {}
}

const publishedColumn = (tags: readonly Tag[]) =>
  columnOf(tags, '#date', 'published') ?? columnOf(tags, '#date', 'reported')

interface Origin {
  source: DraftDocument<'source'>
  report: DraftDocument<'report'>
}

/** Whose numbers they are: the row's #meta+source; for a table without that column, whoever loads it says. */
function originOf(cells: Cells, tags: readonly Tag[], facts: FileFacts): Origin | null {
  const name = text(cells, tags, '#meta', 'source') ?? text(cells, tags, '#org', 'source') ?? facts.source ?? null
  if (name === null || asName(name) === '') return null
  const source = namedSource(name, 'other')
  const title = text(cells, tags, '#meta', 'title') ?? `${name}: ${facts.name ?? 'table with HXL hashtags'}`
  const url = text(cells, tags, '#meta', 'url') ?? text(cells, tags, '#meta', 'link')
  return { source, report: namedReport(source.id, dateIn(cells, publishedColumn(tags)), title, url) }
}
