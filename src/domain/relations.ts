import type { RecordOf } from '../model/nouns.js'
import type { Relation } from '../model/relation.js'

type Stored = RecordOf<'relation'>

const SYMMETRIC: ReadonlySet<string> = new Set(['distinct_from', 'overlaps', 'same_as'])

/** Kinds that cannot both hold of one pair, whichever way round they are stated: nobody says both. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['part_of', 'additional_to'],
  ['same_as', 'distinct_from'],
  ['same_as', 'additional_to'],
  ['same_as', 'part_of'],
]

/** Kinds whose chains must come to an end. */
export const ACYCLIC: ReadonlySet<string> = new Set(['part_of', 'revises', 'derived_from', 'caused_by'])

/** Rivals stand side by side, as rival figures do: what one report states, another may state too, or deny. */
const inOneVoice = (one: Relation, other: Relation) =>
  one.asserted_by === other.asserted_by && one.report === other.report

/** The relation among those of the same two records in which the same voice states the same. */
export function sameStatement(relation: Relation, others: readonly Stored[]): Stored | undefined {
  return others.find(
    other =>
      inOneVoice(other, relation) &&
      other.kind === relation.kind &&
      (other.from === relation.from || SYMMETRIC.has(relation.kind)),
  )
}

/** The relation among those of the same two records in which the same voice says what this one contradicts. */
export function contradicted(relation: Relation, others: readonly Stored[]): Stored | undefined {
  const excluded = EXCLUSIVE.flatMap(([one, other]) =>
    relation.kind === one ? [other] : relation.kind === other ? [one] : [],
  )
  return others.find(other => inOneVoice(other, relation) && excluded.includes(other.kind))
}
