import type { Inputs, Noun } from '../model/nouns.js'
import type { Term } from '../model/vocabularies.js'

/** What a foreign row says of a place; the import action finds or creates the locality. */
export interface PlaceHint {
  name: string
  level: Term<'level'>
  /** Identifiers that the row itself gives, by scheme. */
  codes: Record<string, string>
  /** Further spellings that the row gives. */
  names: { text: string; lang: string | null; kind: Term<'name_kind'> }[]
  /** The containing places that the row names, outermost (the country) first; each is placed before this one. */
  parents: PlaceHint[]
  point: { lat: number; lon: number } | null
}

/** A document that an adapter made of a foreign row. */
export interface DraftDocument<N extends Noun = Noun> {
  noun: N
  id: string
  /** Where the document refers to a locality, the reference is a key of the draft's `places`. */
  document: Inputs[N]
  /** Only to be created when no record has this id: sources and reports that several rows name. */
  ifAbsent: boolean
}

/** Everything that one foreign row became, in dependency order; or why it became nothing. */
export interface Draft {
  /** 1-based line (or array element) in the foreign file where the row starts. */
  line: number
  places: Record<string, PlaceHint>
  documents: DraftDocument[]
  problems: { column: string | null; code: 'invalid' | 'bad_date' | 'bad_value' | 'missing' | 'out_of_range' | 'bad_format' | 'not_in_list'; detail: string; value: unknown }[]
}

/** A place of a gazetteer: matched to a locality by code, then enriched, or created under its parent. */
export interface GazetteerPlace {
  line: number
  /** The id that a created locality gets, `<scheme>:<value>`. */
  id: string
  place: PlaceHint
  /** The provider's code of the parent, found among this file's places or the stored localities. */
  parent: { scheme: string; value: string } | null
}

/** A foreign row: its cells by column as strings, or a parsed JSON object. */
export interface ForeignRow {
  line: number
  cells: Record<string, unknown>
}

interface AdapterBase {
  name: string
  title: string
  /** How the file is read into rows. */
  container: 'csv' | 'tsv' | 'json'
  /** For a TSV without header: its columns. */
  columns?: readonly string[]
  /** Whether a file with this header (columns, or members of its first object) is of this format. */
  detects(header: readonly string[], secondRow?: readonly string[]): boolean
}

/** A dataset of figures: row in, draft out, pure. `null` skips a row that is not data, such as an HXL tag row. */
export interface FigureAdapter extends AdapterBase {
  kind: 'figures'
  /** Called once per file with the header and the row after it, for formats whose columns carry their meaning. */
  open(header: readonly string[], secondRow?: readonly string[]): (row: ForeignRow) => Draft | null
}

/** A gazetteer: row in, place out. */
export interface GazetteerAdapter extends AdapterBase {
  kind: 'places'
  read(row: ForeignRow): GazetteerPlace | null
}

export type Adapter = FigureAdapter | GazetteerAdapter
