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

const named = (name: string) => byName.get(fold(name)) ?? byUsualName.get(fold(name))

/**
 * A country as a row names it: by ISO 3166-1 code (two or three letters), by name, or both. A name alone gets codes if
 * it is one of ISO's list, or that in use beside it. A code that is nobody's is kept under `scheme`. null if the row says neither. A
 * name of another country than the code's is not that of the place, but only what the row said.
 */
export function country(name: string | null, code: string | null, scheme = 'country'): PlaceHint | null {
  const alpha3 = code === null ? null : alpha3Of(code.toUpperCase())
  const listed = alpha3 !== null ? byAlpha3.get(alpha3) : name !== null ? named(name) : null
  const beside = alpha3 === null ? undefined : BESIDE_ISO[alpha3]
  const text = name ?? listed?.name ?? beside?.name ?? code
  if (text === null) return null
  const others = name === null || !listed ? undefined : named(name)
  const isOther = others !== undefined && others !== listed
  const codes = listed
    ? { iso3166_1: listed.alpha2, iso3166_1_alpha3: listed.alpha3 }
    : (beside?.codes ?? (code === null ? {} : { [scheme]: code }))
  const place = { level: 'country' as const, codes, names: [], parents: [], point: null }
  return isOther ? { name: listed!.name, said: asName(text), ...place } : { name: asName(text), ...place }
}

const CODE = /^[a-z]{2}[a-z0-9]?$/i
/** The scheme of codes that no country has. */
const NOBODY = 'nobody'

/**
 * A country by its ISO 3166-1 code, of two or three letters in any case, or by its name. Null for what looks like a code
 * and is nobody's.
 */
export function countryHint(codeOrName: string): PlaceHint | null {
  if (!CODE.test(codeOrName)) return country(codeOrName, null)
  const coded = country(null, codeOrName, NOBODY)!
  return NOBODY in coded.codes ? null : coded
}

function alpha3Of(code: string): string {
  const alpha2To3: Record<string, string> = iso31661Alpha2ToAlpha3
  return alpha2To3[code] ?? (code === 'XK' ? 'XKX' : code)
}
