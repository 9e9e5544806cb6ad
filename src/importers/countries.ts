import { iso31661, iso31661Alpha2ToAlpha3 } from 'iso-3166'
import { fold } from '../domain/names.js'
import type { PlaceHint } from './adapter.js'
import { asName } from './wording.js'

/** Codes of humanitarian datasets for what ISO 3166-1 has no code for; XK is user-assigned, so XKX is ISO's to give. */
const BESIDE_ISO: Record<string, { name: string; codes: Record<string, string> }> = {
  XKX: { name: 'Kosovo', codes: { iso3166_1: 'XK', iso3166_1_alpha3: 'XKX' } },
  AB9: { name: 'Abyei Area', codes: { idmc_country: 'AB9' } },
}

const byAlpha3 = new Map(iso31661.map(entry => [entry.alpha3, entry]))
const byName = new Map(iso31661.map(entry => [fold(entry.name), entry]))

/** Names in use beside ISO's, such as Syria. */
const usual = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const byUsualName = new Map(iso31661.map(entry => [fold(usual.of(entry.alpha2) ?? entry.name), entry]))

/**
 * A country as a row names it: by ISO 3166-1 code (two or three letters), by name, or both. A name alone gets codes if
 * it is the very name of ISO's list. A code that is nobody's is kept under `scheme`. null if the row says neither. A
 * name of another country than the code's is not that of the place, but only what the row said.
 */
export function country(name: string | null, code: string | null, scheme = 'country'): PlaceHint | null {
  const alpha3 = code === null ? null : alpha3Of(code.toUpperCase())
  const listed = alpha3 !== null ? byAlpha3.get(alpha3) : code === null && name !== null ? byName.get(fold(name)) : null
  const beside = alpha3 === null ? undefined : BESIDE_ISO[alpha3]
  const text = name ?? listed?.name ?? beside?.name ?? code
  if (text === null) return null
  const others = name === null || !listed ? undefined : (byName.get(fold(name)) ?? byUsualName.get(fold(name)))
  const isOther = others !== undefined && others !== listed
  const codes = listed
    ? { iso3166_1: listed.alpha2, iso3166_1_alpha3: listed.alpha3 }
    : (beside?.codes ?? (code === null ? {} : { [scheme]: code }))
  const place = { level: 'country' as const, codes, names: [], parents: [], point: null }
  return isOther ? { name: listed!.name, said: asName(text), ...place } : { name: asName(text), ...place }
}

function alpha3Of(code: string): string {
  const alpha2To3: Record<string, string> = iso31661Alpha2ToAlpha3
  return alpha2To3[code] ?? (code === 'XK' ? 'XKX' : code)
}
