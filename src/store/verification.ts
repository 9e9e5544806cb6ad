import type { KeyObject } from 'node:crypto'

/**
 * What was looked at: `file` can it be opened; `integrity` its pages, constraints and SQLite's own indexes; `schema` tables
 * and triggers; `references` foreign keys; `position`, `link`, `hash`, `payload`, `document`, `time` a row of the log;
 * `versions` the numbering of a record's revisions; `index` what is derived; `checkpoint` what was signed before.
 */
export type Check =
  | 'file'
  | 'integrity'
  | 'schema'
  | 'references'
  | 'log'
  | 'position'
  | 'link'
  | 'hash'
  | 'payload'
  | 'document'
  | 'time'
  | 'versions'
  | 'index'
  | 'checkpoint'

/** Something wrong with a database. `seq` is the position of the log it is about; null where it is about none. */
export interface Problem {
  check: Check
  seq: number | null
  detail: string
}

/**
 * What verification found. `shorter`: sound, but a checkpoint has seen more rows. `unreadable`: no Annals database can be
 * read from the file, or not what it was to be held against. `head` is the log's end, the hash in hex; null where the log cannot be read.
 */
export interface Verification {
  outcome: 'clean' | 'tampered' | 'shorter' | 'unreadable'
  head: { seq: number; hash: string } | null
  first_bad_seq: number | null
  /** At most a hundred of each check. */
  problems: Problem[]
}

/** What to hold a log against: checkpoints that were kept elsewhere, as text, and the key that signed them. */
export interface Against {
  checkpoint?: string | undefined
  publicKey?: KeyObject | undefined
}

/** Collects the problems that one check finds. */
export type Report = (seq: number | null, detail: string, check?: Check) => void

/** Nothing can be said of a database: why, and of what. */
export const unreadable = (check: 'file' | 'checkpoint', detail: string): Verification => ({
  outcome: 'unreadable',
  head: null,
  first_bad_seq: null,
  problems: [{ check, seq: null, detail }],
})
