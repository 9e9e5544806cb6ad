import type { Commit } from '../store/writer.js'

/** Since when what timelines show has stood as it does: known in memory, so that asking costs nothing. */
export interface Standing {
  /** The end of the log, as far as this process was told. */
  head(): number
  /**
   * The log position since which nothing changed that the timeline of a locality may show: as of that position and as
   * of now it is the same. Null for an id that is not known to be a locality's.
   */
  since(locality: string): number | null
  /** Notes that an id is that of a live locality, and so no code of another, and the position at which it became so. */
  know(locality: string, since: number): void
  /** Takes a commit in. */
  commit(commit: Commit): void
  /** What was taken in so far, for another process to go on from. */
  soFar(): Stood
}

/** Commits that were taken in. */
export interface Stood {
  head: number
  /** The last change of a record that any timeline may name. */
  everywhere: number
  /** The known localities, and the last change of them or of an event at or below them. */
  places: readonly [locality: string, changed: number][]
}

/** For the first process that serves a file: what changed before its log's end is taken to have changed then. */
export const stoodAt = (head: number): Stood => ({ head, everywhere: head, places: [] })

export function keepStanding(stood: Stood): Standing {
  let { head: end, everywhere } = stood
  const places = new Map(stood.places)

  return {
    soFar: () => ({ head: end, everywhere, places: [...places] }),
    head: () => end,
    since(locality) {
      const changed = places.get(locality)
      return changed === undefined ? null : Math.max(changed, everywhere)
    },
    know(locality, since) {
      if (!places.has(locality)) places.set(locality, since)
    },
    commit(commit) {
      end = commit.head
      if (commit.names) {
        everywhere = end
        places.clear()
      } else for (const place of commit.places) places.set(place, end)
    },
  }
}
