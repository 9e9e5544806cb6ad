import type { Reader } from '../store/reader.js'

/** Tells when the log has grown, whichever process wrote. */
export interface LogWatch {
  /** Calls back after the log has grown; the answer ends that. */
  subscribe(grown: () => void): () => void
}

/** How soon a change is seen. Asking for the head costs microseconds. */
const EVERY_MS = 100

/** One look at the log for all who wait, and none while nobody does. */
export function watchLog(read: Reader): LogWatch {
  const waiting = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  let seen = 0

  function look(): void {
    const seq = headOr(seen)
    if (seq === seen) return
    seen = seq
    for (const grown of [...waiting]) grown()
  }

  /** A store that cannot be read fails whoever asks it something; here nobody does. */
  function headOr(known: number): number {
    try {
      return read.head().seq
    } catch {
      return known
    }
  }

  return {
    subscribe(grown) {
      if (waiting.size === 0) {
        seen = headOr(0)
        timer = setInterval(look, EVERY_MS)
      }
      waiting.add(grown)
      return () => {
        waiting.delete(grown)
        if (waiting.size === 0) clearInterval(timer)
      }
    },
  }
}
