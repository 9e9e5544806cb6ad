import { Refusal } from '../domain/errors.js'
import { decodeUtf8, parseJson } from '../domain/json.js'
import type { BrokenRow, ForeignRow } from './adapter.js'

/** Bytes of one line; a longer one is no figure. */
export const MAX_LINE = 64 * 1024
const NEWLINE = 0x0a

/**
 * Reads newline-delimited JSON as it comes, an object a line, in blocks of at most so many rows. Blank lines are passed
 * over; a line that is no object, is too long or is not strict JSON comes as its problem. Memory does not grow with the
 * file.
 */
export async function* ndjsonRows(
  bytes: AsyncIterable<Uint8Array>,
  mostRows: number,
): AsyncGenerator<(ForeignRow | BrokenRow)[]> {
  let held: Buffer = Buffer.alloc(0)
  /** Whether the line held was too long to be kept. */
  let cut = false
  let line = 0
  for await (const chunk of bytes) {
    const block: Buffer = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    let rows: (ForeignRow | BrokenRow)[] = []
    let start = 0
    for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, start)) {
      line += 1
      const row = cut ? tooLong(line) : rowOf(block.subarray(start, end), line)
      if (row) rows.push(row)
      cut = false
      start = end + 1
      if (rows.length < mostRows) continue
      yield rows
      rows = []
    }
    held = block.subarray(start)
    cut ||= held.length > MAX_LINE
    if (cut) held = Buffer.alloc(0)
    if (rows.length > 0) yield rows
  }
  const last = cut ? tooLong(line + 1) : rowOf(held, line + 1)
  if (last) yield [last]
}

const tooLong = (line: number) => problem(line, 'out_of_range', `The line is longer than ${MAX_LINE} bytes.`)

const problem = (line: number, code: BrokenRow['problems'][number]['code'], detail: string): BrokenRow => ({
  line,
  problems: [{ column: null, code, detail, value: null }],
})

function rowOf(bytes: Buffer, line: number): ForeignRow | BrokenRow | null {
  if (bytes.length > MAX_LINE) return tooLong(line)
  if (bytes.length === 0 || bytes.toString('latin1').trim() === '') return null
  try {
    const json = decodeUtf8(bytes)
    const cells = parseJson(json)
    if (cells === null || typeof cells !== 'object' || Array.isArray(cells))
      return problem(line, 'malformed', 'The line is not a JSON object.')
    return { line, cells: cells as Record<string, unknown>, json }
  } catch (error) {
    if (error instanceof Refusal) return problem(line, 'malformed', error.detail)
    throw error
  }
}
