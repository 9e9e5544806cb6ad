import type { Figure } from '../model/figure.js'
import { type Term, terms } from '../model/vocabularies.js'
import { overlaps } from './period.js'
import { ARRIVING, LEAVING } from './places.js'
import { bounds } from './value.js'

type Reason = Term<'not_summed_reason'>

/** Members in which figures of one question agree, as one comparable text each. */
const COMPARED = {
  measure: ({ measure }) => measure,
  unit: ({ unit }) => unit,
  basis: ({ basis }) => basis,
  population: ({ population }) => population,
  places: ({ places }) => comparable(places.map(({ locality, role }) => `${locality} ${role}`)),
  extents: ({ places }) => comparable(places.map(({ extent }) => extent)),
} satisfies Record<string, (figure: Figure) => string>
type Compared = keyof typeof COMPARED

/** In whatever order and however often they were written. */
const comparable = (words: readonly string[]) => [...new Set(words)].sort().join()

/** A figure's measure and the ends of its period. */
type Spell = [measure: string, start: string | null, end: string | null]

/** What the figures of one event contribute to the reasons for not adding. Without figures an event contributes none. */
export interface Grounds {
  event: string
  /** Their ids. */
  figures: string[]
  /** What all of them have; null where they differ. */
  common: Record<Compared, string | null>
  /** Whether two of them answer one question. */
  rivals: boolean
  /** When they were; null: two of one measure overlap. */
  spells: Spell[] | null
  /** Whether one counts people who moved, and may be counted again where they moved to. */
  moves: boolean
  /** Whether all say at least and at most how many. */
  bounded: boolean
  /** What they, or the event, are stated to be part of: `figure <id>` or `event <id>`. */
  part_of: string[]
}

const MOVING: readonly string[] = [...LEAVING, ...ARRIVING]

/** The grounds of an event's figures, and what these and the event are stated to be part of. */
export function groundsOf(event: string, figures: readonly (Figure & { id: string })[], part_of: string[]): Grounds {
  const members = figures.map(figure => Object.values(COMPARED).map(of => of(figure)))
  const common = Object.keys(COMPARED).map((member, i) => {
    const shared = members.every(each => each[i] === members[0]![i])
    return [member, shared ? (members[0]?.[i] ?? null) : null]
  })
  const spells = figures
    .filter(({ period: { start, end } }) => start !== null || end !== null)
    .map(({ measure, period: { start, end } }): Spell => [measure, start, end])
  return {
    event,
    figures: figures.map(({ id }) => id),
    common: Object.fromEntries(common),
    rivals: new Set(members.map(each => JSON.stringify(each))).size < figures.length,
    spells: someOverlap(spells) ? null : spells,
    moves: figures.some(({ measure, basis }) => MOVING.includes(measure) && basis !== 'stock'),
    bounded: figures.every(({ value }) => {
      const { low, high } = bounds(value)
      return low !== null && high !== null
    }),
    part_of,
  }
}

/** Whether two of one measure share a day. Sorted by start, one that overlaps any earlier overlaps the one that ends last. */
function someOverlap(spells: readonly Spell[]): boolean {
  const sorted = [...spells].sort(([, a], [, b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
  const last = new Map<string, Spell>()
  return sorted.some(spell => {
    const [measure, start, end] = spell
    const before = last.get(measure)
    if (before && overlaps({ start: before[1], end: before[2] }, start, end)) return true
    if (!before || (before[2] !== null && (end === null || end > before[2]))) last.set(measure, spell)
    return false
  })
}

const differ = (all: readonly Grounds[], member: Compared) =>
  all.some(({ common }) => common[member] === null || common[member] !== all[0]!.common[member])

/** Whether a reason holds for the figures of some events, at least two in all. */
const holds: Record<Reason, (all: readonly Grounds[]) => boolean> = {
  separate_events: all => all.length > 1,
  rival_figures: all => all.some(({ rivals }) => rivals),
  measures_differ: all => differ(all, 'measure'),
  units_differ: all => differ(all, 'unit'),
  bases_differ: all => differ(all, 'basis'),
  populations_differ: all => differ(all, 'population'),
  places_differ: all => differ(all, 'places'),
  extents_differ: all => differ(all, 'extents'),
  periods_overlap: all => all.some(({ spells }) => spells === null) || someOverlap(all.flatMap(one => one.spells!)),
  people_may_recur: all => all.filter(({ moves }) => moves).length > 1,
  parts_included: all => {
    if (all.every(({ part_of }) => part_of.length === 0)) return false
    const present = new Set(all.flatMap(one => [`event ${one.event}`, ...one.figures.map(id => `figure ${id}`)]))
    return all.some(({ part_of }) => part_of.some(whole => present.has(whole)))
  },
  bounds_missing: all => all.some(({ bounded }) => !bounded),
}

export const NOT_SUMMED = 'Separate events. Do not add these figures.'

/**
 * Why the figures of an answer are not added, computed from the grounds of each of its events: every reason holds for
 * them, and one figure alone gives none. The words of each are in the codelist `not_summed_reason`.
 */
export function notSummed(grounds: readonly Grounds[]): { statement: string; reasons: Reason[] } {
  const all = grounds.filter(({ figures }) => figures.length > 0)
  const several = all.length > 1 || (all[0]?.figures.length ?? 0) > 1
  return {
    statement: NOT_SUMMED,
    reasons: several ? terms('not_summed_reason').filter(reason => holds[reason](all)) : [],
  }
}
