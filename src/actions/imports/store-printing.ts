import { admit } from '../../domain/admit.js'
import { stillFits } from '../../domain/placing.js'
import type { Draft } from '../../importers/adapter.js'
import { ROW_PLACE } from '../../importers/flat-row.js'
import type { Documents, Inputs } from '../../model/nouns.js'
import { documentOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { followReferences } from '../checks.js'
import { spoken } from './flat-change.js'
import { isCalled } from './flat-referred.js'
import { storedGazetteer } from './gazetteer.js'
import { citationsWith, saidOtherwise } from './printing.js'
import type { ImportRequest } from './request.js'
import { otherwise, recordKept } from './row-warnings.js'
import type { RowOutcome, RowWriter } from './row-writer.js'

type Figure = Documents['figure']
type Cells = Readonly<Record<string, unknown>>

/** A row that is one printing of a figure which stands, and which of its citations that is; -1: a further one. */
export interface Printing {
  id: string
  figure: Figure
  which: number
  row: Inputs['figure']
  draft: Draft
  cells: Cells
}

/** Stores rows that are printings of a figure: they change its citations alone, and what else they say is warned of. */
export function printingStorer({ reason }: ImportRequest, writer: RowWriter) {
  /** The report and who published it; nothing else that the row names is taken. */
  function bringReport(tx: Transaction, { documents }: Draft): void {
    const report = documents.find(({ noun }) => noun === 'report')
    const publisher = (report?.document as Inputs['report'] | undefined)?.publisher
    for (const { noun, id, document } of documents) {
      const needed = noun === 'report' || (noun === 'source' && id === publisher)
      if (needed && !tx.read.find(noun, id)) writer.write(tx, noun, id, document)
    }
  }

  return (tx: Transaction, printing: Printing): RowOutcome => {
    const { id, figure, which, row, draft, cells } = printing
    const others = otherWords(tx, printing)
    if (others.length > 0) writer.warn(recordKept('figure', id, others))
    bringReport(tx, draft)
    const citations = citationsWith(figure, row, which, cells)
    const known = figure.citations.some(({ report }) => report === row.citations[0]!.report)
    const why = reason ?? (known ? null : 'a further printing')
    return writer.write(tx, 'figure', id, { ...figure, citations }, { reason: why })
  }
}

/** In which words a row contradicts the figure that it is a printing of, the title of its event and its place included. */
function otherWords(tx: Transaction, { figure, row, draft, cells }: Printing): string[] {
  const event = documentOf('event', tx.read.find('event', figure.event)!)
  const { document: said } = followReferences(tx, 'figure', admit.figure(row, row.event!, event))
  const others = saidOtherwise(figure, said, cells)
  const title = spoken(cells.event_id) === '' ? spoken(cells.event_title) : ''
  if (title !== '' && title !== event.title) others.push(otherwise('event_title', event.title, title))
  return [...others, ...otherPlace(tx, figure, draft)]
}

/** Likewise for a place that the row names without an id. */
function otherPlace({ read }: Transaction, { places: [place] }: Figure, { places }: Draft): string[] {
  const hint = places[ROW_PLACE]
  if (!hint) return []
  const { locality: id } = place!
  const locality = documentOf('locality', read.find('locality', id)!)
  const meant = hint.parents.length > 0 ? stillFits(hint, id, storedGazetteer(read)) : isCalled(locality, hint.name)
  return meant ? [] : [otherwise('locality_name', locality.name, hint.name)]
}
