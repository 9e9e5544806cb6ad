const EVERY_MS = 250

/** A line on a terminal that says how many rows are done and how fast; nothing at all in a pipe. */
export function progressLine() {
  const started = Date.now()
  let shown = 0
  return {
    /** `done` is the share that is done, 0 to 1. */
    show(rows: number, done: number): void {
      const now = Date.now()
      if (!process.stderr.isTTY || now - shown < EVERY_MS) return
      shown = now
      const seconds = Math.max(0.001, (now - started) / 1000)
      const left = done > 0 ? `, ${Math.round((seconds * (1 - done)) / done)} s left` : ''
      process.stderr.write(`\r${rows} rows, ${Math.round(rows / seconds)} a second${left}   `)
    },
    end(): void {
      if (shown > 0) process.stderr.write('\r\x1b[K')
    },
  }
}
