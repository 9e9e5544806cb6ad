import type { FigureInput } from '../model/figure.js'
import type { PeriodInput } from '../model/period.js'
import type { Draft, DraftDocument, FigureAdapter, ForeignRow } from './adapter.js'
import { type Cells, cellsOf, isNoData } from './cells.js'
import { reportDraft } from './citing.js'
import { country } from './countries.js'
import { fingerprint, occurrences } from './identity.js'
import { eventCodes, IDMC_LICENCE, idmc } from './idmc.js'
import { asName, asNote } from './wording.js'

const ESSENTIAL = ['iso3', 'year', 'start_date', 'start_date_accuracy', 'event_name', 'new_displacement']

/**
 * What makes a row the one it is. Its numbers are left out: a corrected number is a revision, not another event. So are
 * its codes, which come to an event later; no two rows of an edition are told apart by them alone.
 */
const IDENTITY = ['iso3', 'year', 'start_date', 'end_date', 'event_name', 'hazard_type', 'hazard_sub_type']

/** The codes of an event, as the editions call them. */
const CODES = ['event_codes', 'glide_numbers']

/** Columns whose content the documents hold in other members. */
const HELD = new Set([
  ...['iso3', 'country_name', 'year', 'start_date', 'start_date_accuracy', 'end_date', 'end_date_accuracy'],
  ...['event_name', 'new_displacement', 'total_displacement', ...CODES],
])

/** The release that the rows are printed in. Neither rows nor file say which year's it is. */
function databaseOf(edition: string | null): DraftDocument<'report'> {
  const year = edition !== null && /^20\d{2}$/.test(edition) ? edition : null
  return reportDraft(year ? `idmc-gidd-${year}` : 'idmc-gidd', {
    title: `Global Internal Displacement Database (GIDD)${year ? ` ${year}` : ''}: displacement by disasters`,
    publisher: idmc.id,
    url: 'https://www.internal-displacement.org/database/displacement-data/',
    language: 'en',
    published: year,
    licence: IDMC_LICENCE,
  })
}

/**
 * IDMC's Global Internal Displacement Database, disasters: one event a row, the displacements in it (a flow of
 * movements) and, where IDMC gives it, the people still displaced at the end of the year (a stock).
 */
export const idmcGidd: FigureAdapter = {
  kind: 'figures',
  name: 'idmc-gidd',
  title: 'IDMC Global Internal Displacement Database, disasters',
  container: 'csv',
  needs: ESSENTIAL,
  open: (_header, _secondRow, facts) => {
    const distinct = occurrences()
    const database = databaseOf(facts?.edition ?? null)
    return row => draft(row, distinct, database)
  },
}

function draft(row: ForeignRow, distinct: (key: string) => string, database: DraftDocument<'report'>): Draft | null {
  const cells = cellsOf(row)
  if (isNoData(row)) return null
  // Some floods of one name, month and country are told apart by nothing but their number: they are counted off, those
  // that are refused too, so that the others are the same ones when these are mended.
  const key = fingerprint(IDENTITY.map(cells.code))
  const [alike, id] = [`idmc-gidd:${key}`, `idmc-gidd:${distinct(key)}`]
  const iso3 = cells.required('iso3')
  const land = country(cells.text('country_name'), iso3 || null, 'idmc_country')
  const title = asName(cells.required('event_name'))
  const year = yearOf(cells)
  const period = year && periodOf(cells, year)
  const flow = cells.count('new_displacement')
  const stock = cells.count('total_displacement')
  const { problems } = cells
  if (problems.length === 0 && flow === null && stock === null) {
    cells.blame('new_displacement', 'missing', 'The row has neither new nor total displacement.')
  }
  if (problems.length > 0 || !land || !year || !period) return { line: row.line, places: {}, documents: [], problems }

  const event = eventOf(cells, id, { title, period, year })
  const figures = figuresOf(id, database.id, { flow, stock, year })
  return { line: row.line, places: { country: land }, documents: [idmc, database, event, ...figures], problems, alike }
}

function eventOf(
  cells: Cells,
  id: string,
  { title, period, year }: { title: string; period: PeriodInput; year: string },
): DraftDocument<'event'> {
  const listed = CODES.flatMap(column => listOf(cells.text(column)))
  const { codes, left } = eventCodes(listed, cells.text('iso3'))
  const note = asNote([['year', year], ...cells.besides(HELD), ['event_codes', left.join(', ') || null]])
  const document = { title, kind: 'disaster' as const, locality: 'country', period, codes, note }
  return { noun: 'event', id, document, ifAbsent: false }
}

/** What happened in the event, and who was still displaced when the year ended. A printed 0 is a 0. */
function figuresOf(
  event: string,
  report: string,
  { flow, stock, year }: { flow: number | null; stock: number | null; year: string },
): DraftDocument<'figure'>[] {
  const common = {
    event,
    measure: 'displaced',
    attribution: [{ source: idmc.id, role: 'originator' }],
    citations: [{ report }],
    places: [{ locality: 'country', role: 'origin', extent: 'part_of' }],
    method: 'estimate',
  } satisfies Partial<FigureInput>
  const figures: DraftDocument<'figure'>[] = []
  if (flow !== null) {
    const value = { best: flow, qualifier: 'unqualified' as const }
    const document: FigureInput = { ...common, value, basis: 'flow', counts: 'movements' }
    figures.push({ noun: 'figure', id: event, document, ifAbsent: false })
  }
  if (stock !== null) {
    const value = { best: stock, qualifier: 'unqualified' as const }
    const period: PeriodInput = { edtf: `${year}-12-31`, reading: 'as_of', text: `end of ${year}`, inferred: true }
    const document: FigureInput = { ...common, value, basis: 'stock', counts: 'people', period }
    figures.push({ noun: 'figure', id: `${event}:stock`, document, ifAbsent: false })
  }
  return figures
}

function yearOf(cells: Cells): string | null {
  const year = cells.required('year') && cells.code('year')
  if (year && /^[12]\d{3}$/.test(year)) return year
  if (year) cells.blame('year', 'bad_date', 'year is not a year.')
  return null
}

/**
 * Both ends, each as exact as the row says it is: 2015-04/2015-05-17. A week is an approximate day. A date of unstated
 * accuracy is marked as uncertain. An end that is not given lies in the year that the row counts for; and if the row
 * ends before it starts (day and month are changed about in some), that year is all that is sure.
 */
function periodOf(cells: Cells, year: string): PeriodInput | null {
  const start = { day: cells.required('start_date') && cells.day('start_date'), accuracy: accuracyOf(cells, 'start') }
  const end = { day: cells.day('end_date'), accuracy: accuracyOf(cells, 'end') }
  if (!start.day || cells.problems.length > 0) return null
  const from = written(start.day, start.accuracy)
  const text = `${toldOf(start)} to ${toldOf(end)}`
  if (!end.day) {
    if (start.day.slice(0, 4) > year) return { edtf: from, text, inferred: true }
    return { edtf: `${from}/${year}`, text, inferred: true }
  }
  const to = written(end.day, end.accuracy)
  if (first(start) > last(end)) return { edtf: year, text: `${text}, as printed`, inferred: true }
  const inOneWeek = first(start) === last(end) && (start.accuracy === 'Week' || end.accuracy === 'Week')
  return { edtf: from === to ? from : `${from}/${to}`, text, ...(inOneWeek && { precision: 'week' as const }) }
}

type Accuracy = 'Day' | 'Week' | 'Month' | 'Year' | null

/** An end of the period as printed; some rows state how exact a date is that they do not have. */
function toldOf({ day, accuracy }: { day: string | null; accuracy: Accuracy }): string {
  if (day) return `${day} (${accuracy ?? 'accuracy not stated'})`
  return accuracy ? `an end not stated (${accuracy})` : 'an end not stated'
}

function accuracyOf(cells: Cells, end: 'start' | 'end'): Accuracy {
  const text = cells.text(`${end}_date_accuracy`)
  const found = (['Day', 'Week', 'Month', 'Year'] as const).find(word => word.toLowerCase() === text?.toLowerCase())
  if (text !== null && !found) cells.blame(`${end}_date_accuracy`, 'not_in_list', 'Known are Day, Week, Month, Year.')
  return found ?? null
}

function written(day: string, accuracy: Accuracy): string {
  if (accuracy === 'Year') return day.slice(0, 4)
  if (accuracy === 'Month') return day.slice(0, 7)
  if (accuracy === 'Day') return day
  return accuracy === 'Week' ? `${day}~` : `${day}?`
}

const first = ({ day, accuracy }: { day: string | null; accuracy: Accuracy }) =>
  accuracy === 'Year' ? `${day?.slice(0, 4)}-01-01` : accuracy === 'Month' ? `${day?.slice(0, 7)}-01` : `${day}`
const last = ({ day, accuracy }: { day: string | null; accuracy: Accuracy }) =>
  accuracy === 'Year' ? `${day?.slice(0, 4)}-12-31` : accuracy === 'Month' ? `${day?.slice(0, 7)}-31` : `${day}`

/** `['FL-2023-000112-IND', 'MDRIN028']`, a list as Python or JSON prints it, or the bare codes. */
function listOf(text: string | null): string[] {
  if (text === null) return []
  if (!text.startsWith('[')) return text.split(/[;,]/)
  return [...text.matchAll(/'((?:[^'\\]|\\.?)*)(?:'|$)|"((?:[^"\\]|\\.?)*)(?:"|$)/g)].map(
    match => match[1] ?? match[2] ?? '',
  )
}
