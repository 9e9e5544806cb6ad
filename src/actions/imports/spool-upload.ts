import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** An upload that has arrived whole. */
export interface Spooled {
  file: string
  /** SHA-256 of the bytes, hex. */
  digest: string
  remove(): Promise<void>
}

/**
 * Takes an upload into a file of its own, so that a slow or broken client holds nothing but that file. Throws what the
 * stream throws, and then leaves nothing behind.
 */
export async function spoolUpload(body: NodeJS.ReadableStream): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'annals-upload-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const file = join(folder, 'rows')
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(body, hashing, createWriteStream(file))
  } catch (error) {
    await remove()
    throw error
  }
  return { file, digest: hash.digest('hex'), remove }
}
