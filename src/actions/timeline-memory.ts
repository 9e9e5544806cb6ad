import type { Grounds } from '../domain/not-summed.js'
import type { Named } from '../domain/timeline.js'
import type { LeftOut } from '../model/left-out.js'
import type { RecordOf } from '../model/nouns.js'
import type { PagedQuestion, TimelineKey, TimelineQuestion } from '../model/queries.js'
import { boundedMap } from '../store/bounded-map.js'
import type { Reader } from '../store/reader.js'
import { type ReadyEntry, readyEntry } from '../store/ready-entries.js'
import type { TimelineRow } from '../store/timeline.js'
import { entriesOf } from '../store/timeline-entries.js'
import type { Commit } from '../store/writer.js'
import { leftOutOfTimeline } from './left-out.js'
import { type LiveRecord, type Names, namedRecords } from './named-records.js'
import { placeRows } from './place-rows.js'

/** The events of a page, ready to be sent. */
export interface MemoryPage {
  /** The bytes of their entries, in pieces, with a comma behind each entry. */
  entries: readonly Buffer[]
  grounds: readonly Grounds[]
  /** The records that these name, and the publishers of their reports, in the order of a JSON object's members. */
  named: Readonly<Record<keyof Named, readonly LiveRecord[]>>
  /** How many events there are on all pages. */
  matched: number
  leftOut: LeftOut
  /** The last entry, when there are more. */
  after: TimelineKey | null
}

/** What timelines show now, ready to be sent. */
export interface TimelineMemory {
  /** What is not in memory is read by one question for all. */
  page(question: PagedQuestion): MemoryPage
  /** The live locality of an id. */
  locality(id: string): RecordOf<'locality'> | undefined
  /** Forgets what a commit changed. */
  commit(commit: Commit): void
  bytes(): number
}

/** An event's entry, with the records that it names. */
interface HeldEntry {
  json: Buffer
  grounds: Grounds
  names: Names
}

const ENTRY_OVERHEAD = 1000
const LOCALITY_BYTES = 2000

/** Holds about `most` bytes. */
export function timelineMemory(read: Reader, most: number): TimelineMemory {
  const places = placeRows(read, most / 8)
  const events = boundedMap<HeldEntry>(
    most * 0.5625,
    ({ json, grounds }) => json.length + grounds.figures.length * 150 + ENTRY_OVERHEAD,
  )
  const records = namedRecords(read)
  /** Those of places that were asked about once: they must not drive out the others. */
  const passing = namedRecords(read)
  const localities = boundedMap<RecordOf<'locality'>>(most / 100, () => LOCALITY_BYTES)

  const held = ({ json, grounds, named }: ReadyEntry): HeldEntry => ({ json, grounds, names: records.names(named) })

  function missingEntries(rows: readonly TimelineRow[], question: TimelineQuestion): Map<string, HeldEntry> {
    const whole = rows.filter(({ match }) => match === 'event').map(({ event }) => event)
    const found = new Map([...read.readyEntries(whole)].map(([event, entry]) => [event, held(entry)]))
    const lacking = rows.filter(({ event }) => !found.has(event))
    for (const [i, made] of entriesOf(read, lacking, question).entries())
      found.set(lacking[i]!.event, held(readyEntry(made)))
    // an entry of only some of its event's figures belongs to the area that was asked about
    for (const event of whole) events.set(event, found.get(event)!)
    return found
  }

  function entries(rows: readonly TimelineRow[], question: TimelineQuestion): HeldEntry[] {
    const found = rows.map(({ event, match }) => (match === 'event' ? events.get(event) : undefined))
    const absent = rows.filter((_, i) => found[i] === undefined)
    if (absent.length === 0) return found as HeldEntry[]
    const made = missingEntries(absent, question)
    return found.map((entry, i) => entry ?? made.get(rows[i]!.event)!)
  }

  function pageOf(question: PagedQuestion): MemoryPage {
    // what is asked for the first time may never be asked for again: it is read in one piece, and none of it is kept
    const ready = places.isAskedAgain(question.area.locality) ? null : read.readyPage(question)
    if (ready !== null) {
      const { json, abouts, after } = ready
      const named = passing.list(abouts.map(about => passing.names(about.named)))
      const grounds = abouts.map(about => about.grounds)
      const matched = read.timelineCount(question, 0)
      return { entries: [json], grounds, named, after, matched, leftOut: leftOutOfTimeline(read, question, 0) }
    }
    const { rows, more, matched, leftOut } = places.page(question)
    const found = entries(rows, question)
    const last = rows.at(-1)
    return {
      entries: found.map(({ json }) => json),
      grounds: found.map(({ grounds }) => grounds),
      named: records.list(found.map(({ names }) => names)),
      matched,
      leftOut,
      after: more && last ? { start: last.start, end: last.end, event: last.event } : null,
    }
  }

  return {
    page(question) {
      const page = pageOf(question)
      // entries in memory are linked to records in memory: they go together
      if (records.bytes() > most / 4) for (const each of [events, records]) each.clear()
      if (passing.bytes() > most / 16) passing.clear()
      return page
    },
    locality(id) {
      const known = localities.get(id)
      if (known !== undefined) return known
      const found = read.readyRecords('locality', [id]).get(id)
      if (found === undefined) return
      const locality: RecordOf<'locality'> = JSON.parse(`{${found.json.subarray(0, -1)}}`)[id]
      localities.set(id, locality)
      return locality
    },
    commit(commit) {
      places.commit(commit)
      for (const event of commit.events) events.delete(event)
      if (!commit.names) return
      for (const each of [records, passing]) each.outdate()
      localities.clear()
    },
    bytes: () => [events, places, localities, records, passing].reduce((bytes, each) => bytes + each.bytes(), 0),
  }
}
