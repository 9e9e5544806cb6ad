import type { Term } from '../model/vocabularies.js'
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

/** GLIDE numbers (glidenumber.net): hazard, year, running number, country. */
const GLIDE = /^[A-Z]{2}-\d{4}-\d{6,7}-([A-Z0-9]{3})$/
const OTHER_CODES: [scheme: Term<'event_kind'> | string, form: RegExp][] = [
  ['ifrc_appeal', /^MDR[A-Z0-9]{2}\d{3}$/],
  ['aha', /^AHA-[A-Z]{2}-\d{4}-\d{6}-[A-Z]{3}$/],
]

/**
 * An event's identifiers by scheme. A scheme has room for one: of several GLIDE numbers it is the row's country's, if
 * that has one only. `left` are the codes that found no room or have no form known here.
 */
export function eventCodes(
  codes: readonly string[],
  alpha3: string | null,
): { codes: Record<string, string>; left: string[] } {
  const schemes: Record<string, string[]> = {}
  for (const code of new Set(codes.map(text => text.trim()))) {
    const scheme = GLIDE.test(code) ? 'glide' : OTHER_CODES.find(([, form]) => form.test(code))?.[0]
    if (scheme) schemes[scheme] = [...(schemes[scheme] ?? []), code]
  }
  const chosen = Object.entries(schemes).flatMap(([scheme, found]) => {
    const own = found.filter(code => GLIDE.exec(code)?.[1] === alpha3)
    const one = found.length === 1 ? found[0] : own.length === 1 ? own[0] : undefined
    return one === undefined ? [] : [[scheme, one] as const]
  })
  const kept = new Set(chosen.map(([, code]) => code))
  return { codes: Object.fromEntries(chosen), left: codes.filter(code => !kept.has(code.trim())) }
}
