import { Refusal } from '../../domain/errors.js'
import type { Problem } from '../../importers/adapter.js'
import type { Session, Settled, StoreWriter, Transaction } from '../../store/writer.js'
import { openAhead } from './read-ahead.js'
import { type ImportAnswer, type ImportRequest, LISTED_PROBLEMS, LISTED_WARNINGS, type RowProblem } from './request.js'
import type { Row } from './row.js'
import { rowStorer, type StoredRow } from './store-row.js'

export interface ImportHooks {
  /** Told how far it is, block by block. */
  progress(answer: ImportAnswer): void
  /** Given every problem, in order. */
  problem(problem: RowProblem): void
  /** Records the end of the load in the transaction that makes it stand. */
  finish(tx: Transaction): void
  /** Lets other work of the thread run between blocks. */
  breathe(): Promise<void>
}

/**
 * Loads a file. In mode `atomic` and in a dry run all blocks share one transaction, which is kept only if no row was
 * refused; in mode `partial` every block is a commit of its own. Rows are PUTs by id: one that says what is there
 * already changes nothing. Tells `answer` how far it is; answers whether anything was to be stored, and so whether
 * `finish` was called.
 */
export async function runImport(
  store: StoreWriter,
  request: ImportRequest,
  answer: ImportAnswer,
  hooks: ImportHooks,
): Promise<boolean> {
  const { mode, dry_run } = request
  const opened = await openAhead(request)
  answer.format = opened.format
  const storer = rowStorer(request)
  const whole = mode === 'atomic' || dry_run
  let session: Session | null = null
  try {
    if (whole) session = store.session({ inOne: mode === 'atomic' })
    const run = session?.run ?? inCommits(store, storer.forgetPlaces)
    for await (const rows of opened.blocks) {
      storeBlock(run, storer, rows, answer, hooks)
      answer.progress = opened.progress()
      answer.skipped = opened.skipped()
      hooks.progress(answer)
      await hooks.breathe()
    }
    answer.progress = 1
    answer.skipped = opened.skipped()
    answer.state = mode === 'atomic' && answer.refused > 0 ? 'refused' : 'done'
    if (answer.state === 'refused') nothingCame(answer)
    const stored = answer.state === 'done' && !dry_run
    if (!stored) session?.drop()
    answer.revision = store.head().seq
    if (stored) {
      const [finished] = run([hooks.finish])
      if (!finished!.ok) throw finished!.error
      session?.keep()
    }
    return stored
  } catch (error) {
    session?.drop()
    if (whole) nothingCame(answer)
    answer.revision = store.head().seq
    throw error
  } finally {
    opened.close()
  }
}

/** What rows would have done does not count where none was stored. */
function nothingCame(answer: ImportAnswer): void {
  Object.assign(answer, {
    created: 0,
    revised: 0,
    unchanged: 0,
    localities: { matched: {}, created: {} },
    warned: {},
    warnings: [],
  })
}

/**
 * A commit for each block. Blocks without a refusal are the rule, so a block is tried without savepoints first; if one
 * of its rows is refused it is undone and run again with them.
 */
function inCommits(store: StoreWriter, forget: () => void): Session['run'] {
  return jobs => {
    const session = store.session({ inOne: true })
    const outcomes = session.run(jobs)
    if (outcomes.every(({ ok }) => ok)) {
      session.keep()
      return outcomes
    }
    session.drop()
    forget()
    return store.group(jobs)
  }
}

function count(counts: Record<string, number>, keys: readonly string[]): void {
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
}

function storeBlock(
  run: Session['run'],
  storer: ReturnType<typeof rowStorer>,
  rows: readonly Row[],
  answer: ImportAnswer,
  hooks: ImportHooks,
): void {
  const sound = rows.filter(row => problemsOf(row).length === 0)
  storer.expect(sound)
  const outcomes = run(sound.map(row => (tx: Transaction) => storer.store(tx, row)))
  const settled = new Map(sound.map((row, i) => [row, outcomes[i]!]))
  for (const row of rows) {
    answer.rows += 1
    const outcome = settled.get(row)
    if (outcome?.ok) {
      answer[outcome.value.outcome] += 1
      count(answer.localities.matched, outcome.value.matched)
      count(answer.localities.created, outcome.value.created)
      for (const warning of outcome.value.warnings) {
        count(answer.warned, [warning.code])
        if (answer.warned[warning.code]! <= LISTED_WARNINGS) answer.warnings.push({ line: lineOf(row), ...warning })
      }
    } else {
      answer.refused += 1
      for (const problem of problemsFor(row, outcome)) {
        if (answer.problems.length < LISTED_PROBLEMS) answer.problems.push(problem)
        hooks.problem(problem)
      }
    }
  }
}

function problemsOf(row: Row): readonly Problem[] {
  if (row.kind === 'broken') return row.row.problems
  return row.kind === 'draft' || row.kind === 'flat' ? row.draft.problems : []
}

function lineOf(row: Row): number {
  switch (row.kind) {
    case 'broken':
    case 'document':
      return row.row.line
    case 'flat':
    case 'draft':
      return row.draft.line
    case 'place':
      return row.place.line
    case 'ready':
      return row.line
  }
}

function idOf(row: Row): string | null {
  switch (row.kind) {
    case 'broken':
      return null
    case 'document':
      return row.row.id
    case 'flat':
    case 'draft':
      return row.draft.documents.at(-1)?.id ?? null
    case 'place':
      return row.place.id
    case 'ready':
      return row.documents.at(-1)!.id
  }
}

function problemsFor(row: Row, outcome: Settled<StoredRow> | undefined): RowProblem[] {
  const line = lineOf(row)
  const id = idOf(row)
  if (!outcome)
    return problemsOf(row).map(({ column, code, detail, value }) => ({
      line,
      id,
      pointer: column,
      code,
      detail,
      value,
    }))
  const error = outcome.ok ? null : outcome.error
  if (!(error instanceof Refusal)) throw error
  if (error.faults.length === 0)
    return [{ line, id, pointer: null, code: error.code, detail: error.detail, value: null }]
  return error.faults.map(({ pointer, parameter, code, detail, value }) => ({
    line,
    id,
    pointer: pointer ?? parameter ?? null,
    code,
    detail,
    value: value ?? null,
  }))
}
