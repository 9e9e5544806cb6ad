import { fold, nameScore, withoutTypeWords } from '../domain/names.js'
import { NOW, type RecordReader, type State, standingFor } from './records.js'
import type { Prepare } from './statements.js'

/** A locality whose name fits, and how well: 1 is the very name. */
export interface NameMatch {
  id: string
  /** The name that fits best. */
  name: string
  score: number
}

/** A version that goes by a name or a code. */
interface Named {
  id: string
  state: State
}

const CANDIDATES = 2000
const CURRENT = `v.from_seq <= ? AND (v.until_seq IS NULL OR v.until_seq > ?) AND v.state <> 'retracted'`

/** Names and codes: those of a merged locality go on, and mean its survivor. */
export function openNameReader(prepare: Prepare, records: Pick<RecordReader, 'find'>) {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

  /** The locality that stands for a version: its own, or the survivor of one that was merged; null if none does. */
  function standing({ id, state }: Named, at: number): string | null {
    if (state === 'live') return id
    const survivor = standingFor(records, 'locality', id, at)
    return survivor?.state === 'live' ? survivor.id : null
  }

  /** The ids of what stands for these versions, each once: by id, those that are meant only by a merge last. */
  function allStanding(named: readonly Named[], at: number): string[] {
    const own = named.filter(({ state }) => state === 'live').map(({ id }) => id)
    const survivors = named.map(version => standing(version, at)).filter(id => id !== null)
    return [...new Set([...own.sort(), ...survivors.sort()])]
  }

  function candidates(folded: string, at: number): (Named & { text: string })[] {
    const exact = prepare<Named & { text: string }>(
      `SELECT v.id, v.state, n.text FROM locality_name n JOIN locality v ON v.from_seq = n.from_seq
       WHERE n.folded = ? AND ${CURRENT} LIMIT ${CANDIDATES}`,
    ).all(folded, at, at)
    // "Ramadi city" is looked for as Ramadi; how well the rest fits, the score says
    const words = withoutTypeWords(folded)
      .split(' ')
      .filter(word => [...word].length >= 3)
    if (words.length === 0) return exact
    const similar = prepare<Named & { text: string }>(
      `SELECT v.id, v.state, n.text FROM locality_name_search s JOIN locality_name n ON n.key = s.rowid
       JOIN locality v ON v.from_seq = n.from_seq
       WHERE locality_name_search MATCH ? AND ${CURRENT} ORDER BY s.rank LIMIT ${CANDIDATES}`,
    ).all(words.map(quoted).join(' AND '), at, at)
    return [...exact, ...similar]
  }

  return {
    /** Localities by name in any spelling and script, best first; ties by id. */
    searchNames(text: string, at = NOW): NameMatch[] {
      const best = new Map<string, NameMatch>()
      // folding drops signs, but whoever writes these two means a wildcard or the sign itself, and there is no wildcard
      const signs = [...'%_'].filter(sign => text.includes(sign))
      for (const { text: name, ...version } of candidates(fold(text), at)) {
        if (!signs.every(sign => name.includes(sign))) continue
        const id = standing(version, at)
        const score = nameScore(text, name)
        if (id !== null && score > (best.get(id)?.score ?? 0)) best.set(id, { id, name, score })
      }
      return [...best.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    },
    /** The localities one of whose names, folded and without its type words, is this. */
    localitiesCalled: (bare: string, at = NOW): string[] =>
      allStanding(
        prepare<Named>(
          `SELECT DISTINCT v.id, v.state FROM locality_name n JOIN locality v ON v.from_seq = n.from_seq
           WHERE n.bare = ? AND ${CURRENT}`,
        ).all(bare, at, at),
        at,
      ),
    /** The localities that answer to a code. */
    localitiesCoded: (scheme: string, value: string, at = NOW): string[] =>
      allStanding(
        prepare<Named>(
          `SELECT v.id, v.state FROM locality_code c JOIN locality v ON v.from_seq = c.from_seq
           WHERE c.scheme = ? AND c.value = ? AND ${CURRENT}`,
        ).all(scheme, value, at, at),
        at,
      ),
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
