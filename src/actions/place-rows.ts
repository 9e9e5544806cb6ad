import { isInWindow } from '../domain/period.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import type { BoundedRow, TimelineRow } from '../store/timeline.js'
import type { Commit } from '../store/writer.js'
import { boundedMap } from './bounded-map.js'

/** Which events a page of a plain question shows. */
export interface PageRows {
  rows: readonly TimelineRow[]
  /** Whether there are more behind them. */
  more: boolean
  /** How many events there are on all pages. */
  matched: number
}

/** The events of places that are asked about, in memory where they are few. */
export interface PlaceRows {
  page(question: TimelineQuestion & { limit: number }): PageRows
  /** Forgets what a commit changed. */
  commit(commit: Commit): void
  bytes(): number
}

/** Of places with more events only the page that is asked for is read. */
const FEW = 500
const ROW_BYTES = 300

/** Holds about `most` bytes. */
export function placeRows(read: Reader, most: number): PlaceRows {
  /** All events of a place; null where they are many. */
  const places = boundedMap<{ all: readonly BoundedRow[] | null }>(
    most,
    ({ all }) => ROW_BYTES * (1 + (all?.length ?? 0)),
  )

  function allOf(locality: string): readonly BoundedRow[] | null {
    const held = places.get(locality)
    if (held !== undefined) return held.all
    const all = read.timelineSize(locality) > FEW ? null : read.timelineRows(locality)
    places.set(locality, { all })
    return all
  }

  return {
    page(question) {
      const { limit, after } = question
      const all = allOf(question.area.locality)
      if (all === null) {
        const rows = read.timelinePage({ ...question, limit: limit + 1 }, 0)
        return { rows: rows.slice(0, limit), more: rows.length > limit, matched: read.timelineCount(question, 0) }
      }
      const matched = all.filter(({ begins, ends }) => isInWindow(begins, ends, question))
      const rest = after === null ? matched : matched.filter(row => follows(row, after))
      return { rows: rest.slice(0, limit), more: rest.length > limit, matched: matched.length }
    },
    commit({ places: changed, names }) {
      if (names) places.clear()
      else for (const place of changed) places.delete(place)
    },
    bytes: places.bytes,
  }
}

function follows(row: TimelineKey, after: TimelineKey): boolean {
  if (row.start !== after.start) return row.start > after.start
  if (row.end !== after.end) return row.end > after.end
  return row.event > after.event
}
