import Type, { type Static } from 'typebox'
import { Closed, Codes, Id, Language, Maybe, Name, Nullable, OneOf, Text } from './schema.js'

const Point = Closed({
  lat: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' }),
  lon: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees, WGS 84.' }),
})

const LocalityNameInput = Closed({
  text: Name,
  lang: Maybe(Language),
  kind: Maybe(OneOf('name_kind')),
})
const LocalityName = Closed({
  text: Name,
  lang: Nullable(Language),
  kind: OneOf('name_kind'),
})

/** As many names as a place may have besides its own. */
export const MAX_NAMES = 500

/** A place in a tree, as clients write it. */
export const LocalityInput = Closed({
  name: Name,
  level: OneOf('level'),
  parent: Maybe(Id),
  names: Maybe(Type.Array(LocalityNameInput, { maxItems: MAX_NAMES })),
  codes: Maybe(Codes),
  point: Maybe(Point),
  note: Maybe(Text),
})
export type LocalityInput = Static<typeof LocalityInput>

/** A place in a tree, complete. */
export const Locality = Closed({
  name: Name,
  level: OneOf('level'),
  parent: Nullable(Id),
  names: Type.Array(LocalityName),
  codes: Codes,
  point: Nullable(Point),
  note: Nullable(Text),
})
export type Locality = Static<typeof Locality>
