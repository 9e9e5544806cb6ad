import { Refusal } from '../domain/errors.js'
import type { Transaction } from '../store/writer.js'
import type { Outcome, RecordCommand } from './commands.js'

/**
 * Runs a change once per Idempotency-Key: its answer is stored in the transaction that it answers for, and given again
 * to the same request. Another request under the same key is refused.
 */
export function replayed(tx: Transaction, { idempotency, actor }: RecordCommand, run: () => Outcome): Outcome {
  if (!idempotency) return run()
  const stored = tx.service.findAnswer(actor.name, idempotency.key)
  if (stored && stored.fingerprint !== idempotency.fingerprint)
    throw new Refusal('idempotency_mismatch', `the key ${idempotency.key} was used for another request`)
  if (stored) return JSON.parse(stored.answer)
  const outcome = run()
  tx.service.keepAnswer(actor.name, idempotency.key, idempotency.fingerprint, JSON.stringify(outcome), tx.now())
  return outcome
}
