import { usualRole } from '../domain/places.js'
import type { Term } from '../model/vocabularies.js'
import type { PlaceHint } from './adapter.js'
import type { Cells } from './cells.js'
import { country, countryHint } from './countries.js'
import type { Counted } from './hxl-counts.js'
import { columnOf, type Tag } from './hxl-tags.js'
import { pointLevel } from './place-words.js'
import { asName } from './wording.js'

/** The places of a row. */
export interface RowPlaces {
  /** The one that is named without a word for either end of a movement. */
  place: PlaceHint | null
  /** Where people came from. */
  origin: PlaceHint | null
  /** Where they went. */
  destination: PlaceHint | null
}

type Whose = keyof RowPlaces | 'other'

/** Attributes by the place that they make a column speak of; without one it is the row's own. */
const WHOSE: ReadonlyMap<string, Whose> = new Map<string, Whose>([
  ...['origin', 'departure'].map(word => [word, 'origin'] as const),
  ...['dest', 'destination', 'arrival', 'asylum', 'residence', 'host', 'hosting'].map(
    word => [word, 'destination'] as const,
  ),
  ...['transit', 'birth', 'nationality', 'citizenship', 'intended', 'intention'].map(word => [word, 'other'] as const),
])

const whose = ({ attributes }: Tag): Whose =>
  [...attributes].map(attribute => WHOSE.get(attribute)).find(known => known !== undefined) ?? 'place'

const ofPlace = (tags: readonly Tag[], one: Whose): Tag[] => tags.filter(tag => whose(tag) === one)

/**
 * Each place from columns of its own. Where they went lies in the row's country if no other is named; so does where they
 * came from if people stay in their country (`within`).
 */
export function placesOf(cells: Cells, tags: readonly Tag[], { within }: { within: boolean }): RowPlaces {
  const place = placeOf(cells, ofPlace(tags, 'place'))
  const land = [...(place?.parents ?? []), place].find(area => area?.level === 'country')
  const [origin = null, destination = null] = (['origin', 'destination'] as const).map(end => {
    const found = placeOf(cells, ofPlace(tags, end))
    const landed = found && [...found.parents, found].some(({ level }) => level === 'country')
    const lies = end === 'destination' || within
    return found && land && lies && !landed ? { ...found, parents: [land, ...found.parents] } : found
  })
  return { place, origin, destination }
}

/** Whether the row's own place is no more than the country in which those lie that people left or went to. */
const isAround = ({ place, origin, destination }: RowPlaces): boolean =>
  place !== null && [origin, destination].some(end => end?.parents.includes(place))

/** Which place is the event's: the row's own, unless that merely contains the places of all figures. */
export function placeOfEvent(places: RowPlaces, named: readonly PlaceOfFigure[]): keyof RowPlaces | undefined {
  const isNamed = named.some(place => place.named === 'place')
  return places.place && (isNamed || !isAround(places)) ? 'place' : named[0]?.named
}

/** The smallest place that columns name: #loc, else the innermost #adm, else #country. null if they name none. */
function placeOf(cells: Cells, tags: readonly Tag[]): PlaceHint | null {
  const land = countryOf(named(cells, tags, '#country'), coded(cells, tags, '#country'))
  const parents: PlaceHint[] = land ? [land] : []
  for (const level of ['adm1', 'adm2', 'adm3'] as const) {
    const area = areaOf(cells, tags, level)
    if (area) parents.push(area)
  }
  const point = pointOf(cells, tags)
  const loc = named(cells, tags, '#loc')
  if (loc !== null) {
    const codes = codesOf(cells, tags, '#loc')
    return { name: asName(loc), level: locLevel(tags, loc), codes, names: [], parents, point }
  }
  const innermost = parents.pop()
  return innermost ? { ...innermost, parents, point: innermost.level === 'country' ? null : point } : null
}

/** Some tables have codes where the name would be. */
const countryOf = (name: string | null, code: string | null) =>
  (code === null && name !== null && countryHint(name)) || country(name, code)

function areaOf(cells: Cells, tags: readonly Tag[], level: Term<'level'>): PlaceHint | null {
  const name = named(cells, tags, `#${level}`)
  const codes = codesOf(cells, tags, `#${level}`)
  const text = name ?? Object.values(codes)[0]
  if (text === undefined || text === null) return null
  return { name: asName(text), level, codes, names: [], parents: [], point: null }
}

/** The columns that one place is read from, but for the point, which only a place that is new takes from the row. */
export function placeColumns(tags: readonly Tag[], one: keyof RowPlaces): (string | null)[] {
  const areas = ['#adm1', '#adm2', '#adm3', '#loc']
  const its = ofPlace(tags, one)
  return [
    ...['#country', ...areas].map(hashtag => nameColumn(its, hashtag)),
    columnOf(its, '#country', 'code'),
    ...areas.flatMap(hashtag => codeColumns(its, hashtag).map(({ column }) => column)),
  ]
}

function nameColumn(tags: readonly Tag[], hashtag: string): string | null {
  const bare = tags.find(tag => tag.hashtag === hashtag && !tag.attributes.has('code'))?.column
  return columnOf(tags, hashtag, 'name') ?? bare ?? null
}

function named(cells: Cells, tags: readonly Tag[], hashtag: string): string | null {
  const column = nameColumn(tags, hashtag)
  return column ? cells.text(column) : null
}

function coded(cells: Cells, tags: readonly Tag[], hashtag: string): string | null {
  const column = columnOf(tags, hashtag, 'code')
  return column ? cells.text(column) : null
}

/** Codes are P-codes by custom (HXL 1.1, #adm1 to #adm5 +code), unless a +v_ attribute names another scheme. */
function codeColumns(tags: readonly Tag[], hashtag: string): { column: string; scheme: string }[] {
  const schemes = { v_pcode: 'pcode', v_pcodes: 'pcode', v_geonames: 'geonames', v_wikidata: 'wikidata' } as const
  return tags.flatMap(tag => {
    if (tag.hashtag !== hashtag || !tag.attributes.has('code')) return []
    const vocabulary = [...tag.attributes].find(attribute => attribute.startsWith('v_'))
    const plain = hashtag === '#loc' ? undefined : 'pcode'
    const scheme = vocabulary ? schemes[vocabulary as keyof typeof schemes] : plain
    return scheme ? [{ column: tag.column, scheme }] : []
  })
}

function codesOf(cells: Cells, tags: readonly Tag[], hashtag: string): Record<string, string> {
  const found = codeColumns(tags, hashtag).map(({ column, scheme }) => [scheme, cells.text(column)] as const)
  return Object.fromEntries(found.flatMap(([scheme, value]) => (value === null ? [] : [[scheme, value]])))
}

export interface PlaceOfFigure {
  /** Which of the row's places it is. */
  named: keyof RowPlaces
  role: Term<'place_role'>
}

/**
 * The places of a figure, and what each is to it; none if the row does not say where that was. The row's own place is
 * where people are, of a stock, and of a flow where they left, or where they came if the place that they left is named
 * beside it. Internally displaced persons of a country are from there, too.
 */
export function rolesOf({ measure, present }: Counted, places: RowPlaces): PlaceOfFigure[] {
  const { place, origin } = places
  const usual = usualRole(measure)
  if (usual === 'incident') return place ? [{ named: 'place', role: usual }] : []
  const ofCountry = measure === 'displaced' && place?.level === 'country'
  const came = usual === 'destination' || origin !== null || (present && !ofCountry)
  const own = came ? 'destination' : 'origin'
  const order = present ? (['destination', 'origin'] as const) : (['origin', 'destination'] as const)
  return order.flatMap((role): PlaceOfFigure[] => {
    if (places[role]) return [{ named: role, role }]
    return place && role === own && !isAround(places) ? [{ named: 'place', role }] : []
  })
}

function locLevel(tags: readonly Tag[], name: string): Term<'level'> {
  const attributes = tags.filter(tag => tag.hashtag === '#loc').flatMap(tag => [...tag.attributes])
  const has = (...words: string[]) => words.some(word => attributes.includes(word))
  if (has('camp', 'site', 'facility', 'health', 'school', 'airport', 'port', 'border', 'crossing')) return 'site'
  if (has('neighbourhood', 'neighborhood')) return 'neighbourhood'
  return has('town', 'city', 'village', 'settlement') ? 'settlement' : pointLevel(name)
}

function pointOf(cells: Cells, tags: readonly Tag[]): PlaceHint['point'] {
  const lat = columnOf(tags, '#geo', 'lat')
  const lon = columnOf(tags, '#geo', 'lon')
  return lat && lon ? cells.point(lat, lon) : null
}
