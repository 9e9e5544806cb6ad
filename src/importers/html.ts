/** A link in a piece of HTML. */
export interface Link {
  url: string
  text: string
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/**
 * The lines of a short piece of HTML as plain text, one for each `<br>`. For reading labels out of datasets, not for
 * making markup safe: what is returned is text and must be treated as such.
 */
export function htmlLines(html: string): string[] {
  const lines = ['']
  for (const piece of piecesOf(html)) {
    if ('tag' in piece && /^br\s*\/?$/i.test(piece.tag)) lines.push('')
    else lines.push(`${lines.pop()}${'tag' in piece ? ' ' : piece.text}`)
  }
  return lines.map(plain)
}

/** Its links, in order. IDMC leaves out the space before `target`. */
export function htmlLinks(html: string): Link[] {
  const links: Link[] = []
  let open: Link | null = null
  for (const piece of piecesOf(html)) {
    if (!('tag' in piece)) {
      if (open) open.text += piece.text
    } else if (/^\/?a(?:\s|$)/i.test(piece.tag)) {
      const url = /href="([^"]*)"/i.exec(piece.tag)?.[1]
      open = url === undefined ? null : { url: decoded(url).trim(), text: '' }
      if (open) links.push(open)
    } else if (open) open.text += ' '
  }
  return links.map(({ url, text }) => ({ url, text: plain(text) }))
}

/**
 * Its tags, without their brackets, and what stands between them. A `<` that no `>` follows is text. Every character is
 * read once, as a cell may have millions.
 */
function* piecesOf(html: string): Generator<{ tag: string } | { text: string }> {
  let at = 0
  for (;;) {
    const open = html.indexOf('<', at)
    const close = open < 0 ? -1 : html.indexOf('>', open)
    if (close < 0) break
    yield { text: html.slice(at, open) }
    yield { tag: html.slice(open + 1, close) }
    at = close + 1
  }
  yield { text: html.slice(at) }
}

const plain = (text: string) => decoded(text).replace(/\s+/g, ' ').trim()

/** Entities once: `&amp;lt;` is the text `&lt;`. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
