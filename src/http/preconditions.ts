import { invalid } from '../domain/errors.js'

/** The entity tag of a record. It names the record's revision, whatever the rest of the log does. */
export const recordTag = (rev: number) => `"${rev}"`

const TAG = '(W/)?"([\\x21\\x23-\\x7E\\x80-\\xFF]*)"'
const TAGS = new RegExp(TAG, 'g')
const LIST = new RegExp(`^${TAG}(?:\\s*,\\s*${TAG})*$`)
const REVISION = /^([1-9]\d{0,14})(?:-(?:gzip|br))?$/

/**
 * The revisions of a record that `If-Match` names (RFC 9110, section 13.1.1); `*` is any, null is no header. Tags that
 * name none of ours are left out, and so are weak ones: the comparison is strong.
 *
 * Throws `invalid` with `bad_format` for what is no list of tags.
 */
export function revisionsMatched(header: string | undefined): readonly number[] | '*' | null {
  if (header === undefined) return null
  const given = header.trim()
  if (given === '*') return '*'
  if (!LIST.test(given)) throw noTags(given)
  return [...given.matchAll(TAGS)].flatMap(([, weak, tag = '']) => {
    const revision = REVISION.exec(tag)?.[1]
    return revision === undefined || weak ? [] : [Number(revision)]
  })
}

function noTags(given: string) {
  const meant = /^\d{1,15}$/.test(given) ? { did_you_mean: `"${given}"` } : {}
  const detail = 'Takes * or quoted tags, as in ETag: "3".'
  return invalid({ parameter: 'If-Match', code: 'bad_format', detail, ...meant })
}
