import { durationClass, orderKey } from '../domain/period.js'
import { shownAt } from '../domain/places.js'
import type { Documents, Noun } from '../model/nouns.js'
import type { WriteConnection } from './open.js'

type Rows = { duration: number; start: string; end: string; ancestors: Record<string, 0 | 1> }

const PAGE = 1000

/**
 * Keeps the timeline tables, which serve only what stands now. A transaction says which events it touched (`touch`),
 * and once before it commits their rows are brought up to date (`settle`).
 */
export function openTimelineIndex(db: WriteConnection) {
  const eventNow = db.prepare<[string], { document: string }>(
    `SELECT r.document FROM event v JOIN revision r ON r.seq = v.from_seq
     WHERE v.id = ? AND v.until_seq IS NULL AND v.state = 'live'`,
  )
  const figuresNow = db.prepare<[string], { document: string }>(
    `SELECT r.document FROM reference x JOIN figure v ON v.from_seq = x.from_seq JOIN revision r ON r.seq = v.from_seq
     WHERE x.role = 'event' AND x.target = ? AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.from_seq`,
  )
  const liveEvents = db
    .prepare<[string, number], string>(
      `SELECT id FROM event WHERE id > ? AND until_seq IS NULL AND state = 'live' ORDER BY id LIMIT ?`,
    )
    .pluck()
  const parentNow = db
    .prepare<[string], string | null>('SELECT parent FROM locality WHERE id = ? AND until_seq IS NULL')
    .pluck()
  const eventsBelow = db.prepare<[string], string>('SELECT event FROM timeline WHERE ancestor = ?').pluck()
  const before = db.prepare<[string], { duration: number; start: string; end: string; ancestors: string }>(
    'SELECT duration, "start", "end", ancestors FROM timeline_event WHERE event = ?',
  )
  const remember = db.prepare(
    'INSERT OR REPLACE INTO timeline_event (event, duration, "start", "end", ancestors) VALUES (?, ?, ?, ?, ?)',
  )
  const forget = db.prepare('DELETE FROM timeline_event WHERE event = ?')
  const insert = db.prepare(
    'INSERT INTO timeline (ancestor, duration, "start", "end", event, whole) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = db.prepare(
    'DELETE FROM timeline WHERE ancestor = ? AND duration = ? AND "start" = ? AND "end" = ? AND event = ?',
  )
  const grow = db.prepare(
    `INSERT INTO timeline_size (ancestor, events) VALUES (?, 1)
     ON CONFLICT (ancestor) DO UPDATE SET events = events + 1`,
  )
  // no upsert of -1: a row's CHECK is held against what would be inserted, before the conflict is found
  const shrink = db.prepare('UPDATE timeline_size SET events = events - 1 WHERE ancestor = ?')
  const dropEmpty = db.prepare('DELETE FROM timeline_size WHERE ancestor = ? AND events = 0')
  const parents = new Map<string, string | null>()
  const touched = new Set<string>()
  const moved = new Set<string>()

  function parentOf(locality: string): string | null {
    let parent = parents.get(locality)
    if (parent === undefined) {
      parent = parentNow.get(locality) ?? null
      parents.set(locality, parent)
    }
    return parent
  }

  /** Marks a place and all above it. What is above a marked place is marked, which ends even a tampered tree. */
  function mark(ancestors: Rows['ancestors'], from: string, whole: 0 | 1): void {
    for (let at: string | null = from; at !== null && !(at in ancestors); at = parentOf(at)) ancestors[at] = whole
  }

  function rowsOf(id: string): Rows | null {
    const stored = eventNow.get(id)
    if (!stored) return null
    const event = JSON.parse(stored.document) as Documents['event']
    // without a prototype: `constructor` is an id like any other
    const ancestors: Rows['ancestors'] = Object.create(null)
    mark(ancestors, event.locality, 1)
    for (const { document } of figuresNow.all(id))
      for (const place of shownAt(JSON.parse(document) as Documents['figure'])) mark(ancestors, place, 0)
    return { duration: durationClass(event.period), ...orderKey(event.period), ancestors }
  }

  function settleEvent(id: string): void {
    const old = before.get(id)
    const rows = rowsOf(id)
    const ancestors = rows && JSON.stringify(rows.ancestors)
    if (
      old &&
      rows &&
      old.ancestors === ancestors &&
      old.start === rows.start &&
      old.end === rows.end &&
      old.duration === rows.duration
    )
      return
    if (old)
      for (const ancestor of Object.keys(JSON.parse(old.ancestors))) {
        remove.run(ancestor, old.duration, old.start, old.end, id)
        shrink.run(ancestor)
        dropEmpty.run(ancestor)
      }
    if (!rows) {
      forget.run(id)
      return
    }
    remember.run(id, rows.duration, rows.start, rows.end, ancestors)
    for (const [ancestor, whole] of Object.entries(rows.ancestors)) {
      insert.run(ancestor, rows.duration, rows.start, rows.end, id, whole)
      grow.run(ancestor)
    }
  }

  return {
    /** Notes what a revision may have changed. */
    touch<N extends Noun>(noun: N, id: string, document: Documents[N], previous: Documents[N] | null): void {
      if (noun === 'event') touched.add(id)
      if (noun === 'figure')
        for (const version of [document, previous] as (Documents['figure'] | null)[])
          if (version) touched.add(version.event)
      if (noun === 'locality') {
        const parentBefore = previous && (previous as Documents['locality']).parent
        if (previous && parentBefore !== (document as Documents['locality']).parent) moved.add(id)
        parents.delete(id)
      }
    },
    /** Brings the rows of all touched events up to date. */
    settle(): void {
      for (const locality of moved) for (const event of eventsBelow.all(locality)) touched.add(event)
      for (const event of touched) settleEvent(event)
      touched.clear()
      moved.clear()
    },
    /** Fills empty tables from the versioned ones. */
    fill(): void {
      for (let ids = liveEvents.all('', PAGE); ids.length > 0; ids = liveEvents.all(ids.at(-1)!, PAGE))
        for (const id of ids) settleEvent(id)
    },
    /** Forgets what was read of a state that was rolled back. Events noted too many only cost time. */
    rolledBack(): void {
      parents.clear()
    },
  }
}
