import { fold, nameKey } from '../../domain/names.js'
import { isId } from '../../importers/flat-cells.js'
import type { FlatColumn } from '../../model/flat-row.js'
import type { Documents, Noun } from '../../model/nouns.js'
import { spoken } from './flat-change.js'
import type { NamedPlace } from './row.js'
import { otherwise } from './row-warnings.js'

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

/** What a row says that its figure has beyond its first citation and its first place, which is all that a row brings. */
export function beyondRow(cells: Members): string[] {
  return (['citations', 'places'] as const satisfies readonly FlatColumn[])
    .map(column => [spoken(cells[column]), column] as const)
    .filter(([count]) => /^\d{1,6}$/.test(count) && Number(count) > 1)
    .map(([count, column]) => `${count} ${column}`)
}

/** Whether a place goes by a name, in whatever spelling. */
export function isCalled({ name, names }: Documents['locality'], said: string): boolean {
  if (name === said) return true
  const key = nameKey(said)
  return [name, ...names.map(({ text }) => text)].some(text => nameKey(text) === key)
}

/**
 * In which words a row contradicts such a record; what it leaves out contradicts nothing, nor does an id for a name, or
 * another spelling.
 */
export function contradictions(noun: Noun, id: string, said: object, standing: object): string[] {
  const [says, stands] = [said, standing] as [Members, Members]
  return (SAID[noun] ?? [])
    .filter(member => says[member] != null && spoken(says[member]) !== spoken(stands[member]))
    .filter(
      member => !(noun === 'source' && (says[member] === id || fold(`${says[member]}`) === fold(`${stands[member]}`))),
    )
    .map(member => otherwise(member, stands[member], says[member]))
}
