import type { Named } from '../domain/timeline.js'
import type { Reader } from '../store/reader.js'

type NamedNoun = keyof Named

/** A record that entries name, as it stands now. Of one that is not live only its id is known. */
interface NamedRecord {
  id: string
  /** As the bytes of a member named by its id, with a comma behind. */
  json: Buffer | null
  licence: string | null
  /** Of a report. */
  publisher: NamedRecord | null
  /** Whether JavaScript may take its id for an array index: only one that starts with a digit can be. */
  isLikeIndex: boolean
  /** The last reading of it, and the last listing that it is in. */
  reading: number
  listing: number
}

export interface LiveRecord extends NamedRecord {
  json: Buffer
}

/** The records that an entry names. */
export type Names = Readonly<Record<NamedNoun, readonly NamedRecord[]>>

/** The records that entries name, ready to be sent: one object for each, however many entries name it. */
export interface NamedRecords {
  names(named: Named): Names
  /**
   * The live ones of all that entries name and of the publishers of their reports, each once and in the order of a JSON
   * object's members. Those not in memory are read by one question for each noun.
   */
  list(entries: readonly Names[]): Record<NamedNoun, LiveRecord[]>
  /** What they are must be read again. */
  outdate(): void
  clear(): void
  bytes(): number
}

const OVERHEAD = 250

export function namedRecords(read: Reader): NamedRecords {
  const held = {
    locality: new Map<string, NamedRecord>(),
    source: new Map<string, NamedRecord>(),
    report: new Map<string, NamedRecord>(),
  }
  let bytes = 0
  let reading = 1
  let listing = 0

  function one(noun: NamedNoun, id: string): NamedRecord {
    let record = held[noun].get(id)
    if (record === undefined) {
      record = { id, json: null, licence: null, publisher: null, isLikeIndex: id < ':', reading: 0, listing: 0 }
      held[noun].set(id, record)
      bytes += OVERHEAD
    }
    return record
  }

  function readAgain(noun: NamedNoun, records: readonly NamedRecord[]): void {
    const old = records.filter(each => each.reading !== reading)
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    const found = read.readyRecords(noun, ids)
    for (const record of old) {
      const { json = null, licence = null, publisher = null } = found.get(record.id) ?? {}
      bytes += (json?.length ?? 0) - (record.json?.length ?? 0)
      Object.assign(record, { json, licence, publisher: publisher && one('source', publisher), reading })
    }
  }

  function add(record: NamedRecord, list: NamedRecord[]): void {
    if (record.listing === listing) return
    record.listing = listing
    list.push(record)
  }

  return {
    names: ({ locality, source, report }) => ({
      locality: locality.map(id => one('locality', id)),
      source: source.map(id => one('source', id)),
      report: report.map(id => one('report', id)),
    }),
    list(entries) {
      listing += 1
      const listed: Record<NamedNoun, NamedRecord[]> = { locality: [], source: [], report: [] }
      for (const { locality, source, report } of entries) {
        for (const record of locality) add(record, listed.locality)
        for (const record of source) add(record, listed.source)
        for (const record of report) add(record, listed.report)
      }
      readAgain('report', listed.report)
      for (const { publisher } of listed.report) if (publisher !== null) add(publisher, listed.source)
      readAgain('locality', listed.locality)
      readAgain('source', listed.source)
      return {
        locality: liveInMemberOrder(listed.locality),
        source: liveInMemberOrder(listed.source),
        report: liveInMemberOrder(listed.report),
      }
    },
    outdate() {
      reading += 1
    },
    clear() {
      for (const records of Object.values(held)) records.clear()
      bytes = 0
    },
    bytes: () => bytes,
  }
}

const isLive = (record: NamedRecord): record is LiveRecord => record.json !== null

/** JavaScript puts members that look like array indexes first. */
function liveInMemberOrder(records: readonly NamedRecord[]): LiveRecord[] {
  const live = records.filter(isLive)
  if (!live.some(({ isLikeIndex }) => isLikeIndex)) return live
  return Object.values(Object.fromEntries(live.map(record => [record.id, record])))
}
