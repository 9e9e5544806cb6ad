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
 * The localities that a name may mean, best first; equally good names are ordered by distance, where a point is given.
 * A name is resolved only when exactly one locality has this very name, whatever else resembles it.
 */
export function resolveName(read: Reader, { name, within, near, at, limit }: Asked): Resolution {
  const matches = read.searchNames(name, at).slice(0, 20 * limit)
  const records = read.findMany(
    'locality',
    matches.map(({ id }) => id),
    at,
  )
  const candidates = matches.flatMap(({ id, name: matched, score }): Candidate[] => {
    const above = read.ancestors(id, at)
    if (within !== null && id !== within && !above.includes(within)) return []
    const locality = documentOf('locality', records.get(id)!)
    const names = [...read.findMany('locality', above, at)].map(
      ([container, found]) => [container, documentOf('locality', found).name] as const,
    )
    const path = above.map(container => new Map(names).get(container) ?? container)
    const distance = near && locality.point ? Math.round(distanceKm(near, locality.point) * 10) / 10 : null
    return [{ id, name: locality.name, matched, score, level: locality.level, path, distance_km: distance }]
  })
  if (near)
    candidates.sort(
      (a, b) =>
        b.score - a.score || (a.distance_km ?? Infinity) - (b.distance_km ?? Infinity) || (a.id < b.id ? -1 : 1),
    )
  const exact = candidates.filter(({ score }) => score === 1)
  return {
    resolved: exact.length === 1 ? exact[0]!.id : null,
    ambiguous: exact.length > 1,
    candidates: candidates.slice(0, limit),
  }
}
