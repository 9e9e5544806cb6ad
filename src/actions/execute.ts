import type { Settled, StoreWriter, Transaction } from '../store/writer.js'
import { changeRecord } from './change.js'
import type { Outcome, RecordCommand } from './commands.js'
import { changeKey, type KeyAnswer, type KeyCommand } from './keys.js'
import { type LoadSeed, loadSeed, type SeedAnswer } from './load-seed.js'

/** Everything that can be asked of the writer. */
export type Command = RecordCommand | KeyCommand | LoadSeed
export type Answer = Outcome | KeyAnswer | SeedAnswer
export type AnswerTo<C extends Command> = C extends KeyCommand ? KeyAnswer : C extends LoadSeed ? SeedAnswer : Outcome

function execute(tx: Transaction, command: Command): Answer {
  switch (command.do) {
    case 'add-key':
    case 'revoke-key':
      return changeKey(tx, command)
    case 'load-seed':
      return loadSeed(tx, command)
    default:
      return changeRecord(tx, command)
  }
}

/** Carries out commands in order in one durable commit; each succeeds or fails by itself. */
export function executeGroup(store: StoreWriter, commands: readonly Command[]): Settled<Answer>[] {
  return store.group(commands.map(command => tx => execute(tx, command)))
}
