import type { Code } from '../domain/errors.js'
import type { ContainerHint, PlaceHint } from '../domain/place-hint.js'
import type { Inputs, Noun } from '../model/nouns.js'

export type { PlaceHint } from '../domain/place-hint.js'

/** A document that an adapter made of a foreign row. */
export interface DraftDocument<N extends Noun = Noun> {
  noun: N
  id: string
  /** Where the document refers to a locality, the reference is a key of the draft's `places`. */
  document: Inputs[N]
  /** Only to be created when no record has this id: sources and reports that several rows name. */
  ifAbsent: boolean
}

/** What keeps a row from becoming documents. */
export interface Problem {
  /** The column or member at fault; null where it is the row as a whole. */
  column: string | null
  code: Extract<
    Code,
    'invalid' | 'malformed' | 'bad_date' | 'bad_value' | 'missing' | 'out_of_range' | 'bad_format' | 'not_in_list'
  >
  detail: string
  value: unknown
}

/** A row that cannot be used, and why. */
export interface BrokenRow {
  line: number
  problems: Problem[]
}

/** Everything that one foreign row became, in dependency order; or why it became nothing. */
export interface Draft {
  /** 1-based line (or array element) in the foreign file where the row starts. */
  line: number
  places: Record<string, PlaceHint>
  /** Empty where there are problems. */
  documents: DraftDocument[]
  problems: Problem[]
  /**
   * Where nothing but its numbers may tell a row of its file from others: the id that they share. The first of them has
   * it for its event, the next ones with -2, -3, …
   */
  alike?: string
}

/** A place of a gazetteer: matched to a locality by code, then enriched, or created in the innermost known container. */
export interface GazetteerPlace {
  line: number
  /** The id that a created locality gets, `<scheme>:<value>`. */
  id: string
  /** Its codes begin with the provider's own; its parents are those that the row names besides `containers`. */
  place: PlaceHint
  /** Those that contain it, innermost first, found among this file's places or the stored localities. */
  containers: readonly ContainerHint[]
}

/** A foreign row: its cells by column as strings, or a parsed JSON object. */
export interface ForeignRow {
  line: number
  cells: Record<string, unknown>
  /** The row's JSON, where it came as such. */
  json?: string
}

/** What is known of a file besides its rows. */
export interface FileFacts {
  /** The file's name; some say which edition they hold. */
  name?: string
  /** The edition of the dataset, such as 25.1. */
  edition?: string
  /** Who publishes the figures, for files whose rows do not say. */
  source?: string
  /** What parts the cells of a table. */
  delimiter?: string
}

interface AdapterBase {
  name: string
  title: string
  /** How the file is usually written; any of the three is read. */
  container: 'csv' | 'tsv' | 'json'
  /** For a file without header: its columns. */
  columns?: readonly string[]
  /** Columns, or members, that every edition has; a table without one of them is not read. */
  needs: readonly string[]
  /** How some editions call a column that is needed. */
  synonyms?: Readonly<Record<string, string>>
  /**
   * How else a file is known to be of this format: from its header (columns, or members of its first object) and the
   * row after it. For a format without header, the "header" is the first row.
   */
  detects?(header: readonly string[], secondRow?: readonly string[]): boolean
}

/** A dataset of figures: row in, draft out, pure. `null` skips a row that is not data, such as an HXL tag row. */
export interface FigureAdapter extends AdapterBase {
  kind: 'figures'
  /**
   * Called once per file with the header and the row after it, for formats whose columns carry their meaning. The
   * function counts rows that cannot be told apart, so one belongs to one reading of one file.
   */
  open(header: readonly string[], secondRow?: readonly string[], facts?: FileFacts): (row: ForeignRow) => Draft | null
}

/** A gazetteer: row in, place out. `null` skips a row that names no place. */
export interface GazetteerAdapter extends AdapterBase {
  kind: 'places'
  read(row: ForeignRow): GazetteerPlace | BrokenRow | null
}

export type Adapter = FigureAdapter | GazetteerAdapter
