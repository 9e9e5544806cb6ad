import { invalid } from './errors.js'

/** Controls that reverse or isolate the text around them, and so can make it read as what it is not (UAX 9). */
export const BIDI = '\\u202A-\\u202E\\u2066-\\u2069'
/** What joins letters or keeps them apart: Persian, Kurdish and Malayalam words need it. */
export const JOINERS = '\\u200C\\u200D'
/**
 * What nobody sees, bidirectional controls and direction marks included: quotations that mix scripts need these, in a
 * name they only make two names look like one. Joiners, and what chooses among the forms of a character, are none.
 */
export const UNSEEN = `(?![${JOINERS}\\p{Variation_Selector}])\\p{Default_Ignorable_Code_Point}`

const REFUSED = {
  name: new RegExp(`[\\p{Cs}\\p{Cc}\\p{Zl}\\p{Zp}]|${UNSEEN}|(?<=^|\\s)[${JOINERS}]`, 'u'),
  prose: new RegExp(`(?![\\n\\t])[\\p{Cs}\\p{Cc}${BIDI}]`, 'u'),
}
/** The blank pattern of braille is a character like any other but for its looks. */
const SEEN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Whether there is nothing to be seen in a text. */
export const isBlank = (text: string): boolean => !SEEN.test(text)

/**
 * Text as a record may hold it, in Unicode normal form C. Refused are lone surrogates, C0 controls (prose may have
 * line feeds and tabs), DEL, C1 and bidirectional controls; in names also whatever ends a line or is not seen, joiners
 * that join nothing, and a name in which nothing is seen. Nothing is removed silently: what was sent is stored or refused.
 *
 * Throws `invalid` with `bad_text` at `pointer`.
 */
export function cleanText(value: string, pointer: string, { name }: { name: boolean }): string {
  const refused = REFUSED[name ? 'name' : 'prose'].exec(value)
  if (refused) {
    const code = refused[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    const detail = `The character U+${code} at position ${refused.index} is not allowed here.`
    throw invalid({ pointer, code: 'bad_text', detail })
  }
  if (name && isBlank(value)) throw invalid({ pointer, code: 'bad_text', detail: 'A name of spaces is none.' })
  return value.normalize('NFC')
}
