import Type, { type Static, type TSchema } from 'typebox'
import { type Term, terms, type Vocabulary } from './vocabularies.js'

/** The largest integer that JSON readers agree on, 2^53 - 1. */
export const MAX_COUNT = Number.MAX_SAFE_INTEGER

export const ID_PATTERN = '^[a-z0-9][a-z0-9._:-]{0,127}$'

/** One value of a vocabulary. */
export const OneOf = <V extends Vocabulary>(name: V) =>
  Type.Unsafe<Term<V>>({ type: 'string', enum: terms(name), 'x-codelist': name })

/** The same schema, also accepting null: unknown, never zero. */
export function Nullable<T extends TSchema>(schema: T) {
  const { type, enum: values } = schema as unknown as { type: string; enum?: unknown[] }
  return Type.Unsafe<Static<T> | null>({
    ...schema,
    type: [type, 'null'],
    ...(values ? { enum: [...values, null] } : {}),
  })
}

/** A member that a client may leave out or send as null. */
export const Maybe = <T extends TSchema>(schema: T) => Type.Optional(Nullable(schema))

export const Language = Type.String({
  pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  description: 'BCP 47 language tag.',
})

export const Id = Type.String({
  pattern: ID_PATTERN,
  description: 'Permanent identifier, chosen by the client or given.',
})

/** As long as a name or a title may be, in characters. */
export const MAX_NAME = 512

export const Name = Type.String({ minLength: 1, maxLength: MAX_NAME })
export const Text = Type.String({ minLength: 1, maxLength: 10_000 })
export const Url = Type.String({ minLength: 8, maxLength: 2048, description: 'http or https, without credentials.' })
export const Count = Type.Integer({ minimum: 0, maximum: MAX_COUNT })
export const CalendarDate = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: 'A local calendar date, never an instant.',
})
export const Codes = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }),
  Type.String({ minLength: 1, maxLength: 128 }),
  { description: 'Identifiers in other schemes, by scheme.', maxProperties: 32, additionalProperties: false },
)

/** An object that refuses members it does not know. */
export const Closed = <P extends Type.TProperties>(members: P, options: Type.TSchemaOptions = {}) =>
  Type.Object(members, { additionalProperties: false, ...options })
