import type { GazetteerPlace } from '../../importers/adapter.js'
import type { Row } from './row.js'

const BLOCK = 2000

/**
 * Blocks of rows in an order in which nothing refers to what comes later. Only gazetteers need it: their places name
 * parents anywhere in the file, so they are held and handed out parents first. A parent that is in a circle comes where
 * its row stands.
 */
export async function* inDependencyOrder(blocks: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  const held: Extract<Row, { kind: 'place' }>[] = []
  for await (const rows of blocks) {
    const others = rows.filter(row => row.kind !== 'place' || !held.push(row))
    if (others.length > 0) yield others
  }
  const sorted = parentsFirst(held)
  for (let start = 0; start < sorted.length; start += BLOCK) yield sorted.slice(start, start + BLOCK)
}

type PlaceRow = Extract<Row, { kind: 'place' }>

const keyOf = (scheme: string, value: string) => `${scheme} ${value}`

function parentsFirst(rows: readonly PlaceRow[]): PlaceRow[] {
  const byCode = new Map<string, PlaceRow>()
  for (const row of rows)
    for (const [scheme, value] of Object.entries(row.place.place.codes)) byCode.set(keyOf(scheme, value), row)
  const sorted: PlaceRow[] = []
  const seen = new Set<PlaceRow>()
  const parentOf = ({ parent }: GazetteerPlace) => parent && byCode.get(keyOf(parent.scheme, parent.value))
  for (const row of rows) {
    const path: PlaceRow[] = []
    for (let at: PlaceRow | null | undefined = row; at && !seen.has(at); at = parentOf(at.place)) {
      seen.add(at)
      path.push(at)
    }
    sorted.push(...path.reverse())
  }
  return sorted
}
