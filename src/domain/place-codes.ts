import type { Term } from '../model/vocabularies.js'
import type { Gazetteer, Known } from './gazetteer.js'
import { type PlaceHint, POINT_LEVELS } from './place-hint.js'

/** What a code of a place means: which locality it names, and whose it may be. */

type Level = Term<'level'>
type Country = { id: string }

/** Whether every country numbers its own places in a scheme, so that two may use one number. */
export const isNational = (scheme: string): boolean => scheme === 'pcode'

/**
 * The locality that has one of the hint's codes. One of another kind is passed over (providers give a city and its
 * province one Wikidata id), and so is one that has another code in the hint's first scheme: it is another entry of
 * the same gazetteer.
 */
export function matchByCode(hint: PlaceHint, gazetteer: Gazetteer): Known | undefined {
  const codes = Object.entries(hint.codes)
  for (const [scheme, value] of codes) {
    const known = gazetteer.byCode(scheme, value)
    if (known && sameKind(hint.level, known.level) && !contradicts(known, codes[0]!, gazetteer)) return known
  }
  return undefined
}

/** Whether a locality has another code of a scheme, and does not answer to this one for a locality merged into it. */
export function contradicts(known: Known, [scheme, value]: [string, string], gazetteer: Gazetteer): boolean {
  return (known.codes[scheme] ?? value) !== value && gazetteer.byCode(scheme, value)?.id !== known.id
}

/** One code may name a town here and a part of town there, but not a town and its district. */
export function sameKind(level: Level | null, other: Level): boolean {
  if (level === null || level === other) return true
  return POINT_LEVELS.has(level) && POINT_LEVELS.has(other)
}

/** A hint without such codes as are those of another country's places than the one that its row names. */
export function native(hint: PlaceHint, country: Country | undefined, gazetteer: Gazetteer): PlaceHint {
  if (!country) return hint
  const isNative = ([scheme, value]: [string, string]) => {
    const known = isNational(scheme) ? gazetteer.byCode(scheme, value) : undefined
    return !known || mayLieIn(country, known, gazetteer)
  }
  return { ...hint, codes: Object.fromEntries(Object.entries(hint.codes).filter(isNative)) }
}

/** Whether a locality lies in a country, as far as it is known where it lies. */
export const mayLieIn = (country: Country, { id }: Known, gazetteer: Gazetteer): boolean =>
  (gazetteer.countryOf(id) ?? country.id) === country.id

/** A code answers for one locality: one that another has already is not given a second time. */
export function freeCodes(codes: Record<string, string>, gazetteer: Gazetteer): Record<string, string> {
  return Object.fromEntries(Object.entries(codes).filter(([scheme, value]) => !gazetteer.byCode(scheme, value)))
}
