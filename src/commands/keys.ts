import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import { KEY_BYTES, makeKey, ROLES } from '../domain/keys.js'
import { configOf, reading, withSettings, writing } from './context.js'
import { print } from './output.js'

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

  withSettings(keys.command('list'), 'db')
    .description('names, roles and dates; never a secret')
    .action(async flags => {
      const found = (await reading(configOf(flags), read => read.listKeys())).map(
        ({ name, role, created_at, revoked_at }) => ({
          name,
          role,
          created_at,
          revoked_at,
        }),
      )
      print(flags, found, () =>
        found
          .map(({ name, role, created_at, revoked_at }) => `${name}\t${role}\t${created_at}\t${revoked_at ?? ''}\n`)
          .join(''),
      )
    })

  withSettings(keys.command('revoke <name>'), 'db')
    .description('refuse a key from now on')
    .action(async (name, flags) => {
      const answer = await writing(configOf(flags), writer => writer.apply({ do: 'revoke-key', name }))
      print(flags, answer, () => `${name}: revoked\n`)
    })
}
