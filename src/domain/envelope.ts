import type { Figure, Place } from '../model/figure.js'
import { originatorsOf } from './one-number.js'
import { firstDay, lastDay } from './period.js'
import { bounds } from './value.js'

/** What rival figures span together. It is no estimate: nothing is averaged, added or preferred by the service. */
export interface Envelope {
  measure: Figure['measure']
  unit: Figure['unit']
  basis: Figure['basis']
  population: Figure['population']
  places: Pick<Place, 'locality' | 'role' | 'extent'>[]
  /** For stock and cumulative figures the day at which they stood so; null for flows, and where no day is known. */
  as_of: string | null
  /** For cumulative figures the day that they count from; null where it is not known, and for others. */
  anchor: string | null
  /** The lowest low that a rival asserts; null if none bounds this end. */
  low: number | null
  /** The highest high that a rival asserts; null if none bounds this end. */
  high: number | null
  /** How many figures the group has, whether or not they bound it. */
  figures: number
  /** How many distinct originators they have; relayers, spokespersons and outlets are not counted. */
  originators: number
  /** The id of the one figure that a curator prefers. */
  preferred: string | null
}

type Rival = Figure & { id: string }

/**
 * The envelopes of one event's figures, one per comparable group: same measure, unit, basis, population, places and
 * extent, for stock and cumulative figures the same date, and for cumulative ones the same anchor: a count since January
 * and one since last week do not contradict each other. Groups come in the order of their first figures.
 *
 * A stock or cumulative figure whose date is not known to the day is comparable with no other: two days of one month
 * are not known to be the same. Figures that a curator discounted or deprecated are counted but bound nothing, so that
 * a number known to be wrong widens no envelope, and none of them is named as preferred; those recorded `sic` bound
 * nothing either (domain.md, Value).
 */
export function envelopes(figures: readonly Rival[]): Envelope[] {
  const groups = new Map<string, Rival[]>()
  for (const figure of figures) {
    const key = questionOf(figure)
    const group = groups.get(key)
    if (group) group.push(figure)
    else groups.set(key, [figure])
  }
  return [...groups.values()].map(envelope)
}

function envelope(rivals: readonly Rival[]): Envelope {
  const first = rivals[0]!
  const standing = rivals.filter(stands)
  const asserted = standing.map(rival => bounds(rival.value))
  const originators = rivals.flatMap(originatorsOf)
  // Two preferences for one question are none: which of them holds is the curator's to say.
  const [preferred, second] = standing.filter(rival => rival.rank === 'preferred')
  return {
    measure: first.measure,
    unit: first.unit,
    basis: first.basis,
    population: first.population,
    places: comparablePlaces(first),
    as_of: asOf(first),
    anchor: anchorOf(first),
    low: extreme(
      Math.min,
      asserted.map(bound => bound.low),
    ),
    high: extreme(
      Math.max,
      asserted.map(bound => bound.high),
    ),
    figures: rivals.length,
    originators: new Set(originators).size,
    preferred: preferred && !second ? preferred.id : null,
  }
}

/** What figures of one event have in common that answer one question. */
export function questionOf(figure: Rival): string {
  const { measure, unit, basis, population, period } = figure
  const anchor = basis === 'cumulative' ? (anchorOf(figure) ?? ['not known to the day', period.start]) : null
  const places = comparablePlaces(figure).map(place => [place.locality, place.role, place.extent])
  return JSON.stringify([measure, unit, basis, population, comparableDate(figure), anchor, places])
}

/** Of a stock or cumulative figure its day, or its id where none is known; null for a flow. */
export function comparableDate(figure: Rival): string | null {
  return figure.basis === 'flow' ? null : (asOf(figure) ?? `figure ${figure.id}`)
}

/** Without their words and in a fixed order: a set of places is the same in whatever order it was written. */
function comparablePlaces(figure: Rival): Envelope['places'] {
  const byKey = new Map(
    figure.places.map(({ locality, role, extent }) => [`${locality} ${role} ${extent}`, { locality, role, extent }]),
  )
  return [...byKey.keys()].sort().map(key => byKey.get(key)!)
}

function asOf({ basis, period }: Rival): string | null {
  const { reading, start, end } = period
  // a count since a date goes up to its end; a stock since a date only began then
  const sometime = reading === 'within' || (reading === 'since' && basis === 'stock')
  return basis === 'flow' || (sometime && start !== end) ? null : lastDay(period)
}

const anchorOf = ({ basis, period }: Rival): string | null => (basis === 'cumulative' ? firstDay(period) : null)

function stands(figure: Rival): boolean {
  return figure.rank !== 'deprecated' && figure.verification !== 'discounted'
}

function extreme(pick: (a: number, b: number) => number, ends: readonly (number | null)[]): number | null {
  return ends.reduce((found, end) => (found === null || end === null ? (found ?? end) : pick(found, end)), null)
}
