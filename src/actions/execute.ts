import type { Settled, StoreWriter, Transaction } from '../store/writer.js'
import { changeRecord } from './change.js'
import type { Outcome, RecordCommand } from './commands.js'
import { changeKey, type KeyAnswer, type KeyCommand } from './keys.js'

export type Command = RecordCommand | KeyCommand
export type AnswerTo<C extends Command> = C extends KeyCommand ? KeyAnswer : Outcome

function execute(tx: Transaction, command: Command): Outcome | KeyAnswer {
  return command.do === 'add-key' || command.do === 'revoke-key' ? changeKey(tx, command) : changeRecord(tx, command)
}

/** Carries out commands in order in one durable commit; each succeeds or fails by itself. */
export function executeGroup(store: StoreWriter, commands: readonly Command[]): Settled<Outcome | KeyAnswer>[] {
  return store.group(commands.map(command => tx => execute(tx, command)))
}
