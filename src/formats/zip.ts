import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** What was written of a file. */
export interface Written {
  bytes: number
  /** Hex. */
  sha256: string
}

export interface ZipEntry {
  name: string
  /** The content, asked for when the files before it are written; what it was is told at its end. */
  pieces: () => Readable
  done?: (written: Written) => void
}

/** The first moment that a ZIP can tell. As it tells local time without a zone, the bytes are the same everywhere. */
const FIXED = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 }

/** A ZIP archive of these files, written one after the other as fast as it is taken, ZIP64 where it must be. */
export function zip(entries: readonly ZipEntry[]): Readable {
  const file = new ZipFile()
  // the library's type is that of any readable stream; it makes a PassThrough
  const archive = file.outputStream as Readable
  const fail = (error: Error) => archive.destroy(error)
  let current: Readable | undefined
  file.on('error', fail)
  archive.on('close', () => current?.destroy())
  for (const { name, pieces, done } of entries)
    file.addReadStreamLazy(name, FIXED, give => {
      const content = done ? measured(pieces(), done) : pieces()
      content.on('error', fail)
      current = content
      give(null, content)
    })
  file.end()
  return archive
}

/** The same bytes, counted and hashed on their way. */
function measured(pieces: Readable, done: (written: Written) => void): Readable {
  async function* passing() {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of pieces as AsyncIterable<Uint8Array>) {
      hash.update(piece)
      bytes += piece.length
      yield piece
    }
    done({ bytes, sha256: hash.digest('hex') })
  }
  return Readable.from(passing(), { objectMode: false })
}
