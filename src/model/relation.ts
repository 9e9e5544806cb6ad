import Type, { type Static } from 'typebox'
import { Closed, Id, Maybe, Nullable, OneOf, Text } from './schema.js'
import { type Term, terms } from './vocabularies.js'

type RelationKind = Term<'event_relation'> | Term<'figure_relation'>

/** The kinds between events and those between figures, each once. */
export const RELATION_KINDS = [...new Set([...terms('event_relation'), ...terms('figure_relation')])]

const Of = Type.Enum(['event', 'figure'])
const Kind = Type.Unsafe<RelationKind>({
  type: 'string',
  enum: RELATION_KINDS,
  description: 'Between events: the codelist event_relation; between figures: figure_relation.',
})

/** A typed, attributed statement between two events or two figures, as clients write it. */
export const RelationInput = Closed({
  of: Of,
  kind: Kind,
  from: Id,
  to: Id,
  asserted_by: OneOf('asserted_by'),
  report: Maybe(Id),
  excerpt: Maybe(Text),
  note: Maybe(Text),
})
export type RelationInput = Static<typeof RelationInput>

export const Relation = Closed({
  of: Of,
  kind: Kind,
  from: Id,
  to: Id,
  asserted_by: OneOf('asserted_by'),
  report: Nullable(Id),
  excerpt: Nullable(Text),
  note: Nullable(Text),
})
export type Relation = Static<typeof Relation>
