import { NEEDS_QUOTES } from '../domain/flat-cells.js'

/** The cells of a flat row that hold words as people write them, each with its bit in the column `quotes` of its table. */
export const QUOTES = {
  event_title: 1,
  text: 1,
  period_text: 2,
  excerpt: 4,
  report_title: 1,
  report_url: 2,
} as const
export type TextCell = keyof typeof QUOTES

/** The bits of those that need quotation marks in CSV. */
export function quotesOf(texts: Partial<Record<TextCell, string | null | undefined>>): number {
  let bits = 0
  for (const cell of Object.keys(texts) as TextCell[]) {
    const text = texts[cell]
    if (text && NEEDS_QUOTES.test(text)) bits |= QUOTES[cell]
  }
  return bits
}
