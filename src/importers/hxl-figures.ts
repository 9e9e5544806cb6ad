import { outOfOrder } from '../domain/value.js'
import type { FigureInput } from '../model/figure.js'
import type { Cells } from './cells.js'
import { type Counted, countedBy, countedByIndicator, endOf, partOf } from './hxl-counts.js'
import { columnOf, type Tag } from './hxl-tags.js'

type Part = NonNullable<FigureInput['breakdown']>[number]

/** One figure that a row's columns give: what it counts, its ends, and its parts. */
export interface Found {
  key: string
  counted: Counted
  low: number | null
  best: number | null
  high: number | null
  parts: Part[]
}

/** What a row's columns of numbers count. `delimiter`: what parts the cells of its file, if that is a table. */
export function figuresOf(cells: Cells, tags: readonly Tag[], delimiter?: string): Found[] {
  const found = new Map<string, Found>()
  const parts: [key: string, tag: Tag, count: number][] = []
  for (const tag of tags) {
    const counted = countedBy(tag)
    const count = counted && numberIn(cells, tag.column, delimiter)
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
  const indicator = indicatorOf(cells, tags, delimiter)
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
  if (!whole) cells.blame(tag.column, 'missing', 'A number by sex, age or group needs a column with the whole.')
  else if (part) whole.parts.push({ ...part, [endOf(tag)]: count })
}

function indicatorOf(cells: Cells, tags: readonly Tag[], delimiter: string | undefined): Found | null {
  const value = columnOf(tags, '#indicator', 'value')
  const best = value && numberIn(cells, value, delimiter)
  if (best === null || best === '') return null
  const column = columnOf(tags, '#indicator', 'name')
  const name = column && cells.text(column)
  const counted = countedByIndicator(name ?? '')
  if (counted) return { key: 'indicator', counted, low: null, best, high: null, parts: [] }
  cells.blame(column, 'not_in_list', 'This indicator is none that is known to count people or homes.')
  return null
}

/**
 * A whole number; commas may part thousands. Where cells are parted by another sign, a comma may be the decimal sign,
 * and one alone is not taken for either.
 */
function numberIn(cells: Cells, column: string, delimiter = ','): number | null {
  const found = cells.text(column)
  const grouped = delimiter === ',' ? /^[1-9]\d{0,2}(?:,\d{3})+$/ : /^[1-9]\d{0,2}(?:,\d{3}){2,}$/
  if (found !== null && grouped.test(found)) return Number(found.replaceAll(',', ''))
  return cells.count(column)
}

export function valueIn({ low, best, high, parts }: Found): FigureInput['value'] {
  const flag = outOfOrder({ low, best, high }, parts) ? { sic: true } : {}
  if (low !== null && high !== null) return { low, best, high, qualifier: 'between', ...flag }
  if (best !== null) return { best, qualifier: 'unqualified', ...flag }
  return low !== null ? { low, qualifier: 'at_least', ...flag } : { high, qualifier: 'at_most', ...flag }
}
