import type { TimelineQuestion } from '../model/queries.js'
import type { WriteConnection } from './open.js'
import { openReader } from './reader.js'
import { readyEntry } from './ready-entries.js'
import { NOW } from './records.js'
import { entriesOf } from './timeline-entries.js'

/** What stands now at an event, whatever area is asked about. */
const WHOLE: TimelineQuestion = {
  area: { locality: '', scope: 'within' },
  from: null,
  to: null,
  figures: {},
  at: NOW,
  retracted: false,
  after: null,
  limit: null,
}

/** More events than this are looked for among all, not remembered one by one. */
const MOST_REMEMBERED = 100_000

/**
 * Keeps the table of ready entries, from which a process that has just started answers. It never holds one that is not
 * true, and may lack any: they are made when there is nothing else to do.
 */
export function openEntryTable(db: WriteConnection) {
  const read = openReader(db)
  const remove = db.prepare('DELETE FROM timeline_entry WHERE event = ?')
  const insert = db.prepare(
    'INSERT OR REPLACE INTO timeline_entry (event, entry, about) VALUES (?, CAST(? AS TEXT), ?)',
  )
  const following = db
    .prepare<[string, number], string>('SELECT event FROM timeline_event WHERE event > ? ORDER BY event LIMIT ?')
    .pluck()
  const lacking = db
    .prepare<[string], string>(
      `SELECT t.event FROM json_each(?) j CROSS JOIN timeline_event t ON t.event = j.value
       WHERE NOT EXISTS (SELECT 1 FROM timeline_entry e WHERE e.event = t.event)`,
    )
    .pluck()
  const changed = new Set<string>()
  /** All events up to this one have been looked at; null: all. */
  let swept: string | null = ''

  function keep(events: readonly string[]): void {
    const rows = events.map(event => ({ event, match: 'event' as const, start: '', end: '' }))
    for (const [i, { json, ...about }] of entriesOf(read, rows, WHOLE).map(readyEntry).entries())
      insert.run(events[i], json, JSON.stringify(about))
  }

  /** Events that may lack an entry: those changed, then those that nobody has looked at since the start. */
  function candidates(most: number): string[] {
    if (changed.size > 0) {
      const some = [...changed].slice(0, most)
      for (const event of some) changed.delete(event)
      return some
    }
    if (swept === null) return []
    const some = following.all(swept, most)
    swept = some.at(-1) ?? null
    return some
  }

  return {
    /** An event is new, or its entry is no longer true. */
    outdated(event: string, existed: boolean): void {
      if (existed) remove.run(event)
      if (swept !== '') changed.add(event)
      if (changed.size < MOST_REMEMBERED) return
      changed.clear()
      swept = ''
    },
    keep,
    /** Makes the entries that some events lack. False when no event is left to look at. */
    makeSome(most: number): boolean {
      const events = candidates(most)
      keep(lacking.all(JSON.stringify(events)))
      return events.length > 0
    },
  }
}
