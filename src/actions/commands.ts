import type { Role } from '../domain/keys.js'
import type { Noun } from '../model/nouns.js'

/** Who asks for a change, and with what right. */
export interface Actor {
  readonly name: string
  readonly role: Role
}

/** The person at the keyboard has the file, and so every right. */
export const OPERATOR = { name: 'operator', role: 'curator' } as const satisfies Actor

/**
 * The revisions that a change expects to find, any of them; `existing` is whichever there is, `any` also none; null means
 * that the record must not exist.
 */
export type Expectation = readonly number[] | 'existing' | 'any' | null

interface Common {
  actor: Actor
  /** An Idempotency-Key and what the request was, so that its first answer can be given again. */
  idempotency?: { key: string; fingerprint: string } | undefined
}

/** Create a record, or replace the one that has this id. */
export interface Put extends Common {
  do: 'put'
  noun: Noun
  id: string
  /** The document, of its input schema's shape. */
  body: unknown
  /** The body's canonical JSON, if it is complete as it is (domain/complete.ts). */
  complete?: string
  /** Records that are written right after it, of which nothing is to be said before. */
  next?: readonly string[]
  reason: string | null
  /** Undefined: nothing was said, which only a creation or a repetition may do. */
  expect: Expectation | undefined
}

/** Change some members of a record: JSON Merge Patch, RFC 7396. */
export interface Patch extends Common {
  do: 'patch'
  noun: Noun
  id: string
  patch: unknown
  reason: string | null
  expect: Expectation | undefined
}

/** Withdraw a record; its history stays. */
export interface Retract extends Common {
  do: 'retract'
  noun: Noun
  id: string
  reason: string | null
  expect: Expectation | undefined
}

/** Make one event or locality part of another; the old id redirects. */
export interface Merge extends Common {
  do: 'merge'
  noun: 'event' | 'locality'
  id: string
  into: string
  reason: string | null
  expect: Expectation | undefined
}

export type RecordCommand = Put | Patch | Retract | Merge

/** What a change did. `record` is the JSON of the record as it now is; of a merge, that of the survivor. */
export interface Outcome {
  outcome: 'created' | 'revised' | 'unchanged' | 'retracted' | 'merged'
  noun: Noun
  id: string
  rev: number
  /** The log position after the change. */
  seq: number
  record: string
  warnings: { code: string; detail: string }[]
}
