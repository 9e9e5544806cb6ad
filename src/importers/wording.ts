import { BIDI, isBlank, JOINERS, UNSEEN } from '../domain/text.js'
import { MAX_NAME } from '../model/schema.js'

/** What no name may hold: datasets carry it over from web pages. */
const UNSEEN_IN_NAMES = new RegExp(UNSEEN, 'gu')
const SPACES = '[\\s\\p{Cc}\\p{Cs}]'
/** White space and the like, and joiners behind it, which join nothing. */
const BETWEEN_WORDS = new RegExp(`(?:^|${SPACES})(?:${SPACES}|[${JOINERS}])*`, 'gu')
const UNSEEN_IN_PROSE = new RegExp(`[${BIDI}]`, 'g')

/** Text as a name may hold it: on one line, without what is not seen. One that is too long is the model's to refuse. */
export function asName(text: string): string {
  return text.replace(UNSEEN_IN_NAMES, '').replace(BETWEEN_WORDS, ' ').trim().normalize('NFC')
}

/** A name cut to what a title may hold, for words that the documents have whole in another member. */
export function asTitle(text: string): string {
  const name = asName(text)
  if (name.length <= MAX_NAME) return name
  // A character outside the basic plane is two units, and half of one is not text.
  return `${name.slice(0, MAX_NAME - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Text as a note, an excerpt or printed words may hold it, too long ones included; null if nothing is left. */
export function asProse(text: string | null): string | null {
  if (text === null) return null
  const clean = text
    .replace(UNSEEN_IN_PROSE, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .normalize('NFC')
  return isBlank(clean) ? null : clean
}

/** What a row says and no member holds, one `column: value` to a line; null if there is nothing. */
export function asNote(lines: readonly (readonly [column: string, value: string | null])[]): string | null {
  const said = lines.filter(([, value]) => value !== null).map(([column, value]) => `${column}: ${value}`)
  return asProse(said.join('\n'))
}
