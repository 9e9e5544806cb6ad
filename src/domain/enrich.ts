import type { Locality } from '../model/locality.js'
import { fold } from './names.js'
import type { PlaceHint } from './placing.js'

/**
 * A locality with what a gazetteer knows of it besides: names that it does not have in any spelling, codes of schemes
 * that it lacks, a point if it has none. Nothing that stands is replaced.
 */
export function enriched(locality: Locality, hint: Omit<PlaceHint, 'parents'>): Locality {
  const spelled = new Set([locality.name, ...locality.names.map(({ text }) => text)].map(fold))
  const names = [{ text: hint.name, lang: null, kind: 'alias' as const }, ...hint.names].filter(({ text }) => {
    const fresh = !spelled.has(fold(text))
    spelled.add(fold(text))
    return fresh
  })
  return {
    ...locality,
    names: [...locality.names, ...names],
    codes: { ...hint.codes, ...locality.codes },
    point: locality.point ?? hint.point,
  }
}
