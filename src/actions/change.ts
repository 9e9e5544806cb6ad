import type { Transaction } from '../store/writer.js'
import type { Outcome, RecordCommand } from './commands.js'
import { replayed } from './idempotency.js'
import { mergeRecords } from './merge.js'
import { patch, put, retract } from './record.js'

/** Carries out one change of one record; everything that it entails happens with it or not at all. */
export function changeRecord(tx: Transaction, command: RecordCommand): Outcome {
  return replayed(tx, command, () => {
    switch (command.do) {
      case 'put':
        return put(tx, command)
      case 'patch':
        return patch(tx, command)
      case 'retract':
        return retract(tx, command)
      case 'merge':
        return mergeRecords(tx, command)
    }
  })
}
