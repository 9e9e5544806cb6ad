import { canonical } from '../domain/canonical.js'
import { Refusal } from '../domain/errors.js'
import { readReason } from '../domain/reason.js'
import { MAX_LINE } from '../importers/read-ndjson.js'
import type { Documents, Noun } from '../model/nouns.js'
import { type Revision, recordText } from '../store/log.js'
import type { Found } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import type { Actor, Expectation, Outcome } from './commands.js'

/** Holds a change against what it expects to find; answers the reason that a change of a record must have. */
export function expected(
  noun: Noun,
  id: string,
  found: Found | undefined,
  expect: Expectation | undefined,
  reason: string | null,
): string | null {
  const why = readReason(reason)
  if (!found) {
    if (expect != null && expect !== 'any') throw new Refusal('precondition_failed', `there is no ${noun} ${id} yet`)
    return why
  }
  const stands = `the ${noun} ${id} stands at revision ${found.rev}`
  // a word is any that stands: whoever brings back what was withdrawn names its revision
  const unnamed = expect === undefined || typeof expect === 'string'
  if (unnamed && found.state === 'retracted') throw gone(noun, found)
  if (unnamed && found.state === 'merged') throw absorbed(noun, found)
  if (expect === undefined)
    throw new Refusal('precondition_required', `${stands}; name it in If-Match to change it`, [], { rev: found.rev })
  if (expect === null)
    throw new Refusal('precondition_failed', `${stands}; it was to be created`, [], { rev: found.rev })
  if (typeof expect !== 'string' && !expect.includes(found.rev))
    throw new Refusal('precondition_failed', `${stands}, not ${expect.join(' or ') || 'what If-Match names'}`, [], {
      rev: found.rev,
    })
  if (why === null) throw new Refusal('reason_required', `${stands}; say why it changes, with ?reason= or --reason`)
  return why
}

/** The refusal of a change that would take a merged record for one that stands. */
export const absorbed = (noun: Noun, { id, rev, into_id: into }: Found): Refusal =>
  new Refusal('conflict', `the ${noun} ${id} was merged into ${into} at revision ${rev}`, [], { rev, into })

/** The refusal that stands in for a retracted record: who withdrew it, when, why, and what it said. */
export function gone(noun: Noun, found: Found): Refusal {
  return new Refusal('retracted', `the ${noun} ${found.id} was retracted: ${found.reason}`, [], {
    tombstone: {
      retracted_at: found.recorded_at,
      retracted_by: found.recorded_by,
      reason: found.reason,
      rev: found.rev,
      last: JSON.parse(recordText(found)),
    },
  })
}

interface Step {
  noun: Noun
  id: string
  found: Found | undefined
  op: 'create' | 'revise' | 'retract' | 'merge'
  reason: string | null
  actor: Actor
  into: string | null
  /** The JSON Pointer of the document in what was asked, where it is a part of that. */
  pointer?: string
}

/** Bytes of a document as it is stored: with its noun and id around it, it must fit a line that can be imported again. */
const MAX_DOCUMENT = MAX_LINE - 1024

function checkSize({ noun, pointer }: Pick<Step, 'noun' | 'pointer'>, text: string): void {
  const size = Buffer.byteLength(text)
  if (size <= MAX_DOCUMENT) return
  const detail = `a record has at most ${MAX_DOCUMENT} bytes, this ${noun} ${size}`
  throw new Refusal('too_large', detail, pointer === undefined ? [] : [{ pointer, code: 'too_large', detail }])
}

/** Appends a record's next version. `text` is the document's canonical JSON; one that is too large is refused. */
export function append<N extends Noun>(
  tx: Transaction,
  step: Step & { noun: N },
  document: Documents[N],
  previous: Documents[N] | null,
  text = canonical(document),
): Revision {
  const { noun, id, found, op, reason, actor, into } = step
  if (op === 'create' || op === 'revise') checkSize(step, text)
  const rev = (found?.rev ?? 0) + 1
  const change = { noun, id, rev, op, into_id: into, reason, recorded_by: actor.name, document: text }
  return tx.append(change, document, previous)
}

/** What a change did to a record, which now is as this version or revision says. */
export function outcomeOf(
  tx: Transaction,
  outcome: Outcome['outcome'],
  noun: Noun,
  now: Parameters<typeof recordText>[0],
): Outcome {
  return { outcome, noun, id: now.id, rev: now.rev, seq: tx.position(), record: recordText(now), warnings: [] }
}
