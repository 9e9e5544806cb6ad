import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { invalid, Refusal } from '../../domain/errors.js'
import { unescapeExcel } from '../../formats/csv.js'
import type { Adapter, BrokenRow, Draft, FileFacts, ForeignRow, GazetteerPlace } from '../../importers/adapter.js'
import { readFlatRow } from '../../importers/flat-row.js'
import { openTable } from '../../importers/read.js'
import { ndjsonRows } from '../../importers/read-ndjson.js'
import { adapterNamed, adapters, detect } from '../../importers/registry.js'
import { FLAT_COLUMNS } from '../../model/flat-row.js'
import { type Inputs, NOUNS, type Noun } from '../../model/nouns.js'
import type { ImportRequest } from './request.js'

/** A document as whole exports write it. */
export interface DocumentRow {
  line: number
  noun: Noun
  id: string
  document: Inputs[Noun]
}

/** One row of a file, as what it asks for. */
export type Row =
  | { kind: 'broken'; row: BrokenRow }
  | { kind: 'document'; row: DocumentRow }
  | { kind: 'flat'; row: ForeignRow; draft: Draft }
  | { kind: 'draft'; draft: Draft }
  | { kind: 'place'; place: GazetteerPlace; source: string }

export interface OpenedFile {
  format: string
  /** Rows in file order, in blocks. */
  blocks: AsyncGenerator<Row[]>
  /** The share of the file that was read, 0 to 1. */
  progress(): number
}

type Bytes = AsyncIterable<Uint8Array>
type Opened = Omit<OpenedFile, 'progress'>

const BLOCK = 2000
const OWN_FORMATS = ['documents', 'figures'] as const

/** Every format that an import reads. */
export const FORMATS: readonly string[] = [...OWN_FORMATS, ...adapters.map(({ name }) => name)]

/** Opens a file and finds out what it holds, or holds it to the format named. */
export async function openFile({ file, format, name }: ImportRequest): Promise<OpenedFile> {
  if (format !== null && !FORMATS.includes(format))
    throw invalid({
      parameter: 'format',
      code: 'not_in_list',
      detail: `there is no format ${format}`,
      allowed: FORMATS,
    })
  const first = await firstLine(file)
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 })
  const { size } = await stat(file)
  const progress = () => (size === 0 ? 1 : bytes.bytesRead / size)
  const opened = first.startsWith('{')
    ? openNdjson(bytes, first, format)
    : await openCells(bytes, format, first.startsWith('\ufeff'), name === null ? {} : { name })
  return { ...opened, progress }
}

/** The beginning of the file as far as its first line, at most as much as shows what it is. */
async function firstLine(file: string): Promise<string> {
  const handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0).finally(() => handle.close())
  return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]!
}

function openNdjson(bytes: Bytes, first: string, format: string | null): Opened {
  const looksLike = /"document"\s*:/.test(first) && /"noun"\s*:/.test(first) ? 'documents' : 'figures'
  const found = format ?? looksLike
  const read = found === 'documents' ? documentRow : found === 'figures' ? flatJsonRow : null
  if (!read) throw invalid({ parameter: 'format', code: 'conflict', detail: `${found} is not read from lines of JSON` })
  async function* blocks(): AsyncGenerator<Row[]> {
    for await (const rows of ndjsonRows(bytes))
      yield rows.map(row => ('problems' in row ? { kind: 'broken', row } : read!(row)))
  }
  return { format: found, blocks: blocks() }
}

const MEMBERS = ['noun', 'id', 'document']

function documentRow({ line, cells }: ForeignRow): Row {
  const { noun, id, document } = cells
  const wrong = (column: string, detail: string, value: unknown): Row => ({
    kind: 'broken',
    row: { line, problems: [{ column, code: 'invalid', detail, value }] },
  })
  const unknown = Object.keys(cells).find(member => !MEMBERS.includes(member))
  if (unknown) return wrong(unknown, 'A line has the members noun, id and document.', cells[unknown])
  if (!NOUNS.includes(noun as Noun)) return wrong('noun', `Must be one of ${NOUNS.join(', ')}.`, noun)
  if (typeof id !== 'string') return wrong('id', 'Must be the record’s id.', id)
  return { kind: 'document', row: { line, noun: noun as Noun, id, document: document as Inputs[Noun] } }
}

const flatJsonRow = (row: ForeignRow): Row => ({ kind: 'flat', row, draft: readFlatRow(row.cells, row.line, 'json') })

const isFlat = (header: readonly string[]) =>
  header.includes('measure') &&
  header.includes('qualifier') &&
  header.every(column => Object.hasOwn(FLAT_COLUMNS, column))

async function openCells(bytes: Bytes, format: string | null, marked: boolean, facts: FileFacts): Promise<Opened> {
  const table = await openTable(bytes)
  const adapter = format === null || format === 'figures' ? undefined : adapterNamed(format)
  if (format === 'figures' || (format === null && isFlat(table.header)))
    return { format: 'figures', blocks: blocksOf(table.rows(), marked ? excelRow : flatRow) }
  const found = adapter ?? detect(table.header, table.secondRow)
  if (!found)
    throw new Refusal('malformed', `The columns are of no known format: ${table.header.slice(0, 20).join(', ')}.`, [
      { parameter: 'format', code: 'not_in_list', detail: 'Name the format if it is one of these.', allowed: FORMATS },
    ])
  return { format: found.name, blocks: blocksOf(table.rows(found.columns), readerOf(found, table, facts)) }
}

const flatRow = (row: ForeignRow): Row => ({ kind: 'flat', row, draft: readFlatRow(row.cells, row.line) })

/** A file with a byte order mark is one for spreadsheets, as `excel=1` writes it: what that escaped is undone. */
function excelRow({ line, cells }: ForeignRow): Row {
  const plain = Object.entries(cells).map(([column, cell]) => [column, unescapeExcel(String(cell))])
  return flatRow({ line, cells: Object.fromEntries(plain) })
}

function readerOf(
  adapter: Adapter,
  { header, secondRow }: Pick<Awaited<ReturnType<typeof openTable>>, 'header' | 'secondRow'>,
  facts: FileFacts,
): (row: ForeignRow) => Row | null {
  if (adapter.kind === 'figures') {
    const read = adapter.open(header, secondRow, facts)
    return row => {
      const draft = read(row)
      return draft && { kind: 'draft', draft }
    }
  }
  return row => {
    const place = adapter.read(row)
    if (place === null) return null
    return 'problems' in place ? { kind: 'broken', row: place } : { kind: 'place', place, source: adapter.title }
  }
}

async function* blocksOf(
  rows: AsyncGenerator<ForeignRow | BrokenRow>,
  read: (row: ForeignRow) => Row | null,
): AsyncGenerator<Row[]> {
  let block: Row[] = []
  for await (const row of rows) {
    const made: Row | null = 'problems' in row ? { kind: 'broken', row } : read(row)
    if (made) block.push(made)
    if (block.length < BLOCK) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}
