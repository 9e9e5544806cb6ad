import type { RecordOf } from '../model/nouns.js'
import type { Relation } from '../model/relation.js'

type Stored = RecordOf<'relation'>

const SYMMETRIC: ReadonlySet<string> = new Set(['distinct_from', 'overlaps', 'same_as'])

/** Kinds that cannot both hold of one pair, whichever way round they are stated. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['part_of', 'additional_to'],
  ['same_as', 'distinct_from'],
  ['same_as', 'additional_to'],
  ['same_as', 'part_of'],
]

/** Kinds whose chains must come to an end. */
export const ACYCLIC: ReadonlySet<string> = new Set(['part_of', 'revises', 'derived_from', 'caused_by'])

/** The relation among those of the same two records that states the same. */
export function sameStatement(relation: Relation, others: readonly Stored[]): Stored | undefined {
  return others.find(
    other => other.kind === relation.kind && (other.from === relation.from || SYMMETRIC.has(relation.kind)),
  )
}

/** The relation among those of the same two records that this one contradicts. */
export function contradicted(relation: Relation, others: readonly Stored[]): Stored | undefined {
  const excluded = EXCLUSIVE.flatMap(([one, other]) =>
    relation.kind === one ? [other] : relation.kind === other ? [one] : [],
  )
  return others.find(other => excluded.includes(other.kind))
}
