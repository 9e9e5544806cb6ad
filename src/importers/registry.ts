import type { Adapter } from './adapter.js'
import { geonames } from './geonames.js'
import { hxl } from './hxl.js'
import { idmcGidd } from './idmc-gidd.js'
import { idmcIdu } from './idmc-idu.js'
import { pcodes } from './pcodes.js'
import { ucdpGed } from './ucdp-ged.js'
import { whosonfirst } from './whosonfirst.js'

/** Every format, the particular ones first: HDX puts HXL tags into files that are also of another format. */
export const adapters: readonly Adapter[] = [ucdpGed, idmcIdu, idmcGidd, geonames, pcodes, whosonfirst, hxl]

/** The columns that a format needs and a header does not have. */
export const lacking = (
  { needs, synonyms }: Pick<Adapter, 'needs' | 'synonyms'>,
  header: readonly string[],
): string[] => needs.filter(column => !header.includes(column) && !header.includes(synonyms?.[column] ?? column))

/** The format of a file with this header (or members, or first row if it has no header) and second row. */
export function detect(header: readonly string[], secondRow?: readonly string[]): Adapter | undefined {
  return adapters.find(
    adapter => lacking(adapter, header).length === 0 && (adapter.detects?.(header, secondRow) ?? true),
  )
}

/** The format that a header comes nearest to without being of it: one more than half of whose columns it has. */
export function nearest(header: readonly string[]): Adapter | undefined {
  const lacks = (adapter: Adapter) => lacking(adapter, header).length
  return adapters
    .filter(adapter => lacks(adapter) > 0 && lacks(adapter) < adapter.needs.length / 2)
    .sort((a, b) => lacks(a) - lacks(b))[0]
}

export function adapterNamed(name: string): Adapter | undefined {
  return adapters.find(adapter => adapter.name === name)
}
