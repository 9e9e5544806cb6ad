import type { Term } from '../model/vocabularies.js'
import type { PlaceHint } from './adapter.js'
import type { Cells } from './cells.js'
import { country } from './countries.js'
import { columnOf, type Tag } from './hxl-tags.js'
import { pointLevel } from './place-words.js'
import { asName } from './wording.js'

/**
 * The smallest place that a row names: #loc, else the innermost #adm, else #country. null if it names none.
 */
export function placeOf(cells: Cells, tags: readonly Tag[]): PlaceHint | null {
  const land = country(named(cells, tags, '#country'), coded(cells, tags, '#country'))
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

function areaOf(cells: Cells, tags: readonly Tag[], level: Term<'level'>): PlaceHint | null {
  const name = named(cells, tags, `#${level}`)
  const codes = codesOf(cells, tags, `#${level}`)
  const text = name ?? Object.values(codes)[0]
  if (text === undefined || text === null) return null
  return { name: asName(text), level, codes, names: [], parents: [], point: null }
}

/** The columns that `placeOf` reads, but for the point, which only a place that is new takes from the row. */
export function placeColumns(tags: readonly Tag[]): (string | null)[] {
  const areas = ['#adm1', '#adm2', '#adm3', '#loc']
  return [
    ...['#country', ...areas].map(hashtag => nameColumn(tags, hashtag)),
    columnOf(tags, '#country', 'code'),
    ...areas.flatMap(hashtag => codeColumns(tags, hashtag).map(({ column }) => column)),
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
