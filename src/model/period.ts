import Type, { type Static } from 'typebox'
import { CalendarDate, Closed, Maybe, Nullable, OneOf, Text } from './schema.js'

const Edtf = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Extended Date/Time Format, ISO 8601-2: 2015-04, 2015-05-15/2015-05-17, ../2015-05-18, 2015-06~.',
})

/** A period as clients write it: `edtf`, or `start` and `end`; the rest is derived. */
export const PeriodInput = Closed({
  edtf: Maybe(Edtf),
  start: Maybe(CalendarDate),
  end: Maybe(CalendarDate),
  precision: Maybe(OneOf('precision')),
  reading: Maybe(OneOf('reading')),
  text: Maybe(Text),
  inferred: Maybe(Type.Boolean()),
})
export type PeriodInput = Static<typeof PeriodInput>

/** A period as stored and answered. `start` and `end` are inclusive local dates; null is open or unknown. */
export const Period = Closed({
  edtf: Nullable(Edtf),
  start: Nullable(CalendarDate),
  end: Nullable(CalendarDate),
  precision: OneOf('precision'),
  reading: Nullable(OneOf('reading')),
  text: Nullable(Text),
  inferred: Type.Boolean({ description: 'The dates were worked out, not said.' }),
})
export type Period = Static<typeof Period>
