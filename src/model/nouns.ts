import Type, { type TProperties, type TSchema } from 'typebox'
import { Event, EventInput } from './event.js'
import { Figure, FigureInput } from './figure.js'
import { Locality, LocalityInput } from './locality.js'
import { Relation, RelationInput } from './relation.js'
import { Report, ReportInput } from './report.js'
import { Id } from './schema.js'
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

/** The members that the service adds to a document. */
const serviceMembers = {
  id: Id,
  rev: Type.Integer({ minimum: 1, description: '1 for the first version.' }),
  recorded_at: Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds.' }),
  recorded_by: Type.String({ description: 'The name of the key that wrote it.' }),
}

/** A record as answered; further members, such as `warnings`, say something of the answer. */
const recorded = (document: TSchema) =>
  Type.Object(
    { ...serviceMembers, ...(document as TSchema & { properties: TProperties }).properties },
    { additionalProperties: true },
  )

/** The nouns in dependency order: a document refers only to nouns before it, or to its own. */
export const nouns = {
  locality: { plural: 'localities', input: LocalityInput, document: Locality, record: recorded(Locality) },
  source: { plural: 'sources', input: SourceInput, document: Source, record: recorded(Source) },
  report: { plural: 'reports', input: ReportInput, document: Report, record: recorded(Report) },
  event: { plural: 'events', input: EventInput, document: Event, record: recorded(Event) },
  figure: { plural: 'figures', input: FigureInput, document: Figure, record: recorded(Figure) },
  relation: { plural: 'relations', input: RelationInput, document: Relation, record: recorded(Relation) },
} as const

export const NOUNS = Object.keys(nouns) as Noun[]
