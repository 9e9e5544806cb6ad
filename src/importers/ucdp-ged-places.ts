import type { Term } from '../model/vocabularies.js'
import type { PlaceHint } from './adapter.js'
import type { Cells } from './cells.js'
import { country } from './countries.js'
import { alpha3Of, isTwo } from './gwno.js'
import { pointLevel } from './place-words.js'
import { asName } from './wording.js'

export interface RowPlace {
  hint: PlaceHint
  extent: Term<'extent'>
}

/**
 * The smallest place that the row is known to have happened in, by where_prec: 1 the very place, 2 within about 25 km
 * of it, 3 somewhere in the second-order division, 4 in the first-order division, 5 along a line or in a region that is
 * no division (a road, northern Iraq), 6 in the country, 7 in international waters or airspace.
 */
export function placeOf(cells: Cells): RowPlace | null {
  const land = countryOf(cells)
  const point = cells.point('latitude', 'longitude')
  const precision = cells.code('where_prec')
  if (precision !== null && !/^[1-7]$/.test(precision)) {
    cells.blame('where_prec', 'not_in_list', 'where_prec is 1 to 7.')
  }
  if (!land) return null
  const adm1 = area(cells.text('adm_1'), 'adm1')
  const adm2 = area(cells.text('adm_2'), 'adm2')
  const known = [land, adm1, adm2].filter(hint => hint !== null)
  const within = (hint: PlaceHint): PlaceHint => ({ ...hint, parents: known.slice(0, known.indexOf(hint)) })
  const innermost = within(known.at(-1) ?? land)
  const spot = precision === '1' || precision === '2' ? spotOf(cells, known, point) : null
  if (spot) return { hint: spot, extent: precision === '1' ? 'exact' : 'and_surroundings' }
  if (precision === '3' && adm2) return { hint: { ...within(adm2), point }, extent: 'part_of' }
  if (precision === '4' && adm1) return { hint: { ...within(adm1), point }, extent: 'part_of' }
  const extent = precision === null || precision === '7' ? 'unknown' : 'part_of'
  return { hint: precision === '6' ? land : innermost, extent }
}

/**
 * The country that a row names; where it gives no ISO code, that of `country_id`, which is Gleditsch and Ward's number.
 * A number that stood for another state before is a code of that one alone.
 */
function countryOf(cells: Cells): PlaceHint | null {
  const number = cells.code('country_id')
  const iso3 = cells.text('iso3') ?? alpha3Of(number, cells.text('date_start'))
  const found = country(cells.text('country'), iso3)
  if (!found) cells.blame('country', 'missing', 'country is empty.')
  const isItsOwn = number !== null && !(isTwo(number) && found?.codes.iso3166_1)
  return found && isItsOwn ? { ...found, codes: { ...found.codes, gwno: number } } : found
}

function area(name: string | null, level: 'adm1' | 'adm2'): PlaceHint | null {
  return name === null ? null : { name: asName(name), level, codes: {}, names: [], parents: [], point: null }
}

/** The named place itself, unless its name says that it is a part of the country: a few rows code those as exact. */
function spotOf(cells: Cells, parents: PlaceHint[], point: PlaceHint['point']): PlaceHint | null {
  const name = asName(cells.text('where_coordinates') ?? '')
  if (name === '' || isRegionOf(name, parents[0]?.name ?? '')) return null
  return { name, level: pointLevel(name), codes: {}, names: [], parents, point }
}

function isRegionOf(name: string, land: string): boolean {
  const region = /^(?:(?:north|south)?(?:east|west)?(?:ern)?|central)\s+(.+)$/i.exec(name)?.[1]
  return region?.toLowerCase() === land.toLowerCase() || name.toLowerCase() === land.toLowerCase()
}
