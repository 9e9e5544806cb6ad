import type { Grounds } from '../domain/not-summed.js'
import { type MadeEntry, type Named, namedIn } from '../domain/timeline.js'
import type { Noun } from '../model/nouns.js'
import type { PagedQuestion, TimelineKey } from '../model/queries.js'
import type { Prepare } from './statements.js'
import { indexedPage } from './timeline-ranges.js'

/** What an answer must know of an event's entry in it. */
interface AboutEntry {
  grounds: Grounds
  named: Named
}

/** An event's entry as the bytes that leave, with a comma behind. */
export interface ReadyEntry extends AboutEntry {
  json: Buffer
}

export const readyEntry = ({ entry, grounds }: MadeEntry): ReadyEntry => ({
  json: Buffer.from(`${JSON.stringify(entry)},`),
  grounds,
  named: namedIn(entry),
})

/** The entries of a page, as bytes that follow one another. */
export interface ReadyEntries {
  json: Buffer
  abouts: AboutEntry[]
  /** The last entry, when there are more. */
  after: TimelineKey | null
}

/** A record that entries name, as the bytes of a member named by its id, with a comma behind. */
export interface ReadyRecord {
  json: Buffer
  /** Of a report. */
  publisher: string | null
  licence: string | null
}

/** Bytes that follow one another, each copied: one that is kept would otherwise keep them all. */
function pieces(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  let end = 0
  return lengths.map(length => {
    end += length
    return Buffer.from(bytes.subarray(end - length, end))
  })
}

/** A column of some rows: as bytes that follow one another, and as a list of its JSON. */
const joined = (column: string) => `CAST(coalesce(group_concat(${column}, ''), '') AS BLOB)`
const listed = (column: string) => `'[' || coalesce(group_concat(${column}), '') || ']'`

// Each question is answered in one row: a row costs more than the bytes in it.
export function openEntryReader(prepare: Prepare) {
  const keyOf = (event: string): TimelineKey =>
    prepare<TimelineKey>('SELECT "start", "end", event FROM timeline_event WHERE event = ?').get(event)!

  return {
    /** The live records of these ids as they stand now, by id. */
    readyRecords(noun: Noun, ids: readonly string[]): Map<string, ReadyRecord> {
      const report = noun === 'report'
      const { about, texts } = prepare<{ about: string; texts: Buffer }>(
        `SELECT json_group_array(json_array(id, octet_length(text), publisher, licence)) AS about, ${joined('text')} AS texts
         FROM (SELECT v.id, json_quote(v.id) || ':' || r.record || ',' AS text, ${report ? 'v.publisher' : 'NULL AS publisher'},
                 ${report ? `r.document ->> '$.licence'` : 'NULL'} AS licence
               FROM json_each(?) j CROSS JOIN ${noun} v ON v.id = j.value JOIN log r ON r.seq = v.from_seq
               WHERE v.until_seq IS NULL AND v.state = 'live')`,
      ).get(JSON.stringify(ids))!
      const found: [string, number, string | null, string | null][] = JSON.parse(about)
      const jsons = pieces(
        texts,
        found.map(([, length]) => length),
      )
      return new Map(found.map(([id, , publisher, licence], i) => [id, { json: jsons[i]!, publisher, licence }]))
    },
    /** The entries of these events that the index keeps ready, by event. */
    readyEntries(ids: readonly string[]): Map<string, ReadyEntry> {
      const { lengths, abouts, json } = prepare<{ lengths: string; abouts: string; json: Buffer }>(
        `SELECT json_group_array(octet_length(e.entry)) AS lengths, ${listed('e.about')} AS abouts, ${joined('e.entry')} AS json
         FROM json_each(?) j CROSS JOIN timeline_entry e ON e.event = j.value`,
      ).get(JSON.stringify(ids))!
      const found: AboutEntry[] = JSON.parse(abouts)
      const jsons = pieces(json, JSON.parse(lengths))
      return new Map(found.map((about, i) => [about.grounds.event, { json: jsons[i]!, ...about }]))
    },
    /**
     * The entries of a page of what stands now at a place and below it. Null if the index lacks one, or one would show
     * only some of its event's figures.
     */
    readyPage(question: PagedQuestion): ReadyEntries | null {
      const { limit } = question
      const page = indexedPage({ ...question, limit: limit + 1 })
      const row = prepare<{ lengths: string; abouts: string; json: Buffer }>(
        `SELECT json_group_array(octet_length(e.entry)) AS lengths, ${listed('e.about')} AS abouts, ${joined('e.entry')} AS json
         FROM (${page.sql}) p LEFT JOIN timeline_entry e ON e.event = p.event AND p.match = 'event'`,
      ).get(...page.values)!
      const lengths: (number | null)[] = JSON.parse(row.lengths)
      if (lengths.includes(null)) return null
      const abouts: AboutEntry[] = JSON.parse(row.abouts)
      if (lengths.length <= limit) return { json: row.json, abouts, after: null }
      abouts.pop()
      return { json: row.json.subarray(0, -lengths[limit]!), abouts, after: keyOf(abouts.at(-1)!.grounds.event) }
    },
  }
}
