import { durationClass, orderKey } from '../domain/period.js'
import { shownAt } from '../domain/places.js'
import type { Documents, Noun } from '../model/nouns.js'
import { openEntryTable } from './entry-table.js'
import type { WriteConnection } from './open.js'
import { monthOf } from './timeline-ranges.js'

type Rows = { duration: number; start: string; end: string; ancestors: Record<string, 0 | 1> }

type Row = [ancestor: string, duration: number, start: string, end: string, event: string, whole: 0 | 1]

/** What a transaction changed of what timelines show. */
export interface TimelineChanges {
  /** Events that timelines showed before, and show otherwise or no longer. */
  events: Set<string>
  /** The localities whose timelines show, or showed, an event that is new or changed. */
  places: Set<string>
  /** Whether records were changed that any timeline may name: localities, sources, reports. */
  names: boolean
}

const PAGE = 1000

function byKey(a: Row, b: Row): number {
  for (let i = 0; i < 5; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return 0
}

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
      `SELECT id FROM event WHERE id > ? AND until_seq IS NULL AND state = 'live' ORDER BY id LIMIT +?`,
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
    `INSERT INTO timeline_size (ancestor, duration, month, events) VALUES (?, ?, ?, ?)
     ON CONFLICT (ancestor, duration, month) DO UPDATE SET events = events + excluded.events`,
  )
  // no upsert of -1: a row's CHECK is held against what would be inserted, before the conflict is found
  const shrink = db.prepare(
    'UPDATE timeline_size SET events = events - 1 WHERE ancestor = ? AND duration = ? AND month = ?',
  )
  const dropEmpty = db.prepare(
    'DELETE FROM timeline_size WHERE ancestor = ? AND duration = ? AND month = ? AND events = 0',
  )
  const eventOfFigure = db
    .prepare<[string], string>('SELECT event FROM figure WHERE id = ? AND until_seq IS NULL')
    .pluck()
  const partsBelow = db
    .prepare<[string, string], string>(
      `WITH RECURSIVE part (id) AS (SELECT value FROM json_each(?) UNION
         SELECT v.from_id FROM part CROSS JOIN reference x ON x.role = 'to_' || ? AND x.target = part.id
           CROSS JOIN relation v ON v.from_seq = x.from_seq WHERE v.kind = 'part_of' AND v.until_seq IS NULL AND v.state = 'live')
       SELECT id FROM part`,
    )
    .pluck()
  const entries = openEntryTable(db)
  const parents = new Map<string, string | null>()
  const touched = new Set<string>()
  /** Events that this transaction created, while all that is known of them is what it said itself. */
  const fresh = new Map<string, { event: Documents['event']; places: string[] }>()
  const moved = new Set<string>()
  /** Events and figures of which it was stated, or is no longer, that they are part of others. */
  const parts = { event: new Set<string>(), figure: new Set<string>() }
  let changes = noChanges()

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

  /** What decides the rows of an event: itself, and the places at which its figures show. */
  function stored(id: string): { event: Documents['event']; places: string[] } | null {
    const event = eventNow.get(id)
    if (!event) return null
    const figures = figuresNow.all(id).map(({ document }) => JSON.parse(document) as Documents['figure'])
    return { event: JSON.parse(event.document), places: figures.flatMap(shownAt) }
  }

  function rowsOf(id: string): Rows | null {
    const known = fresh.get(id) ?? stored(id)
    if (!known) return null
    // without a prototype: `constructor` is an id like any other
    const ancestors: Rows['ancestors'] = Object.create(null)
    mark(ancestors, known.event.locality, 1)
    for (const place of known.places) mark(ancestors, place, 0)
    return { duration: durationClass(known.event.period), ...orderKey(known.event.period), ancestors }
  }

  /** Takes an event's old rows out and adds its new ones to those to be inserted. */
  function settleEvent(id: string, inserts: Row[]): void {
    const old = fresh.has(id) ? undefined : before.get(id)
    const rows = rowsOf(id)
    const ancestors = rows && JSON.stringify(rows.ancestors)
    if (old) changes.events.add(id)
    if (!old && rows) entries.added(id)
    else if (rows) entries.outdated(id)
    else if (old) entries.removed(id)
    for (const place in rows?.ancestors) changes.places.add(place)
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
        changes.places.add(ancestor)
        remove.run(ancestor, old.duration, old.start, old.end, id)
        shrink.run(ancestor, old.duration, monthOf(old.start))
        dropEmpty.run(ancestor, old.duration, monthOf(old.start))
      }
    if (!rows) {
      forget.run(id)
      return
    }
    remember.run(id, rows.duration, rows.start, rows.end, ancestors)
    for (const [ancestor, whole] of Object.entries(rows.ancestors))
      inserts.push([ancestor, rows.duration, rows.start, rows.end, id, whole])
  }

  /** Rows in the order of their key land on neighbouring pages. */
  function insertAll(inserts: Row[]): void {
    inserts.sort(byKey)
    let first = 0
    inserts.forEach((row, i) => {
      insert.run(...row)
      const [ancestor, duration, start] = row
      const next = inserts[i + 1]
      if (next && next[0] === ancestor && next[1] === duration && monthOf(next[2]) === monthOf(start)) return
      grow.run(ancestor, duration, monthOf(start), i + 1 - first)
      first = i + 1
    })
  }

  function settleAll(events: Iterable<string>): void {
    const inserts: Row[] = []
    for (const event of events) settleEvent(event, inserts)
    insertAll(inserts)
  }

  function touchEvent(id: string, created: Documents['event'] | null): void {
    touched.add(id)
    if (created) fresh.set(id, { event: created, places: [] })
    else fresh.delete(id)
  }

  function touchFigure(figure: Documents['figure'], previous: Documents['figure'] | null): void {
    const created = previous ? undefined : fresh.get(figure.event)
    if (created) {
      created.places.push(...shownAt(figure))
      return
    }
    touchEvent(figure.event, null)
    if (previous) touchEvent(previous.event, null)
  }

  function touchHolder(of: 'event' | 'figure', id: string): void {
    const event = of === 'event' ? id : eventOfFigure.get(id)
    if (event !== undefined) touched.add(event)
  }

  /** A relation is shown with the record that it starts at; what was replaced says by what. */
  function touchRelated({ of, kind, from, to }: Documents['relation']): void {
    touchHolder(of, from)
    if (kind === 'revises') touchHolder(of, to)
    if (kind === 'part_of') parts[of].add(from)
  }

  /** Whatever is part of a part is part of its wholes. */
  function touchParts(): void {
    for (const of of ['event', 'figure'] as const) {
      if (parts[of].size > 0) for (const id of partsBelow.all(JSON.stringify([...parts[of]]), of)) touchHolder(of, id)
      parts[of].clear()
    }
  }

  return {
    /** Notes what a revision may have changed. */
    touch<N extends Noun>(noun: N, id: string, document: Documents[N], previous: Documents[N] | null): void {
      if (noun === 'event') touchEvent(id, previous ? null : (document as Documents['event']))
      if (noun === 'figure') touchFigure(document as Documents['figure'], previous as Documents['figure'] | null)
      if (noun === 'relation')
        for (const version of [document, previous] as (Documents['relation'] | null)[])
          if (version) touchRelated(version)
      if (previous && (noun === 'locality' || noun === 'source' || noun === 'report')) changes.names = true
      if (noun === 'locality') {
        const parentBefore = previous && (previous as Documents['locality']).parent
        if (previous && parentBefore !== (document as Documents['locality']).parent) moved.add(id)
        parents.delete(id)
      }
    },
    /** Brings the rows of all touched events up to date. */
    settle(): void {
      for (const locality of moved) for (const event of eventsBelow.all(locality)) touched.add(event)
      touchParts()
      settleAll(touched)
      touched.clear()
      fresh.clear()
      moved.clear()
    },
    /** Makes some entries that lack. False when there are none left to look for. */
    makeEntries: entries.makeSome,
    /** What has been settled since this was asked last. */
    takeChanges(): TimelineChanges {
      const taken = changes
      changes = noChanges()
      return taken
    },
    /** Fills empty tables from the versioned ones. */
    fill(): void {
      for (let ids = liveEvents.all('', PAGE); ids.length > 0; ids = liveEvents.all(ids.at(-1)!, PAGE)) settleAll(ids)
    },
    /** Forgets what was read of a state that was rolled back. Events noted too many only cost time. */
    rolledBack(): void {
      parents.clear()
      fresh.clear()
    },
  }
}

const noChanges = (): TimelineChanges => ({ events: new Set(), places: new Set(), names: false })
