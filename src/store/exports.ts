import type { Noun } from '../model/nouns.js'
import { currentAt } from './filters.js'
import type { Prepare } from './statements.js'

/** A live record's canonical document. */
export interface Exported {
  id: string
  document: string
}

const COLUMNS = 'v.id, r.document'
/** Nouns whose records may contain one another, by the role in which they do. */
const TREES: Partial<Record<Noun, string>> = { locality: 'parent_locality', source: 'parent_source' }

export function openExportReader(prepare: Prepare) {
  function inTreeOrder(noun: Noun, role: string, at: number): string[] {
    const live = currentAt('v', at)
    return prepare<{ id: string }>(
      `WITH RECURSIVE tree (id, depth) AS (
         SELECT v.id, 0 FROM ${noun} v
         WHERE ${live.sql} AND v.state = 'live'
           AND (SELECT document ->> '$.parent' FROM revision WHERE seq = v.from_seq) IS NULL
         UNION ALL
         SELECT v.id, tree.depth + 1 FROM tree CROSS JOIN reference x ON x.role = ? AND x.target = tree.id
         JOIN ${noun} v ON v.from_seq = x.from_seq WHERE ${live.sql} AND v.state = 'live')
       SELECT id FROM tree ORDER BY depth, id`,
    )
      .all(...live.values, role, ...live.values)
      .map(row => row.id)
  }

  function* byId(noun: Noun, at: number, size: number): Generator<Exported[]> {
    const live = currentAt('v', at)
    const page = prepare<Exported>(
      `SELECT ${COLUMNS} FROM ${noun} v JOIN revision r ON r.seq = v.from_seq
       WHERE v.id > ? AND ${live.sql} AND v.state = 'live' ORDER BY v.id LIMIT +?`,
    )
    for (let rows = page.all('', ...live.values, size); rows.length > 0; ) {
      yield rows
      rows = page.all(rows.at(-1)!.id, ...live.values, size)
    }
  }

  function* byTree(noun: Noun, role: string, at: number, size: number): Generator<Exported[]> {
    const live = currentAt('v', at)
    const page = prepare<Exported>(
      `SELECT ${COLUMNS} FROM json_each(?) j CROSS JOIN ${noun} v ON v.id = j.value JOIN revision r ON r.seq = v.from_seq
       WHERE ${live.sql} ORDER BY j.key`,
    )
    const ids = inTreeOrder(noun, role, at)
    for (let start = 0; start < ids.length; start += size)
      yield page.all(JSON.stringify(ids.slice(start, start + size)), ...live.values)
  }

  return {
    /**
     * The documents of all live records of a noun at a position of the log, in pages: containing ones before the
     * contained, else by id. Read by key, so that a slow reader holds no transaction open.
     */
    documentPages(noun: Noun, at: number, size = 1000): Generator<Exported[]> {
      const role = TREES[noun]
      return role ? byTree(noun, role, at, size) : byId(noun, at, size)
    },
  }
}
