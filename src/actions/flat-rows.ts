import { toFlatRow } from '../formats/flat.js'
import type { FlatRow } from '../model/flat-row.js'
import type { RecordOf } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'
import type { TimelinePage } from './read-timeline.js'

/** Makes the flat rows of timeline pages: one for each figure, in the timeline's order. */
export function flatRows(read: Reader, at: number): (page: TimelinePage) => FlatRow[] {
  const countries = new Map<string, RecordOf<'locality'> | null>()

  function countryOf(id: string): RecordOf<'locality'> | null {
    let country = countries.get(id)
    if (country === undefined) {
      const outermost = read.ancestors(id, at).at(-1) ?? id
      const found = read.find('locality', outermost, at)
      const record = found ? recordOf('locality', found) : null
      country = record?.level === 'country' ? record : null
      countries.set(id, country)
    }
    return country
  }

  return page => {
    const lookups = {
      locality: (id: string) => page.localities.get(id) ?? null,
      countryOf,
      report: (id: string) => page.reports.get(id) ?? null,
    }
    return page.events.flatMap(event => event.figures.map(figure => toFlatRow(figure, event, lookups)))
  }
}
