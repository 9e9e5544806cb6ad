import type { PeriodInput } from '../model/period.js'
import { type Cells, isDay } from './cells.js'
import { columnOf, type Tag } from './hxl-tags.js'

/** #date+start and #date+end, or one #date: a day, a month or a year, as far as it is written out. */
export function periodOf(cells: Cells, tags: readonly Tag[]): PeriodInput {
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

export const dateColumns = (tags: readonly Tag[]) => [
  ...ENDS.map(attribute => columnOf(tags, '#date', attribute)),
  ...singleDates(tags),
  publishedColumn(tags),
]

export function dateIn(cells: Cells, column: string | null): string | null {
  const found = column && cells.text(column)
  if (!column || !found) return null
  if (/^\d{4}(?:-(?:0[1-9]|1[0-2]))?$/.test(found)) return found
  if (isDay(found)) return found
  return cells.day(column)
}

export const publishedColumn = (tags: readonly Tag[]) =>
  columnOf(tags, '#date', 'published') ?? columnOf(tags, '#date', 'reported')
