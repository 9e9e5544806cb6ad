import type { LocalityInput } from '../model/locality.js'
import type { Term } from '../model/vocabularies.js'
import { distanceKm } from './distance.js'
import type { Gazetteer, Known } from './gazetteer.js'
import { fold, nameKey, properKey } from './names.js'
import { contradicts, freeCodes, isNational, matchByCode, mayLieIn, native, sameKind } from './place-codes.js'
import { type ContainerHint, type PlaceHint, POINT_LEVELS } from './place-hint.js'
import { idFor } from './place-ids.js'

type Level = Term<'level'>
/**
 * Why a row was placed where it was; few and fixed, so that they can be counted. `created_before`: an earlier row with
 * the same name, parents and point created it. `placed_before`: the row's record is there already, at a place that its
 * words still fit. `elsewhere`: the name is known, but not below the row's parent, nor
 * confirmed by its point.
 */
export type PlacedBecause =
  | 'code'
  | 'name_below_parent'
  | 'name_and_point'
  | 'name_of_country'
  | 'created_before'
  | 'placed_before'
  | 'no_such_name'
  | 'ambiguous'
  | 'elsewhere'
  | 'container_of_unknown_place'

/** A locality to create. Where one with this id exists, an earlier row created it: it is that one. */
interface Creation {
  id: string
  document: LocalityInput
  why: PlacedBecause
}

/** Where a row belongs. */
export interface Placing {
  locality: string
  by: 'code' | 'name' | 'created' | 'container'
  why: PlacedBecause
  /** What has to be created first, containing places before the contained; empty when everything was found. */
  creations: Creation[]
}

/** A containing place, found or about to be created. */
interface Container {
  id: string
  found: boolean
  /** This container and those above it, as far as they have to be created. */
  creations: Creation[]
  /** What the row names within it of a kind that it does not say, and no locality is called. */
  beyond?: readonly string[]
}

/** Issue 3: a name counts within this distance of the row's point. */
const NEAR_KM = 10

/**
 * No division reaches further from the point that stands for it. The longest are Krasnoyarsk Krai, 3,000 km from end to
 * end, of the second level its Taymyr District, 1,500, and of the third the counties of the Tarim Basin, some 600.
 */
const REACH_KM: Partial<Record<Level, number>> = { adm1: 1500, adm2: 750, adm3: 400 }

/** Which of these a district or a county is differs from country to country. */
const DIVISIONS: ReadonlySet<Level> = new Set<Level>(['adm1', 'adm2', 'adm3'])

/**
 * Finds the locality that a row means, or says which to create. By code; else by folded name, type words set aside,
 * at the row's own level, below the parents that the row names, unique, and within 10 km of the row's point if it has
 * one; a division, as far as one of its level may reach. Where the parents are no more than a country, a word like City,
 * which may be a part of the name, is set aside only with the point to confirm it. Where the level is only supposed, the
 * one locality of the very name is preferred, whatever its level, and what is called a division is any division of that
 * name, but no town. If the innermost parent is not known, or is known without the place in it, the next one out will
 * do, but only with the point to confirm it. Everything else is created from the row's own words: nothing is placed by
 * resemblance.
 */
export function place(asked: PlaceHint, gazetteer: Gazetteer): Placing {
  const { hint, path } = understood(asked, gazetteer)
  const coded = matchByCode(hint, gazetteer)
  if (coded) return { locality: coded.id, by: 'code', why: 'code', creations: [] }
  const named = matchByName(hint, path, gazetteer)
  if ('match' in named) return { locality: named.match.id, by: 'name', why: named.why, creations: [] }
  return placeAnew(hint, path, named.why, gazetteer)
}

/** Whether a locality that a row was placed at once is still one that it may mean, whatever others there are since. */
export function stillFits(asked: PlaceHint, id: string, gazetteer: Gazetteer): boolean {
  const known = gazetteer.byId(id)
  if (!known) return false
  const { hint, path } = understood(asked, gazetteer)
  if (matchByCode(hint, gazetteer)?.id === known.id) return true
  const alone = { ...gazetteer, byName: (key: string) => gazetteer.byName(key).filter(({ id }) => id === known.id) }
  return 'match' in matchByName(hint, path, alone)
}

/**
 * Which of the places that a row names, the containing ones included, it names by codes, and which localities have
 * them.
 */
export function placesCoded(asked: PlaceHint, gazetteer: Gazetteer): { hint: PlaceHint; known: Known }[] {
  const coded: { hint: PlaceHint; known: Known }[] = []
  for (const hint of [...asked.parents, asked]) {
    const nation = containers(asked.parents.slice(0, 1), gazetteer)
    const known = matchByCode(native(hint, countryNamed(asked.parents, nation), gazetteer), gazetteer)
    if (known) coded.push({ hint, known })
  }
  return coded
}

/** The places that contain what a row means, and what it says of it besides codes of another country's places. */
function understood(asked: PlaceHint, gazetteer: Gazetteer): { hint: PlaceHint; path: Container[] } {
  const path = containers(asked.parents, gazetteer)
  return { hint: native(asked, countryNamed(asked.parents, path), gazetteer), path }
}

/** The country that a row names first, if it names one. */
const countryNamed = (parents: readonly PlaceHint[], path: readonly Container[]): Container | undefined =>
  parents[0]?.level === 'country' ? path[0] : undefined

/** Whether a place of a gazetteer has a code that is another country's. */
export function isForeign(place: PlaceHint, gazetteer: Gazetteer): boolean {
  if (!Object.keys(place.codes).some(scheme => isNational(scheme))) return false
  const nation = containers(place.parents.slice(0, 1), gazetteer)
  const { codes } = native(place, countryNamed(place.parents, nation), gazetteer)
  return Object.keys(codes).length < Object.keys(place.codes).length
}

/**
 * Which localities the containers of a place are: of the level that each has, and in the country that the row names. One
 * that has a code of that country is it, by whichever code it was found.
 */
export function containing(
  place: PlaceHint,
  hints: readonly ContainerHint[],
  gazetteer: Gazetteer,
): (Known | undefined)[] {
  const country = countryNamed(place.parents, containers(place.parents.slice(0, 1), gazetteer))
  const land = country?.found ? gazetteer.byId(country.id) : undefined
  return hints.map(({ level, codes }) => {
    const coded = Object.entries(codes)
    const found = coded
      .map(([scheme, value]) => gazetteer.byCode(scheme, value))
      .find(known => known && sameKind(level, known.level) && (!country || mayLieIn(country, known, gazetteer)))
    const isLand = coded.some(([scheme, value]) => place.parents[0]?.codes[scheme] === value)
    return found ?? (isLand ? land : undefined)
  })
}

function containers(parents: readonly PlaceHint[], gazetteer: Gazetteer): Container[] {
  const path: Container[] = []
  for (const given of parents) {
    if (given.level === null && isAmong(path, given.name, gazetteer)) continue
    const parent = native(given, countryNamed(parents, path), gazetteer)
    const coded = matchByCode(parent, gazetteer)
    const named = coded ? { match: coded } : matchByName(parent, path, gazetteer, { containing: true })
    const around = path.at(-1)
    if ('match' in named) path.push({ id: named.match.id, found: true, creations: [] })
    else if (parent.level !== null) path.push(made(parent, around, named.why, gazetteer))
    else if (around) path.push({ ...around, found: false, beyond: [...(around.beyond ?? []), parent.name] })
  }
  return path
}

/** Whether a name of unknown kind, such as the country's in its own language, is that of a container named before. */
const isAmong = (path: readonly Container[], name: string, gazetteer: Gazetteer): boolean =>
  gazetteer.byName(nameKey(name)).some(known => path.some(({ id }) => id === known.id))

type Named = { match: Known; why: PlacedBecause } | { why: PlacedBecause }

function matchByName(
  hint: PlaceHint,
  path: readonly Container[],
  gazetteer: Gazetteer,
  { containing = false } = {},
): Named {
  const called = namesakes(hint, gazetteer)
  let named: Named = { why: 'no_such_name' }
  for (const isMeant of meanings(hint, containing)) {
    named = matchAmong(called.filter(isMeant), hint, path, gazetteer)
    if ('match' in named) return named
  }
  return named
}

/** Which localities of its name a hint may mean, by their level; the first of these meanings that one has is taken. */
function meanings({ level, supposed, name }: PlaceHint, containing: boolean): ((known: Known) => boolean)[] {
  const isDivision = (known: Known) => DIVISIONS.has(known.level)
  const isNoCountry = (known: Known) => known.level !== 'country'
  // what contains a place is rather a district than the town in it
  if (level === null) return containing ? [isDivision, isNoCountry] : [isNoCountry]
  const atLevel = (known: Known) => known.level === level
  if (!supposed) return [atLevel]
  const folded = fold(name)
  const byVeryName = ({ names }: Known) => names.some(text => fold(text) === folded)
  return [byVeryName, atLevel, ...(DIVISIONS.has(level) ? [isDivision] : [])]
}

function matchAmong(
  candidates: readonly Known[],
  hint: PlaceHint,
  path: readonly Container[],
  gazetteer: Gazetteer,
): Named {
  if (candidates.length === 0) return { why: 'no_such_name' }
  if (path.length === 0) return matchAnywhere(hint, candidates)
  const isIn = (id: string, container: string) =>
    gazetteer.isBelow(id, container) || (hint.supposed === true && id === container)
  let why: PlacedBecause = 'no_such_name'
  for (const container of path.toReversed()) {
    if (!container.found) continue
    const below = candidates.filter(known => isIn(known.id, container.id))
    const innermost = container === path.at(-1)
    const narrows = innermost && gazetteer.countryOf(container.id) !== container.id
    const isNear = (known: Known) => fits(hint, known, !narrows && !(innermost && isNamesake(hint, known)))
    const fitting = below.filter(isNear)
    if (fitting.length > 1) return { why: 'ambiguous' }
    if (fitting[0]) return { match: fitting[0], why: innermost ? 'name_below_parent' : 'name_and_point' }
    if (below.length > 0) why = 'elsewhere'
  }
  return { why }
}

/** Without parents, a name is enough for a country only. */
function matchAnywhere(hint: PlaceHint, candidates: readonly Known[]): Named {
  const country = hint.level === 'country'
  const fitting = candidates.filter(known => country || fits(hint, known, true))
  if (fitting.length > 1) return { why: 'ambiguous' }
  if (fitting[0]) return { match: fitting[0], why: country ? 'name_of_country' : 'name_and_point' }
  return { why: 'elsewhere' }
}

/** Localities with one of the hint's names, and without a code that contradicts one of its codes. */
function namesakes(hint: PlaceHint, gazetteer: Gazetteer): Known[] {
  const found = new Map<string, Known>()
  for (const text of [hint.name, ...hint.names.map(name => name.text)]) {
    const key = nameKey(text)
    if (key === '') continue
    for (const known of gazetteer.byName(key)) found.set(known.id, known)
  }
  return [...found.values()].filter(
    known => !Object.entries(hint.codes).some(code => contradicts(known, code, gazetteer)),
  )
}

/** Whether a locality has one of the hint's names, City and the like included. */
function isNamesake(hint: PlaceHint, { names }: Known): boolean {
  const keys = new Set(names.map(properKey))
  return [hint.name, ...hint.names.map(({ text }) => text)].some(text => keys.has(properKey(text)))
}

/**
 * `confirm`: only a point can speak for it. A row's point does so for a settlement whose own is near, and for no other;
 * it speaks against a division that cannot reach so far.
 */
function fits(hint: PlaceHint, known: Known, confirm: boolean): boolean {
  const apart = hint.point && known.point && distanceKm(hint.point, known.point)
  if (!POINT_LEVELS.has(known.level)) return !confirm && (apart ?? 0) <= (REACH_KM[known.level] ?? Infinity)
  if (hint.point === null) return !confirm
  return apart !== null && apart <= NEAR_KM
}

function placeAnew(hint: PlaceHint, path: readonly Container[], why: PlacedBecause, gazetteer: Gazetteer): Placing {
  const container = path.at(-1)
  if (hint.level === null && container) {
    const { id, creations } = container
    return { locality: id, by: 'container', why: 'container_of_unknown_place', creations }
  }
  const { id, found, creations } = made(hint, container, why, gazetteer)
  if (found) return { locality: id, by: 'name', why: 'created_before', creations }
  return { locality: id, by: 'created', why, creations }
}

/** The locality that such a row makes: the one that an earlier row made, or a new one. */
function made(hint: PlaceHint, parent: Container | undefined, why: PlacedBecause, gazetteer: Gazetteer): Container {
  const { beyond = [] } = parent ?? {}
  const id = idFor(hint, parent?.id ?? null, beyond)
  const earlier = gazetteer.byId(id)
  if (earlier) return { id: earlier.id, found: true, creations: [] }
  const document: LocalityInput = {
    name: hint.name,
    // A place of unknown level in no container is all that the row says of where it was.
    level: hint.level ?? 'site',
    parent: parent?.id ?? null,
    names: hint.names,
    codes: freeCodes(hint.codes, gazetteer),
    point: hint.point,
    note: hint.note ?? (beyond.length > 0 ? `within: ${beyond.toReversed().join(', ')}` : null),
  }
  return { id, found: false, creations: [...(parent?.creations ?? []), { id, document, why }] }
}
