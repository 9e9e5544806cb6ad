import { Refusal } from '../domain/errors.js'
import { redirected } from '../domain/references.js'
import { documentOf } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import type { Merge, Outcome } from './commands.js'
import { append, expected, outcomeOf } from './revise.js'

const EVERY = 1_000_000_000

/**
 * Makes one record part of another: everything that refers to it is moved, its id redirects from now on, and what was
 * held before stays readable. A curator's act. A relation between the two would join the survivor to itself and is
 * retracted.
 */
export function mergeRecords(tx: Transaction, { noun, id, into, reason, expect, actor }: Merge): Outcome {
  if (actor.role !== 'curator') throw new Refusal('forbidden', 'a merge is a curator’s')
  if (id === into) throw new Refusal('conflict', `${id} cannot be merged into itself`)
  const [found, survivor] = [id, into].map(key => {
    const record = tx.read.find(noun, key)
    if (record?.state !== 'live') throw new Refusal('not_found', `there is no ${noun} ${key} to merge`)
    return record
  })
  if (noun === 'locality' && tx.read.ancestors(into).includes(id))
    throw new Refusal('conflict', `${into} lies within ${id}; a place cannot become a part of its own part`)
  const why = expected(noun, id, found, expect ?? 'any', reason)
  for (const user of tx.read.referrers(noun, id, EVERY)) {
    const record = tx.read.find(user.noun, user.id)!
    const previous = documentOf(user.noun, record)
    const document = redirected(user.noun, previous, noun, id, into)
    const joined = user.noun === 'relation' && 'from' in document && document.from === document.to
    const step = { noun: user.noun, id: user.id, found: record, reason: why, actor, into: null }
    append(tx, { ...step, op: joined ? 'retract' : 'revise' }, joined ? previous : document, previous)
  }
  const document = documentOf(noun, found!)
  append(tx, { noun, id, found, op: 'merge', reason: why, actor, into }, document, document)
  return { ...outcomeOf(tx, 'merged', noun, tx.read.find(noun, id)!), record: survivor!.record }
}
