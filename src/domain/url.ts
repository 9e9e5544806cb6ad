import { invalid } from './errors.js'

const LONGEST = 2048
/** White space, controls, and marks that change how an address reads; joiners stay, Persian words need them. */
const UNSEEN = /[\s\p{Cc}\p{Cs}\u200B\u200E\u200F\u061C\u202A-\u202E\u2060\u2066-\u2069]/u

/**
 * A web address as a record may hold it, returned as given: addresses are cited and compared, never fetched, so
 * nothing is normalised. It must be http or https, at most 2,048 characters, without credentials, white space or
 * control characters, and be read as written: WHATWG parsers would repair `https:host`, `https:///host` and `\` in
 * the host, and other readers would then see another host.
 *
 * Throws `invalid` with `bad_url` at `pointer`.
 */
export function checkUrl(url: string, pointer: string): string {
  const fault = urlFault(url)
  if (fault) throw invalid({ pointer, code: 'bad_url', detail: fault })
  return url
}

function urlFault(url: string): string | null {
  if (url.length > LONGEST) return `The URL is longer than ${LONGEST} characters.`
  if (UNSEEN.test(url)) return 'The URL has white space or control characters.'
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]
  if (authority === undefined) return 'Only http:// and https:// URLs with a host are kept.'
  if (authority.includes('@')) return 'The URL carries credentials.'
  if (authority.includes('\\') || !URL.canParse(url)) return 'The URL cannot be read.'
  return null
}
