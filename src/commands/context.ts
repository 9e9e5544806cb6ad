import { type Command, Option } from 'commander'
import { openLocalWriter, type Writer } from '../actions/writer.js'
import { type Config, configure, settings } from '../config.js'
import { Refusal } from '../domain/errors.js'
import { readInstant } from '../domain/period.js'
import { openReading } from '../store/open.js'
import { openReader, type Reader } from '../store/reader.js'

type Setting = keyof typeof settings

/** Gives a command the flags of some settings; each may come from its variable instead. */
export function withSettings(command: Command, ...names: Setting[]): Command {
  for (const name of names) {
    const { flag, variable, standard, help } = settings[name]
    const usual = standard === null ? '' : `, usually ${standard}`
    command.addOption(new Option(`--${flag} <value>`, `${help} (${variable}${usual})`))
  }
  return command
}

/** The settings that a command was given. A file that it names wins over a service that only the environment names. */
export function configOf(flags: Readonly<Record<string, unknown>>): Config {
  if (flags.db !== undefined && flags.url !== undefined) throw usage('--db', 'does not go with --url')
  const config = configure(
    Object.fromEntries(Object.keys(settings).map(name => [name, flags[name] as string | undefined])),
  )
  return flags.db === undefined ? config : { ...config, url: null }
}

/** The refusal of a flag that was not given as it has to be: `says` is what it takes, or needs. */
export const usage = (flag: string, says: string) =>
  new Refusal('invalid', `${flag} ${says}`, [{ parameter: flag, code: 'bad_format', detail: says }])

/** The position of the log that --as-of means. */
export function heldAt(read: Reader, given: string): number {
  const instant = readInstant(given)
  const head = read.head().seq
  const position = /^\d{1,15}$/.test(given) ? Number(given) : instant === null ? null : read.positionAt(instant)
  if (position === null) throw usage('--as-of', 'takes a log number, or a timestamp such as 2026-11-22T10:00:00Z')
  if (position > head) throw new Refusal('out_of_range', `--as-of ${given}: the log ends at ${head}`)
  return position
}

/** Reads a database for one command. */
export async function reading<T>(config: Config, ask: (read: Reader) => T | Promise<T>): Promise<T> {
  const read = openReader(openReading(config.db))
  try {
    return await ask(read)
  } finally {
    read.close()
  }
}

/** Changes a database for one command. */
export async function writing<T>(config: Config, change: (writer: Writer) => Promise<T>): Promise<T> {
  const writer = openLocalWriter(config.db, () => new Date())
  try {
    return await change(writer)
  } finally {
    await writer.close()
  }
}
