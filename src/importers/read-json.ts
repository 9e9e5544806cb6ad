import { Refusal } from '../domain/errors.js'
import { parseJson } from '../domain/json.js'
import type { BrokenRow, ForeignRow } from './adapter.js'

const MAX_ELEMENT = 4_000_000

/** What stands before the list in a page of an API: UCDP's is its `Result`, IDMC's its `results`. */
const PAGE = /"(?:Result|results)"\s*:\s*$/
/** More than such a member's name takes. */
const MAX_NAME = 64

/**
 * The objects of a JSON array, of the one in a page of an API, or of lines of JSON, one at a time. `line` is the number
 * of the element, from 1.
 *
 * Throws `malformed` if the text is none of these, ends within an element, or goes on behind the array or page; an
 * element that is no object is a broken row.
 */
export async function* jsonElements(chunks: AsyncIterable<string>): AsyncGenerator<ForeignRow | BrokenRow> {
  let element = ''
  let number = 0
  let depth = 0
  let quoted = false
  let escaped = false
  let listed: boolean | null = null
  let ended = false
  /** Of a page, what stands around the list. */
  let page: { before: string; behind: string } | null = null
  for await (const chunk of chunks) {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const char = chunk[at] as string
      if (ended && page) {
        page.behind += chunk.slice(at)
        break
      }
      if (ended) {
        if (/\S/.test(char)) throw new Refusal('malformed', `Something stands behind the list of ${number} elements.`)
        continue
      }
      if (quoted) {
        if (escaped) escaped = false
        else if (char === '\\') escaped = true
        else if (char === '"') quoted = false
        continue
      }
      if (listed === null) {
        if (/\s/.test(char)) continue
        listed = char === '['
        if (listed) {
          from = at + 1
          continue
        }
      }
      if (char === '[' && !listed && number === 0 && depth === 1 && isPage(element, chunk.slice(from, at))) {
        page = { before: element + chunk.slice(from, at), behind: '' }
        element = ''
        from = at + 1
        depth = 0
        listed = true
        continue
      }
      if (char === '"') quoted = true
      else if (char === '{' || char === '[') depth += 1
      const closes = char === '}' || char === ']'
      if (closes && depth > 0) depth -= 1
      else if (closes && listed && char === ']') ended = true
      else if (closes) throw notJson()
      // In an array a comma or the end of it parts elements; without one, a line feed does.
      const parts = depth === 0 && (listed ? char === ',' || ended : char === '\n')
      if (!parts) continue
      const text = (element + chunk.slice(from, at)).trim()
      element = ''
      from = at + 1
      if (text !== '') yield elementOf(text, ++number)
    }
    if (!ended) element += chunk.slice(from)
    if (element.length + (page?.behind.length ?? 0) > MAX_ELEMENT)
      throw new Refusal('malformed', `Element ${number + 1} is too large.`)
  }
  if (ended && page && 'problems' in elementOf(`${page.before}[]${page.behind}`.trim(), 0)) throw notJson()
  if (ended) return
  if (listed || depth > 0 || quoted) throw notJson()
  if (element.trim() !== '') yield elementOf(element.trim(), ++number)
}

/** Whether a list that begins here is the one of a page. Only as much is looked at as its name can take. */
const isPage = (held: string, near: string) =>
  PAGE.test((near.length < MAX_NAME ? held.slice(-MAX_NAME) : '') + near.slice(-MAX_NAME))

const notJson = () => new Refusal('malformed', 'The file is not a whole list of JSON objects.')

function elementOf(text: string, line: number): ForeignRow | BrokenRow {
  const broken = (detail: string) => ({
    line,
    problems: [{ column: null, code: 'malformed' as const, detail, value: text.slice(0, 100) }],
  })
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (error instanceof Refusal)
      return broken(error.detail.replace(/^The body is not JSON: .*/s, 'This element is not JSON.'))
    throw error
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return broken('This element is no object.')
  return { line, cells: value as Record<string, unknown> }
}
