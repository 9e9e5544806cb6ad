import { Refusal } from '../domain/errors.js'
import { redirected } from '../domain/references.js'
import { sameStatement } from '../domain/relations.js'
import type { Documents } from '../model/nouns.js'
import { recordText } from '../store/log.js'
import { documentOf, type Found, type Referrer } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import { checkConsistency, forbidden } from './checks.js'
import type { Merge, Outcome } from './commands.js'
import { absorbed, append, expected, gone, outcomeOf } from './revise.js'
import { beyondWarnings } from './warnings.js'

/**
 * Makes one record part of another: everything that refers to it is moved, its id redirects from now on, and what was
 * held before stays readable. A curator's act. A relation between the two would join the survivor to itself, and one
 * that the survivor has already would stand twice: these are retracted. One that would contradict the survivor's own
 * stands in the way. The merged record's own row is the last that a merge writes; taking it back relies on that.
 */
export function mergeRecords(tx: Transaction, { noun, id, into, reason, expect, actor }: Merge): Outcome {
  if (actor.role !== 'curator') throw forbidden('a merge')
  if (id === into) throw new Refusal('conflict', `${id} cannot be merged into itself`)
  const [found, survivor] = [id, into].map(key => standing(tx, noun, key))
  if (noun === 'locality' && tx.read.ancestors(into).includes(id))
    throw new Refusal('conflict', `${into} lies within ${id}; a place cannot become a part of its own part`)
  const why = expected(noun, id, found, expect ?? 'any', reason)
  for (const user of tx.read.referrers(noun, id)) {
    const record = tx.read.find(user.noun, user.id)!
    const previous = documentOf(user.noun, record)
    const document = redirected(user.noun, previous, noun, id, into)
    const needless = user.noun === 'relation' && isNeedless(tx, user, document as Documents['relation'])
    const step = { ...user, found: record, reason: why, actor, into: null }
    if (needless) append(tx, { ...step, op: 'retract' }, previous, previous)
    else
      unlessInTheWay(user, () => {
        checkConsistency(tx, user.noun, user.id, document)
        append(tx, { ...step, op: 'revise' }, document, previous)
      })
  }
  const document = documentOf(noun, found!)
  const revision = append(tx, { noun, id, found, op: 'merge', reason: why, actor, into }, document, document)
  const warnings = noun === 'event' ? beyondWarnings(tx, into, documentOf('event', survivor!)) : []
  return { ...outcomeOf(tx, 'merged', noun, revision), record: recordText(survivor!), warnings }
}

function standing(tx: Transaction, noun: Merge['noun'], id: string): Found {
  const found = tx.read.find(noun, id)
  if (!found) throw new Refusal('not_found', `there is no ${noun} ${id} to merge`)
  if (found.state === 'merged') throw absorbed(noun, found)
  if (found.state === 'retracted') throw gone(noun, found)
  return found
}

/** Whether a relation, once moved, would join a record to itself or repeat another. */
function isNeedless(tx: Transaction, { id }: Referrer, relation: Documents['relation']): boolean {
  const { of, from, to } = relation
  if (from === to) return true
  const others = tx.read.relationsBetween(of, from, to).filter(other => other.id !== id)
  return sameStatement(relation, others) !== undefined
}

/** Moves a record; a refusal of what it would be then is one of the merge. */
function unlessInTheWay({ noun, id }: Referrer, move: () => void): void {
  try {
    move()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal('conflict', `the ${noun} ${id} stands in the way: ${error.detail}`, [], { [noun]: id })
  }
}
