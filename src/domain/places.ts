import type { Figure, Place } from '../model/figure.js'
import type { Term } from '../model/vocabularies.js'

type Measure = Term<'measure'>
type Role = Term<'place_role'>

/** Measures of people leaving a place, and of people coming to one. */
export const LEAVING: readonly Measure[] = ['displaced', 'evacuated', 'crossed_border']
export const ARRIVING: readonly Measure[] = ['returned', 'sheltered']

/** The role of a figure's place when its source names none: people leave a place, come to it, or suffer in it. */
export function usualRole(measure: Measure): Role {
  if (LEAVING.includes(measure)) return 'origin'
  return ARRIVING.includes(measure) ? 'destination' : 'incident'
}

/**
 * The localities whose timeline shows a figure. A destination never shows people's flight as flight from that place,
 * and an origin never shows their arrival elsewhere as an arrival there.
 */
export function shownAt(figure: Pick<Figure, 'measure' | 'places'>): string[] {
  const elsewhere = LEAVING.includes(figure.measure)
    ? 'destination'
    : ARRIVING.includes(figure.measure)
      ? 'origin'
      : null
  return figure.places.filter(place => place.role !== elsewhere).map(place => place.locality)
}

/** A place that is listed before in the same role, where no words tell the two apart as parts of one locality. */
export const repeated = (places: readonly Place[]): Place | undefined =>
  places.find(({ locality, role, text }, i) =>
    places
      .slice(0, i)
      .some(
        other =>
          other.locality === locality &&
          other.role === role &&
          (text === null || other.text === null || other.text === text),
      ),
  )
