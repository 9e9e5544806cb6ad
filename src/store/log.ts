import { hash } from 'node:crypto'
import type { Noun } from '../model/nouns.js'
import type { WriteConnection } from './open.js'

export type Operation = 'create' | 'revise' | 'retract' | 'merge'

/** One accepted change, before it has a place in the log. `document` is canonical JSON. */
export interface Change {
  noun: Noun
  id: string
  rev: number
  op: Operation
  /** The surviving record, for a merge. */
  into_id: string | null
  reason: string | null
  recorded_by: string
  document: string
}

/** One row of the log. */
export interface Revision extends Change {
  seq: number
  recorded_at: string
}

/** The end of the log. */
export interface Head {
  seq: number
  hash: Buffer
  recorded_at: string
}

const DOMAIN_TAG = Buffer.from('annals-log-v1\0')
/** What a hash covers, filled in anew for each. Digests come as text: making a Buffer for each would cost more. */
const LINK = Buffer.concat([DOMAIN_TAG, Buffer.alloc(8 + 32 + 32)])
/** The end of a log that has no row yet. */
export const BEFORE_FIRST: Head = { seq: 0, hash: Buffer.alloc(32), recorded_at: '' }

export const LAST_ROW = 'SELECT seq, hash, recorded_at FROM revision ORDER BY seq DESC LIMIT 1'

const PLAIN = /^[\w.:-]*$/

/** A text as JSON. Ids and names mostly are what they are, and this is asked for several of every row. */
const quoted = (text: string | null) => (text !== null && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

/** The canonical JSON (RFC 8785) that a row's hash covers; the column `payload` computes the same bytes. */
export function payloadOf(revision: Revision): string {
  return (
    `{"document":${revision.document},"id":${quoted(revision.id)},"into":${quoted(revision.into_id)}` +
    `,"noun":"${revision.noun}","op":"${revision.op}","reason":${quoted(revision.reason)}` +
    `,"recorded_at":"${revision.recorded_at}","recorded_by":${quoted(revision.recorded_by)},"rev":${revision.rev}}`
  )
}

/** The JSON that readers are served, its document opened for the service's members; the column `record` is the same. */
export function recordText({
  id,
  rev,
  recorded_at,
  recorded_by,
  document,
}: Pick<Revision, 'id' | 'rev' | 'recorded_at' | 'recorded_by' | 'document'>): string {
  return (
    `{"id":${quoted(id)},"rev":${rev},"recorded_at":${quoted(recorded_at)}` +
    `,"recorded_by":${quoted(recorded_by)},${document.slice(1)}`
  )
}

/** SHA-256("annals-log-v1\0" ‖ u64be(seq) ‖ previous hash ‖ SHA-256(payload)). */
export function chain(seq: number, previous: Buffer, payload: string | Buffer): Buffer {
  LINK.writeBigUInt64BE(BigInt(seq), DOMAIN_TAG.length)
  previous.copy(LINK, DOMAIN_TAG.length + 8)
  LINK.write(hash('sha256', payload), DOMAIN_TAG.length + 40, 'hex')
  return Buffer.from(hash('sha256', LINK), 'hex')
}

/**
 * The writing end of the log. What comes about together is recorded at one time, so that no time falls between its rows.
 * Times never run back: it is the clock's time or that of the row before, whichever is later, so that "what was held at
 * T" has one answer even after the clock was set back.
 */
export function openLog(db: WriteConnection, clock: () => Date) {
  const insert = db.prepare(
    `INSERT INTO revision (seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, previous_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let now = ''
  let head = db.prepare<[], Head>(LAST_ROW).get() ?? BEFORE_FIRST

  return {
    head: () => head,
    /** Takes the time of what is appended next: RFC 3339 in UTC with milliseconds. */
    begin(): void {
      now = clock().toISOString()
    },
    /** Puts the head back after a rollback. */
    reset: (to: Head) => {
      head = to
    },
    append<N extends Noun>(change: Change & { noun: N }): Revision & { noun: N } {
      const recorded_at = now > head.recorded_at ? now : head.recorded_at
      const { noun, id, rev, op, into_id, reason, recorded_by, document } = change
      const seq = head.seq + 1
      // spreading `change` here would cost more than hashing it
      const revision = { seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document }
      const link = chain(seq, head.hash, payloadOf(revision))
      insert.run(seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, head.hash, link)
      head = { seq, hash: link, recorded_at }
      return revision
    },
  }
}
