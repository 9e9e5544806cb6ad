import { fold } from '../../domain/names.js'
import { documentOf, NOW } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import type { RowWriter } from './row-writer.js'

/**
 * Answers what is told of each source that a row has just made, and warns when another source has its name, too: they may
 * be one.
 */
export function namesakes(writer: RowWriter) {
  /** The first source of each name, folded; they are read once, when the first one is made. */
  let named: Map<string, string> | null = null

  return (tx: Transaction, id: string): void => {
    named ??= sourcesByName(tx, id)
    const name = fold(documentOf('source', tx.read.find('source', id)!).name)
    const other = named.get(name)
    // what a row that was undone had made is not there
    if (other === undefined || other === id || !tx.read.find('source', other)) named.set(name, id)
    else {
      const detail = `the source ${other} has this name, too; if it is meant, name it by its id`
      writer.warn({ noun: 'source', id, code: 'same_name', detail })
    }
  }
}

const EVERYTHING = { filters: {}, at: NOW, retracted: false, updated_since: null, after: null, limit: -1 }

function sourcesByName({ read }: Transaction, but: string): Map<string, string> {
  const others = read.list('source', EVERYTHING).filter(({ id }) => id !== but)
  return new Map(others.map(({ id, record }) => [fold(JSON.parse(record).name), id]))
}
