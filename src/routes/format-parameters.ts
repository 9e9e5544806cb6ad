import type { FastifyRequest } from 'fastify'
import { invalid } from '../domain/errors.js'
import { bare, type Format, negotiate } from '../http/negotiate.js'
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

/** Whether what is asked for is in JSON alone. */
const isJsonOnly = ({ limit, cursor, shape }: Given): boolean =>
  limit != null || cursor != null || (shape !== undefined && shape !== 'events')

/**
 * The form to answer in: that of the suffix, or what `Accept` prefers. What only JSON has is answered in JSON wherever
 * the client takes that at all.
 */
export function formatFor<F extends Format>(request: FastifyRequest, values: Given, offered: readonly F[]): F | 'json' {
  const { format: suffix } = request.params as { format?: string }
  const json = suffix === undefined && isJsonOnly(values) && request.accepts().types([bare('json')]) !== false
  const format = json ? 'json' : negotiate(request, offered)
  refuseMeaningless(format, values)
  return format
}

/** Refuses parameters that have no meaning in a format: they would seem to have worked. */
function refuseMeaningless(format: Format, { hxl, excel, limit, cursor, shape }: Given): void {
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
