import type { DraftDocument } from './adapter.js'
import { sourceDraft } from './citing.js'

/** The publisher of both datasets. */
export const idmc: DraftDocument<'source'> = sourceDraft('idmc', {
  name: 'Internal Displacement Monitoring Centre',
  kind: 'ngo',
  url: 'https://www.internal-displacement.org',
})

/** As HDX states it for both. */
export const IDMC_LICENCE = 'CC BY IGO'

/** Codes of events, by form: GLIDE numbers (glidenumber.net), appeals of the IFRC, events of the AHA Centre. */
const FORMS: [scheme: string, form: RegExp][] = [
  ['glide', /^[A-Z]{2}-\d{4}-\d{6,7}-[A-Z0-9]{3}$/],
  ['ifrc_appeal', /^MDR[A-Z0-9]{2}\d{3}$/],
  ['aha', /^AHA-[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}$/],
]

/**
 * An event's identifiers by scheme; the second of a scheme is `glide_2`, and so on, those of the row's own country
 * first. `left` are codes in no form that is known here.
 */
export function eventCodes(
  listed: readonly string[],
  alpha3: string | null,
): { codes: Record<string, string>; left: string[] } {
  const own = (code: string) => (alpha3 !== null && code.endsWith(`-${alpha3}`) ? 0 : 1)
  const sorted = [...new Set(listed.map(code => code.trim()))].sort((a, b) => own(a) - own(b))
  const codes: Record<string, string> = {}
  const left: string[] = []
  for (const code of sorted) {
    const scheme = FORMS.find(([, form]) => form.test(code))?.[0]
    const used = scheme ? Object.keys(codes).filter(key => key.replace(/_\d+$/, '') === scheme).length : 0
    if (!scheme || Object.keys(codes).length >= MOST_CODES) left.push(code)
    else codes[used === 0 ? scheme : `${scheme}_${used + 1}`] = code
  }
  return { codes, left }
}

/** As many as an event may have. */
const MOST_CODES = 32
