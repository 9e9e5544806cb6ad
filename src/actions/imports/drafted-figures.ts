import { admit } from '../../domain/admit.js'
import { figureCells } from '../../domain/flat-cells.js'
import type { DraftDocument } from '../../importers/adapter.js'
import type { FlatColumn } from '../../model/flat-row.js'
import type { Documents, Inputs } from '../../model/nouns.js'
import { documentOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { otherwise } from './row-warnings.js'

type Figure = Documents['figure']

/** A figure as a foreign row has it. */
interface DraftedFigure {
  id: string
  said: Figure
}

/** The figures of a foreign row, their periods those of its event where they have none of their own. */
export function draftedFigures(documents: readonly DraftDocument[]): DraftedFigure[] {
  const event = documents.find(({ noun }) => noun === 'event')
  if (!event) return []
  const happened = admit.event(event.document as Inputs['event'])
  return documents
    .filter(({ noun }) => noun === 'figure')
    .map(({ id, document }) => ({ id, said: admit.figure(document as Inputs['figure'], event.id, happened) }))
}

/** The live figure of an id. */
export function standingFigure({ read }: Transaction, id: string): Figure | undefined {
  const found = read.find('figure', id)
  return found?.state === 'live' ? documentOf('figure', found) : undefined
}

export const NUMBERS = ['low', 'best', 'high', 'qualifier'] as const satisfies FlatColumn[]
export const DATES = ['period_start', 'period_end', 'period_edtf', 'period_precision'] as const satisfies FlatColumn[]

/** In which of these a figure says something else than the one that stands. */
export function saidElse(
  standing: Figure,
  said: Figure,
  columns: readonly ((typeof NUMBERS)[number] | (typeof DATES)[number])[],
): string[] {
  const [stands, says] = [figureCells(standing), figureCells(said)]
  return columns
    .filter(column => stands[column] !== says[column])
    .map(column => otherwise(column, stands[column], says[column]))
}
