import type Database from 'better-sqlite3'
import { isSignedBy, readCheckpoints } from '../domain/checkpoint.js'
import type { Against, Report, Verification } from './verification.js'

/**
 * Holds a log against checkpoints that were made of it before: it has every row that they have seen, and the same ones.
 * Without a key the checkpoints are taken at their word.
 */
export function checkAgainst(
  db: Database.Database,
  { checkpoint = '', publicKey }: Against,
  head: Verification['head'],
  report: Report,
): void {
  const checkpoints = readCheckpoints(checkpoint)
  if (!checkpoints) report(null, 'this is no checkpoint')
  const hashAt = db.prepare<[number], Buffer>('SELECT hash FROM revision WHERE seq = ?').pluck()
  for (const kept of checkpoints ?? []) {
    const { seq, hash, origin } = kept
    if (publicKey && !isSignedBy(kept, publicKey)) {
      report(null, `the checkpoint at ${seq} was not signed with this key, or was changed since`)
      continue
    }
    if (!head || seq > head.seq)
      report((head?.seq ?? 0) + 1, `the log ends at ${head?.seq ?? 0}; the checkpoint has seen ${seq}`)
    else if (seq > 0 && hashAt.get(seq)?.toString('hex') !== hash)
      report(
        seq,
        `row ${seq} is not the one that the checkpoint of ${origin} has seen: it, or a row before it, was changed`,
      )
  }
}
