import type { PlaceHint } from './adapter.js'
import { asName } from './wording.js'

type HintName = PlaceHint['names'][number]

/** The names of a place besides `name`, each once. */
export function namesOf(
  name: string,
  given: readonly { text: string | null; lang: string | null; kind: HintName['kind'] }[],
): HintName[] {
  const names = new Map<string, HintName>()
  for (const { text, lang, kind } of given) {
    const clean = asName(text ?? '')
    const key = `${clean} ${lang ?? ''}`
    // The main name has no language of its own; another record of it is kept only if it says one.
    if (clean === '' || (clean === name && lang === null) || names.has(key)) continue
    names.set(key, { text: clean, lang, kind })
  }
  return [...names.values()]
}
