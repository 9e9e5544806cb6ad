import type { Named } from '../domain/timeline.js'
import type { RecordOf } from '../model/nouns.js'
import type { TimelineQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import { type ReadyEntry, readyEntry } from '../store/ready-entries.js'
import type { TimelineRow } from '../store/timeline.js'
import { entriesOf } from '../store/timeline-entries.js'
import type { Commit } from '../store/writer.js'
import { type BoundedMap, boundedMap } from './bounded-map.js'
import { type PlaceRows, placeRows } from './place-rows.js'

/** A record that entries name, also as the bytes of a member named by its id, with a comma behind. */
export interface ReadyRecord<N extends NamedNoun> {
  json: Buffer
  record: RecordOf<N>
}

type NamedNoun = keyof Named

/** What timelines show now, ready to be sent. */
export interface TimelineMemory {
  /** The entries of these rows, in their order. What is not in memory is read by one question for all. */
  entries(rows: readonly TimelineRow[], question: TimelineQuestion): ReadyEntry[]
  /** Which events a page shows. */
  page: PlaceRows['page']
  /** The live records of these ids, in the order of a JSON object's members. */
  records<N extends NamedNoun>(noun: N, ids: ReadonlySet<string>): ReadyRecord<N>[]
  /** Forgets what a commit changed. */
  commit(commit: Commit): void
  bytes(): number
}

const ENTRY_OVERHEAD = 600
/** A parsed record takes about three times its text. */
const RECORD_SIZE = 4
const RECORD_OVERHEAD = 200

/** Holds about `most` bytes. */
export function timelineMemory(read: Reader, most: number): TimelineMemory {
  const rows = placeRows(read, most / 8)
  const events = boundedMap<ReadyEntry>(
    most * 0.625,
    ({ json, facts }) => json.length + facts.length * 500 + ENTRY_OVERHEAD,
  )
  const recordsOf = <N extends NamedNoun>() =>
    boundedMap<ReadyRecord<N>>(most / 12, ({ json }) => RECORD_SIZE * json.length + RECORD_OVERHEAD)
  const records: { [N in NamedNoun]: BoundedMap<ReadyRecord<N>> } = {
    locality: recordsOf(),
    source: recordsOf(),
    report: recordsOf(),
  }

  function missingEntries(rows: readonly TimelineRow[], question: TimelineQuestion): Map<string, ReadyEntry> {
    const whole = rows.filter(({ match }) => match === 'event').map(({ event }) => event)
    const found = read.readyEntries(whole)
    const lacking = rows.filter(({ event }) => !found.has(event))
    for (const [i, made] of entriesOf(read, lacking, question).entries()) found.set(lacking[i]!.event, readyEntry(made))
    // an entry of only some of its event's figures belongs to the area that was asked about
    for (const event of whole) events.set(event, found.get(event)!)
    return found
  }

  function missingRecords<N extends NamedNoun>(noun: N, ids: readonly string[]): Map<string, ReadyRecord<N>> {
    const made = new Map<string, ReadyRecord<N>>()
    for (const [id, text] of read.recordTexts(noun, ids)) {
      const record = { json: Buffer.from(`${JSON.stringify(id)}:${text},`), record: JSON.parse(text) as RecordOf<N> }
      made.set(id, record)
      records[noun].set(id, record)
    }
    return made
  }

  return {
    page: rows.page,
    entries(rows, question) {
      const held = rows.map(({ event, match }) => (match === 'event' ? events.get(event) : undefined))
      const absent = rows.filter((_, i) => held[i] === undefined)
      if (absent.length === 0) return held as ReadyEntry[]
      const made = missingEntries(absent, question)
      return held.map((entry, i) => entry ?? made.get(rows[i]!.event)!)
    },
    records(noun, ids) {
      const order = memberOrder([...ids])
      const held = order.map(id => records[noun].get(id))
      const absent = order.filter((_, i) => held[i] === undefined)
      const made = absent.length === 0 ? null : missingRecords(noun, absent)
      return held.map((record, i) => record ?? made?.get(order[i]!)).filter(record => record !== undefined)
    },
    commit(commit) {
      const { events: changed, names } = commit
      rows.commit(commit)
      for (const event of changed) events.delete(event)
      if (names) for (const held of Object.values(records)) held.clear()
    },
    bytes: () => Object.values(records).reduce((bytes, held) => bytes + held.bytes(), events.bytes() + rows.bytes()),
  }
}

/** JavaScript puts members that look like array indexes first; only ids that start with a digit can. */
const memberOrder = (ids: readonly string[]): readonly string[] =>
  ids.some(id => id < ':') ? Object.keys(Object.fromEntries(ids.map(id => [id, 0]))) : ids
