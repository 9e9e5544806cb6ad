import { fold } from '../domain/names.js'
import { didYouMean } from '../domain/suggest.js'
import { outOfOrder } from '../domain/value.js'
import type { FigureInput, ValueInput } from '../model/figure.js'
import { FLAT_COLUMNS, FLAT_NAMES } from '../model/flat-row.js'
import type { PeriodInput } from '../model/period.js'
import type { Term } from '../model/vocabularies.js'
import type { Draft, DraftDocument, PlaceHint } from './adapter.js'
import { countryHint } from './countries.js'
import {
  type CellsAre,
  countCell,
  dateCell,
  flagCell,
  idCell,
  isEmpty,
  isId,
  problem,
  type Reading,
  termCell,
  textCell,
} from './flat-cells.js'
import { isTags } from './hxl-tags.js'
import { fingerprint, sourceId } from './identity.js'
import { namedLevel } from './place-words.js'

/** The key under which a draft holds the place that its row names without an id. No id looks like it. */
export const ROW_PLACE = '@place'

interface NamedSource {
  id: string
  name: string
}

/**
 * A record that the figure refers to, with the document to create if there is none yet and the row says enough for
 * one.
 */
interface Referred {
  id: string
  document: DraftDocument | null
}

/** What the parts of a row agree on: the place by its reference in the documents, the period if the row has one. */
interface Setting {
  locality: string | null
  /** What tells the place from others: its id, or the names that the row gives, its country by its code if it has one. */
  where: unknown
  period: PeriodInput | null
}

/**
 * A row in the columns of our own figures.csv or figures.ndjson as the documents that it stands for: its sources,
 * report and event, each only if there is none of that id yet, and its figure. Columns may be missing; `rev`,
 * `recorded_at`, `citations`, `places`, `country` and, beside a `locality_id`, `locality_name` are what the service
 * derives, and are not read.
 *
 * - A place is `locality_id`, to which the documents then refer, or `locality_name` and `country`, which become the
 *   hint `ROW_PLACE`: that country itself, or a place in it, a settlement unless its name says otherwise.
 * - `originator`, `spokesperson` and `publisher` are source ids (several joined by `;`) or a name, from which an id is
 *   made.
 * - Ids that the row does not have are made from what identifies the claim, so that loading a row twice is loading it
 *   once.
 * - Without `event_title` the event must exist. A new event takes the figure's place and period; two rows without
 *   `event_id` share one only when title, place and period are the same.
 * - Numbers out of order need `sic`, as everywhere.
 *
 * Pure. A row with any problem gives no documents; the tag row of our HXL export gives neither.
 */
export function readFlatRow(cells: Readonly<Record<string, unknown>>, line: number, are: CellsAre = 'strings'): Draft {
  const draft: Draft = { line, places: {}, documents: [], problems: [] }
  if (isTags(Object.values(cells))) return draft
  const reading: Reading = { cells, are, problems: draft.problems }
  refuseUnknown(reading)
  const setting = { ...readPlace(reading, draft.places), period: readPeriod(reading) }
  const attribution = readAttribution(reading)
  const publisher = readSources(reading, 'publisher')
  const report = readReport(reading, publisher[0])
  const event = readEvent(reading, setting)
  const figure = readFigure(reading, setting, event, report, attribution)
  if (draft.problems.length > 0) return { ...draft, places: {} }
  const sources = sourceDocuments([...attribution, ...(report.document ? publisher : [])])
  draft.documents = [...sources, report.document, event.document, figure].filter(document => document !== null)
  return draft
}

function refuseUnknown({ cells, problems }: Reading): void {
  for (const column of unknownColumns(Object.keys(cells))) {
    const { did_you_mean } = didYouMean(column, FLAT_NAMES)
    const detail = `A flat figure row has no such column.${did_you_mean ? ` Did you mean ${did_you_mean}?` : ''}`
    problems.push({ column, code: 'invalid', detail, value: cells[column] ?? null })
  }
}

/** Those of some columns that a flat row does not have. */
export const unknownColumns = (header: readonly string[]) =>
  header.filter(column => !Object.hasOwn(FLAT_COLUMNS, column))

/** The reference to the row's place: an id, `ROW_PLACE`, or null when the row names none. */
function readPlace(reading: Reading, places: Draft['places']): Pick<Setting, 'locality' | 'where'> {
  const id = idCell(reading, 'locality_id')
  if (id !== null) return { locality: id, where: id }
  const name = textCell(reading, 'locality_name')
  if (name === null) return { locality: null, where: null }
  const land = readCountry(reading)
  const parents = land === null ? [] : [land]
  const itself = parents.find(parent => fold(parent.name) === fold(name))
  const level = namedLevel(name)
  places[ROW_PLACE] = itself ?? { name, level, supposed: true, codes: {}, names: [], parents, point: null }
  return { locality: ROW_PLACE, where: [name, land && (land.codes.iso3166_1 ?? land.name)] }
}

function readCountry(reading: Reading): PlaceHint | null {
  const named = textCell(reading, 'country')
  if (named === null) return null
  const detail = 'Not a code of ISO 3166-1; give its code of two or three letters, or the name of the country.'
  return countryHint(named) ?? problem(reading, 'country', 'not_in_list', detail)
}

/**
 * Null, where the file has no such column, leaves it to the event. Cells that are there and empty say that it is not
 * known.
 */
function readPeriod(reading: Reading): PeriodInput | null {
  const start = dateCell(reading, 'period_start')
  const end = dateCell(reading, 'period_end')
  const precision = termCell(reading, 'period_precision', 'precision')
  const text = textCell(reading, 'period_text')
  const edtf = textCell(reading, 'period_edtf')
  const inferred = flagCell(reading, 'period_inferred')
  if (!PERIOD.some(column => column in reading.cells)) return null
  return { start, end, precision, text, ...(edtf !== null && { edtf }), ...(inferred !== null && { inferred }) }
}

const PERIOD = FLAT_NAMES.filter(column => column.startsWith('period_'))

function readAttribution(reading: Reading): (NamedSource & { role: 'originator' | 'spokesperson' })[] {
  const attribution = (['originator', 'spokesperson'] as const).flatMap(role =>
    readSources(reading, role).map(source => ({ ...source, role })),
  )
  if (attribution.length === 0) {
    problem(reading, 'originator', 'missing', 'Whose number is it? The publisher is not assumed to be.')
  }
  return attribution
}

function readSources(reading: Reading, column: 'originator' | 'spokesperson' | 'publisher'): NamedSource[] {
  const cell = textCell(reading, column)
  if (cell === null) return []
  const ids = column === 'publisher' ? [cell] : cell.split(';')
  return ids.every(isId) ? ids.map(id => ({ id, name: id })) : [{ id: idOfName(cell), name: cell }]
}

/** Files name few sources many times, and folding a name costs more than all the rest of its row. */
const idsOfNames = new Map<string, string>()

function idOfName(name: string): string {
  let id = idsOfNames.get(name)
  if (id === undefined) {
    id = sourceId(name)
    if (idsOfNames.size >= 10_000) idsOfNames.clear()
    idsOfNames.set(name, id)
  }
  return id
}

function sourceDocuments(sources: readonly NamedSource[]): DraftDocument[] {
  const names = new Map<string, string>()
  for (const { id, name } of sources) if (!names.has(id)) names.set(id, name)
  return [...names].map(([id, name]) => ({ noun: 'source', id, document: { name, kind: 'other' }, ifAbsent: true }))
}

function readReport(reading: Reading, publisher: NamedSource | undefined): Referred {
  const given = idCell(reading, 'report_id')
  const title = textCell(reading, 'report_title')
  const url = textCell(reading, 'report_url')
  const published = textCell(reading, 'published')
  const inferred = flagCell(reading, 'published_inferred')
  if (given === null) {
    if (title === null) problem(reading, 'report_title', 'missing', 'Neither report_id nor report_title.')
    if (!publisher) problem(reading, 'publisher', 'missing', 'A new report needs its publisher.')
  }
  const id = given ?? made('report', publisher?.id, url ?? title, published)
  if (title === null || !publisher) return { id, document: null }
  const said = { title, publisher: publisher.id, url, published }
  const document = inferred === null ? said : { ...said, published_inferred: inferred }
  return { id, document: { noun: 'report', id, document, ifAbsent: true } }
}

function readEvent(reading: Reading, { locality, where, period }: Setting): Referred {
  const given = idCell(reading, 'event_id')
  const title = textCell(reading, 'event_title')
  if (given === null) {
    if (title === null) problem(reading, 'event_id', 'missing', 'Neither event_id nor event_title; none is assumed.')
    if (locality === null) problem(reading, 'locality_id', 'missing', 'A new event needs its place.')
  }
  const id = given ?? made('event', title, where, periodKey(period))
  if (title === null || locality === null) return { id, document: null }
  // A flat row does not say what kind of event its figure belongs to.
  const document = { title, kind: 'other' as const, locality, period: period ?? {} }
  return { id, document: { noun: 'event', id, document, ifAbsent: true } }
}

/** Null when the row does not say what was counted or how; whatever else is wrong with it is noted all the same. */
function readFigure(
  reading: Reading,
  { locality, where, period }: Setting,
  event: Referred,
  report: Referred,
  attribution: ReturnType<typeof readAttribution>,
): DraftDocument | null {
  const given = idCell(reading, 'figure_id')
  const measure = requiredTerm(reading, 'measure')
  const value = readValue(reading)
  const rest = {
    attribution: attribution.map(({ id, role }) => ({ source: id, role })),
    citations: [{ report: report.id, excerpt: textCell(reading, 'excerpt') }],
    basis: termCell(reading, 'basis', 'basis'),
    unit: termCell(reading, 'unit', 'unit'),
    counts: termCell(reading, 'counts', 'counts'),
    period,
    places: readPlaces(reading, locality),
    population: termCell(reading, 'population', 'population'),
    method: termCell(reading, 'method', 'method'),
    provisional: flagCell(reading, 'provisional'),
    verification: termCell(reading, 'verification', 'verification'),
    rank: termCell(reading, 'rank', 'rank'),
  }
  if (measure === null || value === null) return null
  const document: FigureInput = { event: event.id, measure, value, ...rest }
  return { noun: 'figure', id: given ?? figureId(document, where), document, ifAbsent: false }
}

function readPlaces(reading: Reading, locality: string | null): NonNullable<FigureInput['places']> | null {
  const role = termCell(reading, 'place_role', 'place_role')
  const extent = termCell(reading, 'place_extent', 'extent')
  if (locality !== null) return [{ locality, role, extent }]
  if ((role ?? extent) !== null) {
    problem(reading, 'locality_id', 'missing', 'place_role and place_extent need a place.')
  }
  return null
}

function readValue(reading: Reading): ValueInput | null {
  const qualifier = requiredTerm(reading, 'qualifier')
  const low = countCell(reading, 'low')
  const best = countCell(reading, 'best')
  const high = countCell(reading, 'high')
  const text = textCell(reading, 'text')
  if (qualifier === null) return null
  const value: ValueInput = { low, best, high, qualifier, text }
  // `sic` may also stand for parts larger than their whole, which a flat row does not hold
  return flagCell(reading, 'sic') && outOfOrder(value) ? { ...value, sic: true } : value
}

function requiredTerm<V extends 'measure' | 'qualifier'>(reading: Reading, column: V): Term<V> | null {
  if (isEmpty(reading, column)) return problem(reading, column, 'missing', 'Needed in every row; none is assumed.')
  return termCell(reading, column, column)
}

/**
 * The claim itself makes its id: not what a curator thinks of it, nor how its report is titled. Where the row says whose
 * number it is and dates its period, neither where nor in what words it was printed is part of the claim; of any other
 * row nobody can know.
 */
function figureId(figure: FigureInput, locality: unknown): string {
  const { event, measure, basis, unit, counts, value, period, places, population, attribution, citations } = figure
  const place = places?.[0]
  const where = place ? [locality, place.role, place.extent] : null
  const claim = [event, measure, basis, unit, counts]
  if (attribution.some(({ role }) => role === 'originator') && isDated(period)) {
    const number = value.qualifier === 'vague' ? value : { ...value, text: null }
    return made(null, ...claim, number, { ...periodKey(period), text: null }, where, population, attribution)
  }
  return made(null, ...claim, value, periodKey(period), where, population, attribution, citations[0]?.report)
}

const isDated = (period: FigureInput['period']) => (period?.start ?? period?.end ?? period?.edtf ?? null) !== null

/** What a row says of its period, if anything; by whom its dates were worked out makes no other of it. */
function periodKey(period: FigureInput['period']): PeriodInput | null {
  const { inferred: _, ...said } = period ?? {}
  return Object.values(said).every(cell => cell === null) ? null : said
}

/** An id that follows from what it is made of and from nothing else, in 96 bits. */
function made(kind: 'report' | 'event' | null, ...parts: unknown[]): string {
  const hash = fingerprint([kind, ...parts.map(part => JSON.stringify(part ?? null))], 24)
  return kind === null ? `row-${hash}` : `row-${kind}-${hash}`
}
