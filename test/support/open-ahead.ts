import { closeSync, openSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** Preloaded into a process, makes its main thread open a file some times before it begins: `TIMES FILE`. */
const [, times, file] = /^(\d+) (.*)$/.exec(process.env.OPEN_AHEAD!)!
if (isMainThread) for (let n = 0; n < Number(times); n++) closeSync(openSync(file!, 'r'))
