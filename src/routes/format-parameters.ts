import { invalid } from '../domain/errors.js'
import type { Format } from '../http/negotiate.js'
import * as p from '../http/parameters.js'

const hxl = p.flag('In CSV, a row of HXL hashtags below the header.')
const excel = p.flag('In CSV, a byte order mark, and text that a spreadsheet would run escaped.')

/** How a CSV of any table is written. */
export const tableParameters = { excel }
/** How a CSV of figures is written. */
export const csvParameters = { hxl, excel }

interface Given {
  hxl?: boolean
  excel?: boolean
  limit?: number | null
  cursor?: string | null
  shape?: string
}

/** Refuses parameters that have no meaning in a format: they would seem to have worked. */
export function refuseMeaningless(format: Format, { hxl, excel, limit, cursor, shape }: Given): void {
  if (format !== 'csv') refuseGiven({ hxl, excel }, 'This applies to CSV only.')
  if (shape === 'series') refuseGiven({ limit, cursor }, 'Series are whole.')
  if (format === 'json') return
  refuseGiven({ limit, cursor }, 'Only JSON comes in pages.')
  refuseGiven({ shape: shape !== 'events' && shape }, 'Only JSON has shapes.')
}

function refuseGiven(given: Readonly<Record<string, unknown>>, detail: string): void {
  for (const [parameter, value] of Object.entries(given))
    if (value) throw invalid({ parameter, code: 'conflict', detail })
}

/** Refuses to show what was withdrawn where nothing would mark it as such. */
export function refuseUnmarked(include: unknown, marked: boolean, where: string): void {
  if (include === null || marked) return
  throw invalid({ parameter: 'include', code: 'conflict', detail: `Only ${where} says what was withdrawn.` })
}
