import type { Facts } from '../domain/not-summed.js'
import { type MadeEntry, type Named, namedIn } from '../domain/timeline.js'
import type { Noun } from '../model/nouns.js'
import type { Prepare } from './statements.js'

/** An event's entry as the bytes that leave, with a comma behind, and what an answer must know of it. */
export interface ReadyEntry {
  json: Buffer
  facts: Facts[]
  named: Named
}

export const readyEntry = ({ entry, facts }: MadeEntry): ReadyEntry => ({
  json: Buffer.from(`${JSON.stringify(entry)},`),
  facts,
  named: namedIn(entry),
})

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

// Each question is answered in one row: a row costs more than the bytes in it.
export function openEntryReader(prepare: Prepare) {
  return {
    /** The live records of these ids as they stand now, by id. */
    readyRecords(noun: Noun, ids: readonly string[]): Map<string, ReadyRecord> {
      const report = noun === 'report'
      const { about, texts } = prepare<{ about: string; texts: Buffer }>(
        `SELECT json_group_array(json_array(id, octet_length(text), publisher, licence)) AS about,
           CAST(coalesce(group_concat(text, ''), '') AS BLOB) AS texts
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
      const { events, lengths, about, entries } = prepare<
        Record<'events' | 'lengths' | 'about', string> & { entries: Buffer }
      >(
        `SELECT json_group_array(e.event) AS events, json_group_array(length(e.entry)) AS lengths,
           '[' || coalesce(group_concat(e.about), '') || ']' AS about,
           CAST(coalesce(group_concat(CAST(e.entry AS TEXT), ''), '') AS BLOB) AS entries
         FROM json_each(?) j CROSS JOIN timeline_entry e ON e.event = j.value`,
      ).get(JSON.stringify(ids))!
      const abouts: Omit<ReadyEntry, 'json'>[] = JSON.parse(about)
      const jsons = pieces(entries, JSON.parse(lengths))
      const named: string[] = JSON.parse(events)
      return new Map(named.map((event, i) => [event, { json: jsons[i]!, ...abouts[i]! }]))
    },
  }
}
