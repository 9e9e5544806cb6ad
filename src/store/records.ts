import { canonical } from '../domain/canonical.js'
import { REFERRERS, redirected } from '../domain/references.js'
import { type Documents, NOUNS, type Noun, type RecordOf } from '../model/nouns.js'
import { type Operation, type Revision, recordText } from './log.js'
import type { Prepare } from './statements.js'

/** Later than any position of the log. */
export const NOW = Number.MAX_SAFE_INTEGER

export type State = 'live' | 'retracted' | 'merged'

/** A version of a record as found: the accepted bytes and what became of it. */
export interface Found {
  id: string
  rev: number
  from_seq: number
  state: State
  /** The surviving record, when merged. */
  into_id: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
  op: Operation
  /** Canonical JSON of the document alone. */
  document: string
}

const FOUND = 'v.id, v.rev, v.from_seq, v.state, r.into_id, r.reason, r.recorded_at, r.recorded_by, r.op, r.document'

/** A record that refers to another. */
export interface Referrer {
  noun: Noun
  id: string
}

/** A record that a merge moved: its canonical documents before and after, and what the merge did to it. */
export interface Moved extends Referrer {
  before: string
  after: string
  op: Operation
  seq: number
}

/** The nouns that refer to one, each with the roles in which it does, as an SQL list. */
function rolesBy(noun: Noun): [Noun, string][] {
  const roles = new Map<Noun, string[]>()
  for (const [role, referrer] of Object.entries(REFERRERS[noun]))
    roles.set(referrer, [...(roles.get(referrer) ?? []), `'${role}'`])
  return [...roles].map(([referrer, list]) => [referrer, list.join(', ')])
}

const parsed = new WeakMap<Found, Documents[Noun]>()

/** The parsed document of a version found, parsed once; it is not to be changed. */
export function documentOf<N extends Noun>(_noun: N, found: Found): Documents[N] {
  let document = parsed.get(found)
  if (!document) {
    document = JSON.parse(found.document) as Documents[Noun]
    parsed.set(found, document)
  }
  return document as Documents[N]
}

/** What an operation makes of a record. */
export const STATE_AFTER: Record<Operation, State> = {
  create: 'live',
  revise: 'live',
  retract: 'retracted',
  merge: 'merged',
}

/** A version as it is found once its revision is in the log. */
export function foundAs<N extends Noun>(revision: Revision & { noun: N }, document: Documents[N]): Found {
  const { id, rev, seq: from_seq, op, into_id, reason, recorded_at, recorded_by, document: text } = revision
  const found = {
    id,
    rev,
    from_seq,
    state: STATE_AFTER[op],
    into_id,
    reason,
    recorded_at,
    recorded_by,
    op,
    document: text,
  }
  parsed.set(found, document)
  return found
}

/** The parsed record of a version found. */
export const recordOf = <N extends Noun>(_noun: N, found: Found): RecordOf<N> => JSON.parse(recordText(found))

/** The record that an id stands for at a log position: its own, or the survivor of the one that was merged. */
export function standingFor(read: Pick<RecordReader, 'find'>, noun: Noun, id: string, at = NOW): Found | undefined {
  let found = read.find(noun, id, at)
  while (found?.state === 'merged') found = read.find(noun, found.into_id!, at)
  return found
}

/** Loads ask it for every row. */
const FIND = Object.fromEntries(
  NOUNS.map(noun => [
    noun,
    `SELECT ${FOUND} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq
     WHERE v.id = ? AND v.from_seq <= ? ORDER BY v.from_seq DESC LIMIT 1`,
  ]),
) as Record<Noun, string>

/** Whether a change is one that a merge makes: of the reference alone, or the end of a relation that became needless. */
function isMove({ noun, op, before, after }: Moved, target: Noun, { id, into_id }: Found): boolean {
  if (op === 'retract') return noun === 'relation'
  return canonical(redirected(noun, JSON.parse(before), target, id, into_id!)) === after
}

export function openRecordReader(prepare: Prepare) {
  const find = (noun: Noun, id: string, at = NOW): Found | undefined => prepare<Found>(FIND[noun]).get(id, at)

  /** The versions of many records that were live at a position, by id; others are absent, unless `withdrawn` too. */
  function findMany(noun: Noun, ids: readonly string[], at = NOW, withdrawn = false): Map<string, Found> {
    const rows = prepare<Found>(
      `SELECT ${FOUND} FROM json_each(?) j CROSS JOIN ${noun} v ON v.id = j.value JOIN revision r ON r.seq = v.from_seq
       WHERE v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND (? OR v.state = 'live')`,
    ).all(JSON.stringify(ids), at, at, Number(withdrawn))
    return new Map(rows.map(row => [row.id, row]))
  }

  return {
    find,
    findMany,
    /** A record that can be referred to now. */
    isLive: (noun: Noun, id: string): boolean =>
      prepare<{ state: State }>(`SELECT state FROM ${noun} WHERE id = ? AND until_seq IS NULL`).get(id)?.state ===
      'live',
    /** All versions of a record, oldest first. */
    versions: (noun: Noun, id: string): Found[] =>
      prepare<Found>(
        `SELECT ${FOUND} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq WHERE v.id = ? ORDER BY v.from_seq`,
      ).all(id),
    /** The live records that refer to one, each once whatever it refers to it as; at most `limit` of each noun. */
    referrers: (noun: Noun, id: string, limit = -1): Referrer[] =>
      rolesBy(noun).flatMap(([referrer, roles]) =>
        prepare<{ id: string }>(
          `SELECT DISTINCT v.id FROM reference x JOIN ${referrer} v ON v.from_seq = x.from_seq
           WHERE x.role IN (${roles}) AND x.target = ? AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id LIMIT +?`,
        )
          .all(id, limit)
          .map(row => ({ noun: referrer, id: row.id })),
      ),
    /** The live figures of an event, or that cite a report, with what a curator says of them. */
    figuresOn: (noun: 'event' | 'report', id: string) =>
      prepare<{ id: string } & Pick<Documents['figure'], 'rank' | 'verification'>>(
        `SELECT DISTINCT v.id, v."rank", v.verification FROM reference x JOIN figure v ON v.from_seq = x.from_seq
         WHERE x.role = ? AND x.target = ? AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id`,
      ).all(noun === 'event' ? 'event' : 'citation', id),
    /**
     * The versions that a merge ended: every record that it took away from the merged one, in the order in which it
     * did. A merge writes its own row last, right after those of all that it moved, at one time and under one reason,
     * and changes nothing of them but the reference.
     */
    movedBy(noun: Noun, merged: Found): Moved[] {
      const { id, from_seq, reason, recorded_by, recorded_at } = merged
      const ended = rolesBy(noun).flatMap(([referrer, roles]) =>
        prepare<Omit<Moved, 'noun'>>(
          `SELECT DISTINCT v.id, r.document AS before, n.seq, n.op, n.document AS after
           FROM reference x JOIN ${referrer} v ON v.from_seq = x.from_seq
           JOIN revision r ON r.seq = v.from_seq JOIN revision n ON n.seq = v.until_seq
           WHERE x.role IN (${roles}) AND x.target = ? AND v.state = 'live' AND n.seq < ? AND n.reason = ?
             AND n.recorded_by = ? AND n.recorded_at = ?`,
        )
          .all(id, from_seq, reason, recorded_by, recorded_at)
          .map(row => ({ noun: referrer, ...row }))
          .filter(row => isMove(row, noun, merged)),
      )
      const newestFirst = ended.sort((a, b) => b.seq - a.seq)
      return newestFirst.filter((row, i) => row.seq === merged.from_seq - 1 - i).reverse()
    },
    /** Live relations from one record to another, whichever way round. */
    relationsBetween(of: 'event' | 'figure', one: string, other: string): RecordOf<'relation'>[] {
      return prepare<{ record: string }>(
        `SELECT r.record FROM reference x CROSS JOIN relation v ON v.from_seq = x.from_seq JOIN log r ON r.seq = v.from_seq
         WHERE x.role IN ('from_' || ?, 'to_' || ?) AND x.target = ? AND ? IN (v.from_id, v.to_id) AND v.of = ?
           AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id`,
      )
        .all(of, of, one, other, of)
        .map(row => JSON.parse(row.record))
    },
    /** Whether a chain of live relations of one kind, without the relation `except`, leads from one record to another. */
    reaches(of: 'event' | 'figure', kind: string, from: string, to: string, except: string): boolean {
      return (
        prepare(
          `WITH RECURSIVE chain (id) AS (
             SELECT ?
             UNION
             SELECT v.to_id FROM chain CROSS JOIN reference x ON x.role = 'from_' || ? AND x.target = chain.id
             CROSS JOIN relation v ON v.from_seq = x.from_seq
             WHERE v.of = ? AND v.kind = ? AND v.until_seq IS NULL AND v.state = 'live' AND v.id <> ?)
           SELECT 1 FROM chain WHERE id = ?`,
        ).get(from, of, of, kind, except, to) !== undefined
      )
    },
    /**
     * Events that a figure of these places and this period may be about: same, containing or contained locality. Those
     * whose first and last days are nearest to the figure's come first, those without a date last.
     */
    candidateEvents(
      localities: readonly string[],
      period: { start: string | null; end: string | null },
      limit: number,
    ) {
      const { start, end } = period
      return prepare<{ record: string }>(
        `WITH RECURSIVE above (id) AS (
           SELECT value FROM json_each(:localities)
           UNION SELECT l.parent FROM above CROSS JOIN locality l ON l.id = above.id AND l.until_seq IS NULL WHERE l.parent IS NOT NULL),
         found (id) AS (
           SELECT DISTINCT t.event FROM json_each(:localities) j CROSS JOIN timeline t ON t.ancestor = j.value
           UNION SELECT e.id FROM above CROSS JOIN reference x ON x.role = 'locality' AND x.target = above.id
           CROSS JOIN event e ON e.from_seq = x.from_seq AND e.until_seq IS NULL
           UNION SELECT id FROM event WHERE json_array_length(:localities) = 0)
         SELECT r.record FROM found CROSS JOIN event v ON v.id = found.id JOIN log r ON r.seq = v.from_seq
         WHERE v.until_seq IS NULL AND v.state = 'live'
           AND (:end IS NULL OR v."start" IS NULL OR v."start" <= :end) AND (:start IS NULL OR v."end" IS NULL OR v."end" >= :start)
         ORDER BY abs(julianday(coalesce(v."start", v."end")) - julianday(coalesce(:start, :end)))
           + abs(julianday(coalesce(v."end", v."start")) - julianday(coalesce(:end, :start))) NULLS LAST, v.id LIMIT +:limit`,
      )
        .all({ localities: JSON.stringify(localities), start, end, limit })
        .map(row => row.record)
    },
  }
}
export type RecordReader = ReturnType<typeof openRecordReader>
