import type { Command } from 'commander'
import { OPERATOR } from '../actions/commands.js'
import { lockForWriting } from '../store/lock.js'
import { checkHeader, createDatabase, openWriting } from '../store/open.js'
import { differences, rebuild } from '../store/rebuild.js'
import { configOf, withSettings, writing } from './context.js'
import { print, warned } from './output.js'

/** Commands on the database file as a whole. */
export function databaseCommands(program: Command): void {
  withSettings(program.command('init'), 'db')
    .description('make a new, empty database')
    .action(flags => {
      const { db } = configOf(flags)
      createDatabase(db)
      print(flags, { db, created: true }, () => `${db}: created\n`)
    })

  withSettings(program.command('seed'), 'db')
    .description('load the figures reported of Ramadi in April and May 2015; again, nothing changes')
    .action(async flags => {
      const config = configOf(flags)
      const answer = await writing(config, writer => writer.apply({ do: 'load-seed', actor: OPERATOR }))
      print(flags, answer, () => `created ${answer.created}, present ${answer.present}\n${warned(answer)}`)
    })

  withSettings(program.command('rebuild'), 'db')
    .description('derive the index from the log again')
    .option('--check', 'change nothing; prove that the index equals one derived anew')
    .action(flags => {
      const { db } = configOf(flags)
      if (flags.check) {
        const found = differences(db)
        print(flags, { equal: found.length === 0, differences: found }, () =>
          found.length === 0
            ? 'the index equals one derived from the log\n'
            : found.map(({ table, missing, extra }) => `${table}: ${missing} missing, ${extra} too many\n`).join(''),
        )
        process.exitCode = found.length === 0 ? 0 : 1
        return
      }
      checkHeader(db)
      const lock = lockForWriting(db)
      const connection = openWriting(db)
      const revisions = rebuild(connection)
      connection.close()
      lock.release()
      print(flags, { revisions }, () => `derived from ${revisions} revisions\n`)
    })
}
