import { fold, nameScore, withoutTypeWords } from '../domain/names.js'
import { NOW } from './records.js'
import type { Prepare } from './statements.js'

/** A locality whose name fits, and how well: 1 is the very name. */
export interface NameMatch {
  id: string
  /** The name that fits best. */
  name: string
  score: number
}

const CANDIDATES = 2000

export function openNameReader(prepare: Prepare) {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

  function candidates(folded: string, at: number): { id: string; text: string }[] {
    const current = `v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND v.state = 'live'`
    const exact = prepare<{ id: string; text: string }>(
      `SELECT v.id, n.text FROM locality_name n JOIN locality v ON v.from_seq = n.from_seq
       WHERE n.folded = ? AND ${current} LIMIT ${CANDIDATES}`,
    ).all(folded, at, at)
    // "Ramadi city" is looked for as Ramadi; how well the rest fits, the score says
    const words = withoutTypeWords(folded)
      .split(' ')
      .filter(word => [...word].length >= 3)
    if (words.length === 0) return exact
    const similar = prepare<{ id: string; text: string }>(
      `SELECT v.id, n.text FROM locality_name_search s JOIN locality_name n ON n.key = s.rowid
       JOIN locality v ON v.from_seq = n.from_seq
       WHERE locality_name_search MATCH ? AND ${current} ORDER BY s.rank LIMIT ${CANDIDATES}`,
    ).all(words.map(quoted).join(' AND '), at, at)
    return [...exact, ...similar]
  }

  return {
    /** Localities by name in any spelling and script, best first; ties by id. */
    searchNames(text: string, at = NOW): NameMatch[] {
      const best = new Map<string, NameMatch>()
      // folding drops signs, but whoever writes these two means a wildcard or the sign itself, and there is no wildcard
      const signs = [...'%_'].filter(sign => text.includes(sign))
      for (const { id, text: name } of candidates(fold(text), at)) {
        if (!signs.every(sign => name.includes(sign))) continue
        const score = nameScore(text, name)
        if (score > (best.get(id)?.score ?? 0)) best.set(id, { id, name, score })
      }
      return [...best.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    },
    /** The localities one of whose names, folded and without its type words, is this. */
    localitiesCalled: (bare: string): string[] =>
      prepare<{ id: string }>(
        `SELECT DISTINCT v.id FROM locality_name n JOIN locality v ON v.from_seq = n.from_seq
         WHERE n.bare = ? AND v.until_seq IS NULL AND v.state = 'live' ORDER BY v.id`,
      )
        .all(bare)
        .map(row => row.id),
    /** The localities that carry a code. */
    localitiesCoded: (scheme: string, value: string, at = NOW): string[] =>
      prepare<{ id: string }>(
        `SELECT v.id FROM locality_code c JOIN locality v ON v.from_seq = c.from_seq
         WHERE c.scheme = ? AND c.value = ? AND v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?)
           AND v.state = 'live' ORDER BY v.id`,
      )
        .all(scheme, value, at, at)
        .map(row => row.id),
    /** The places that contain a locality, innermost first. */
    ancestors(id: string, at = NOW): string[] {
      const parent = prepare<{ parent: string | null }>(
        `SELECT parent FROM locality WHERE id = ? AND from_seq <= ? ORDER BY from_seq DESC LIMIT 1`,
      )
      const found: string[] = []
      for (let up = parent.get(id, at)?.parent; up; up = parent.get(up, at)?.parent) found.push(up)
      return found
    },
  }
}
