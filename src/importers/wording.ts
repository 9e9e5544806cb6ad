/** Bidirectional controls (UAX 9), which no record may hold. */
const BIDI = /[\u202A-\u202E\u2066-\u2069]/g
/** Direction marks, which no name may hold: datasets carry them over from web pages. */
const MARKS = /[\u200E\u200F\u061C]/g

/** Text as a name may hold it: on one line, without what is not seen, at most 512 characters. */
export function asName(text: string): string {
  const line = text
    .replace(BIDI, '')
    .replace(MARKS, '')
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .normalize('NFC')
  return cut(line, 512)
}

/** Text as a note or an excerpt may hold it, at most `longest` characters; null if nothing is left. */
export function asProse(text: string | null, longest = 10_000): string | null {
  if (text === null) return null
  const clean = text
    .replace(BIDI, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .normalize('NFC')
  return clean === '' ? null : cut(clean, longest)
}

/** The words of a value, place or citation: at most 1,000 characters. */
export function asWords(text: string | null): string | null {
  return asProse(text, 1000)
}

/** What a row says and no member holds, one `column: value` to a line; null if there is nothing. */
export function asNote(lines: readonly (readonly [column: string, value: string | null])[]): string | null {
  const said = lines.filter(([, value]) => value !== null).map(([column, value]) => `${column}: ${value}`)
  return asProse(said.join('\n'))
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  // A character outside the basic plane is two units, and half of one is not text.
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
