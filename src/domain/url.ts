import { invalid } from './errors.js'
import { UNSEEN } from './text.js'

const LONGEST = 2048
const REFUSED = new RegExp(`[\\s\\p{Cc}\\p{Cs}]|${UNSEEN}`, 'u')

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
  if (REFUSED.test(url)) return 'The URL has white space, control characters or others that are not seen.'
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]
  if (authority === undefined) return 'Only http:// and https:// URLs with a host are kept.'
  if (authority.includes('@')) return 'The URL carries credentials.'
  if (authority.includes('\\') || !URL.canParse(url)) return 'The URL cannot be read.'
  return null
}
