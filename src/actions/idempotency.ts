import { Refusal } from '../domain/errors.js'
import type { Reader } from '../store/reader.js'
import type { Transaction } from '../store/writer.js'
import type { Actor, Outcome, RecordCommand } from './commands.js'

type Keys = Pick<Reader, 'findAnswer' | 'importUnderKey'>
type Asked = Pick<RecordCommand, 'actor'> & { idempotency?: RecordCommand['idempotency'] | null }

/**
 * Runs a change once per Idempotency-Key: its answer is stored in the transaction that it answers for, and given again
 * to the same request. Another request under the same key is refused, and so is one under a load's.
 */
export function replayed(tx: Transaction, { idempotency, actor }: RecordCommand, run: () => Outcome): Outcome {
  if (!idempotency) return run()
  const stored = tx.read.findAnswer(actor.name, idempotency.key)
  if (stored?.fingerprint === idempotency.fingerprint) return JSON.parse(stored.answer)
  takeKey(tx, actor, idempotency.key)
  const outcome = run()
  tx.service.keepAnswer(actor.name, idempotency.key, idempotency.fingerprint, JSON.stringify(outcome), tx.now())
  return outcome
}

/**
 * Takes a key for a request, unless another was answered under it. A load that broke off without a word, as none is at
 * work under this key, lets go of it.
 */
export function takeKey(tx: Transaction, actor: Actor, key: string): void {
  if (isAnswered(tx.read, actor, key)) throw usedBefore(key)
  const broken = tx.read.importUnderKey(actor.name, key)
  if (broken) tx.service.releaseKey(broken.id)
}

/** Refuses a load under a key that a change was asked for with. */
export function refuseKeyOfChange(read: Pick<Reader, 'findAnswer'>, actor: Actor, key: string): void {
  if (read.findAnswer(actor.name, key)) throw usedBefore(key)
}

const usedBefore = (key: string) => new Refusal('idempotency_mismatch', `the key ${key} was used for another request`)

function isAnswered(read: Keys, { name }: Actor, key: string): boolean {
  const load = read.importUnderKey(name, key)
  return read.findAnswer(name, key) !== undefined || (load !== undefined && load.state !== 'running')
}

/** Carries out a change or a load unless its Idempotency-Key is at work: what comes of that is not known yet. */
export function oneAtATime(read: Keys) {
  const atWork = new Set<string>()
  return async <T>(asked: Asked | null, run: () => Promise<T>): Promise<T> => {
    if (!asked?.idempotency) return run()
    const { actor, idempotency } = asked
    const mine = `${actor.name} ${idempotency.key}`
    // one that was answered is only answered again
    if (atWork.has(mine) && !isAnswered(read, actor, idempotency.key))
      throw new Refusal('in_flight', `A request with the key ${idempotency.key} is at work.`)
    atWork.add(mine)
    try {
      return await run()
    } finally {
      atWork.delete(mine)
    }
  }
}
