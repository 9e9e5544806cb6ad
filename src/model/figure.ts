import Type, { type Static } from 'typebox'
import { EventInput } from './event.js'
import { Period, PeriodInput } from './period.js'
import { Closed, Count, Id, Maybe, Name, Nullable, OneOf, Text } from './schema.js'

const PrintedWords = Type.String({ minLength: 1, maxLength: 1000, description: 'The words used.' })

export const ValueInput = Closed({
  low: Maybe(Count),
  best: Maybe(Count),
  high: Maybe(Count),
  qualifier: OneOf('qualifier'),
  text: Maybe(PrintedWords),
  sic: Maybe(Type.Boolean({ description: 'The source published these numbers out of order; recorded as published.' })),
})
export type ValueInput = Static<typeof ValueInput>

/** What was asserted, exactly: counts from 0 to 2^53-1; null is unknown. */
export const Value = Closed({
  low: Nullable(Count),
  best: Nullable(Count),
  high: Nullable(Count),
  qualifier: OneOf('qualifier'),
  text: Nullable(PrintedWords),
  sic: Type.Boolean(),
})
export type Value = Static<typeof Value>

const PlaceInput = Closed({
  locality: Id,
  role: Maybe(OneOf('place_role')),
  extent: Maybe(OneOf('extent')),
  text: Maybe(PrintedWords),
})
export const Place = Closed({
  locality: Id,
  role: OneOf('place_role'),
  extent: OneOf('extent'),
  text: Nullable(PrintedWords),
})
export type Place = Static<typeof Place>

const Attribution = Closed({ source: Id, role: OneOf('attribution_role') })

const CitationInput = Closed({
  report: Id,
  role: Maybe(OneOf('citation_role')),
  excerpt: Maybe(Text),
  text: Maybe(PrintedWords),
  qualifier: Maybe(OneOf('qualifier')),
  locator: Maybe(Name),
})
/** One figure as printed in one report, or the report that it was worked out from. */
export const Citation = Closed({
  report: Id,
  role: OneOf('citation_role'),
  excerpt: Nullable(Text),
  text: Nullable(PrintedWords),
  qualifier: Nullable(OneOf('qualifier')),
  locator: Nullable(Name),
})
export type Citation = Static<typeof Citation>

const PartInput = Closed({
  dimension: OneOf('dimension'),
  category: Name,
  low: Maybe(Count),
  best: Maybe(Count),
  high: Maybe(Count),
})
const Part = Closed({
  dimension: OneOf('dimension'),
  category: Name,
  low: Nullable(Count),
  best: Nullable(Count),
  high: Nullable(Count),
})

/** An event written together with its first figure. */
export const NewEvent = Type.Object({ id: Maybe(Id), ...EventInput.properties }, { additionalProperties: false })
export type NewEvent = Static<typeof NewEvent>

/** One claim by one originator, as clients write it: `event` or `new_event`, never both. */
export const FigureInput = Closed({
  event: Maybe(Id),
  new_event: Maybe(NewEvent),
  measure: OneOf('measure'),
  value: ValueInput,
  attribution: Type.Array(Attribution, { minItems: 1, maxItems: 50 }),
  citations: Type.Array(CitationInput, { minItems: 1, maxItems: 500 }),
  basis: Maybe(OneOf('basis')),
  unit: Maybe(OneOf('unit')),
  counts: Maybe(OneOf('counts')),
  period: Maybe(PeriodInput),
  places: Maybe(Type.Array(PlaceInput, { minItems: 1, maxItems: 50 })),
  population: Maybe(OneOf('population')),
  breakdown: Maybe(Type.Array(PartInput, { maxItems: 200 })),
  method: Maybe(OneOf('method')),
  provisional: Maybe(Type.Boolean()),
  verification: Maybe(OneOf('verification')),
  rank: Maybe(OneOf('rank')),
  note: Maybe(Text),
})
export type FigureInput = Static<typeof FigureInput>

/** One claim by one originator, complete. Belongs to exactly one event. */
export const Figure = Closed({
  event: Id,
  measure: OneOf('measure'),
  value: Value,
  attribution: Type.Array(Attribution),
  citations: Type.Array(Citation),
  basis: OneOf('basis'),
  unit: OneOf('unit'),
  counts: OneOf('counts'),
  period: Period,
  places: Type.Array(Place),
  population: OneOf('population'),
  breakdown: Type.Array(Part),
  method: OneOf('method'),
  provisional: Type.Boolean({ description: 'The source expects to revise it.' }),
  verification: OneOf('verification'),
  rank: OneOf('rank'),
  note: Nullable(Text),
})
export type Figure = Static<typeof Figure>
