import { divisionLevel, fold } from '../domain/names.js'
import type { Term } from '../model/vocabularies.js'
import type { PlaceHint } from './adapter.js'
import { type Cells, roundedDegrees } from './cells.js'
import { asName, asProse } from './wording.js'

/** A place of a figure; `key` is how the documents refer to it. */
export interface IduPlace {
  key: string
  hint: PlaceHint
  /** Usually one; null: as usual for the measure. */
  roles: readonly (Term<'place_role'> | null)[]
  extent: Term<'extent'>
  text: string | null
}

/**
 * Where the figure is about. Newer editions list places with their accuracy and whether people left or reached them;
 * older ones name the place in the sentence alone, without saying what kind of place it is.
 */
export function placesOf(cells: Cells, land: PlaceHint, sentence: string): IduPlace[] {
  const listed = listedPlaces(cells, land)
  if (listed.length > 0) return listed
  const point = cells.point('latitude', 'longitude')
  const text = asProse(placeInSentence(sentence) ?? placeInTitle(cells.text('event_name')))
  if (text === null) return [{ key: 'country', hint: land, roles: [null], extent: 'part_of', text }]
  const { name, parents } = namedWithin(text, land)
  const hint = { name, ...levelSaid(name), codes: {}, names: [], parents, point }
  return [{ key: 'place', hint, roles: [null], extent: 'unknown', text }]
}

/** A name and those after its commas: the places that contain it. Their kind is not said, but for the country's. */
function namedWithin(text: string, land: PlaceHint): { name: string; parents: PlaceHint[] } {
  const [name = '', ...others] = text
    .split(',')
    .map(asName)
    .filter(part => part !== '')
  const within = others.filter(part => fold(part) !== fold(land.name)).toReversed()
  const parents = within.map(name => ({ name, level: null, codes: {}, names: [], parents: [], point: null }))
  return { name, parents: [land, ...parents] }
}

/** What a single name says of its own level: `Kutch District`. One of several places is of none. */
function levelSaid(name: string): Pick<PlaceHint, 'level' | 'supposed'> {
  const level = /\sand\s|[&/]/.test(name) ? null : divisionLevel(name)
  return level === null ? { level } : { level, supposed: true }
}

const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)'

/**
 * `… people were evacuated in Kutch District on 13 June`: from a capital letter to the next thing that is said. `in July
 * 2023` is no place, but May Pen is.
 */
const PLACE = new RegExp(
  ` in (?!${MONTH}(?![^ ,;.()]| \\p{Lu}))(\\p{Lu}.*?)` +
    '(?= due to | on \\d| between | to \\p{Lu}| in | and (?:\\p{Ll}+ ){1,3}in |, according |[.;()]|$)',
  'su',
)

const placeInSentence = (sentence: string) => PLACE.exec(` ${sentence.trim()}`)?.[1]?.trim() || null

/** `India: Flood [Monsoon] - Kerala - 29/07/2023` */
function placeInTitle(title: string | null): string | null {
  const [, ...said] = asName(title ?? '').split(':')
  const parts = said.join(':').split(/\s-\s/)
  return /^\d{2}\/\d{2}\/\d{4}$/.test(parts.pop() ?? '') ? parts.slice(1).join(' - ').trim() || null : null
}

function listedPlaces(cells: Cells, land: PlaceHint): IduPlace[] {
  const names = list(cells.text('locations_name'))
  const points = list(cells.text('locations_coordinates'))
  const accuracies = list(cells.text('locations_accuracy'))
  const types = list(cells.text('locations_type'))
  // The four lists go together; if they are not equally long, nobody can say what belongs to what.
  const together = [points, accuracies, types].every(other => other.length === names.length)
  return names.map((text, i) => {
    const level = together ? levelOf(accuracies[i] ?? '') : null
    const whole = { key: `place_${i + 1}`, roles: together ? rolesOf(types[i] ?? '') : [null], text: asProse(text) }
    if (level === 'country') return { ...whole, hint: land, extent: 'part_of' as const }
    const { name, parents } = namedWithin(text, land)
    const point = together ? pointOf(cells, points[i] ?? '') : null
    const hint = { name, level, codes: {}, names: [], parents, point }
    return { ...whole, hint, extent: level === null ? ('unknown' as const) : ('part_of' as const) }
  })
}

function list(text: string | null): string[] {
  return (text ?? '').split(/;\s*/).filter(part => part !== '')
}

/** `State/Region/Province (ADM1)`; a point may be of anything. */
function levelOf(accuracy: string): Term<'level'> | null {
  const level = /ADM([0-3])/.exec(accuracy)?.[1]
  return level === undefined ? null : ((['country', 'adm1', 'adm2', 'adm3'] as const)[Number(level)] ?? null)
}

/** `Origin and destination`: people fled within the place. */
function rolesOf(type: string): (Term<'place_role'> | null)[] {
  const roles = (['origin', 'destination'] as const).filter(role => type.toLowerCase().includes(role))
  return roles.length > 0 ? roles : [null]
}

/** `23.1, 70.2`; half a point, or one that is not on Earth, is a problem. */
function pointOf(cells: Cells, text: string): PlaceHint['point'] {
  const [lat, lon] = (/^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? []).slice(1).map(Number)
  if (lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180)
    return { lat: roundedDegrees(lat), lon: roundedDegrees(lon) }
  cells.blame('locations_coordinates', 'out_of_range', `${text} is not a latitude and a longitude in degrees.`)
  return null
}
