import type { Documents, Noun } from '../model/nouns.js'
import type { Revision } from './log.js'
import type { Reader } from './reader.js'
import { type Found, foundAs, NOW } from './records.js'

/** So many versions hold some thirty megabytes. */
const MOST = 5_000

/**
 * A reader that remembers current versions as they are read and written, since a load asks for the same sources,
 * reports and localities again and again. For the writer alone: nobody else changes what it remembers.
 */
export function remembering(read: Reader) {
  const versions = new Map<string, Found>()

  function keep(noun: Noun, found: Found): void {
    if (versions.size >= MOST) versions.clear()
    versions.set(`${noun} ${found.id}`, found)
  }

  function find(noun: Noun, id: string, at = NOW): Found | undefined {
    if (at !== NOW) return read.find(noun, id, at)
    const known = versions.get(`${noun} ${id}`)
    if (known) return known
    const found = read.find(noun, id)
    if (found) keep(noun, found)
    return found
  }

  return {
    read: { ...read, find, isLive: (noun: Noun, id: string) => find(noun, id)?.state === 'live' } satisfies Reader,
    /** Nothing refers to a relation and hardly anything to a figure, so those are looked up when they are asked for. */
    wrote<N extends Noun>(revision: Revision & { noun: N }, document: Documents[N]): void {
      const { noun, id } = revision
      if (noun === 'figure' || noun === 'relation') versions.delete(`${noun} ${id}`)
      else keep(noun, foundAs(revision, document))
    },
    /** Forgets everything, after a rollback. */
    forget: () => versions.clear(),
  }
}
