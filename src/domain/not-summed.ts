import type { Figure } from '../model/figure.js'
import { type Term, terms } from '../model/vocabularies.js'
import { overlaps } from './period.js'
import { ARRIVING, LEAVING } from './places.js'
import { bounds } from './value.js'

type Reason = Term<'not_summed_reason'>

/** What of a figure decides whether it could be added to others. */
export interface Facts {
  id: string
  event: string
  measure: Figure['measure']
  unit: Figure['unit']
  basis: Figure['basis']
  population: Figure['population']
  /** The localities and roles of its places, and their extents, each as one comparable text. */
  places: string
  extents: string
  start: string | null
  end: string | null
  bounded: boolean
  /** What this figure, or its event, is stated to be part of: `figure <id>` or `event <id>`. */
  part_of: string[]
}

export function factsOf(figure: Figure & { id: string }, part_of: string[]): Facts {
  const { low, high } = bounds(figure.value)
  return {
    id: figure.id,
    event: figure.event,
    measure: figure.measure,
    unit: figure.unit,
    basis: figure.basis,
    population: figure.population,
    places: comparable(figure.places.map(({ locality, role }) => `${locality} ${role}`)),
    extents: comparable(figure.places.map(({ extent }) => extent)),
    start: figure.period.start,
    end: figure.period.end,
    bounded: low !== null && high !== null,
    part_of,
  }
}

/** In whatever order and however often they were written. */
const comparable = (words: readonly string[]) => [...new Set(words)].sort().join()

const MOVING: readonly string[] = [...LEAVING, ...ARRIVING]

const differ = (facts: readonly Facts[], member: keyof Facts) => facts.some(one => one[member] !== facts[0]![member])

/** Sorted by start, a period that overlaps any earlier one overlaps the one that ends last. */
function periodsOverlap(facts: readonly Facts[]): boolean {
  const groups = new Map<string, Facts[]>()
  for (const one of facts) {
    if (one.start === null && one.end === null) continue
    const group = groups.get(one.measure)
    if (group) group.push(one)
    else groups.set(one.measure, [one])
  }
  return [...groups.values()].some(group => {
    const sorted = [...group].sort((a, b) => ((a.start ?? '') < (b.start ?? '') ? -1 : 1))
    let last: Facts | undefined
    return sorted.some(one => {
      if (last && overlaps(last, one.start, one.end)) return true
      if (!last || (last.end !== null && (one.end === null || one.end > last.end))) last = one
      return false
    })
  })
}

const holds: Record<Reason, (facts: readonly Facts[]) => boolean> = {
  separate_events: facts => differ(facts, 'event'),
  rival_figures: haveRivals,
  measures_differ: facts => differ(facts, 'measure'),
  units_differ: facts => differ(facts, 'unit'),
  bases_differ: facts => differ(facts, 'basis'),
  populations_differ: facts => differ(facts, 'population'),
  places_differ: facts => differ(facts, 'places'),
  extents_differ: facts => differ(facts, 'extents'),
  periods_overlap: periodsOverlap,
  people_may_recur: facts => {
    const moves = facts.filter(one => MOVING.includes(one.measure) && one.basis !== 'stock')
    return moves.length > 1 && differ(moves, 'event')
  },
  parts_included: facts => {
    if (facts.every(one => one.part_of.length === 0)) return false
    const present = new Set(facts.flatMap(one => [`figure ${one.id}`, `event ${one.event}`]))
    return facts.some(one => one.part_of.some(whole => present.has(whole)))
  },
  bounds_missing: facts => facts.some(one => !one.bounded),
}

/** Rivals answer one question; figures that differ in any of these answer several, and another reason says so. */
const areRivals = (one: Facts, other: Facts) => ONE_QUESTION.every(member => one[member] === other[member])

const ONE_QUESTION = ['measure', 'unit', 'basis', 'population', 'places', 'extents'] as const satisfies (keyof Facts)[]

function haveRivals(facts: readonly Facts[]): boolean {
  const ofEvent = new Map<string, Facts[]>()
  for (const one of facts) {
    const others = ofEvent.get(one.event)
    if (others === undefined) ofEvent.set(one.event, [one])
    else if (others.some(other => areRivals(one, other))) return true
    else others.push(one)
  }
  return false
}

export const NOT_SUMMED = 'Separate events. Do not add these figures.'

/**
 * Why the figures of an answer are not added, computed from the very figures in it: every reason holds for them, and
 * one figure alone gives none. The words of each are in the codelist `not_summed_reason`.
 */
export function notSummed(facts: readonly Facts[]): { statement: string; reasons: Reason[] } {
  return {
    statement: NOT_SUMMED,
    reasons: facts.length < 2 ? [] : terms('not_summed_reason').filter(reason => holds[reason](facts)),
  }
}
