import { Refusal } from '../../domain/errors.js'
import type { AcceptedLoad } from '../../store/accepted-loads.js'
import type { Reader } from '../../store/reader.js'
import type { StoreWriter, Transaction } from '../../store/writer.js'
import { refuseKeyOfChange, takeKey } from '../idempotency.js'
import { spoolProblems } from './problem-spool.js'
import { type ImportAnswer, type ImportRequest, startOf } from './request.js'
import { runImport } from './run.js'

const BLOCK = 1000
type Problems = ReturnType<typeof spoolProblems>

/** Runs one step in a commit of its own. */
export function alone<T>(store: StoreWriter, job: (tx: Transaction) => T): T {
  const [settled] = store.group([job])
  if (!settled!.ok) throw settled!.error
  return settled!.value
}

interface Hooks {
  progress(answer: ImportAnswer): void
  breathe(): Promise<void>
}

/**
 * Runs a load and keeps a record of it: that it began, how it ended, and every problem. One that did not come to its end
 * leaves its key free, and is refused with its answer in `import`. `progress` is told once the beginning is recorded, and
 * last, however it ends.
 */
export async function recordImport(store: StoreWriter, request: ImportRequest, hooks: Hooks): Promise<ImportAnswer> {
  const answer = startOf(request, store.head().seq)
  try {
    await carryOut(store, request, answer, hooks)
    return answer
  } catch (error) {
    refuse(answer, error)
    recordGivenUp(store, answer)
    throw error instanceof Refusal ? telling(error, answer) : error
  } finally {
    hooks.progress(answer)
  }
}

const telling = ({ code, detail, faults, extra }: Refusal, answer: ImportAnswer) =>
  new Refusal(code, detail, faults, { ...extra, import: answer })

async function carryOut(store: StoreWriter, request: ImportRequest, answer: ImportAnswer, hooks: Hooks): Promise<void> {
  const problems = spoolProblems()
  const finish = (tx: Transaction) => {
    addProblems(tx, request.id, problems)
    tx.service.finishImport(request.id, answer.state, JSON.stringify(answer))
  }
  try {
    alone(store, tx => begin(tx, request, answer))
    hooks.progress(answer)
    // one that waited until the service stops opens nothing
    await hooks.breathe()
    const stored = await runImport(store, request, answer, { ...hooks, problem: problems.add, finish })
    if (!stored) alone(store, finish)
  } finally {
    problems.remove()
  }
}

/**
 * Records that a load was given up, where storage has room for that. One that could not even be recorded as ended is
 * found to have been left behind when its key comes again.
 */
function recordGivenUp(store: StoreWriter, answer: ImportAnswer): void {
  try {
    alone(store, tx => giveUp(tx, answer))
  } catch (error) {
    if (!(error instanceof Refusal) || !error.code.startsWith('storage_')) throw error
  }
}

/** Records that loads were given up which a process left behind when it ended: those that ran, and those that waited. */
export function recordLeftBehind(tx: Transaction, waiting: readonly AcceptedLoad[]): void {
  for (const { answer: text } of tx.read.importsRunning()) {
    const answer: ImportAnswer = JSON.parse(text)
    const some = answer.mode === 'partial' && !answer.dry_run
    giveUp(tx, refuse(answer, brokenOff(some ? 'blocks of rows that were done are kept, uncounted' : NOTHING_KEPT)))
  }
  for (const { id, actor, answer } of waiting) {
    if (tx.read.findImport(id)) continue
    tx.service.startImport(id, actor, null, null, answer, tx.now())
    giveUp(tx, refuse(JSON.parse(answer), brokenOff(NOTHING_KEPT)))
  }
}

const NOTHING_KEPT = 'nothing of it was kept'
const brokenOff = (what: string) => new Refusal('stopping', `The process ended before the import did; ${what}.`)

function giveUp(tx: Transaction, answer: ImportAnswer): void {
  tx.service.finishImport(answer.id, answer.state, JSON.stringify(answer))
  tx.service.releaseKey(answer.id)
}

function addProblems(tx: Transaction, id: string, problems: Problems): void {
  for (let number = 0; number < problems.count(); number += BLOCK)
    for (const [i, text] of problems.read(number, BLOCK).entries())
      tx.service.addImportProblem(id, number + i + 1, text)
}

/** Says why a load was given up, for those who ask for it by its id. */
function refuse(answer: ImportAnswer, error: unknown): ImportAnswer {
  const { code, detail } = error instanceof Refusal ? error : { code: 'internal', detail: 'The load failed.' }
  answer.state = 'refused'
  answer.problems.push({ line: null, id: null, pointer: null, code, detail, value: null })
  return answer
}

function begin(tx: Transaction, { id, actor, idempotency }: ImportRequest, answer: ImportAnswer): void {
  if (idempotency) takeKey(tx, actor, idempotency.key)
  const { key = null, fingerprint = null } = idempotency ?? {}
  tx.service.startImport(id, actor.name, key, fingerprint, JSON.stringify(answer), tx.now())
}

/**
 * How a load was answered that was asked for under the same key; null if there is none, or if it broke off without a
 * word, for whoever asks knows that none under this key is at work. Refuses a key that something else was asked for with.
 */
export function answeredBefore(
  read: Pick<Reader, 'findAnswer' | 'importUnderKey'>,
  { actor, idempotency }: Pick<ImportRequest, 'actor' | 'idempotency'>,
): ImportAnswer | null {
  if (!idempotency) return null
  refuseKeyOfChange(read, actor, idempotency.key)
  const stored = read.importUnderKey(actor.name, idempotency.key)
  if (!stored || stored.state === 'running') return null
  if (stored.fingerprint === idempotency.fingerprint) return JSON.parse(stored.answer)
  throw new Refusal('idempotency_mismatch', `the key ${idempotency.key} was used for another import`)
}
