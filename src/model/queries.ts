import type { Noun } from './nouns.js'
import type { Term } from './vocabularies.js'

/** How far a question about a locality reaches. */
export type Scope = 'within' | 'exact' | 'around'

/** A locality and how far around it to look. */
export interface Area {
  locality: string
  scope: Scope
}

/** The filters of each list, by parameter name; several values mean any of them. */
export interface Filters {
  locality: {
    parent?: string | string[]
    level?: Term<'level'>[]
    code?: string
    bbox?: [number, number, number, number]
  }
  source: { kind?: Term<'source_kind'>[]; parent?: string | string[] }
  report: { publisher?: string[]; from?: string; to?: string }
  event: { kind?: Term<'event_kind'>[]; area?: Area; from?: string; to?: string; code?: string }
  figure: FigureFilters & {
    event?: string[]
    area?: Area
    from?: string
    to?: string
    report?: string[]
    publisher?: string[]
  }
  relation: {
    of?: ('event' | 'figure')[]
    kind?: string[]
    asserted_by?: Term<'asserted_by'>[]
    event?: string | string[]
    figure?: string
  }
}

/** The filters on figures that lists and timelines share. */
export interface FigureFilters {
  measure?: Term<'measure'>[]
  basis?: Term<'basis'>[]
  unit?: Term<'unit'>[]
  population?: Term<'population'>[]
  verification?: Term<'verification'>[]
  rank?: Term<'rank'>[]
  /** Attributed to it in any role. */
  source?: string[]
  originator?: string[]
  /** Printed by this date in at least one report. */
  published_by?: string
}

/** One page of a list, ordered by id. */
export interface ListQuestion<N extends Noun> {
  filters: Filters[N]
  /** The log position asked about. */
  at: number
  /** Also records that were retracted or merged. */
  retracted: boolean
  /** Only records whose version at `at` is later than this log position. */
  updated_since: number | null
  /** Only these records. */
  ids?: readonly string[]
  /** The id after which the page starts. */
  after: string | null
  /** -1: all. */
  limit: number
}

/** One page of a locality's timeline. */
export interface TimelineQuestion {
  area: Area
  from: string | null
  to: string | null
  figures: FigureFilters
  at: number
  retracted: boolean
  /** The entry after which the page starts. */
  after: TimelineKey | null
  /** Null: everything. */
  limit: number | null
}

/** The place of an event in the order of a timeline. */
export interface TimelineKey {
  start: string
  end: string
  event: string
}

/** A question that is answered in pages. */
export type PagedQuestion = TimelineQuestion & { limit: number }
