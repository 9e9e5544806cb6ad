import { overlaps } from '../domain/period.js'
import type { LeftOut } from '../model/left-out.js'
import type { PagedQuestion, TimelineKey } from '../model/queries.js'
import { boundedMap } from '../store/bounded-map.js'
import type { Reader } from '../store/reader.js'
import type { BoundedRow, TimelineRow } from '../store/timeline.js'
import type { Commit } from '../store/writer.js'
import { isWindowed, leftOutOfTimeline } from './left-out.js'

/** Which events a page of a plain question shows. */
interface PageRows {
  rows: readonly TimelineRow[]
  /** Whether there are more behind them. */
  more: boolean
  /** How many events there are on all pages. */
  matched: number
  leftOut: LeftOut
}

/** The events of places that are asked about again, in memory where they are few. */
export interface PlaceRows {
  /** Whether a place was asked about before; from now on it was. */
  isAskedAgain(locality: string): boolean
  page(question: PagedQuestion): PageRows
  /** Forgets what a commit changed. */
  commit(commit: Commit): void
  bytes(): number
}

/** Of places with more events only the page that is asked for is read. */
const FEW = 500
const ROW_BYTES = 300

/** Of a place that was asked about: all its events in order; `many`; or what they are nobody has looked up. */
type Place = readonly BoundedRow[] | 'many' | 'asked'

/** Holds about `most` bytes. */
export function placeRows(read: Reader, most: number): PlaceRows {
  const places = boundedMap<Place>(most, place => ROW_BYTES * (1 + (typeof place === 'string' ? 0 : place.length)))

  function allOf(locality: string): readonly BoundedRow[] | 'many' {
    const held = places.get(locality)
    if (held !== undefined && held !== 'asked') return held
    const all = read.timelineSize(locality) > FEW ? 'many' : read.timelineRows(locality)
    places.set(locality, all)
    return all
  }

  return {
    isAskedAgain(locality) {
      if (places.get(locality) !== undefined) return true
      places.set(locality, 'asked')
      return false
    },
    page(question) {
      const { limit, after, from, to } = question
      const all = allOf(question.area.locality)
      if (all === 'many') {
        const rows = read.timelinePage({ ...question, limit: limit + 1 }, 0)
        return {
          rows: rows.slice(0, limit),
          more: rows.length > limit,
          matched: read.timelineCount(question, 0),
          leftOut: leftOutOfTimeline(read, question, 0),
        }
      }
      const matched = all.filter(({ begins, ends }) => overlaps({ start: begins, end: ends }, from, to))
      const leftOut = isWindowed(question)
        ? { without_dates: all.filter(({ begins, ends }) => begins === null && ends === null).length }
        : {}
      const rest = after === null ? matched : matched.filter(row => follows(row, after))
      return { rows: rest.slice(0, limit), more: rest.length > limit, matched: matched.length, leftOut }
    },
    commit({ places: changed, names }) {
      if (names) places.clear()
      else for (const place of changed) if (places.get(place) !== undefined) places.set(place, 'asked')
    },
    bytes: places.bytes,
  }
}

function follows(row: TimelineKey, after: TimelineKey): boolean {
  if (row.start !== after.start) return row.start > after.start
  if (row.end !== after.end) return row.end > after.end
  return row.event > after.event
}
