import { type Cells, isDay } from './cells.js'
import type { Counted } from './hxl-counts.js'
import { columnOf, type Tag } from './hxl-tags.js'

/** A day, a month, a year or an interval as EDTF writes it, and the columns that say so. */
interface Span {
  edtf: string
  columns: readonly string[]
}

/** null: the row does not say. */
export interface Periods {
  event: Span | null
  /** When the row's stocks stood so; null, too, if it has none. */
  stocks: Span | null
}

/**
 * When things happened: the dates that say of what they are, else those without a word. What was there on the day of a
 * survey was there then; when anything else happened, a survey does not say.
 */
export function periodsOf(cells: Cells, tags: readonly Tag[], figures: readonly { counted: Counted }[]): Periods {
  const of = (kind: Kind) =>
    spanOf(
      cells,
      tags.filter(tag => kindOf(tag) === kind),
    )
  const happened = of('occurrence') ?? of('plain')
  const stocks = figures.filter(({ counted }) => counted.basis === 'stock').length
  const surveyed = stocks > 0 ? of('survey') : null
  return {
    event: happened ?? (stocks === figures.length ? surveyed : null),
    stocks: stocks > 0 ? (surveyed ?? happened) : null,
  }
}

type Kind = 'occurrence' | 'plain' | 'survey'

const PLAIN = /^(?:start|end|year|month|day|date|iso|num|code|v_\w+)$/
const OCCURRENCE = /^(?:occurr?ed|occurrence|happened|event|incident)$/
const SURVEY = /^(?:survey(?:ed)?|assess(?:ed|ment)|collect(?:ed|ion)|interview)$/

/** What a column's date is of; null if a word that is none of these makes it any other, such as that of the report. */
function kindOf({ hashtag, attributes }: Tag): Kind | null {
  const words = [...attributes].filter(attribute => !PLAIN.test(attribute))
  if (hashtag !== '#date' || words.some(word => !OCCURRENCE.test(word) && !SURVEY.test(word))) return null
  if (words.some(word => SURVEY.test(word))) return 'survey'
  return words.length > 0 ? 'occurrence' : 'plain'
}

/** +start and +end, or one date as far as it is written out. */
function spanOf(cells: Cells, tags: readonly Tag[]): Span | null {
  const ends = (['start', 'end'] as const).map(attribute => columnOf(tags, '#date', attribute))
  const [start, end] = ends.map(column => dateIn(cells, column))
  const columns = ends.filter(column => column !== null)
  if (start && end) return { edtf: start === end ? start : `${start}/${end}`, columns }
  if (start) return { edtf: `${start}/..`, columns }
  if (end) return { edtf: `../${end}`, columns }
  return singleOf(cells, tags)
}

/** Of a year, a month and a day the one that says most, if the others say no other. */
function singleOf(cells: Cells, tags: readonly Tag[]): Span | null {
  const columns = tags
    .filter(({ attributes }) => !attributes.has('start') && !attributes.has('end'))
    .map(tag => tag.column)
  const dates = columns.map(column => dateIn(cells, column) ?? '')
  const edtf = dates.toSorted((a, b) => b.length - a.length)[0] ?? ''
  const other = dates.findIndex(date => !edtf.startsWith(date))
  const unclear = `It is not ${edtf}, and nothing says which of the two is meant.`
  if (other >= 0) cells.blame(columns[other] ?? null, 'bad_date', unclear)
  return edtf === '' ? null : { edtf, columns }
}

/** A day, a month or a year. */
export function dateIn(cells: Cells, column: string | null): string | null {
  const found = column && cells.text(column)
  if (!column || !found) return null
  if (/^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(found)) return found
  if (isDay(found)) return found
  return cells.day(column)
}

export const publishedColumn = (tags: readonly Tag[]) =>
  columnOf(tags, '#date', 'published') ?? columnOf(tags, '#date', 'reported')
