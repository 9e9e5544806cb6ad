import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Waits until a file, or the names in a directory, would survive a power cut. */
export function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** On a disk that is nearly full a write stores what fits and says so; only the next one fails. */
export function writeAll(handle: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, bytes.length - done, position + done)
}

/** Gives a finished file its name: first its content is durable, then the name is, so that no half file bears it. */
export function publish(temporary: string, file: string): void {
  sync(temporary)
  renameSync(temporary, file)
  sync(dirname(file))
}
