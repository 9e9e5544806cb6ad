import { distanceKm } from '../domain/distance.js'
import { fold } from '../domain/names.js'
import { country } from '../importers/countries.js'
import type { Locality } from '../model/locality.js'
import type { NameMatch } from '../store/names.js'
import type { Reader } from '../store/reader.js'
import { documentOf } from '../store/records.js'
import { localityNamed } from './name-locality.js'

interface Asked {
  name: string
  /** Only below this locality. */
  within: string | null
  near: { lat: number; lon: number } | null
  at: number
  limit: number
}

interface Candidate {
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

/** A name, and after a comma that of a place around it. */
const CONTAINED = /^([^,،]+)[,،](.+)$/
/** What differs from this name by its type words at most, as Anbar Governorate from Anbar. */
const SAME_NAME = 0.95

/** The localities that answer to a name. What follows a comma narrows it if it names one: "Ramadi, Anbar". */
function matching(read: Reader, name: string, at: number): NameMatch[] {
  const whole = read.searchNames(name, at)
  const [, own, around] = CONTAINED.exec(name) ?? []
  if (own === undefined || around === undefined || whole[0]?.score === 1) return whole
  const containers = matching(read, around, at).filter(({ score }) => score >= SAME_NAME)
  if (containers.length === 0) return whole
  const ids = new Set(containers.map(({ id }) => id))
  return read.searchNames(own, at).filter(({ id }) => read.ancestors(id, at).some(above => ids.has(above)))
}

/** Of several spellings of the name that fits, the one that was asked for; else the first, which is the main name's. */
const spelt = (asked: string, matched: string, spellings: readonly string[]) =>
  spellings.find(text => text === asked) ?? spellings.find(text => fold(text) === fold(matched)) ?? matched

/** The id of a locality that is named by its id, by a code, or as a country by its ISO 3166-1 code alone. */
export function countryNamed(read: Reader, name: string, at: number): string {
  const { iso3166_1 } = read.find('locality', name, at) ? {} : (country(null, name)?.codes ?? {})
  return localityNamed(read, iso3166_1 === undefined ? name : `iso3166_1:${iso3166_1}`, at, 'country').id
}

/**
 * The localities that a name may mean, best first; equally good ones the innermost first, or the nearest where a point
 * is given. A name is resolved only when exactly one locality has this very name, whatever else resembles it. A town
 * often shares its name with the district around it: among places within each other the innermost is meant, as the
 * others are asked for by their type ("Ramadi District").
 */
export function resolveName(read: Reader, { name, within, near, at, limit }: Asked): Resolution {
  const matches = matching(read, name, at)
  const above = new Map(matches.map(({ id }) => [id, read.ancestors(id, at)]))
  const named = [...above].flatMap(([id, containers]) => [id, ...containers])
  const localities = new Map(
    [...read.findMany('locality', [...new Set(named)], at)].map(([id, found]) => [id, documentOf('locality', found)]),
  )
  const candidates = matches
    .filter(({ id }) => within === null || id === within || above.get(id)!.includes(within))
    .map(({ id, name: matched, score }): Candidate => {
      const { name: own, names, level, point } = localities.get(id)!
      const path = above.get(id)!.map(container => localities.get(container)?.name ?? container)
      const distance = near && point ? Math.round(distanceKm(near, point) * 10) / 10 : null
      const spellings = [own, ...names.map(({ text }) => text)]
      return { id, name: own, matched: spelt(name, matched, spellings), score, level, path, distance_km: distance }
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
