import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAll } from '../../store/durable.js'
import type { RowProblem } from './request.js'

/**
 * Holds the problems of a load in a file until they can be stored: a load that is refused as a whole must still say
 * what was wrong with each of its rows, and there may be millions.
 */
export function spoolProblems() {
  const folder = mkdtempSync(join(tmpdir(), 'annals-import-'))
  const file = openSync(join(folder, 'problems'), 'w+')
  const offsets: number[] = [0]

  const text = (number: number): string => {
    const from = offsets[number]!
    const bytes = Buffer.alloc(offsets[number + 1]! - from)
    readSync(file, bytes, 0, bytes.length, from)
    return bytes.toString()
  }

  return {
    add(problem: RowProblem): void {
      const bytes = Buffer.from(JSON.stringify(problem))
      const from = offsets.at(-1)!
      writeAll(file, bytes, from)
      offsets.push(from + bytes.length)
    },
    count: () => offsets.length - 1,
    /** Some of them as JSON, from a number on. */
    read: (from: number, count: number): string[] =>
      Array.from({ length: Math.max(0, Math.min(count, offsets.length - 1 - from)) }, (_, i) => text(from + i)),
    remove(): void {
      closeSync(file)
      rmSync(folder, { recursive: true })
    },
  }
}
