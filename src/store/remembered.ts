import type { Documents, Noun } from '../model/nouns.js'
import { NOUNS } from '../model/nouns.js'
import { boundedMap } from './bounded-map.js'
import type { Revision } from './log.js'
import type { Reader } from './reader.js'
import { type Found, foundAs, NOW } from './records.js'

/** Versions of each noun: enough for those that a block of rows names, and the block before it. */
const MOST = 2000

/**
 * A reader that remembers current versions as they are read and written, and of which ids there is none, since a load
 * asks for the same sources, reports and localities again and again. For the writer alone: nobody else changes what it
 * remembers. Before anything else is asked, `settle` brings the index up to date.
 */
export function remembering(read: Reader, settle: () => void) {
  const versions = Object.fromEntries(NOUNS.map(noun => [noun, boundedMap<Found | null>(MOST, () => 1)])) as Record<
    Noun,
    ReturnType<typeof boundedMap<Found | null>>
  >

  function find(noun: Noun, id: string, at = NOW): Found | undefined {
    if (at !== NOW) return read.find(noun, id, at)
    let found = versions[noun].get(id)
    if (found === undefined) {
      found = read.find(noun, id) ?? null
      versions[noun].set(id, found)
    }
    return found ?? undefined
  }

  const settled = Object.fromEntries(
    Object.entries(read).map(([name, ask]: [string, (...question: never[]) => unknown]) => [
      name,
      (...question: never[]) => {
        settle()
        return ask(...question)
      },
    ]),
  ) as Reader

  return {
    read: { ...settled, find, isLive: (noun: Noun, id: string) => find(noun, id)?.state === 'live' } satisfies Reader,
    /** Finds many at once; each by itself costs several times as much. */
    lookUp(noun: Noun, ids: Iterable<string>): void {
      const known = versions[noun]
      const unknown = [...ids].filter(id => known.get(id) === undefined)
      if (unknown.length === 0) return
      const found = read.findMany(noun, unknown, NOW, true)
      for (const id of unknown) known.set(id, found.get(id) ?? null)
    },
    /** Nothing refers to a relation and hardly anything to a figure, so those are looked up when they are asked for. */
    wrote<N extends Noun>(revision: Revision & { noun: N }, document: Documents[N]): void {
      const { noun, id } = revision
      if (noun === 'figure' || noun === 'relation') versions[noun].delete(id)
      else versions[noun].set(id, foundAs(revision, document))
    },
    /** Forgets everything, after a rollback. */
    forget(): void {
      for (const noun of NOUNS) versions[noun].clear()
    },
  }
}
