import { Refusal } from '../domain/errors.js'
import type { Documents, Noun } from '../model/nouns.js'
import { openImportTables } from './imports.js'
import { staysInPlace } from './in-place.js'
import { openIndexTables } from './index-tables.js'
import { type Change, type Head, openLog, type Revision } from './log.js'
import type { WriteConnection } from './open.js'
import { openReader, type Reader } from './reader.js'
import { remembering } from './remembered.js'
import { openServiceTables, type ServiceTables } from './service-tables.js'
import { storageRefusal } from './storage-refusal.js'
import { openTimelineIndex, type TimelineChanges } from './timeline-index.js'

type ImportTables = ReturnType<typeof openImportTables>

/** What an action may do inside a transaction. Reads see the transaction's own writes. */
export interface Transaction {
  read: Reader
  service: ServiceTables & ImportTables
  /** Looks up many records at once that are going to be asked for one by one. */
  lookUp(noun: Noun, ids: Iterable<string>): void
  now(): string
  /** The end of the log, this transaction's own changes included. */
  position(): number
  /** Appends to the log and brings the index up to date. */
  append<N extends Noun>(change: Change & { noun: N }, document: Documents[N], previous: Documents[N] | null): Revision
}

/** The outcome of one job of a group: its value, or what it threw. */
export type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown }

/** A transaction over many groups of jobs. */
export interface Session {
  run<T>(jobs: readonly ((tx: Transaction) => T)[]): Settled<T>[]
  /** Makes all of it durable. */
  keep(): void
  /** Leaves no trace of it. */
  drop(): void
}

/** Pages in the write-ahead log at which they are moved into the database: as many as SQLite itself waits for. */
const LONG_LOG = 1000
/** Jobs of a session after which the index is brought up to date: many rows, in the order of their keys, cost least. */
const MANY = 5000
/** Entries made at a time: a write waits for no more. */
const FEW = 50

/** What a commit did, for whoever keeps answers in memory. */
export interface Commit extends TimelineChanges {
  /** The end of the log. */
  head: number
}

/**
 * The one writer of a database. `group` runs jobs in order inside one transaction, each in a savepoint of its own: a job
 * that throws leaves no trace and the others stand. When `group` returns, what succeeded is durable, and `onCommit` has
 * been told of it.
 */
export function openWriter(db: WriteConnection, clock: () => Date, onCommit: (commit: Commit) => void = () => {}) {
  const log = openLog(db, clock)
  const tables = openIndexTables(db)
  const timeline = openTimelineIndex(db)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const save = db.prepare('SAVEPOINT job')
  const release = db.prepare('RELEASE job')
  const undo = db.prepare('ROLLBACK TO job')

  const assertInPlace = staysInPlace(db)
  const memory = remembering(openReader(db), tables.settle)

  const transaction: Transaction = {
    read: memory.read,
    lookUp: memory.lookUp,
    service: { ...openServiceTables(db), ...openImportTables(db) },
    now: () => clock().toISOString(),
    position: () => log.head().seq,
    append(change, document, previous) {
      const revision = log.append(change)
      tables.add(revision, document)
      timeline.touch(change.noun, change.id, document, previous)
      memory.wrote(revision, document)
      return revision
    },
  }

  function settle(): void {
    tables.settle()
    timeline.settle()
  }

  function rolledBack(head: Head): void {
    log.reset(head)
    tables.rolledBack()
    timeline.rolledBack()
    memory.forget()
  }

  /** Runs a job in a savepoint: if it throws, only what it did is undone. */
  function attempt<T>(job: (tx: Transaction) => T): Settled<T> {
    const head = log.head()
    log.begin()
    save.run()
    try {
      const value = job(transaction)
      // within the savepoint, which may be undone: nothing of another job's may be written in it
      tables.settle()
      release.run()
      return { ok: true, value }
    } catch (error) {
      // a full disk has rolled everything back already
      if (!db.inTransaction) throw error
      undo.run()
      release.run()
      rolledBack(head)
      if (storageRefusal(error) !== error) throw error
      return { ok: false, error }
    }
  }

  /** Runs a job without a way back, for transactions that are dropped whole if one of their jobs fails. */
  function attemptInOne<T>(job: (tx: Transaction) => T): Settled<T> {
    try {
      return { ok: true, value: job(transaction) }
    } catch (error) {
      if (!db.inTransaction || storageRefusal(error) !== error) throw error
      return { ok: false, error }
    }
  }

  const logLength = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
  const moveLog = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  // SQLite's own checkpoints swallow a failed fsync, after which the log may be reused and its content is nowhere
  db.pragma('wal_autocheckpoint = 0')

  let sessionOpen = false
  /** Storage failed, and what this connection believes is no longer what the disk holds. */
  let broken: Refusal | null = null

  function opened(): void {
    if (broken) throw broken
    begin.run()
  }

  function committed(): void {
    settle()
    keepName()
    commit.run()
    onCommit({ head: log.head().seq, ...timeline.takeChanges() })
    moveLongLog()
  }

  /** Of a file that has lost its name, the log is emptied: the file that has the name now would take it for its own. */
  function keepName(): void {
    try {
      assertInPlace()
    } catch (error) {
      rollback.run()
      unlessFull(() => db.pragma('wal_checkpoint(TRUNCATE)'))
      throw error
    }
  }

  function moveLongLog(): void {
    const { log: pages, checkpointed } = logLength.get()!
    if (pages - checkpointed >= LONG_LOG) unlessFull(() => moveLog.get())
  }

  /** The log can wait for room; nothing is lost while it does. */
  function unlessFull(step: () => void): void {
    try {
      step()
    } catch (error) {
      const refusal = storageRefusal(error)
      if (!(refusal instanceof Refusal && refusal.code === 'storage_full')) throw error
    }
  }

  /** What a failed transaction is answered with, once nothing is left of it. */
  function failure(error: unknown, head: Head): unknown {
    const refusal = storageRefusal(error)
    if (refusal instanceof Refusal && refusal.code === 'storage_failure') broken = refusal
    else abandoned(head)
    return refusal
  }

  function abandoned(head: Head): void {
    if (db.inTransaction) rollback.run()
    rolledBack(head)
  }

  return {
    head: log.head,
    /** What stands, a transaction that runs included. */
    read: memory.read,
    /** Makes entries of timelines that lack, as few as take no time. False when none is left to look for. */
    makeEntries(): boolean {
      const head = log.head()
      try {
        opened()
        const more = timeline.makeEntries(FEW)
        commit.run()
        moveLongLog()
        return more
      } catch (error) {
        throw failure(error, head)
      }
    },
    /** Whether a session holds the database for itself. */
    inSession: () => sessionOpen,
    group<T>(jobs: readonly ((tx: Transaction) => T)[]): Settled<T>[] {
      const head = log.head()
      try {
        opened()
        const outcomes = jobs.map(attempt)
        committed()
        return outcomes
      } catch (error) {
        throw failure(error, head)
      }
    },
    /**
     * One transaction over many groups of jobs, for loads that stand or fall as a whole. Until it is kept or dropped
     * nothing else may be written. A failure of storage ends it. `inOne`: a job that fails need leave no clean state, as
     * the session will be dropped; savepoints cost as much as all the rest of a small job.
     */
    session({ inOne }: { inOne: boolean }): Session {
      const head = log.head()
      let unsettled = 0
      sessionOpen = true
      const guarded = <T>(step: () => T): T => {
        try {
          return step()
        } catch (error) {
          sessionOpen = false
          throw failure(error, head)
        }
      }
      guarded(opened)
      log.begin()
      return {
        run: jobs =>
          guarded(() => {
            const outcomes = jobs.map(inOne ? attemptInOne : attempt)
            unsettled += jobs.length
            if (unsettled >= MANY) {
              settle()
              unsettled = 0
            }
            return outcomes
          }),
        keep() {
          guarded(committed)
          sessionOpen = false
        },
        drop() {
          if (!broken) abandoned(head)
          sessionOpen = false
        },
      }
    },
    close(): void {
      if (!broken) unlessFull(() => db.pragma('wal_checkpoint(TRUNCATE)'))
      db.close()
    },
  }
}
export type StoreWriter = ReturnType<typeof openWriter>
