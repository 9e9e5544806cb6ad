import { Event, EventInput } from './event.js'
import { Figure, FigureInput } from './figure.js'
import { Locality, LocalityInput } from './locality.js'
import { Relation, RelationInput } from './relation.js'
import { Report, ReportInput } from './report.js'
import { Source, SourceInput } from './source.js'

/** A noun's document as clients write it. */
export interface Inputs {
  locality: LocalityInput
  source: SourceInput
  report: ReportInput
  event: EventInput
  figure: FigureInput
  relation: RelationInput
}

/** A noun's document as stored: complete, without the members that the service adds. */
export interface Documents {
  locality: Locality
  source: Source
  report: Report
  event: Event
  figure: Figure
  relation: Relation
}

export type Noun = keyof Documents

/** A record as answered: its document and what the service adds. */
export type RecordOf<N extends Noun> = Documents[N] & {
  id: string
  /** 1 for the first version. */
  rev: number
  /** RFC 3339, UTC, milliseconds; never earlier than that of the revision before it in the log. */
  recorded_at: string
  recorded_by: string
}

/** The nouns in dependency order: a document refers only to nouns before it, or to its own. */
export const nouns = {
  locality: { plural: 'localities', input: LocalityInput, document: Locality },
  source: { plural: 'sources', input: SourceInput, document: Source },
  report: { plural: 'reports', input: ReportInput, document: Report },
  event: { plural: 'events', input: EventInput, document: Event },
  figure: { plural: 'figures', input: FigureInput, document: Figure },
  relation: { plural: 'relations', input: RelationInput, document: Relation },
} as const

export const NOUNS = Object.keys(nouns) as Noun[]

/** The members that the service adds to a document. */
export const SERVICE_MEMBERS = ['id', 'rev', 'recorded_at', 'recorded_by'] as const
