import { Refusal } from '../domain/errors.js'
import type { Reader } from '../store/reader.js'
import type { Transaction } from '../store/writer.js'
import type { Actor, Outcome, RecordCommand } from './commands.js'

/**
 * Runs a change once per Idempotency-Key: its answer is stored in the transaction that it answers for, and given again
 * to the same request. Another request under the same key is refused, and so is one under a load's.
 */
export function replayed(tx: Transaction, { idempotency, actor }: RecordCommand, run: () => Outcome): Outcome {
  if (!idempotency) return run()
  const stored = tx.read.findAnswer(actor.name, idempotency.key)
  if (stored?.fingerprint === idempotency.fingerprint) return JSON.parse(stored.answer)
  if (stored || tx.read.importUnderKey(actor.name, idempotency.key)) throw usedBefore(idempotency.key)
  const outcome = run()
  tx.service.keepAnswer(actor.name, idempotency.key, idempotency.fingerprint, JSON.stringify(outcome), tx.now())
  return outcome
}

/** Refuses a load under a key that a change was asked for with. */
export function refuseKeyOfChange(read: Pick<Reader, 'findAnswer'>, actor: Actor, key: string): void {
  if (read.findAnswer(actor.name, key)) throw usedBefore(key)
}

const usedBefore = (key: string) => new Refusal('idempotency_mismatch', `the key ${key} was used for another request`)
