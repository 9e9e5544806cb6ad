import type { Static } from 'typebox'
import { Closed, Id, Maybe, Name, Nullable, OneOf, Text, Url } from './schema.js'

/** A person or organisation that says or publishes things, as clients write it. */
export const SourceInput = Closed({
  name: Name,
  kind: OneOf('source_kind'),
  parent: Maybe(Id),
  url: Maybe(Url),
  reliability: Maybe(OneOf('reliability')),
  note: Maybe(Text),
})
export type SourceInput = Static<typeof SourceInput>

export const Source = Closed({
  name: Name,
  kind: OneOf('source_kind'),
  parent: Nullable(Id),
  url: Nullable(Url),
  reliability: Nullable(OneOf('reliability')),
  note: Nullable(Text),
})
export type Source = Static<typeof Source>
