import { Refusal } from '../../domain/errors.js'
import type { StoreWriter, Transaction } from '../../store/writer.js'
import { spoolProblems } from './problem-spool.js'
import { type ImportAnswer, type ImportRequest, startOf } from './request.js'
import { runImport } from './run.js'

const BLOCK = 1000

/** Runs one step in a commit of its own. */
function alone<T>(store: StoreWriter, job: (tx: Transaction) => T): T {
  const [settled] = store.group([job])
  if (!settled!.ok) throw settled!.error
  return settled!.value
}

/**
 * Runs a load and keeps a record of it: that it began, how it ended, and every problem. The same Idempotency-Key and
 * content are answered as they were the first time; a load that did not happen leaves its key free.
 */
export async function recordImport(
  store: StoreWriter,
  request: ImportRequest,
  hooks: { progress(answer: ImportAnswer): void; breathe(): Promise<void> },
): Promise<ImportAnswer> {
  const { id, idempotency } = request
  const earlier = alone(store, tx => begin(tx, store, request))
  if (earlier) return earlier
  const problems = spoolProblems()
  let answer: ImportAnswer = startOf(request, store.head().seq)
  try {
    answer = await runImport(store, request, {
      ...hooks,
      problem: problems.add,
      finish: (tx, done) => tx.service.finishImport(id, done.state, JSON.stringify(done)),
    })
    for (let number = 0; number < problems.count(); number += BLOCK) {
      const block = problems.read(number, BLOCK)
      alone(store, tx => {
        for (const [i, text] of block.entries()) tx.service.addImportProblem(id, number + i + 1, text)
      })
    }
    if (answer.state === 'refused' || answer.dry_run)
      alone(store, tx => tx.service.finishImport(id, answer.state, JSON.stringify(answer)))
    return answer
  } catch (error) {
    answer.state = 'refused'
    if (error instanceof Refusal && error.code !== 'storage_failure')
      alone(store, tx => {
        tx.service.finishImport(id, 'refused', JSON.stringify(answer))
        if (idempotency) tx.service.releaseKey(id)
      })
    throw error
  } finally {
    problems.remove()
  }
}

/** Records that a load begins; or answers as before, if it was asked for already. */
function begin(tx: Transaction, store: StoreWriter, request: ImportRequest): ImportAnswer | null {
  const { id, actor, idempotency } = request
  const stored = idempotency && tx.read.importUnderKey(actor.name, idempotency.key)
  if (stored) {
    if (stored.fingerprint !== idempotency.fingerprint)
      throw new Refusal('idempotency_mismatch', `the key ${idempotency.key} was used for another import`)
    return JSON.parse(stored.answer)
  }
  const answer = JSON.stringify(startOf(request, store.head().seq))
  tx.service.startImport(id, actor.name, idempotency?.key ?? null, idempotency?.fingerprint ?? null, answer, tx.now())
  return null
}
