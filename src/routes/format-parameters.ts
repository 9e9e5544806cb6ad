import { invalid } from '../domain/errors.js'
import type { Format } from '../http/negotiate.js'
import * as p from '../http/parameters.js'

const hxl = p.flag('In CSV, a row of HXL hashtags below the header.')
const excel = p.flag('In CSV, a byte order mark, and text that a spreadsheet would run escaped.')

/** How a CSV of any table is written. */
export const tableParameters = { excel }
/** How a CSV of figures is written. */
export const csvParameters = { hxl, excel }

/** Refuses parameters of CSV with another format: they would seem to have worked. */
export function refuseOutsideCsv(format: Format, values: { hxl?: boolean; excel?: boolean }): void {
  if (format === 'csv') return
  for (const parameter of ['hxl', 'excel'] as const)
    if (values[parameter]) throw invalid({ parameter, code: 'conflict', detail: 'This applies to CSV only.' })
}
