import { createHash } from 'node:crypto'
import { fold, slug } from '../domain/names.js'

/** A short, stable name for what these texts say together: hexadecimal, 4 bits a digit. */
export function fingerprint(parts: readonly (string | null)[], digits = 16): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits)
}

/** Slugs of longer names are cut. */
const WHOLE_SLUG = 75

/** The id of a source that is known by its name only. Names that a slug cannot hold whole get a mark of their own. */
export function sourceId(name: string): string {
  const folded = fold(name)
  if (/^[a-z0-9 ]+$/.test(folded) && name.length <= WHOLE_SLUG) return slug(name)
  return [slug(name) || 'source', fingerprint([folded], 8)].join('-')
}

/**
 * Keeps rows apart that say the same: the first keeps its key, the next get -2, -3, … A key is 16 hexadecimal digits;
 * of a large file, 52 bits each are remembered.
 */
export function occurrences(): (key: string) => string {
  const seen = new Map<number, number>()
  return key => {
    const short = Number.parseInt(key.slice(0, 13), 16)
    const count = (seen.get(short) ?? 0) + 1
    seen.set(short, count)
    return count === 1 ? key : `${key}-${count}`
  }
}

/**
 * Tells whether an earlier row of the file has this id and says something else, so that the two contradict each other.
 * Of each, 52 bits are remembered.
 */
export function contradicted(): (id: string, row: Readonly<Record<string, unknown>>) => boolean {
  const seen = new Map<string, number>()
  return (id, row) => {
    const said = Number.parseInt(fingerprint([JSON.stringify(row)], 13), 16)
    const before = seen.get(id) ?? said
    seen.set(id, before)
    return before !== said
  }
}
