import type { Figure } from '../model/figure.js'
import type { RecordOf } from '../model/nouns.js'
import { type Term, terms } from '../model/vocabularies.js'
import { comparableDate, questionOf } from './envelope.js'
import { overlaps } from './period.js'
import { ARRIVING, LEAVING } from './places.js'
import { bounds } from './value.js'

type Reason = Term<'not_summed_reason'>
type Measure = Figure['measure']
type Counted = Figure & { id: string }

/** Members in which figures may differ, as one comparable text each; null where the figure has or says none. */
const COMPARED = {
  unit: ({ unit }) => unit,
  basis: ({ basis }) => basis,
  population: ({ population }) => population,
  places: ({ places }) => comparable(places.map(({ locality }) => locality)),
  extents: ({ places }) => {
    const extents = places.map(({ extent }) => extent)
    return extents.includes('unknown') ? null : comparable(extents)
  },
  date: comparableDate,
} satisfies Record<string, (figure: Counted) => string | null>
type Compared = keyof typeof COMPARED

/** In whatever order and however often they were written. */
const comparable = (words: readonly string[]) => [...new Set(words)].sort().join()

/** A figure's measure and the ends of its period. */
type Spell = [measure: Measure, start: string | null, end: string | null]

/** A record and what it is stated to be part of, each as `figure <id>` or `event <id>`. */
export type Inclusion = [part: string, whole: string]

/** What an event and its figures contribute to the reasons for not adding. */
export interface Grounds {
  event: string
  /** Their ids. */
  figures: string[]
  measures: Measure[]
  /** What they say, two of each at most: two are enough to differ. */
  said: Record<Compared, string[]>
  /** Whether two of them answer one question. */
  rivals: boolean
  /** When they were; null: two overlap of which one may count what the other does. */
  spells: Spell[] | null
  /** How many movements of people they count, rivals of the same days once: who moved may have moved again. */
  moves: number
  /** Whether all say at least and at most how many. */
  bounded: boolean
  /** What the event and its figures are stated to be part of, and that in turn, up to the last whole. */
  part_of: Inclusion[]
}

const MOVING: readonly string[] = [...LEAVING, ...ARRIVING]

/** What these records are stated to be part of, and that in turn: all steps, by the relations that start at each. */
export function inclusionsOf(
  records: readonly string[],
  relationsFrom: ReadonlyMap<string, readonly RecordOf<'relation'>[]>,
): Inclusion[] {
  const parts = new Set(records)
  const steps: Inclusion[] = []
  for (const part of parts)
    for (const { kind, of, to } of relationsFrom.get(part) ?? []) {
      if (kind !== 'part_of') continue
      steps.push([part, `${of} ${to}`])
      parts.add(`${of} ${to}`)
    }
  return steps
}

/** The grounds of an event and its figures, with the steps by which these are part of others. */
export function groundsOf(event: string, figures: readonly Counted[], part_of: Inclusion[]): Grounds {
  const said = Object.entries(COMPARED).map(([member, of]) => {
    const words = figures.map(of).filter(word => word !== null)
    return [member, [...new Set(words)].slice(0, 2)]
  })
  const spells = figures
    .filter(({ period: { start, end } }) => start !== null || end !== null)
    .map(({ measure, period: { start, end } }): Spell => [measure, start, end])
  const moves = figures
    .filter(({ measure, basis }) => MOVING.includes(measure) && basis !== 'stock')
    .map(figure => `${questionOf(figure)} ${figure.period.start} ${figure.period.end}`)
  return {
    event,
    figures: figures.map(({ id }) => id),
    measures: [...new Set(figures.map(({ measure }) => measure))],
    said: Object.fromEntries(said),
    rivals: new Set(figures.map(questionOf)).size < figures.length,
    spells: someOverlap(spells) ? null : spells,
    moves: new Set(moves).size,
    bounded: figures.every(({ value }) => {
      const { low, high } = bounds(value)
      return low !== null && high !== null
    }),
    part_of,
  }
}

/** Whether a count of one thing, of a whole, includes a count of another in a part of it. */
const includes = (whole: Measure, part: Measure) =>
  whole === part || (whole === 'casualties' && (part === 'killed' || part === 'injured'))

/** The measures that include each, or that it includes. */
const KIN = new Map(
  terms('measure').map(one => [one, terms('measure').filter(other => includes(one, other) || includes(other, one))]),
)

/**
 * Whether two share a day of which one may count what the other does. Sorted by start, one that overlaps any earlier of
 * a measure overlaps the one of that measure that ends last.
 */
function someOverlap(spells: readonly Spell[]): boolean {
  const sorted = [...spells].sort(([, a], [, b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
  const last = new Map<Measure, Spell>()
  for (const spell of sorted) {
    const [measure, start, end] = spell
    for (const kin of KIN.get(measure)!) {
      const before = last.get(kin)
      if (before && overlaps({ start: before[1], end: before[2] }, start, end)) return true
    }
    const before = last.get(measure)
    if (!before || (before[2] !== null && (end === null || end > before[2]))) last.set(measure, spell)
  }
  return false
}

/** Whether two of these words differ. A page has hundreds, of which the second may tell. */
function differ(all: readonly Grounds[], wordsOf: (one: Grounds) => readonly string[]): boolean {
  let first: string | undefined
  for (const one of all)
    for (const word of wordsOf(one)) {
      first ??= word
      if (word !== first) return true
    }
  return false
}

const sayOther = (member: Compared) => (all: readonly Grounds[]) => differ(all, ({ said }) => said[member])

/** Whether one of these figures is part of another, by what is stated of them or of their events, in however many steps. */
function someIncluded(all: readonly Grounds[]): boolean {
  if (all.every(({ part_of }) => part_of.length === 0)) return false
  const wholes = new Map<string, string[]>()
  for (const [part, whole] of all.flatMap(({ part_of }) => part_of))
    wholes.set(part, [...(wholes.get(part) ?? []), whole])
  const figures = new Set(all.flatMap(one => one.figures.map(id => `figure ${id}`)))
  const counted = new Map(all.map(({ event, measures }) => [`event ${event}`, measures]))
  return [...wholes.keys()].some(part =>
    wholesOf(part, wholes).some(
      whole =>
        (figures.has(part) && figures.has(whole)) ||
        counted.get(part)?.some(measure => counted.get(whole)?.some(other => includes(other, measure))),
    ),
  )
}

function wholesOf(part: string, wholes: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set([part])
  for (const one of found) for (const whole of wholes.get(one) ?? []) found.add(whole)
  found.delete(part)
  return [...found]
}

/** Whether a reason holds for the figures of some events, at least two in all. */
const holds: Record<Reason, (all: readonly Grounds[]) => boolean> = {
  separate_events: all => differ(all, ({ event, figures }) => (figures.length > 0 ? [event] : [])),
  rival_figures: all => all.some(({ rivals }) => rivals),
  measures_differ: all => differ(all, ({ measures }) => measures),
  units_differ: sayOther('unit'),
  bases_differ: sayOther('basis'),
  populations_differ: sayOther('population'),
  places_differ: sayOther('places'),
  extents_differ: sayOther('extents'),
  dates_differ: sayOther('date'),
  periods_overlap: all => all.some(({ spells }) => spells === null) || someOverlap(all.flatMap(one => one.spells!)),
  people_may_recur: all => all.reduce((moves, one) => moves + one.moves, 0) > 1,
  parts_included: someIncluded,
  bounds_missing: all => all.some(({ bounded }) => !bounded),
}

export const NOT_SUMMED = 'Separate events. Do not add these figures.'

/**
 * Why the figures of an answer are not added, computed from the grounds of each of its events: every reason holds for
 * them, and one figure alone gives none. The words of each are in the codelist `not_summed_reason`.
 */
export function notSummed(all: readonly Grounds[]): { statement: string; reasons: Reason[] } {
  const added = all.reduce((count, { figures }) => count + figures.length, 0) > 1
  return {
    statement: NOT_SUMMED,
    reasons: added ? terms('not_summed_reason').filter(reason => holds[reason](all)) : [],
  }
}
