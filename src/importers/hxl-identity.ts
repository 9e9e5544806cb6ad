import type { Cells } from './cells.js'
import type { Tag } from './hxl-tags.js'
import { fingerprint } from './identity.js'

const NUMBERS = new Set('#affected #inneed #population #reached #targeted #value #capacity'.split(' '))
const REMARKS = new Set('#description #status #comment #comments #contact #access #severity'.split(' '))
/** Attributes of the hashtags of numbers for columns that say in words what others count. */
const WORDS = /^(?:name|type|code|category|group)$/
const UPDATES = /^(?:updated?|modified|revised|verified)$/
const REPORT = /^(?:id|code|title|url|link)$/

/**
 * What makes a row the one it is: its source, and all cells with a hashtag that are not numbers of any kind, remarks,
 * or dates of an update, so that a row in which these change is revised. Rows alike in all of that are counted off in
 * their order.
 */
export function keyOf(cells: Cells, tags: readonly Tag[], source: string | null): string {
  const identifying = new Set(tags.filter(isIdentifying).map(tag => tag.column))
  const said = cells.besides(new Set()).filter(([column, text]) => text !== null && identifying.has(column))
  return fingerprint([source, ...said.flat()])
}

function isIdentifying({ hashtag, attributes }: Tag): boolean {
  const has = (words: RegExp) => [...attributes].some(attribute => words.test(attribute))
  if (NUMBERS.has(hashtag)) return has(WORDS)
  if (hashtag === '#indicator') return !attributes.has('value') && !attributes.has('num')
  if (hashtag === '#meta') return has(REPORT)
  return hashtag === '#date' ? !has(UPDATES) : !REMARKS.has(hashtag)
}
