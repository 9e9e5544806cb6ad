import { invalid, Refusal } from './errors.js'
import { cleanText, isBlank } from './text.js'

/**
 * The reason for a change as the log may hold it; null if none is given or it says nothing. Throws `invalid` at the
 * parameter `reason`.
 */
export function readReason(reason: string | null): string | null {
  const words = reason?.trim() ?? ''
  try {
    return isBlank(words) ? null : cleanText(words, '', { name: false })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw invalid(...error.faults.map(({ code, detail }) => ({ parameter: 'reason', code, detail })))
  }
}
