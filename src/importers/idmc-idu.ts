import { FAR, localDate } from '../domain/period.js'
import type { FigureInput } from '../model/figure.js'
import type { PeriodInput } from '../model/period.js'
import type { Term } from '../model/vocabularies.js'
import type { Draft, DraftDocument, FigureAdapter, ForeignRow, PlaceHint } from './adapter.js'
import { type Cells, cellsOf, isDay, isNoData, roundedDegrees } from './cells.js'
import { namedReport, namedSource, reportDraft, usableUrl } from './citing.js'
import { country } from './countries.js'
import { foreignId } from './foreign-id.js'
import { htmlLines, htmlLinks } from './html.js'
import { contradicted } from './identity.js'
import { eventCodes, IDMC_LICENCE, idmc } from './idmc.js'
import { type IduPlace, placesOf } from './idmc-idu-places.js'
import { asName, asNote, asProse, asTitle } from './wording.js'

const ESSENTIAL = ['id', 'iso3', 'displacement_type', 'qualifier', 'figure', 'displacement_start_date']

/** Members whose content the documents hold elsewhere, or that repeat others. */
const HELD = new Set([
  ...['id', 'country', 'iso3', 'centroid', 'qualifier', 'figure', 'event_name'],
  ...['displacement_date', 'displacement_start_date', 'displacement_end_date', 'year', 'standard_popup_text'],
  ...['standard_info_text', 'created_at', 'event_codes', 'locations_name', 'source_url', 'description', 'link'],
])

const EVENT_DATES = new Set(['event_start_date', 'event_end_date'])
const COORDINATES = new Set(['latitude', 'longitude', 'locations_coordinates'])

/**
 * IDMC Internal Displacement Updates: one event and one figure an element. All of them are flows, whatever the words
 * (IDMC, README of the IDU export: "Figure: total number of internal displacements (flows)").
 */
export const idmcIdu: FigureAdapter = {
  kind: 'figures',
  name: 'idmc-idu',
  title: 'IDMC Internal Displacement Updates (IDU)',
  container: 'json',
  needs: ESSENTIAL,
  open: () => {
    const isContradicted = contradicted()
    return row => draft(row, isContradicted)
  },
}

function draft(row: ForeignRow, isContradicted: ReturnType<typeof contradicted>): Draft | null {
  const cells = cellsOf(row)
  if (isNoData(row)) return null
  const id = foreignId(cells, isContradicted)
  const land = country(cells.text('country'), cells.text('iso3'), 'idmc_country')
  if (!land) cells.blame('iso3', 'missing', 'Neither country nor iso3 is given.')
  const count = cells.required('figure') === '' ? null : cells.count('figure')
  const value = count === null ? null : valueIn(cells, count)
  const period = periodOf(cells, 'displacement')
  const happened = periodOf(cells, 'event')
  const places = land ? placesOf(cells, land, sentenceOf(cells)) : []
  const { problems } = cells
  if (problems.length > 0 || !value || !period || !land) return { line: row.line, places: {}, documents: [], problems }

  const [first] = places
  // An event ends in IDMC's list when the hazard does; people may flee long after. Then it is when they fled.
  const when = happened && meets(happened, period) ? happened : period
  const event = eventOf(cells, id, when, places.length === 1 && first ? first.key : 'country')
  const update = updateOf(cells, id)
  const articles = articlesOf(cells)
  const figure: DraftDocument<'figure'> = {
    noun: 'figure',
    id: event.id,
    document: {
      event: event.id,
      measure: measureOf(cells),
      value: { ...value, text: asProse(headlineOf(cells)) },
      attribution: [{ source: idmc.id, role: 'originator' }],
      citations: [
        { report: update.id, excerpt: asProse(sentenceOf(cells)), text: asProse(headlineOf(cells)) },
        ...articles.map(article => ({ report: article.report.id })),
      ],
      basis: 'flow',
      // IDMC, Definitions: an internal displacement is a movement; one person can be counted several times.
      counts: 'movements',
      period,
      places: places.flatMap(({ key, roles, extent, text }) =>
        roles.map(role => ({ locality: key, role, extent, text })),
      ),
      method: isWorkedOut(headlineOf(cells) + sentenceOf(cells)) ? 'estimate' : 'unspecified',
      // Updates are superseded by the yearly figures of GIDD.
      provisional: true,
      note: asNote((['role', 'displacement_occurred', 'sources'] as const).map(member => [member, cells.text(member)])),
    },
    ifAbsent: false,
  }
  const sources = [idmc, ...articles.map(article => article.source)]
  const reports = [update, ...articles.map(article => article.report)]
  return {
    line: row.line,
    places: { country: land, ...hintsOf(places) },
    documents: [...sources, ...reports, event, figure],
    problems,
  }
}

/**
 * Persons worked out from households or houses are an estimate of IDMC's; the sentence has the first number. Some
 * sentences still have the blank of IDMC's form, `(Figure) (People or Household)`, which does not say which it was.
 */
const isWorkedOut = (words: string) => /household|home|house/i.test(words.replace(/\(people or households?\)/gi, ''))

const hintsOf = (places: readonly IduPlace[]): Record<string, PlaceHint> =>
  Object.fromEntries(places.map(({ key, hint }) => [key, hint]))

function eventOf(cells: Cells, id: string, period: PeriodInput, locality: string): DraftDocument<'event'> {
  const kinds: Record<string, Term<'event_kind'>> = { disaster: 'disaster', conflict: 'conflict' }
  const listed = cells.text('event_codes')?.split(/[;,]\s*/) ?? []
  const codes = eventCodes(
    listed.map(text => text.replace(/[[\]'"]/g, '').split(':', 1)[0]!).filter(text => text !== ''),
    cells.text('iso3'),
  )
  return {
    noun: 'event',
    id: `idmc-idu:${id}`,
    document: {
      title: asName(cells.text('event_name') ?? headlineOf(cells)),
      kind: kinds[cells.text('displacement_type')?.toLowerCase() ?? ''] ?? 'other',
      locality,
      period,
      codes: codes.codes,
      note: asNote([
        ...cells.besides(HELD).map(([member, text]) => [member, noted(cells, member, text)] as const),
        // where there is no popup, these are its words
        ['description', cells.text('standard_popup_text') === null ? null : cells.text('description')],
        ['displacement_date', dateApart(cells)],
        ['event_codes', codes.left.length > 0 ? codes.left.join(', ') : null],
        ['created_at', createdAt(cells) === null ? cells.text('created_at') : null],
      ]),
    },
    ifAbsent: false,
  }
}

/** What the note says of a member: dates as days, which where they are an instant is another than it seems. */
function noted(cells: Cells, member: string, text: string | null): string | null {
  if (EVENT_DATES.has(member)) return restored(cells, member)
  return COORDINATES.has(member) ? withoutNoise(text) : text
}

const withoutNoise = (text: string | null) =>
  text?.replace(/(?<![\d.])-?\d{1,3}\.\d{7,}/g, degrees => String(roundedDegrees(Number(degrees)))) ?? null

/** Whether two periods may have a day in common. */
const meets = (a: PeriodInput, b: PeriodInput) => (a.start ?? '') <= (b.end ?? FAR) && (b.start ?? '') <= (a.end ?? FAR)

/** IDMC's words for how sure a number is; `total` is a count without reserve. */
const QUALIFIERS: ReadonlyMap<string, [Term<'qualifier'>, 'best' | 'low' | 'high']> = new Map(
  Object.entries<[Term<'qualifier'>, 'best' | 'low' | 'high']>({
    total: ['exactly', 'best'],
    exact: ['exactly', 'best'],
    approximately: ['approximately', 'best'],
    'more than': ['more_than', 'low'],
    'more than or equal': ['at_least', 'low'],
    'at least': ['at_least', 'low'],
    'less than': ['less_than', 'high'],
    'less than or equal': ['at_most', 'high'],
    'at most': ['at_most', 'high'],
  }),
)

function valueIn(cells: Cells, count: number): FigureInput['value'] | null {
  const word = cells.required('qualifier').toLowerCase()
  const found = QUALIFIERS.get(word)
  if (!found && word !== '') cells.blame('qualifier', 'not_in_list', `Known are ${[...QUALIFIERS.keys()].join(', ')}.`)
  return found ? { qualifier: found[0], [found[1]]: count } : null
}

/** `2,039 displacements (in relief camp), …`: what the people did, as the source reported it. */
function measureOf(cells: Cells): Term<'measure'> {
  const headline = headlineOf(cells)
  const term = /^[^(]*\(([^)]*)\)/.exec(headline)?.[1]?.replace(/,$/, '').toLowerCase()
  if (/\breturns?\b/i.test(headline)) return 'returned'
  if (term === 'evacuated') return 'evacuated'
  return term === 'in relief camp' || term === 'sheltered' ? 'sheltered' : 'displaced'
}

/** IDMC's words: the headline, the sentence and what follows. HDX's table has the first two, without markup. */
function wordsOf(cells: Cells): string[] {
  const popup = cells.text('standard_popup_text')
  if (popup !== null) return htmlLines(popup)
  const text = cells.text('description') ?? ''
  const [, ...words] = /^(.*?\d\s+\p{L}+\s*-\s*\d{1,2}\s+\p{L}+)\s*\.\s+(.*)$/su.exec(text) ?? []
  return words.length > 0 ? words : ['', text]
}

/** The headline without country and dates: `9 displacements (destroyed housing)`. */
function headlineOf(cells: Cells): string {
  const info = cells.text('standard_info_text')
  const [line = ''] = info === null ? wordsOf(cells) : htmlLines(info)
  return line.replace(/^[^:]*:\s*/, '').replace(/,\s*\d{1,2}\s+\p{L}+\s*-\s*\d{1,2}\s+\p{L}+\s*$/u, '')
}

function sentenceOf(cells: Cells): string {
  return wordsOf(cells)[1] ?? ''
}

function updateOf(cells: Cells, id: string): DraftDocument<'report'> {
  const created = createdAt(cells)
  return reportDraft(`idmc-idu:${id}`, {
    title: asTitle(`Internal Displacement Update ${id}: ${cells.text('event_name') ?? headlineOf(cells)}`),
    publisher: idmc.id,
    language: 'en',
    // When the entry was made; updates appear within hours.
    ...(created === null ? {} : { published: created, published_inferred: true }),
    licence: IDMC_LICENCE,
  })
}

/** When the entry was made: a day or an instant, whatever zone it is written in; null if it is neither. */
function createdAt(cells: Cells): string | null {
  const text = cells.text('created_at') ?? ''
  if (isDay(text)) return text
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
  const date = new Date(instant ? text : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

interface Article {
  source: DraftDocument<'source'>
  report: DraftDocument<'report'>
}

/** `<a href="…">The Times of India - 30 May 2023</a>`: the publication that IDMC read. */
function articlesOf(cells: Cells): Article[] {
  const links = htmlLinks(cells.text('standard_popup_text') ?? '')
  const urls = new Set(links.map(link => link.url))
  const more = ['source_url', 'link'].flatMap(member => cells.text(member)?.split(/;\s+/) ?? [])
  const others = [...new Set(more)].filter(url => !urls.has(url))
  return [...links, ...others.map(url => ({ url, text: '' }))].flatMap(({ url, text }) => articleOf(url, text) ?? [])
}

function articleOf(url: string, label: string): Article | null {
  const usable = usableUrl(url)
  const host = usable ? new URL(usable).hostname.replace(/^www\./, '') : null
  const [, name, date] = /^(.*?)\s*-\s*(\d{1,2}\s+\p{L}+\s+\d{4})$/u.exec(label) ?? [null, label, null]
  const publisher = publisherOf(name ?? '', host)
  if (!publisher) return null
  const title = label || (usable ?? '')
  return { source: publisher, report: namedReport(publisher.id, dayOf(date ?? null), title, url) }
}

/** Names that tell no publisher from another. */
const NO_NAME = /^(?:|media|government|local authority|other)$/i

/**
 * The publisher by name; by its web address if the name is none. Authorities of one name sit in many states and are
 * told apart by address.
 */
function publisherOf(name: string, host: string | null): DraftDocument<'source'> | null {
  if (NO_NAME.test(name)) return host === null ? null : namedSource(host, 'other')
  const official = host !== null && /(?:^|\.)gov(?:\.|$)/.test(host)
  if (!official) return namedSource(name, 'other')
  const apart = namedSource(`${name} ${host}`, 'government')
  return { ...apart, document: { ...apart.document, name: asName(name), url: `https://${host}` } }
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ')

function dayOf(text: string | null): string | null {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})\s+(\p{L}+)\s+(\d{4})$/u.exec(text ?? '') ?? []
  const number = MONTHS.indexOf(month.toLowerCase()) + 1
  const date = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`
  return number > 0 && isDay(date) ? date : null
}

/** The dates of both ends. One that is not given is not known: the other says nothing of it. */
function periodOf(cells: Cells, prefix: 'displacement' | 'event'): PeriodInput | null {
  const columns = [`${prefix}_start_date`, `${prefix}_end_date`] as const
  const problems = cells.problems.length
  const [start = null, end = null] = columns.map(column =>
    cells.text(column) === null ? null : restored(cells, column),
  )
  if (cells.problems.length > problems) return null
  if (start === null && end === null) {
    if (prefix === 'displacement') cells.blame(columns[0], 'missing', 'The displacement has no date.')
    return null
  }
  if (start === null || end === null || start <= end) return { start, end }
  // Only the figure's own dates have to be in order.
  if (prefix === 'displacement') cells.blame(columns[1], 'bad_date', `It ends before it starts, ${start}.`)
  return null
}

/** The date that stands beside start and end of the displacement, if it is neither. */
function dateApart(cells: Cells): string | null {
  const [date, ...ends] = (['displacement_date', 'displacement_start_date', 'displacement_end_date'] as const).map(
    cells.text,
  )
  return date === undefined || ends.includes(date) ? null : date
}

/** The zone that shifted the dates. */
const ZONE = 'Pacific/Auckland'

/**
 * A date that was written out as an instant: midnight in New Zealand, which is 11:00 UTC of the day before in its
 * summer and 12:00 in its winter. Every date in the feed agrees with the one in IDMC's sentence when read so. Plain
 * dates stand as they are; any other instant is refused, since its day is not known.
 */
function restored(cells: Cells, column: string): string | null {
  const text = cells.text(column) ?? ''
  const [, day = '', time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]00:00)?)?$/.exec(text) ?? []
  if (isDay(day)) {
    if (time === undefined || time === '00:00:00') return day
    const instant = `${day}T${time}Z`
    const local = localDate(instant, ZONE)
    const before = new Date(Date.parse(instant) - 1).toISOString()
    if (zone !== undefined && localDate(before, ZONE) !== local) return local
  }
  cells.blame(column, 'bad_date', `${column} is neither a date nor an instant at midnight in ${ZONE}.`)
  return null
}
