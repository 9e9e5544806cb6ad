import { invalid } from './errors.js'

/** Controls that reverse or isolate the text around them, and so can make it read as what it is not (UAX 9). */
const BIDI = '\\u202A-\\u202E\\u2066-\\u2069'
/** Direction marks are needed in quotations that mix scripts; in a name they only make two names look like one. */
const MARKS = '\\u200E\\u200F\\u061C'

const REFUSED = {
  name: new RegExp(`[\\p{Cs}\\p{Cc}${BIDI}${MARKS}]`, 'u'),
  prose: new RegExp(`(?![\\n\\t])[\\p{Cs}\\p{Cc}${BIDI}]`, 'u'),
}

/**
 * Text as a record may hold it, in Unicode normal form C. Refused are lone surrogates, C0 controls (prose may have
 * line feeds and tabs), DEL, C1 and bidirectional controls; in names also direction marks, and a name of nothing but
 * spaces. Nothing is removed silently: what was sent is stored or refused.
 *
 * Throws `invalid` with `bad_text` at `pointer`.
 */
export function cleanText(value: string, pointer: string, { name }: { name: boolean }): string {
  const refused = REFUSED[name ? 'name' : 'prose'].exec(value)
  if (refused) {
    const code = refused[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    const detail = `The character U+${code} at position ${refused.index} is not allowed here.`
    throw invalid({ pointer, code: 'bad_text', detail })
  }
  if (name && value.trim() === '') throw invalid({ pointer, code: 'bad_text', detail: 'A name of spaces is none.' })
  return value.normalize('NFC')
}
