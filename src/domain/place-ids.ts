import { createHash } from 'node:crypto'
import { properKey, slug } from './names.js'
import { type PlaceHint, POINT_LEVELS } from './place-hint.js'

/**
 * The id of the locality that a row makes. A country is its ISO 3166-1 alpha-2 code; a place with a code is
 * `scheme:value`; every other one is named after its parent and itself, with a mark of what makes it that place and no
 * other: `beyond` are places that contain it within its parent and are no localities.
 */
export function idFor(hint: PlaceHint, parent: string | null, beyond: readonly string[] = []): string {
  const alpha2 = hint.codes.iso3166_1
  if (hint.level === 'country' && alpha2) return alpha2.toLowerCase()
  const [code] = Object.entries(hint.codes)
  if (code) return codeId(...code)
  const path = [withoutMark(parent ?? 'place'), slug(properKey(hint.name))].filter(part => part !== '').join('-')
  const point = hint.level !== null && POINT_LEVELS.has(hint.level) ? hint.point : null
  return `${path.slice(0, 100)}-${mark([parent, hint.level, properKey(hint.name), point?.lat ?? null, point?.lon ?? null, ...beyond.map(properKey)])}`
}

/** The id of a locality that a provider numbers. */
export function codeId(scheme: string, value: string): string {
  const plain = value.toLowerCase()
  if (/^[a-z0-9._-]{1,80}$/.test(plain)) return `${scheme}:${plain}`
  return `${scheme}:${[slug(value), mark([value])].filter(part => part !== '').join('-')}`
}

const MARK = /-[0-9a-f]{8}$/

function withoutMark(id: string): string {
  return id.replace(MARK, '')
}

function mark(parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)
}
