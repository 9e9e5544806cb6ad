import type { Named } from '../domain/timeline.js'
import type { RecordOf } from '../model/nouns.js'
import type { PagedQuestion, TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import { type AboutEntry, type ReadyEntry, type ReadyRecord, readyEntry } from '../store/ready-entries.js'
import type { TimelineRow } from '../store/timeline.js'
import { entriesOf } from '../store/timeline-entries.js'
import type { Commit } from '../store/writer.js'
import { boundedMap } from './bounded-map.js'
import { placeRows } from './place-rows.js'

type NamedNoun = keyof Named

/** The events of a page, ready to be sent. */
export interface MemoryPage {
  /** The bytes of their entries, in pieces, with a comma behind each entry. */
  entries: readonly Buffer[]
  abouts: readonly AboutEntry[]
  /** How many events there are on all pages. */
  matched: number
  /** The last entry, when there are more. */
  after: TimelineKey | null
}

/** What timelines show now, ready to be sent. */
export interface TimelineMemory {
  /** What is not in memory is read by one question for all. */
  page(question: PagedQuestion): MemoryPage
  /** The live records of these ids, in the order of a JSON object's members. */
  records(noun: NamedNoun, ids: ReadonlySet<string>): ReadyRecord[]
  /** The live locality of an id. */
  locality(id: string): RecordOf<'locality'> | undefined
  /** Forgets what a commit changed. */
  commit(commit: Commit): void
  bytes(): number
}

const ENTRY_OVERHEAD = 1000
const RECORD_OVERHEAD = 200
const LOCALITY_BYTES = 2000

/** Holds about `most` bytes. */
export function timelineMemory(read: Reader, most: number): TimelineMemory {
  const places = placeRows(read, most / 8)
  const events = boundedMap<ReadyEntry>(
    most * 0.625,
    ({ json, grounds }) => json.length + grounds.figures.length * 150 + ENTRY_OVERHEAD,
  )
  const recordsOf = () => boundedMap<ReadyRecord>(most / 12, ({ json }) => json.length + RECORD_OVERHEAD)
  const held = { locality: recordsOf(), source: recordsOf(), report: recordsOf() }
  const localities = boundedMap<RecordOf<'locality'>>(most / 100, () => LOCALITY_BYTES)

  function missingEntries(rows: readonly TimelineRow[], question: TimelineQuestion): Map<string, ReadyEntry> {
    const whole = rows.filter(({ match }) => match === 'event').map(({ event }) => event)
    const found = read.readyEntries(whole)
    const lacking = rows.filter(({ event }) => !found.has(event))
    for (const [i, made] of entriesOf(read, lacking, question).entries()) found.set(lacking[i]!.event, readyEntry(made))
    // an entry of only some of its event's figures belongs to the area that was asked about
    for (const event of whole) events.set(event, found.get(event)!)
    return found
  }

  function entries(rows: readonly TimelineRow[], question: TimelineQuestion): ReadyEntry[] {
    const found = rows.map(({ event, match }) => (match === 'event' ? events.get(event) : undefined))
    const absent = rows.filter((_, i) => found[i] === undefined)
    if (absent.length === 0) return found as ReadyEntry[]
    const made = missingEntries(absent, question)
    return found.map((entry, i) => entry ?? made.get(rows[i]!.event)!)
  }

  function records(noun: NamedNoun, ids: ReadonlySet<string>): ReadyRecord[] {
    const order = memberOrder([...ids])
    const found = order.map(id => held[noun].get(id))
    const absent = order.filter((_, i) => found[i] === undefined)
    if (absent.length === 0) return found as ReadyRecord[]
    const made = read.readyRecords(noun, absent)
    for (const [id, record] of made) held[noun].set(id, record)
    return found.map((record, i) => record ?? made.get(order[i]!)).filter(record => record !== undefined)
  }

  return {
    page(question) {
      // what is asked for the first time may never be asked for again: it is read in one piece, and none of it is kept
      const ready = places.isAskedAgain(question.area.locality) ? null : read.readyPage(question)
      if (ready !== null) {
        const { json, abouts, after } = ready
        return { entries: [json], abouts, after, matched: read.timelineCount(question, 0) }
      }
      const { rows, more, matched } = places.page(question)
      const abouts = entries(rows, question)
      const last = rows.at(-1)
      return {
        entries: abouts.map(({ json }) => json),
        abouts,
        matched,
        after: more && last ? { start: last.start, end: last.end, event: last.event } : null,
      }
    },
    records,
    locality(id) {
      const known = localities.get(id)
      if (known !== undefined) return known
      const [found] = records('locality', new Set([id]))
      if (found === undefined) return
      const locality: RecordOf<'locality'> = JSON.parse(`{${found.json.subarray(0, -1)}}`)[id]
      localities.set(id, locality)
      return locality
    },
    commit(commit) {
      const { events: changed, names } = commit
      places.commit(commit)
      for (const event of changed) events.delete(event)
      if (names) for (const records of [...Object.values(held), localities]) records.clear()
    },
    bytes: () => [events, places, localities, ...Object.values(held)].reduce((bytes, each) => bytes + each.bytes(), 0),
  }
}

/** JavaScript puts members that look like array indexes first; only ids that start with a digit can. */
const memberOrder = (ids: readonly string[]): readonly string[] =>
  ids.some(id => id < ':') ? Object.keys(Object.fromEntries(ids.map(id => [id, 0]))) : ids
