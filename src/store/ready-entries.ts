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

export function openEntryReader(prepare: Prepare) {
  return {
    /** The live records of these ids as they stand now: id and JSON. */
    recordTexts: (noun: Noun, ids: readonly string[]): [id: string, record: string][] =>
      prepare<{ id: string; record: string }>(
        `SELECT v.id, r.record FROM json_each(?) j CROSS JOIN ${noun} v ON v.id = j.value JOIN log r ON r.seq = v.from_seq
         WHERE v.until_seq IS NULL AND v.state = 'live'`,
      )
        .all(JSON.stringify(ids))
        .map(({ id, record }) => [id, record]),
    /** The entries of these events that the index keeps ready, by event: all in one row, as each row costs more than its bytes. */
    readyEntries(ids: readonly string[]): Map<string, ReadyEntry> {
      const { events, lengths, about, entries } = prepare<
        Record<'events' | 'lengths' | 'about', string> & { entries: Buffer }
      >(
        `SELECT json_group_array(e.event) AS events, json_group_array(length(e.entry)) AS lengths,
           '[' || coalesce(group_concat(e.about), '') || ']' AS about,
           CAST(coalesce(group_concat(CAST(e.entry AS TEXT), ''), '') AS BLOB) AS entries
         FROM json_each(?) j CROSS JOIN timeline_entry e ON e.event = j.value`,
      ).get(JSON.stringify(ids))!
      const lengthOf: number[] = JSON.parse(lengths)
      const aboutOf: Omit<ReadyEntry, 'json'>[] = JSON.parse(about)
      const found = new Map<string, ReadyEntry>()
      let at = 0
      for (const [i, event] of (JSON.parse(events) as string[]).entries()) {
        // copied, or one entry that is kept would keep them all
        const json = Buffer.from(entries.subarray(at, at + lengthOf[i]!))
        at += json.length
        found.set(event, { json, ...aboutOf[i]! })
      }
      return found
    },
  }
}
