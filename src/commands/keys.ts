import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import { listKeys } from '../actions/keys.js'
import { KEY_BYTES, makeKey, ROLES } from '../domain/keys.js'
import { configOf, reading, withSettings, writing } from './context.js'
import { print } from './output.js'
import { keysAt, revokeAt } from './remote.js'

/** Who may write. */
export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('add, list and revoke the keys that writes need')

  withSettings(keys.command('add <name>'), 'db')
    .description('make a key and show it once; only its hash is kept')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory())
    .action(async (name, flags) => {
      const { id, hash, key } = makeKey(randomBytes(KEY_BYTES))
      await writing(configOf(flags), writer =>
        writer.apply({ do: 'add-key', name, role: flags.role, key_id: id, hash }),
      )
      print(flags, { name, role: flags.role, key }, () => `${key}\n`)
    })

  withSettings(keys.command('list'), 'db', 'url', 'key')
    .description('names, roles and dates; never a secret')
    .action(async flags => {
      const config = configOf(flags)
      const found = await (config.url ? keysAt(config.url, config.key) : reading(config, listKeys))
      print(flags, found, () =>
        found
          .map(({ name, role, created_at, revoked_at }) => `${name}\t${role}\t${created_at}\t${revoked_at ?? ''}\n`)
          .join(''),
      )
    })

  withSettings(keys.command('revoke <name>'), 'db', 'url', 'key')
    .description('refuse a key from now on; with --url while the service runs')
    .action(async (name, flags) => {
      const config = configOf(flags)
      const answer = await (config.url
        ? revokeAt(config.url, config.key, name)
        : writing(config, writer => writer.apply({ do: 'revoke-key', name })))
      print(flags, answer, () => `${name}: revoked\n`)
    })
}
