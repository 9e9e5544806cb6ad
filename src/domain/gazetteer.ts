import type { Term } from '../model/vocabularies.js'

/** A locality as far as placing needs to know it. */
export interface Known {
  id: string
  level: Term<'level'>
  point: { lat: number; lon: number } | null
  codes: Readonly<Record<string, string>>
  names: readonly string[]
}

/** The localities that there are, among them those that earlier rows created. */
export interface Gazetteer {
  /** The locality of this id, or the one that it was merged into. */
  byId(id: string): Known | undefined
  byCode(scheme: string, value: string): Known | undefined
  /** The localities one of whose names equals `key` once folded, or once folded and without its type words. */
  byName(key: string): readonly Known[]
  /** Whether `id` lies below `ancestor` in the tree of localities, at any depth. */
  isBelow(id: string, ancestor: string): boolean
  /** The country that a locality is, or lies in; undefined if it is known to lie in none. */
  countryOf(id: string): string | undefined
}
