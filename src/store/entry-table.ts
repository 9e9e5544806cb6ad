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

/**
 * Keeps the table of ready entries, from which a process that has just started answers. It never holds one that is not
 * true, and may lack any: events whose entry is yet to be made are on a list, which is worked off when there is nothing
 * else to do.
 */
export function openEntryTable(db: WriteConnection) {
  const read = openReader(db)
  const remove = db.prepare('DELETE FROM timeline_entry WHERE event = ?')
  const insert = db.prepare('INSERT INTO timeline_entry (event, entry, about) VALUES (?, CAST(? AS TEXT), ?)')
  const list = db.prepare('INSERT OR IGNORE INTO timeline_lacking (event) VALUES (?)')
  const unlist = db.prepare('DELETE FROM timeline_lacking WHERE event = ?')
  const listed = db.prepare<[number], string>('SELECT event FROM timeline_lacking LIMIT +?').pluck()

  function keep(events: readonly string[]): void {
    const rows = events.map(event => ({ event, match: 'event' as const, start: '', end: '' }))
    for (const [i, { json, ...about }] of entriesOf(read, rows, WHOLE).map(readyEntry).entries()) {
      insert.run(events[i], json, JSON.stringify(about))
      unlist.run(events[i])
    }
  }

  return {
    /** An event is new to timelines. */
    added(event: string): void {
      list.run(event)
    },
    /** Its entry is no longer true. */
    outdated(event: string): void {
      remove.run(event)
      list.run(event)
    },
    /** It is on timelines no more. */
    removed(event: string): void {
      remove.run(event)
      unlist.run(event)
    },
    keep,
    /** Makes the entries that some events lack. False when none is left. */
    makeSome(most: number): boolean {
      const events = listed.all(most)
      keep(events)
      return events.length > 0
    },
  }
}
