import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { collectYoungGarbage } from './young-garbage.js'

/** When so many bytes have left, the memory that they took is collected. */
const MUCH = 4_000_000

/**
 * Pieces of a whole answer as a stream of bytes, made as they are taken. After each piece everyone else has a turn: a
 * client that reads as fast as we write would otherwise have the process to itself. An empty piece is a turn only.
 */
export function inTurns(pieces: Iterable<string | Uint8Array>): Readable {
  async function* turns() {
    let since = 0
    for (const piece of pieces) {
      since += piece.length
      if (since > MUCH) {
        collectYoungGarbage()
        since = 0
      }
      if (piece.length > 0) yield typeof piece === 'string' ? Buffer.from(piece) : piece
      await setImmediate()
    }
  }
  return Readable.from(turns(), { objectMode: false })
}
