import type { Figure } from '../model/figure.js'
import type { Period } from '../model/period.js'

/**
 * Whether a figure is of days that its event does not have. What is open may well lie within. The start of a cumulative
 * count is its anchor date, which may be that of something before.
 */
export function reachesBeyond({ basis, period }: Pick<Figure, 'basis' | 'period'>, { start, end }: Period): boolean {
  const days = [basis === 'cumulative' ? null : period.start, period.end]
  const undated = start === null && end === null
  return days.some(day => day !== null && (undated || (start !== null && day < start) || (end !== null && day > end)))
}
