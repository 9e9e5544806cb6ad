import { distanceKm } from '../domain/distance.js'
import type { Locality } from '../model/locality.js'
import type { Reader } from '../store/reader.js'
import { documentOf } from '../store/records.js'

interface Asked {
  name: string
  /** Only below this locality. */
  within: string | null
  near: { lat: number; lon: number } | null
  at: number
  limit: number
}

export interface Candidate {
  id: string
  name: string
  matched: string
  score: number
  level: Locality['level']
  path: string[]
  distance_km: number | null
}

/** What a name may mean. */
export interface Resolution {
  /** The one locality whose very name it is; null if there is none, or more than one. */
  resolved: string | null
  ambiguous: boolean
  candidates: Candidate[]
}

/**
 * The localities that a name may mean, best first; equally good ones the innermost first, or the nearest where a point
 * is given. A name is resolved only when exactly one locality has this very name, whatever else resembles it. A town
 * often shares its name with the district around it: among places within each other the innermost is meant, as the
 * others are asked for by their type ("Ramadi District").
 */
export function resolveName(read: Reader, { name, within, near, at, limit }: Asked): Resolution {
  const matches = read.searchNames(name, at)
  const above = new Map(matches.map(({ id }) => [id, read.ancestors(id, at)]))
  const named = [...above].flatMap(([id, containers]) => [id, ...containers])
  const localities = new Map(
    [...read.findMany('locality', [...new Set(named)], at)].map(([id, found]) => [id, documentOf('locality', found)]),
  )
  const candidates = matches
    .filter(({ id }) => within === null || id === within || above.get(id)!.includes(within))
    .map(({ id, name: matched, score }): Candidate => {
      const { name: own, level, point } = localities.get(id)!
      const path = above.get(id)!.map(container => localities.get(container)?.name ?? container)
      const distance = near && point ? Math.round(distanceKm(near, point) * 10) / 10 : null
      return { id, name: own, matched, score, level, path, distance_km: distance }
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        (a.distance_km ?? Number.MAX_VALUE) - (b.distance_km ?? Number.MAX_VALUE) ||
        b.path.length - a.path.length ||
        (a.id < b.id ? -1 : 1),
    )
  const exact = candidates.filter(({ score }) => score === 1).map(({ id }) => id)
  const meant = exact.filter(id => !exact.some(other => above.get(other)!.includes(id)))
  return {
    resolved: meant.length === 1 ? meant[0]! : null,
    ambiguous: meant.length > 1,
    candidates: candidates.slice(0, limit),
  }
}
