import type { Term } from '../model/vocabularies.js'

type Level = Term<'level'>

/** What a foreign row says of a place. */
export interface PlaceHint {
  name: string
  /** What the row calls it, where that is no name for what its code says, and `name` is that of the code. */
  said?: string
  /**
   * null: the row does not say. Such a place is matched at any level; if none fits, its container stands in for it. One
   * that contains others is a division rather than a town, and never made.
   */
  level: Level | null
  /**
   * The row does not say the level: it is what the name suggests, at which the place is made if there is none. One of
   * that very name is meant before it, at whatever level.
   */
  supposed?: boolean
  /** Identifiers that the row itself gives, by scheme. A gazetteer's own scheme comes first. */
  codes: Record<string, string>
  /** Further spellings that the row gives. */
  names: { text: string; lang: string | null; kind: Term<'name_kind'> }[]
  /** The containing places that the row names, outermost (the country) first. Their own `parents` are not read. */
  parents: PlaceHint[]
  point: { lat: number; lon: number } | null
  /** What else the row says of the place, kept when a locality is created from it. */
  note?: string | null
}

/** A place that contains another, as the row of a gazetteer names it: by codes. */
export interface ContainerHint {
  /** null: the row does not say. */
  level: Level | null
  codes: Readonly<Record<string, string>>
}

/** Levels whose point is where the place is. A district's point merely stands for it, and every provider picks its own. */
export const POINT_LEVELS: ReadonlySet<Level> = new Set<Level>(['settlement', 'neighbourhood', 'site'])
