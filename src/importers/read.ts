import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { Refusal } from '../domain/errors.js'
import type { BrokenRow, ForeignRow } from './adapter.js'
import { isTags } from './hxl-tags.js'
import { jsonElements } from './read-json.js'

type Container = 'csv' | 'tsv' | 'json'

/** A foreign file whose first rows have been read, and nothing else yet. */
export interface ForeignTable {
  container: Container
  /** What parts the cells of a table. */
  delimiter?: string
  /**
   * The columns, which may stand below rows of titles, each name once (`name`, `name (2)`, `column 3`); of JSON, the
   * members of the first object.
   */
  header: readonly string[]
  /** The row after the header. */
  secondRow: readonly string[] | undefined
  /**
   * All rows once, in order, with the line on which each starts. A row that is broken in itself comes as its problems.
   * `columns` are those of a file without header, whose first row is then a row like the others.
   */
  rows(columns?: readonly string[]): AsyncGenerator<ForeignRow | BrokenRow>
}

interface Row {
  line: number
  cells: string[]
}

/** A row of cells, or what is wrong with it. */
type Line = Row | BrokenRow

/** One row may not take more; a quotation mark that is never closed would otherwise take the rest of the file. */
const MAX_ROW = 4_000_000
/** A header with more is no table of figures, or not a header. */
const MAX_COLUMNS = 100
/** Names that reach a prototype, where code that copies a row cell by cell could be made to change all objects. */
const NO_COLUMN: ReadonlySet<string> = new Set(['__proto__', 'constructor.prototype'])
/** Among so many rows the one of hashtags is looked for (HXL 1.1, tagging conventions). */
const TAGS_WITHIN = 25
/** Among so many elements of a list the first object is looked for. */
const MAX_BROKEN = 1000
/** As much of a file as shows how it is written. */
const SNIFFED = 64_000

/**
 * Reads CSV, TSV or JSON as it comes: UTF-8 with or without a byte order mark, any line ends, comma or semicolon.
 * Which it is, the first characters tell. Memory does not grow with the file.
 *
 * Throws `malformed` if the file is empty, not UTF-8, or JSON that is no list of objects, `too_large` if it has more
 * than a hundred columns; and, while its rows are read, `malformed` at one that is too long to go on behind it.
 */
export async function openTable(bytes: AsyncIterable<Uint8Array>): Promise<ForeignTable> {
  const { head, text } = await peek(decoded(bytes))
  if (head.trim() === '') throw new Refusal('malformed', 'The file is empty.')
  const found = containerOf(head)
  return found === 'json' ? openJson(text) : openDelimited(text, found, signsOf(head, found))
}

async function openJson(text: AsyncGenerator<string>): Promise<ForeignTable> {
  const elements = jsonElements(text)
  const first: (ForeignRow | BrokenRow)[] = []
  let header: string[] | null = null
  while (header === null && first.length < MAX_BROKEN) {
    const next = await elements.next()
    if (next.done) break
    first.push(next.value)
    if ('cells' in next.value) header = Object.keys(next.value.cells)
  }
  return {
    container: 'json',
    header: header ?? [],
    secondRow: undefined,
    async *rows() {
      yield* first
      yield* elements
    },
  }
}

async function openDelimited(text: AsyncGenerator<string>, container: Container, signs: Signs): Promise<ForeignTable> {
  const lines = delimited(text, signs)
  const [top, ...below] = fromHeader(await firstOf(lines))
  if (!top || 'problems' in top) throw new Refusal('malformed', 'The first row cannot be read.')
  const { length } = top.cells
  if (length > MAX_COLUMNS)
    throw new Refusal('too_large', `Line ${top.line} has ${length} columns; at most ${MAX_COLUMNS} are read.`)
  const header = unique(top.cells)
  const impossible = header.find(column => NO_COLUMN.has(column))
  if (impossible) throw new Refusal('malformed', `Line ${top.line}: there can be no column ${impossible}.`)
  return {
    container,
    delimiter: signs.delimiter,
    header,
    secondRow: below[0] && 'cells' in below[0] ? below[0].cells : undefined,
    async *rows(columns) {
      const headed = columns === undefined || top.cells[0] === columns[0]
      const names = columns ?? header
      if (!headed) yield rowOf(top, names)
      for (const line of below) yield rowOf(line, names)
      for await (const line of lines) yield rowOf(line, names)
    },
  }
}

/** The first rows, up to the one of hashtags if there is one among them. */
async function firstOf(lines: AsyncGenerator<Line>): Promise<Line[]> {
  const first: Line[] = []
  while (first.length < TAGS_WITHIN) {
    const next = await lines.next()
    if (next.done) break
    first.push(next.value)
    if (isTagRow(next.value)) break
  }
  return first
}

/**
 * The first rows without those above the header. Of a table with hashtags, that is the row before them if it has a cell
 * for each of them, or else they themselves.
 */
function fromHeader(first: readonly Line[]): readonly Line[] {
  const [before, tags] = [first.at(-2), first.at(-1)]
  if (!tags || !isTagRow(tags)) return first
  const tagged = tags.cells.findLastIndex(cell => cell.trim() !== '') + 1
  return first.slice(before && 'cells' in before && before.cells.length >= tagged ? -2 : -1)
}

const isTagRow = (line: Line): line is Row => 'cells' in line && isTags(line.cells)

/** Empty cells beyond the last column are a spreadsheet's; any other difference means that cells have shifted. */
function rowOf(line: Line, columns: readonly string[]): ForeignRow | BrokenRow {
  if ('problems' in line) return line
  const { cells } = line
  const beyond = cells.slice(columns.length).some(cell => cell !== '')
  if (cells.length < columns.length || beyond) {
    const detail = `The row has ${cells.length} cells, the header ${columns.length}.`
    return { line: line.line, problems: [{ column: null, code: 'malformed', detail, value: cells.length }] }
  }
  return { line: line.line, cells: Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])) }
}

async function* delimited(text: AsyncGenerator<string>, { delimiter, quote }: Signs): AsyncGenerator<Line> {
  // The parser runs ahead of its reader: lines are counted, and broken rows put in order, where it parses.
  const found: Line[] = []
  let last = 0
  const parser = parse({
    delimiter,
    quote,
    relax_quotes: true,
    raw: true,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW,
    on_record: (read: unknown, { lines }) => {
      // with `raw`, which the parser's types do not know
      const { record: cells, raw } = read as { record: string[]; raw: string }
      last = lines
      const within = cells.reduce((count, cell) => count + newlines(cell), 0)
      const line = lines - within
      if (within > 0 && goesOnBehindQuotes(raw, delimiter)) found.push(unclosed(line))
      else if (cells.length > 1 || cells[0] !== '') found.push({ line, cells })
      return cells
    },
    on_skip: error => {
      // What the parser makes of the rest of its chunk after that is nothing at all.
      if (error?.code === 'CSV_MAX_RECORD_SIZE') throw tooLong(last + 1)
      found.push(unclosed(last + 1))
      return undefined
    },
  })
  // A failing source must end the parser, or its reader would wait for ever.
  const source = Readable.from(text)
  source.on('error', error => parser.destroy(error))
  source.pipe(parser)
  for await (const _ of parser) yield* found.splice(0)
  yield* found
}

/**
 * Whether a row has a quoted cell that goes on behind its quotation mark. Over several lines a mark before it was not
 * closed, and the cell has taken in the rows behind it.
 */
function goesOnBehindQuotes(row: string, delimiter: string): boolean {
  const quoted = /"(?:[^"]|"")*"/y
  const bare = new RegExp(`[^${delimiter}\n]*`, 'y')
  for (let at = 0; at < row.length; at += 1) {
    const cell = row[at] === '"' ? quoted : bare
    cell.lastIndex = at
    if (!cell.test(row)) return true
    at = cell.lastIndex
    if (at < row.length && row[at] !== delimiter && row[at] !== '\n') return true
  }
  return false
}

const unclosed = (line: number): BrokenRow => {
  const detail = 'A quotation mark is opened here or later and never closed.'
  return { line, problems: [{ column: null, code: 'malformed', detail, value: null }] }
}

const tooLong = (line: number) =>
  new Refusal(
    'malformed',
    `The row on line ${line} is longer than ${MAX_ROW} bytes, so nothing behind it can be read; most likely a quotation mark in it is not closed.`,
  )

function newlines(cell: string): number {
  let count = 0
  for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count += 1
  return count
}

/** UTF-8 as text, with line feeds for all line ends, and without a byte order mark. */
async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let held = ''
  const decode = (chunk?: Uint8Array) => {
    try {
      return held + (chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode())
    } catch {
      throw new Refusal('malformed', 'The file is not UTF-8.')
    }
  }
  for await (const chunk of bytes) {
    const text = decode(chunk)
    // A carriage return at the end may belong to a line feed in the next chunk.
    held = text.endsWith('\r') ? '\r' : ''
    yield lineFeeds(held ? text.slice(0, -1) : text)
  }
  yield lineFeeds(decode())
}

const lineFeeds = (text: string) => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text)

/** The beginning of a text, and the whole of it still to be read. */
async function peek(chunks: AsyncGenerator<string>): Promise<{ head: string; text: AsyncGenerator<string> }> {
  let head = ''
  while (head.length < SNIFFED) {
    const next = await chunks.next()
    if (next.done) break
    head += next.value
  }
  async function* whole() {
    yield head
    yield* chunks
  }
  return { head, text: whole() }
}

function containerOf(head: string): Container {
  if (/^\s*[[{]/.test(head)) return 'json'
  const counts = countsOf(head)
  return counts['\t'] > 0 ? 'tsv' : 'csv'
}

/** What parts the cells of a row, and what encloses those that hold such a sign; false: nothing does. */
interface Signs {
  delimiter: string
  quote: '"' | false
}

/**
 * Semicolons part cells where the comma is the decimal sign. Spreadsheets enclose cells parted by tabs, too, but GeoNames,
 * whose files begin with a number for want of a header, has names with quotation marks.
 */
function signsOf(head: string, container: Container): Signs {
  if (container === 'tsv') return { delimiter: '\t', quote: /^\s*\d/.test(head) ? false : '"' }
  const counts = countsOf(head)
  return { delimiter: counts[';'] > counts[','] ? ';' : ',', quote: '"' }
}

/** How often each delimiter stands outside quotation marks in the row of hashtags, or else in the first. */
function countsOf(head: string): { ',': number; ';': number; '\t': number } {
  const counts = { ',': 0, ';': 0, '\t': 0 }
  let quoted = false
  for (const char of head.split('\n').find(isTagLine) ?? head.trimStart()) {
    if (char === '"') quoted = !quoted
    else if (char === '\n' && !quoted) break
    else if (!quoted && (char === ',' || char === ';' || char === '\t')) counts[char] += 1
  }
  return counts
}

/** Whether a line is a row of several hashtags, whatever parts them: they hold none of the delimiters themselves. */
function isTagLine(line: string): boolean {
  const cells = line.replaceAll('"', '').split(/[,;\t]/)
  return cells.length > 1 && isTags(cells)
}

/** Names that the file gives stand where they come first; every other column gets one that no other column has. */
function unique(names: readonly string[]): string[] {
  const given = names.map(name => name.trim())
  const taken = new Set(given)
  return given.map((name, i) => {
    if (name !== '' && given.indexOf(name) === i) return name
    const base = name || `column ${i + 1}`
    let made = base
    for (let count = 2; taken.has(made); count += 1) made = `${base} (${count})`
    taken.add(made)
    return made
  })
}
