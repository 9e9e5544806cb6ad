import { toFlatRow } from '../../formats/flat.js'
import type { Draft, DraftDocument } from '../../importers/adapter.js'
import { readFlatRow } from '../../importers/flat-row.js'
import type { Inputs } from '../../model/nouns.js'
import { documentOf, recordOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { flatLookups } from '../flat-rows.js'
import { alikeRows } from './alike-rows.js'
import { editionsSettled, type Settled } from './editions.js'
import { changedBy, differing } from './flat-change.js'
import { beyondRow, contradictions, isCalled, placeNamed } from './flat-referred.js'
import { lookUpNamed } from './look-up.js'
import { namesakes } from './namesakes.js'
import { printingOf } from './printing.js'
import type { ImportRequest } from './request.js'
import type { FlatCells, NamedPlace, ReadyDocument, Row } from './row.js'
import { rowPlaces } from './row-places.js'
import { otherwise, recordKept, rowIsPart } from './row-warnings.js'
import { type RowNotes, type RowOutcome, rowWriter } from './row-writer.js'
import { placeStorer } from './store-place.js'
import { printingStorer } from './store-printing.js'

/** What one row did. */
export interface StoredRow extends RowNotes {
  outcome: RowOutcome
}

type Cells = Readonly<Record<string, unknown>>
type Ready = Extract<Row, { kind: 'ready' }>

/** The records that stand with other words than a row has for them. */
function contradicting(
  tx: Transaction,
  documents: readonly (DraftDocument | ReadyDocument)[],
  said: () => readonly DraftDocument[],
): RowNotes['warnings'] {
  return documents.flatMap((made, i) => {
    const { noun, id, ifAbsent } = made
    const found = ifAbsent ? tx.read.find(noun, id) : undefined
    // an earlier row said the same, or the record itself does
    if (!found || ('text' in made && (made.text === null || made.text === found.document))) return []
    const other = contradictions(noun, id, said()[i]!.document, documentOf(noun, found))
    return other.length > 0 ? [recordKept(noun, id, other)] : []
  })
}

/** Stores rows one by one, inside transactions of the caller's. */
export function rowStorer(request: ImportRequest) {
  const writer = rowWriter(request)
  const places = rowPlaces(request, writer)
  const warnOfNamesakes = namesakes(writer)
  const storePlace = placeStorer(request, writer, places)
  const storePrinting = printingStorer(request, writer)
  const amongAlike = alikeRows(writer)
  const inEdition = editionsSettled(writer)
  let expected: readonly Row[] = []

  /** What it did to the row's own records; the others are only brought along. */
  function storeDocuments(tx: Transaction, documents: readonly (Settled | ReadyDocument)[]): RowOutcome {
    const own = new Set<RowOutcome>()
    const next = documents.filter(({ noun }) => noun === 'figure').map(({ id }) => id)
    for (const made of documents) {
      const { noun, id, ifAbsent } = made
      if (ifAbsent && tx.read.find(noun, id)) continue
      const outcome =
        'text' in made
          ? writer.write(tx, noun, id, JSON.parse(made.text!), { complete: made.text! })
          : writer.write(tx, noun, id, made.document, { next, reason: request.reason ?? made.reason ?? null })
      if (!ifAbsent) own.add(outcome)
      else if (noun === 'source') warnOfNamesakes(tx, id)
    }
    const [only, ...others] = own
    return others.length > 0 ? 'revised' : (only ?? 'unchanged')
  }

  /** Stores what a flat row brings whose figure is not there, and says what of that figure it cannot bring. */
  function storeNew(
    tx: Transaction,
    documents: readonly (DraftDocument | ReadyDocument)[],
    beyond: readonly string[],
  ): RowOutcome {
    const outcome = storeDocuments(tx, documents)
    if (outcome === 'created' && beyond.length > 0) writer.warn(rowIsPart(documents.at(-1)!.id, beyond))
    return outcome
  }

  /**
   * Stores what is ready as it is. A flat row is read again, cell by cell, if its figure is there, or if its place is
   * not, or what an earlier row brought, as that was refused.
   */
  function storeReady(tx: Transaction, { line, documents, flat }: Ready): RowOutcome {
    const read = ({ cells, are }: FlatCells) => readFlatRow(JSON.parse(cells), line, are)
    const asItIs =
      !flat ||
      (tx.read.find('figure', documents.at(-1)!.id)?.state !== 'live' &&
        (flat.place === null || tx.read.find('locality', flat.place.id)) &&
        documents.every(({ noun, id, text }) => text !== null || tx.read.find(noun, id)))
    if (asItIs) {
      if (!flat) return storeDocuments(tx, documents)
      warnOfContradictions(tx, documents, flat.place, () => read(flat).documents)
      return storeNew(tx, documents, flat.beyond)
    }
    return storeFlat(tx, read(flat), JSON.parse(flat.cells))
  }

  /**
   * A flat row holds less than a record may, so it changes a record only in the columns that say something else, and
   * only if it is the row of the report that the figure cites first.
   */
  function storeFlat(tx: Transaction, draft: Draft, cells: Cells): RowOutcome {
    warnOfContradictions(tx, draft.documents, placeNamed(cells), () => draft.documents)
    const figure = draft.documents.find(({ noun }) => noun === 'figure')
    const found = figure && tx.read.find('figure', figure.id)
    if (found?.state !== 'live') {
      places.bring(tx, cells)
      return storeNew(tx, places.settled(tx, draft), beyondRow(cells))
    }
    const before = documentOf('figure', found)
    const row = figure!.document as Inputs['figure']
    const which = printingOf(before, row, cells)
    if (which !== 0) return storePrinting(tx, { id: found.id, figure: before, which, row, draft, cells })
    const record = recordOf('figure', found)
    const event = recordOf('event', tx.read.find('event', record.event)!)
    const columns = differing(cells, toFlatRow(record, event, flatLookups(tx.read)))
    if (columns.size === 0) return 'unchanged'
    places.bring(tx, cells)
    return storeDocuments(
      tx,
      places
        .settled(tx, draft)
        .map(draft =>
          draft.noun === 'figure'
            ? { ...draft, document: changedBy(before, draft.document as Inputs['figure'], columns) }
            : draft,
        ),
    )
  }

  function storeForeign(tx: Transaction, draft: Draft): RowOutcome {
    for (const warning of contradicting(tx, draft.documents, () => draft.documents)) writer.warnOnce(warning)
    return storeDocuments(tx, inEdition(tx, places.settled(tx, amongAlike(tx, draft))))
  }

  /**
   * What a row says of a record that is there already is not taken, and not passed over in silence. What is ready has
   * defaults, which nobody said: then `said` are the same documents as the row has them.
   */
  function warnOfContradictions(
    tx: Transaction,
    documents: readonly (DraftDocument | ReadyDocument)[],
    place: NamedPlace | null,
    said: () => readonly DraftDocument[],
  ): void {
    for (const warning of contradicting(tx, documents, said)) writer.warn(warning)
    const located = place?.name ? tx.read.find('locality', place.id) : undefined
    if (!located) return
    const locality = documentOf('locality', located)
    if (!isCalled(locality, place!.name!))
      writer.warn(recordKept('locality', place!.id, [otherwise('name', locality.name, place!.name)]))
  }

  function store(tx: Transaction, row: Row): RowOutcome {
    switch (row.kind) {
      case 'ready':
        return storeReady(tx, row)
      case 'document':
        return storeDocuments(tx, [{ ...row.row, ifAbsent: false }])
      case 'flat':
        return storeFlat(tx, row.draft, row.row.cells)
      case 'draft':
        return storeForeign(tx, row.draft)
      case 'place':
        return storePlace(tx, row.place, row.source)
      case 'broken':
        throw new RangeError('a broken row is never stored')
    }
  }

  return {
    /** Says which rows are about to be stored. */
    expect(rows: readonly Row[]): void {
      expected = rows
    },
    store(tx: Transaction, row: Row): StoredRow {
      if (expected.length > 0) lookUpNamed(tx, expected)
      expected = []
      const notes = writer.begin(row.kind === 'flat' || (row.kind === 'ready' && row.flat !== null))
      try {
        return { outcome: store(tx, row), ...notes }
      } catch (error) {
        places.forget()
        throw error
      }
    },
    forgetPlaces: places.forget,
  }
}
