import type { BrokenRow, Draft, ForeignRow, GazetteerPlace } from '../../importers/adapter.js'
import type { CellsAre } from '../../importers/flat-cells.js'
import type { Inputs, Noun } from '../../model/nouns.js'

/** A document of which only the store is still to be asked. */
export interface ReadyDocument {
  noun: Noun
  id: string
  ifAbsent: boolean
  /** Its canonical JSON; null where an earlier row said the same of a record of this id. */
  text: string | null
}

/** A document as whole exports write it. */
interface DocumentRow {
  line: number
  noun: Noun
  id: string
  document: Inputs[Noun]
}

/** A place that a flat row names by its id, and what the row calls it. */
export interface NamedPlace {
  id: string
  name: string | null
}

/** The row of which the documents were made, the last a figure: its cells as JSON, and its place. */
export interface FlatCells {
  cells: string
  are: CellsAre
  place: NamedPlace | null
  /** What the row says that its figure has more of than a row brings. */
  beyond: readonly string[]
}

/** One row of a file, as what it asks for. */
export type Row =
  | { kind: 'ready'; line: number; documents: ReadyDocument[]; flat: FlatCells | null }
  | { kind: 'broken'; row: BrokenRow }
  | { kind: 'document'; row: DocumentRow }
  | { kind: 'flat'; row: ForeignRow; draft: Draft }
  | { kind: 'draft'; draft: Draft }
  | { kind: 'place'; place: GazetteerPlace; source: string }
