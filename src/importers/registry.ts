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

/** The format of a file with this header (or members, or first row if it has no header) and second row. */
export function detect(header: readonly string[], secondRow?: readonly string[]): Adapter | undefined {
  return adapters.find(adapter => adapter.detects(header, secondRow))
}

export function adapterNamed(name: string): Adapter | undefined {
  return adapters.find(adapter => adapter.name === name)
}
