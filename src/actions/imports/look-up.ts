import { NOUNS, type Noun } from '../../model/nouns.js'
import type { Transaction } from '../../store/writer.js'
import type { Row } from './row.js'

/** Looks up at once the records that rows name which are ready. */
export function lookUpNamed(tx: Transaction, rows: readonly Row[]): void {
  const named = new Map<Noun, Set<string>>(NOUNS.map(noun => [noun, new Set()]))
  for (const row of rows) {
    if (row.kind !== 'ready') continue
    for (const { noun, id } of row.documents) named.get(noun)!.add(id)
    if (row.flat?.place) named.get('locality')!.add(row.flat.place.id)
  }
  for (const [noun, ids] of named) tx.lookUp(noun, ids)
}
