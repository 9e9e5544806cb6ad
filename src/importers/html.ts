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
  return html.split(/<br\s*\/?>/i).map(plain)
}

/** Its links, in order. IDMC leaves out the space before `target`. */
export function htmlLinks(html: string): Link[] {
  return [...html.matchAll(/<a\s[^>]*?href="([^"]*)"[^>]*>([^<]*)<\/a>/gi)].map(([, url = '', text = '']) => ({
    url: decoded(url).trim(),
    text: plain(text),
  }))
}

function plain(html: string): string {
  return decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** Entities once: `&amp;lt;` is the text `&lt;`. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
