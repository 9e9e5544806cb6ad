import Type, { type Static } from 'typebox'
import { Closed, Id, Language, Maybe, Name, Nullable, Text, Url } from './schema.js'

const Published = Type.String({
  minLength: 4,
  maxLength: 40,
  description: 'A day (2015-05-18), a month (2015-05), a year (2019), or a timestamp with zone.',
})

/** One publication, as clients write it. */
export const ReportInput = Closed({
  title: Name,
  publisher: Id,
  url: Maybe(Url),
  archived_url: Maybe(Url),
  language: Maybe(Language),
  published: Maybe(Published),
  published_inferred: Maybe(Type.Boolean()),
  accessed: Maybe(Published),
  licence: Maybe(Name),
  note: Maybe(Text),
})
export type ReportInput = Static<typeof ReportInput>

export const Report = Closed({
  title: Name,
  publisher: Id,
  url: Nullable(Url),
  archived_url: Nullable(Url),
  language: Nullable(Language),
  published: Nullable(Published),
  published_inferred: Type.Boolean({ description: 'The publication date was worked out, not printed.' }),
  accessed: Nullable(Published),
  licence: Nullable(Name),
  note: Nullable(Text),
})
export type Report = Static<typeof Report>
