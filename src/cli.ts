#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { changesCommand } from './commands/changes.js'
import { databaseCommands } from './commands/database.js'
import { keyCommands } from './commands/keys.js'
import { EXIT, fail } from './commands/output.js'
import { proofCommands } from './commands/proof.js'
import { readingCommands } from './commands/reading.js'
import { recordCommands } from './commands/records.js'
import { serveCommand } from './commands/serve.js'
import { transferCommands } from './commands/transfer.js'
import { release } from './release.js'

const json = process.argv.includes('--json')

const program = new Command('annals')
  .description('Dated, sourced displacement and casualty figures, kept apart and never summed.')
  .version(release)
  .exitOverride()
  // in JSON it is said below
  .configureOutput({ writeErr: text => json || process.stderr.write(text) })
  .configureHelp({ sortSubcommands: false })
  .addHelpText(
    'after',
    `
To begin:
  annals init && annals seed         make a database and load the figures of Ramadi, 2015
  annals show ramadi                 print its timeline
  annals keys add me --role curator  make a key for writing
  annals serve                       serve it at http://127.0.0.1:3000

Exit status: 0 done, 1 refused or found wrong, 2 usage, 65 not our database, 70 storage failed, 75 in use.`,
  )

serveCommand(program)
databaseCommands(program)
readingCommands(program)
changesCommand(program)
recordCommands(program)
transferCommands(program)
keyCommands(program)
proofCommands(program)

/** Every command speaks JSON when asked, and refuses wrong usage with its own status. */
function forEveryCommand(command: Command): void {
  command.exitOverride()
  // a group of commands that knew the flag, too, would keep it from the command that it is meant for
  if (command.commands.length === 0) command.option('--json', 'answer in JSON')
  command.commands.forEach(forEveryCommand)
}
program.commands.forEach(forEveryCommand)

// a reader such as `head` that has seen enough is no failure
process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : EXIT.refused))

/** What Commander says of wrong usage, without what it prints before it. */
const sentenceOf = ({ message }: CommanderError) => message.replace(/^error: /, '')

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error, { json })
  if (error.exitCode === 0) process.exit(0)
  if (json) process.stderr.write(`${JSON.stringify({ code: 'invalid', detail: sentenceOf(error), errors: [] })}\n`)
  process.exit(EXIT.usage)
}
