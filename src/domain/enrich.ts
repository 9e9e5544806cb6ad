import { type Locality, MAX_NAMES } from '../model/locality.js'
import { fold } from './names.js'
import type { PlaceHint } from './place-hint.js'

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
    ...fitting([...locality.names, ...names], locality.note),
    codes: { ...hint.codes, ...locality.codes },
    point: locality.point ?? hint.point,
  }
}

const MORE = `names: more are known than the ${MAX_NAMES} that a locality may have`

/** As many of these names as a locality may have, and its note, which says so if there are more. */
export function fitting(names: Locality['names'], note: string | null): Pick<Locality, 'names' | 'note'> {
  if (names.length <= MAX_NAMES) return { names, note }
  const noted = note?.includes(MORE) ? note : [note, MORE].filter(line => line !== null).join('\n')
  return { names: names.slice(0, MAX_NAMES), note: noted }
}
