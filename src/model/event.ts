import type { Static } from 'typebox'
import { Period, PeriodInput } from './period.js'
import { Closed, Codes, Id, Maybe, Name, Nullable, OneOf, Text } from './schema.js'

/** Something that happened somewhere over some time, as clients write it. It owns no number. */
export const EventInput = Closed({
  title: Name,
  kind: OneOf('event_kind'),
  locality: Id,
  period: PeriodInput,
  codes: Maybe(Codes),
  note: Maybe(Text),
})
export type EventInput = Static<typeof EventInput>

export const Event = Closed({
  title: Name,
  kind: OneOf('event_kind'),
  locality: Id,
  period: Period,
  codes: Codes,
  note: Nullable(Text),
})
export type Event = Static<typeof Event>
