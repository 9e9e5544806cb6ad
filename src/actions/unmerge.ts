import { Refusal } from '../domain/errors.js'
import type { Noun } from '../model/nouns.js'
import { type Found, type Moved, STATE_AFTER } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import { checkConsistency, followReferences } from './checks.js'
import type { Actor, Outcome } from './commands.js'
import { append } from './revise.js'

/**
 * Takes a merge back once the merged record stands again: what the merge moved returns to it as it was before. What
 * was changed since, or would no longer fit, stays where it is and is named.
 */
export function moveBack(
  tx: Transaction,
  noun: Noun,
  merged: Found,
  reason: string,
  actor: Actor,
): Outcome['warnings'] {
  return tx.read.movedBy(noun, merged).flatMap(moved => {
    const obstacle = moveOneBack(tx, moved, reason, actor)
    return obstacle === null ? [] : [{ code: 'not_moved_back', detail: `the ${moved.noun} ${moved.id} ${obstacle}` }]
  })
}

/** Null once done; else why not. */
function moveOneBack(tx: Transaction, moved: Moved, reason: string, actor: Actor): string | null {
  const { noun, id } = moved
  const found = tx.read.find(noun, id)!
  if (found.document !== moved.after || found.state !== STATE_AFTER[moved.op])
    return 'was changed since the merge and stays as it is'
  const { document, missing } = followReferences(tx, noun, JSON.parse(moved.before))
  if (missing.length > 0) return `stays as it is: ${missing[0]!.detail}`
  try {
    checkConsistency(tx, noun, id, document)
    append(tx, { noun, id, found, op: 'revise', reason, actor, into: null }, document, JSON.parse(found.document))
    return null
  } catch (error) {
    if (error instanceof Refusal) return `stays as it is: ${error.detail}`
    throw error
  }
}
