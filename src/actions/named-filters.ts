import { Refusal } from '../domain/errors.js'
import type { Noun } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { NOW } from '../store/records.js'

/** Whose ids a filter takes, by its name; those of `parent` are of the list's own noun. */
const NAMED: Readonly<Record<string, Noun>> = {
  event: 'event',
  figure: 'figure',
  report: 'report',
  source: 'source',
  originator: 'source',
  publisher: 'source',
}

/**
 * Refuses (`not_found`) filters by records that there never were: an empty answer would say that a source has said
 * nothing. Of one that came later, that was retracted or merged, an answer about any time is true.
 */
export function demandNamed(read: Reader, filters: object, own?: Noun): void {
  const faults = Object.entries(filters).flatMap(([parameter, value]) => {
    const noun = parameter === 'parent' ? own : NAMED[parameter]
    if (noun === undefined || value === undefined) return []
    const ids: string[] = [value].flat()
    const found = read.findMany(noun, ids, NOW, true)
    const missing = ids.filter(id => !found.has(id))
    return missing.map(id => ({
      parameter,
      code: 'not_found' as const,
      detail: `There is no ${noun} ${id}.`,
      value: id,
    }))
  })
  if (faults.length > 0) throw new Refusal('not_found', faults[0]!.detail, faults)
}
