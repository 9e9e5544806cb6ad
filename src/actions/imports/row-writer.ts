import { Refusal } from '../../domain/errors.js'
import type { PlacedBecause } from '../../domain/placing.js'
import type { Noun } from '../../model/nouns.js'
import type { Transaction } from '../../store/writer.js'
import type { Outcome, Put } from '../commands.js'
import { put } from '../record.js'
import { inColumns } from './flat-column.js'
import type { ImportRequest, RowWarning } from './request.js'

/** Why a locality was created. `gazetteer`: the row is about it. `no_such_id`: a flat row names it by an id of its own. */
type CreatedBecause = PlacedBecause | 'gazetteer' | 'no_such_id'

/** What a row did to a record, or to all of its own. */
export type RowOutcome = 'created' | 'revised' | 'unchanged'

/** How a row found its places, why it created some, and what is worth a word about what it wrote. */
export interface RowNotes {
  matched: PlacedBecause[]
  created: CreatedBecause[]
  warnings: Omit<RowWarning, 'line'>[]
}

/** Writes the records of one row after another, and takes the notes of each. */
export interface RowWriter {
  /** Begins a row: its notes, which fill as it is written. What is wrong with a flat one is told by its columns. */
  begin(flat: boolean): RowNotes
  write(tx: Transaction, noun: Noun, id: string, body: unknown, how?: Partial<Put>): RowOutcome
  matched(why: PlacedBecause): void
  created(why: CreatedBecause): void
  warn(warning: RowNotes['warnings'][number]): void
  /** The same where many rows of a file give one cause: it is told with the first of them. */
  warnOnce(warning: RowNotes['warnings'][number]): void
  /** What rows that are undone were told is yet to be told. */
  forget(): void
}

export function rowWriter({ reason, actor }: ImportRequest): RowWriter {
  let notes = none()
  let isFlat = false
  const told = new Set<string>()

  function written(tx: Transaction, command: Put): Outcome {
    try {
      return put(tx, command)
    } catch (error) {
      throw isFlat && error instanceof Refusal ? inColumns(command.noun, error) : error
    }
  }

  return {
    begin(flat) {
      isFlat = flat
      notes = none()
      return notes
    },
    write(tx, noun, id, body, how = {}) {
      const { outcome, warnings } = written(tx, { do: 'put', noun, id, body, reason, expect: 'any', actor, ...how })
      for (const warning of warnings) notes.warnings.push({ noun, id, ...warning })
      return outcome as RowOutcome
    },
    matched: why => void notes.matched.push(why),
    created: why => void notes.created.push(why),
    warn: warning => void notes.warnings.push(warning),
    warnOnce(warning) {
      const said = JSON.stringify(warning)
      if (!told.has(said)) notes.warnings.push(warning)
      told.add(said)
    },
    forget: () => told.clear(),
  }
}

const none = (): RowNotes => ({ matched: [], created: [], warnings: [] })
