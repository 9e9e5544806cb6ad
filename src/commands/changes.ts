import type { Command } from 'commander'
import { changeJson } from '../actions/read-history.js'
import { watchLog } from '../actions/watch-log.js'
import { Refusal } from '../domain/errors.js'
import { openReading } from '../store/open.js'
import { openReader, type Reader } from '../store/reader.js'
import { configOf, usage, withSettings } from './context.js'
import { changesAt, followAt } from './remote-changes.js'

/** What the command shows of a change. */
interface Change {
  seq: number
  noun: string
  id: string
  rev: number
  op: string
  into: string | null
  reason: string | null
  recorded_at: string
  recorded_by: string
}

const AT_ONCE = 500

/** The log as it grows, at the keyboard. */
export function changesCommand(program: Command): void {
  withSettings(program.command('changes'), 'db', 'url')
    .description('every creation, revision, merge and retraction, in order; with --json one object a line')
    .option('--since <position>', 'begin after this log position', '0')
    .option('--follow', 'go on with what is recorded from now on, until stopped')
    .action(async flags => {
      const config = configOf(flags)
      const since = positionOf(flags.since)
      const print = printer(flags.json)
      if (config.url) {
        const pages = flags.follow ? followAt(config.url, since) : changesAt(config.url, since)
        for await (const json of pages) print(json)
        return
      }
      const read = openReader(openReading(config.db))
      try {
        for await (const json of changesIn(read, since, flags.follow)) print(json)
      } finally {
        read.close()
      }
    })
}

function positionOf(given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw usage('--since', 'takes a log position')
}

/** The changes after a position, as JSON; those to come too, if asked for. */
async function* changesIn(read: Reader, since: number, follow: boolean): AsyncGenerator<string> {
  const head = read.head().seq
  if (since > head) throw new Refusal('out_of_range', `the log ends at ${head}`)
  let position = since
  do {
    for (let rows = read.changes(position, AT_ONCE, null); rows.length > 0; ) {
      position = rows.at(-1)!.seq
      for (const row of rows) yield changeJson(row)
      rows = read.changes(position, AT_ONCE, null)
    }
    if (follow) await growth(read, position)
  } while (follow)
}

function growth(read: Reader, position: number): Promise<void> {
  return new Promise(resolve => {
    const end = watchLog(read).subscribe(done)
    function done(): void {
      end()
      resolve()
    }
    // what came between the last look and this one is not told again
    if (read.head().seq > position) done()
  })
}

function printer(json: boolean | undefined): (change: string) => void {
  return change => process.stdout.write(json ? `${change}\n` : lineOf(JSON.parse(change)))
}

function lineOf({ seq, recorded_at, recorded_by, op, noun, id, rev, into, reason }: Change): string {
  const what = `${op} ${noun} ${id}${into === null ? '' : ` into ${into}`}, revision ${rev}`
  return `${seq}\t${recorded_at}\t${recorded_by}\t${what}${reason === null ? '' : `: ${reason}`}\n`
}
