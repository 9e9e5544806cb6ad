import type { Noun } from '../../model/nouns.js'
import type { Actor } from '../commands.js'

/** A load of many rows from a file. */
export interface ImportRequest {
  id: string
  /** The file with the rows; it is read, never changed. */
  file: string
  /** What the client calls the file; some formats say their edition in it. */
  name: string | null
  /** The edition of the dataset, such as 25.1, for formats whose rows do not say it. */
  edition: string | null
  /** Who publishes the figures, for formats whose rows do not say it. */
  source: string | null
  /** The format named, or null to tell it from the header. */
  format: string | null
  /** All rows or none; or every good row, the others listed. */
  mode: 'atomic' | 'partial'
  /** Find out what would happen, and store nothing. */
  dry_run: boolean
  /** Whether a place that nothing matches is created from the row's own words. */
  localities: 'create' | 'match-only'
  /** Why, for rows that change records that exist. */
  reason: string | null
  actor: Actor
  /** An Idempotency-Key and what was asked with it. */
  idempotency: { key: string; fingerprint: string } | null
}

/** One thing wrong with one row. */
export interface RowProblem {
  /** Null where the file as a whole cannot be read. */
  line: number | null
  id: string | null
  /**
   * The column or member of the row; of what none of them holds, the JSON Pointer into the row's document, from its `/`
   * on.
   */
  pointer: string | null
  code: string
  detail: string
  value: unknown
}

/** What is worth a word about a record that a row wrote. */
export interface RowWarning {
  line: number
  noun: Noun
  id: string
  code: string
  detail: string
}

/** How far an import is, or how it ended. */
export interface ImportAnswer {
  id: string
  state: 'running' | 'done' | 'refused'
  format: string | null
  mode: ImportRequest['mode']
  dry_run: boolean
  /** The share of the file that was read, 0 to 1. */
  progress: number
  rows: number
  created: number
  revised: number
  unchanged: number
  refused: number
  /** Rows that are no data, such as tags, or say of nothing how many: with `rows`, all that the file has. */
  skipped: number
  /** How rows found their place: by what, and how many were created, by why. */
  localities: { matched: Record<string, number>; created: Record<string, number> }
  /** The first thousand. */
  problems: RowProblem[]
  /** How often each warning was given. */
  warned: Record<string, number>
  /** The first hundred of each. */
  warnings: RowWarning[]
  /** The log position after it. */
  revision: number
}

/** Problems that an answer lists itself; all of them are kept. */
export const LISTED_PROBLEMS = 1000
/** Warnings of each code that an answer lists. */
export const LISTED_WARNINGS = 100

/** How an import stands before its first row. */
export const startOf = ({ id, format, mode, dry_run }: ImportRequest, revision: number): ImportAnswer => ({
  id,
  state: 'running',
  format,
  mode,
  dry_run,
  progress: 0,
  rows: 0,
  created: 0,
  revised: 0,
  unchanged: 0,
  refused: 0,
  skipped: 0,
  localities: { matched: {}, created: {} },
  problems: [],
  warned: {},
  warnings: [],
  revision,
})
