import type { IncomingHttpHeaders } from 'node:http'
import { type Fault, invalid, Refusal } from '../domain/errors.js'

/** The entity tag of a record. It names the record's revision, whatever the rest of the log does. */
export const recordTag = (rev: number) => `"${rev}"`

/** What a write expects to find. `*` is any revision; tags that name none of ours are left out, and match nothing. */
export interface Preconditions {
  readonly match: readonly number[] | '*' | null
  readonly noneMatch: readonly number[] | '*' | null
}

/**
 * Reads `If-Match` and `If-None-Match` (RFC 9110, section 13.1). `If-Match` compares strongly: `W/"3"` matches nothing.
 *
 * Throws `invalid` with `bad_format` for what is no list of tags.
 */
export function preconditions(headers: IncomingHttpHeaders): Preconditions {
  return {
    match: revisionsIn('If-Match', headers['if-match'], { weak: false }),
    noneMatch: revisionsIn('If-None-Match', headers['if-none-match'], { weak: true }),
  }
}

const TAG = /^(W\/)?"([\x21\x23-\x7E\x80-\xFF]*)"$/
const REVISION = /^(\d{1,15})(?:-(?:gzip|br))?$/

function revisionsIn(name: string, header: string | undefined, { weak }: { weak: boolean }) {
  if (header === undefined) return null
  if (header.trim() === '*') return '*'
  const revisions: number[] = []
  for (const part of header.split(',')) {
    const [, mark, tag] = TAG.exec(part.trim()) ?? []
    if (tag === undefined) throw invalid(badTag(name, part.trim()))
    const revision = REVISION.exec(tag)?.[1]
    if (revision !== undefined && (weak || !mark)) revisions.push(Number(revision))
  }
  return revisions
}

function badTag(parameter: string, given: string): Fault {
  const meant = /^\d{1,15}$/.test(given) ? { did_you_mean: `"${given}"` } : {}
  return { parameter, code: 'bad_format', detail: 'Takes * or quoted tags, as in ETag: "3".', ...meant }
}

/**
 * Checks what a write expects against what there is: the current revision, or null if there is no record. Changing a
 * record needs If-Match, or two people who edit at once would lose the first one's work.
 *
 * Throws `precondition_failed` or `precondition_required`.
 */
export function demandPreconditions({ match, noneMatch }: Preconditions, rev: number | null): void {
  const extra = rev === null ? {} : { rev }
  if (noneMatch !== null && rev !== null && (noneMatch === '*' || noneMatch.includes(rev))) {
    throw new Refusal('precondition_failed', `The record exists, at revision ${rev}.`, [], extra)
  }
  if (match !== null && (rev === null || (match !== '*' && !match.includes(rev)))) {
    const detail = rev === null ? 'There is no such record.' : `The record is at revision ${rev}.`
    throw new Refusal('precondition_failed', detail, [], extra)
  }
  if (rev !== null && match === null) {
    throw new Refusal('precondition_required', `Send If-Match: ${recordTag(rev)} to change this record.`, [], extra)
  }
}
