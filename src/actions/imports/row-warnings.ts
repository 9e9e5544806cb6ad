import type { Noun } from '../../model/nouns.js'
import type { RowNotes } from './row-writer.js'

/** What stands in a member, and what a row says instead. */
export const otherwise = (member: string, stands: unknown, says: unknown) =>
  `${member} ${JSON.stringify(stands ?? null)}, not ${JSON.stringify(says)}`

/** The warning that a row is only a part of the figure that it speaks of. */
export const rowIsPart = (id: string, beyond: readonly string[]): RowNotes['warnings'][number] => ({
  noun: 'figure',
  id,
  code: 'row_is_part',
  detail: `the row says that the figure has ${beyond.join(' and ')}, and brings one; documents.ndjson holds figures whole`,
})

/** The warning that a record which is there keeps its words, where a row has others. */
export const recordKept = (noun: Noun, id: string, others: readonly string[]): RowNotes['warnings'][number] => ({
  noun,
  id,
  code: 'record_kept',
  detail: `it stands with ${others.join('; ')}`,
})
