import { unreplaced } from '../domain/timeline.js'
import { type FlatLookups, toFlatRow } from '../formats/flat.js'
import type { FlatRow } from '../model/flat-row.js'
import type { RecordOf } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { NOW, recordOf } from '../store/records.js'
import type { TimelinePage } from './read-timeline.js'

/** What flat rows need to know of other records. Countries are remembered, as all rows ask for the same few. */
export function flatLookups(read: Reader, at = NOW): FlatLookups {
  const countries = new Map<string, RecordOf<'locality'> | null>()
  const record = <N extends 'locality' | 'report'>(noun: N, id: string) => {
    const found = read.find(noun, id, at)
    return found ? recordOf(noun, found) : null
  }

  function countryOf(id: string): RecordOf<'locality'> | null {
    let country = countries.get(id)
    if (country === undefined) {
      const outermost = record('locality', read.ancestors(id, at).at(-1) ?? id)
      country = outermost?.level === 'country' ? outermost : null
      countries.set(id, country)
    }
    return country
  }

  return { locality: id => record('locality', id), report: id => record('report', id), countryOf }
}

/** Makes the flat rows of timeline pages: one for each figure, in the timeline's order. */
export function flatRows(read: Reader, at: number): (page: TimelinePage) => FlatRow[] {
  const { countryOf } = flatLookups(read, at)
  return page => {
    const lookups = {
      locality: (id: string) => page.localities.get(id) ?? null,
      countryOf,
      report: (id: string) => page.reports.get(id) ?? null,
    }
    return page.events.flatMap(event => unreplaced(event).map(figure => toFlatRow(figure, event, lookups)))
  }
}
