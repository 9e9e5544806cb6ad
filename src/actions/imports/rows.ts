import { createReadStream, type ReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { invalid, Refusal } from '../../domain/errors.js'
import { member } from '../../domain/pointer.js'
import { didYouMean } from '../../domain/suggest.js'
import type { Adapter, BrokenRow, FileFacts, ForeignRow } from '../../importers/adapter.js'
import { unknownColumns } from '../../importers/flat-row.js'
import { openTable } from '../../importers/read.js'
import { ndjsonRows } from '../../importers/read-ndjson.js'
import { adapterNamed, adapters, detect, lacking, nearest } from '../../importers/registry.js'
import { FLAT_NAMES } from '../../model/flat-row.js'
import { documentRow, excelReader, flatReader, type ReadRow } from './own-rows.js'
import type { ImportRequest } from './request.js'
import type { Row } from './row.js'

export interface OpenedFile {
  format: string
  /** Rows in blocks. */
  blocks: AsyncGenerator<Row[]>
  /** The share of the file that was read, 0 to 1. */
  progress(): number
  /** How many of the rows read ask for nothing; they are in no block. */
  skipped(): number
  /** Lets go of the file, read to its end or not. */
  close(): void
}

type Opened = Pick<OpenedFile, 'format' | 'blocks' | 'skipped'>

/**
 * A block has at most so many rows, and ends when so many bytes of the file have been read for it: only between two
 * blocks can other work of the writer run, or a load be given up.
 */
const BLOCK = { rows: 1000, bytes: 1 << 22 }
const OWN_FORMATS = ['documents', 'figures'] as const

/** Every format that an import reads. */
export const FORMATS: readonly string[] = [...OWN_FORMATS, ...adapters.map(({ name }) => name)]

/** Opens a file and finds out what it holds, or holds it to the format named. */
export async function openFile({ file, format, name, edition, source }: ImportRequest): Promise<OpenedFile> {
  if (format !== null && !FORMATS.includes(format))
    throw invalid({
      parameter: 'format',
      code: 'not_in_list',
      detail: `there is no format ${format}`,
      allowed: FORMATS,
    })
  const first = await firstLine(file)
  const bytes = createReadStream(file, { highWaterMark: 1 << 19 })
  const { size } = await stat(file)
  const progress = () => (size === 0 ? 1 : bytes.bytesRead / size)
  const facts = { ...(name && { name }), ...(edition && { edition }), ...(source && { source }) }
  const own = format === null ? ownLines(first) : isOwn(format) ? format : null
  const close = () => void bytes.destroy()
  try {
    const opened =
      own && first.startsWith('{')
        ? openNdjson(bytes, own)
        : await openCells(bytes, format, first.startsWith('\ufeff'), facts)
    return { ...opened, progress, close }
  } catch (error) {
    close()
    throw error
  }
}

/** The first line of the file that says something, at most as much as shows what it is. */
async function firstLine(file: string): Promise<string> {
  const handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0).finally(() => handle.close())
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).trimStart().split('\n', 1)
  // trimming takes the byte order mark away, too
  return buffer.toString('utf8', 0, 3) === '\ufeff' ? `\ufeff${line}` : line
}

type OwnFormat = (typeof OWN_FORMATS)[number]
const isOwn = (format: string): format is OwnFormat => (OWN_FORMATS as readonly string[]).includes(format)

/** Which of our own formats a first line of JSON is of; null if it is not ours. */
function ownLines(first: string): OwnFormat | null {
  const has = (member: string) => new RegExp(`"${member}"\\s*:`).test(first)
  if (has('noun') && has('document')) return 'documents'
  // updates of IDMC have a qualifier, too
  return has('measure') && has('qualifier') ? 'figures' : null
}

const jsonReaders: Record<OwnFormat, () => ReadRow> = {
  documents: () => documentRow,
  figures: () => flatReader('json'),
}

function openNdjson(bytes: ReadStream, format: OwnFormat): Opened {
  const { read, skipped } = counting(jsonReaders[format]())
  async function* blocks(): AsyncGenerator<Row[]> {
    for await (const rows of ndjsonRows(bytes, BLOCK.rows)) yield rows.map(read).filter(row => row !== null)
  }
  return { format, blocks: blocks(), skipped }
}

/** Reads rows, sound or broken, and counts those that ask for nothing. */
function counting(read: ReadRow) {
  let skipped = 0
  return {
    read(row: ForeignRow | BrokenRow): Row | null {
      const made = 'problems' in row ? { kind: 'broken' as const, row } : read(row)
      if (made === null) skipped += 1
      return made
    },
    skipped: () => skipped,
  }
}

const FLAT_NEEDS = ['measure', 'qualifier']

const isFlat = (header: readonly string[]) =>
  FLAT_NEEDS.every(column => header.includes(column)) && unknownColumns(header).length === 0

/** The refusal of a table of flat rows for columns that no flat row has, each with what it may have been meant to be. */
function otherColumns(columns: readonly string[]): Refusal {
  const faults = columns.map(column => ({
    pointer: member('', column),
    code: 'unknown_member' as const,
    detail: `there is no column ${column}`,
    ...didYouMean(column, FLAT_NAMES),
  }))
  const named = faults.map(({ detail, did_you_mean }) => `${detail}${did_you_mean ? ` (${did_you_mean}?)` : ''}`)
  return new Refusal('invalid', `In a table of figures ${named.slice(0, NAMED).join(', ')}.`, faults)
}

async function openCells(bytes: ReadStream, format: string | null, marked: boolean, facts: FileFacts): Promise<Opened> {
  const table = await openTable(bytes)
  const own = format === null ? ownTable(table.header) : isOwn(format) ? format : null
  if (own && table.container === 'json') return openRows(bytes, own, table.rows(), jsonReaders[own]())
  if (own === 'documents') throw new Refusal('malformed', 'Documents are JSON: an object a line, or a list of them.')
  if (own) {
    const other = unknownColumns(table.header)
    if (other.length > 0) throw otherColumns(other)
    return openRows(bytes, own, table.rows(), marked ? excelReader() : flatReader('strings'))
  }
  const found = format === null ? detect(table.header, table.secondRow) : adapterNamed(format)
  if (!found) throw unknownFormat(table.header)
  const lacks = table.container === 'json' ? [] : lacking(found, table.header)
  if (lacks.length > 0)
    throw new Refusal(
      'malformed',
      `A table in format ${found.name} has columns that are not here: ${lacks.join(', ')}.`,
    )
  return openRows(bytes, found.name, table.rows(found.columns), readerOf(found, table, facts))
}

const NAMED = 20

function unknownFormat(header: readonly string[]): Refusal {
  const other = unknownColumns(header)
  // most of its columns are those of flat rows
  const isFlatter = other.length < header.length / 2
  if (isFlatter && other.length > 0) return otherColumns(other)
  const near = isFlatter ? { name: 'figures', needs: FLAT_NEEDS } : nearest(header)
  const nearly = near ? ` It comes nearest to ${near.name}, but has no ${lacking(near, header).join(', ')}.` : ''
  const more = header.length > NAMED ? `, and ${header.length - NAMED} more` : ''
  return new Refusal(
    'malformed',
    `The columns are of no known format: ${header.slice(0, NAMED).join(', ')}${more}.${nearly}`,
    [
      {
        parameter: 'format',
        code: 'not_in_list',
        detail: `Known formats are ${FORMATS.join(', ')}.`,
        allowed: FORMATS,
      },
    ],
  )
}

/** Which of our own formats a table is of, by its columns; null if it is not ours. */
function ownTable(header: readonly string[]): OwnFormat | null {
  if (isFlat(header)) return 'figures'
  return header.includes('noun') && header.includes('document') ? 'documents' : null
}

function readerOf(
  adapter: Adapter,
  { header, secondRow, delimiter }: Awaited<ReturnType<typeof openTable>>,
  facts: FileFacts,
): ReadRow {
  if (adapter.kind === 'figures') {
    const read = adapter.open(header, secondRow, { ...facts, ...(delimiter && { delimiter }) })
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

function openRows(
  bytes: ReadStream,
  format: string,
  rows: AsyncGenerator<ForeignRow | BrokenRow>,
  reader: ReadRow,
): Opened {
  const { read, skipped } = counting(reader)
  return { format, blocks: blocksOf(bytes, rows, read), skipped }
}

async function* blocksOf(
  bytes: ReadStream,
  rows: AsyncGenerator<ForeignRow | BrokenRow>,
  read: ReturnType<typeof counting>['read'],
): AsyncGenerator<Row[]> {
  let block: Row[] = []
  let began = bytes.bytesRead
  for await (const row of rows) {
    const made = read(row)
    if (made) block.push(made)
    if (block.length < BLOCK.rows && bytes.bytesRead - began < BLOCK.bytes) continue
    yield block
    block = []
    began = bytes.bytesRead
  }
  if (block.length > 0) yield block
}
