import { divisionLevel, fold } from '../domain/names.js'
import type { Term } from '../model/vocabularies.js'

const SETTLEMENT = new Set(['town', 'city', 'village'])
const NEIGHBOURHOOD = new Set(['neighbourhood', 'neighborhood', 'quarter', 'suburb'])
const SITE = new Set(
  (
    'camp base airbase airport airfield refinery dam station hospital prison checkpoint barracks ' +
    'lake island mountain mountains jabal jebel wadi desert area'
  ).split(' '),
)

/**
 * The level of a point-like place by the word that its name carries. A name without one is a settlement: what
 * datasets put into their column of places is nearly always one.
 */
export function pointLevel(name: string): Term<'level'> {
  const words = fold(name).split(' ')
  if (words.some(word => SETTLEMENT.has(word))) return 'settlement'
  if (words.some(word => NEIGHBOURHOOD.has(word))) return 'neighbourhood'
  return words.some(word => SITE.has(word)) ? 'site' : 'settlement'
}

/** The level of a place of which nothing is known but its name. */
export const namedLevel = (name: string): Term<'level'> => divisionLevel(name) ?? pointLevel(name)
