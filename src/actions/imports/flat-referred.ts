import type { Noun } from '../../model/nouns.js'
import { spoken } from './flat-change.js'

/** What a flat row says of the records that its figure refers to, besides their ids. */
const SAID: Partial<Record<Noun, readonly string[]>> = {
  source: ['name'],
  report: ['title', 'publisher', 'url', 'published'],
  // its place and period are those of the row's figure, and need not be those of the event
  event: ['title'],
}

type Members = Readonly<Record<string, unknown>>

/** All that it says of one, to be compared. */
export const saidOf = (noun: Noun, document: object): string =>
  (SAID[noun] ?? []).map(member => (document as Members)[member] ?? '').join('\n')

/** In which words a row contradicts such a record; what it leaves out contradicts nothing, nor does an id for a name. */
export function contradictions(noun: Noun, id: string, document: object, stands: object): string[] {
  const [said, standing] = [document, stands] as [Members, Members]
  return (SAID[noun] ?? [])
    .filter(member => said[member] != null && spoken(said[member]) !== spoken(standing[member]))
    .filter(member => !(noun === 'source' && said[member] === id))
    .map(member => `${member} ${JSON.stringify(standing[member] ?? null)}, not ${JSON.stringify(said[member])}`)
}
