const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

const PLAIN = /^[\x20-\x7e]*$/
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u
const BIDI_CONTROLS = /\p{Bidi_Control}/gu
const BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/** East Asian Wide and Fullwidth, https://www.unicode.org/reports/tr11, in blocks. */
const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
] as const

/**
 * The text on one line, without anything that would steer a terminal: no control characters, and no bidirectional
 * controls, which can make a table show its cells in another order than it holds them.
 */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(BIDI_CONTROLS, '').replace(BREAKS_AND_CONTROLS, ' ')
}

/** The number of terminal columns that a printable text takes: marks none, wide characters and emoji two. */
export function terminalWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The text cut to `width` columns, the cut shown by an ellipsis; never inside a letter and its marks. */
export function truncate(text: string, width: number): string {
  if (terminalWidth(text) <= width) return text
  let cut = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width) break
    cut += segment
  }
  return `${cut.trimEnd()}…`
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2
  let width = 0
  for (const character of grapheme) {
    const code = character.codePointAt(0)!
    if (code >= 0x300 && ZERO.test(character)) continue
    width += code >= 0x1100 && WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
  }
  return width
}
