import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import {
  checkpointsFile,
  openCheckpoints,
  openSigningKey,
  readPublicKey,
  signingKeyFile,
} from '../actions/checkpoint.js'
import { Refusal } from '../domain/errors.js'
import { backup, restore } from '../store/backup.js'
import { unreadable, type Verification } from '../store/verification.js'
import { verify } from '../store/verify.js'
import { configOf, reading, usage, withSettings } from './context.js'
import { EXIT, print } from './output.js'

const STATUS: Record<Verification['outcome'], number> = {
  clean: 0,
  tampered: EXIT.refused,
  shorter: EXIT.shorter,
  unreadable: EXIT.notOurs,
}

/** Commands that prove what a database holds, and that keep it. */
export function proofCommands(program: Command): void {
  withSettings(program.command('verify'), 'db')
    .description('prove on a copy that nothing recorded was changed or taken away, as far as a checkpoint has seen')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere, or a file of them')
    .option('--pubkey <file>', 'the public key (PEM) that the checkpoint must be signed with')
    .addHelpText(
      'after',
      '\nExit status: 0 clean, 1 tampered with, 2 shorter than the checkpoint says (or usage, told on stderr),\n' +
        '65 the database, the checkpoint or the key cannot be read.',
    )
    .action(async flags => {
      const { db } = configOf(flags)
      if (flags.pubkey && !flags.checkpoint) throw usage('--pubkey', 'needs --checkpoint')
      const found = await verified(db, flags)
      print(flags, found, () => verdictOf(found))
      process.exitCode = STATUS[found.outcome]
    })

  withSettings(program.command('checkpoint'), 'db', 'signingKey')
    .description('sign the log as it is; keep what this prints where nobody who can write the database can reach')
    .option('--pubkey', 'print the public key that proves the signature instead')
    .action(async flags => {
      const { db, signingKey } = configOf(flags)
      await reading(configOf(flags), read => {
        const key = openSigningKey(signingKey ?? signingKeyFile(db))
        const checkpoints = openCheckpoints(read, key, checkpointsFile(db))
        const public_key = checkpoints.publicKey()
        const note = flags.pubkey ? null : checkpoints.current().note
        print(flags, { note, public_key }, () => note ?? public_key)
      })
    })

  withSettings(program.command('backup'), 'db')
    .description('copy the database, in use or not, verify the copy, and only then give it its name')
    .argument('<file>', 'the copy; nothing may have this name')
    .action(async (file: string, flags) => {
      const { head } = await backup(configOf(flags).db, file)
      print(flags, { file, head }, () => `${file}: ${head?.seq} revisions, verified\n`)
    })

  withSettings(program.command('restore'), 'db')
    .description('put a backup, verified first, where the database was; move the old files aside before')
    .argument('<file>', 'the backup')
    .action(async (file: string, flags) => {
      const { db } = configOf(flags)
      const { head } = await restore(file, db)
      print(flags, { db, head }, () => `${db}: ${head?.seq} revisions, verified\n`)
    })
}

function verdictOf({ outcome, head, first_bad_seq, problems }: Verification): string {
  const where = first_bad_seq === null ? '' : `, first at ${first_bad_seq}`
  const verdict = outcome === 'clean' ? `clean: ${head?.seq} revisions, ${head?.hash}\n` : `${outcome}${where}\n`
  return (
    verdict +
    problems.map(({ check, seq, detail }) => `  ${check}${seq === null ? '' : ` ${seq}`}: ${detail}\n`).join('')
  )
}

/** What the log cannot be held against, for it cannot be read, says nothing of the log. */
async function verified(db: string, { checkpoint, pubkey }: { checkpoint?: string; pubkey?: string }) {
  try {
    return await verify(db, {
      checkpoint: checkpoint === undefined ? undefined : readText(checkpoint),
      publicKey: pubkey === undefined ? undefined : readPublicKey(pubkey),
    })
  } catch (error) {
    if (!(error instanceof Refusal) || !['not_found', 'malformed'].includes(error.code)) throw error
    return unreadable('checkpoint', error.detail)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal('not_found', `${file}: ${(error as Error).message}`)
  }
}
