import type Database from 'better-sqlite3'
import { isSignedBy, originOf, readCheckpoints, type SignedCheckpoint } from '../domain/checkpoint.js'
import { Refusal } from '../domain/errors.js'
import type { Against, Report, Verification } from './verification.js'

/** The checkpoints to hold a log against; none, if none were given. Refuses a text in which something is no checkpoint. */
export function checkpointsIn({ checkpoint }: Against): SignedCheckpoint[] {
  const checkpoints = checkpoint === undefined ? [] : readCheckpoints(checkpoint)
  if (checkpoints) return checkpoints
  throw new Refusal('malformed', 'what the log was to be held against is no checkpoint, or not all of it is')
}

/**
 * Holds a log against checkpoints that were made of it before: it began with the same row, has every row that they have
 * seen, and the same ones. Without a key the checkpoints are taken at their word.
 */
export function checkAgainst(
  db: Database.Database,
  against: Against,
  head: Verification['head'],
  report: Report,
): void {
  const hashes = db.prepare<[number], Buffer>('SELECT hash FROM revision WHERE seq = ?').pluck()
  const hashAt = (seq: number) => hashes.get(seq)?.toString('hex')
  const end = head?.seq ?? 0
  const name = originOf(hashAt(1))
  for (const kept of checkpointsIn(against)) {
    const { seq, hash, origin } = kept
    if (against.publicKey && !isSignedBy(kept, against.publicKey))
      report(null, `the checkpoint at ${seq} was not signed with this key, or was changed since`)
    else if (seq > 0 && end > 0 && origin !== name)
      report(
        1,
        `the checkpoint at ${seq} is of ${origin}, and this is ${name}: another log, or its first row was changed`,
      )
    else if (seq > end) report(end + 1, `the log ends at ${end}; the checkpoint has seen ${seq}`)
    else if (seq > 0 && hashAt(seq) !== hash)
      report(seq, `row ${seq} is not the one that the checkpoint has seen: it, or a row before it, was changed`)
  }
}
