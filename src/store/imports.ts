import type { WriteConnection } from './open.js'
import type { Prepare } from './statements.js'

/** A load as recorded: `answer` and `problem` are JSON. */
export interface StoredImport {
  id: string
  actor: string
  fingerprint: string | null
  state: 'running' | 'done' | 'refused'
  answer: string
  started_at: string
}

export function openImportReader(prepare: Prepare) {
  return {
    findImport: (id: string) => prepare<StoredImport>('SELECT * FROM import WHERE id = ?').get(id),
    importUnderKey: (actor: string, key: string) =>
      prepare<StoredImport>('SELECT * FROM import WHERE actor = ? AND key = ?').get(actor, key),
    /** Loads that run, and those that a process left behind when it ended. */
    importsRunning: () => prepare<StoredImport>(`SELECT * FROM import WHERE state = 'running'`).all(),
    /** The problems of a load after a number, in order. */
    importProblems: (id: string, after: number, limit: number) =>
      prepare<{ number: number; problem: string }>(
        'SELECT number, problem FROM import_problem WHERE import = ? AND number > ? ORDER BY number LIMIT +?',
      ).all(id, after, limit),
  }
}

/** What the writer records of loads. */
export function openImportTables(db: WriteConnection) {
  const start = db.prepare(
    `INSERT INTO import (id, actor, key, fingerprint, state, answer, started_at) VALUES (?, ?, ?, ?, 'running', ?, ?)`,
  )
  const finish = db.prepare('UPDATE import SET state = ?, answer = ? WHERE id = ?')
  const release = db.prepare('UPDATE import SET key = NULL WHERE id = ?')
  const problem = db.prepare('INSERT INTO import_problem (import, number, problem) VALUES (?, ?, ?)')
  return {
    startImport: (
      id: string,
      actor: string,
      key: string | null,
      fingerprint: string | null,
      answer: string,
      at: string,
    ) => void start.run(id, actor, key, fingerprint, answer, at),
    finishImport: (id: string, state: StoredImport['state'], answer: string) => void finish.run(state, answer, id),
    /** Lets an Idempotency-Key be used again: what it asked for was not done. */
    releaseKey: (id: string) => void release.run(id),
    addImportProblem: (id: string, number: number, text: string) => void problem.run(id, number, text),
  }
}
