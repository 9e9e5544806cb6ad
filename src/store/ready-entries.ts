import type { Facts } from '../domain/not-summed.js'
import { type MadeEntry, type Named, namedIn } from '../domain/timeline.js'
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
    /** The entries of these events that the index keeps ready, by event. */
    readyEntries(ids: readonly string[]): Map<string, ReadyEntry> {
      const rows = prepare<{ event: string; entry: Buffer; about: string }>(
        `SELECT e.event, e.entry, e.about FROM json_each(?) j JOIN timeline_entry e ON e.event = j.value`,
      ).all(JSON.stringify(ids))
      return new Map(rows.map(({ event, entry, about }) => [event, { json: entry, ...JSON.parse(about) }]))
    },
  }
}
