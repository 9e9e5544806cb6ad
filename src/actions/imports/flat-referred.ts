import { nameKey } from '../../domain/names.js'
import { isId } from '../../importers/flat-cells.js'
import type { Documents, Noun } from '../../model/nouns.js'
import { spoken } from './flat-change.js'
import { otherwise } from './record-kept.js'
import type { NamedPlace } from './row.js'

/** What a flat row says of the records that its figure refers to, besides their ids. */
const SAID: Partial<Record<Noun, readonly string[]>> = {
  source: ['name'],
  report: ['title', 'publisher', 'url', 'published', 'published_inferred'],
  // its place and period are those of the row's figure, and need not be those of the event
  event: ['title'],
}

type Members = Readonly<Record<string, unknown>>

/** All that it says of one, to be compared. */
export const saidOf = (noun: Noun, document: object): string =>
  (SAID[noun] ?? []).map(member => (document as Members)[member] ?? '').join('\n')

/** The place that a row names by its id. */
export function placeNamed({ locality_id: id, locality_name: name }: Members): NamedPlace | null {
  return isId(id) ? { id, name: spoken(name) || null } : null
}

/** Whether a place goes by a name, in whatever spelling. */
export function isCalled({ name, names }: Documents['locality'], said: string): boolean {
  if (name === said) return true
  const key = nameKey(said)
  return [name, ...names.map(({ text }) => text)].some(text => nameKey(text) === key)
}

/** In which words a row contradicts such a record; what it leaves out contradicts nothing, nor does an id for a name. */
export function contradictions(noun: Noun, id: string, said: object, standing: object): string[] {
  const [says, stands] = [said, standing] as [Members, Members]
  return (SAID[noun] ?? [])
    .filter(member => says[member] != null && spoken(says[member]) !== spoken(stands[member]))
    .filter(member => !(noun === 'source' && says[member] === id))
    .map(member => otherwise(member, stands[member], says[member]))
}
