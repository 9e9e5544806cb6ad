import { complete } from '../../domain/complete.js'
import { unescapeExcel } from '../../formats/csv.js'
import type { DraftDocument, ForeignRow } from '../../importers/adapter.js'
import { type CellsAre, isId } from '../../importers/flat-cells.js'
import { readFlatRow } from '../../importers/flat-row.js'
import { type Inputs, NOUNS, type Noun } from '../../model/nouns.js'
import { ID_PATTERN } from '../../model/schema.js'
import { beyondRow, placeNamed, saidOf } from './flat-referred.js'
import type { ReadyDocument, Row } from './row.js'

/** What a row asks for; null if nothing. */
export type ReadRow = (row: ForeignRow) => Row | null

const MEMBERS = ['noun', 'id', 'document']

/** Reads a document as whole exports write it. */
export function documentRow({ line, cells }: ForeignRow): Row {
  const { noun, id, document } = cells
  const wrong = (column: string, detail: string, value: unknown): Row => ({
    kind: 'broken',
    row: { line, problems: [{ column, code: 'invalid', detail, value }] },
  })
  const unknown = Object.keys(cells).find(member => !MEMBERS.includes(member))
  if (unknown) return wrong(unknown, 'A line has the members noun, id and document.', cells[unknown])
  if (!NOUNS.includes(noun as Noun)) return wrong('noun', `Must be one of ${NOUNS.join(', ')}.`, noun)
  if (!isId(id)) return wrong('id', `Must be the record’s id, which fits ${ID_PATTERN}.`, id)
  const made = { line, noun: noun as Noun, id, document: document as Inputs[Noun] }
  const text = complete(made.noun, made.document)
  if (text === null) return { kind: 'document', row: made }
  return { kind: 'ready', line, documents: [{ noun: made.noun, id, ifAbsent: false, text }], flat: null }
}

/** Reads flat rows as what they stand for; null for the tag row of an HXL export, which is no figure. */
export function flatReader(are: CellsAre): ReadRow {
  const completed = completer()
  return row => {
    const draft = readFlatRow(row.cells, row.line, are)
    if (draft.documents.length + draft.problems.length === 0) return null
    const settled = draft.problems.length === 0 && Object.keys(draft.places).length === 0
    const documents = settled ? completed(draft.documents) : null
    if (!documents) return { kind: 'flat', row, draft }
    const flat = {
      cells: row.json ?? JSON.stringify(row.cells),
      are,
      place: placeNamed(row.cells),
      beyond: beyondRow(row.cells),
    }
    return { kind: 'ready', line: row.line, documents, flat }
  }
}

/** As many records as are remembered to have been brought. */
const MOST_BROUGHT = 10_000

/**
 * Completes the documents of a row; null if one has to be looked at where the store is. Rows name the same sources,
 * reports and events again and again: those are completed once.
 */
function completer() {
  const brought = new Map<string, string>()
  return (documents: readonly DraftDocument[]): ReadyDocument[] | null => {
    const completed: ReadyDocument[] = []
    for (const { noun, id, document, ifAbsent } of documents) {
      const named = `${noun} ${id}`
      const said = saidOf(noun, document)
      const again = ifAbsent && brought.get(named) === said
      const text = again ? null : complete(noun, document)
      if (text === null && !again) return null
      if (brought.size >= MOST_BROUGHT) brought.clear()
      if (ifAbsent) brought.set(named, said)
      completed.push({ noun, id, ifAbsent, text })
    }
    return completed
  }
}

/** A file with a byte order mark is one for spreadsheets, as `excel=1` writes it: what that escaped is undone. */
export function excelReader(): ReadRow {
  const read = flatReader('strings')
  return ({ line, cells }) => {
    const plain = Object.entries(cells).map(([column, cell]) => [column, unescapeExcel(String(cell))])
    return read({ line, cells: Object.fromEntries(plain) })
  }
}
