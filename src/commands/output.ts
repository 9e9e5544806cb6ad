import { type Fault, Refusal } from '../domain/errors.js'
import type { Referrer } from '../store/records.js'
import { storageRefusal } from '../store/storage-refusal.js'

/** Prints an answer: its JSON when that was asked for, else lines for people. */
export function print(flags: { json?: boolean }, answer: unknown, lines: () => string): void {
  process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : lines())
}

/** What is worth a word about records that were written, for people. */
export const warned = ({ warnings }: { warnings: readonly { detail: string }[] }) =>
  warnings.map(({ detail }) => `warning: ${detail}\n`).join('')

/** Exit statuses, as sysexits(3) has them from 64 up. */
export const EXIT = { refused: 1, usage: 2, shorter: 2, notOurs: 65, storage: 70, inUse: 75 } as const

/**
 * What names a flag, an argument or a variable is about how the command was given, and not about what it was asked to
 * do.
 */
const isUsage = ({ faults }: Refusal) => faults.some(({ parameter = '' }) => /^(--|<|ANNALS_)/.test(parameter))

function statusOf(refusal: Refusal): number {
  if (isUsage(refusal)) return EXIT.usage
  const { code } = refusal
  if (code === 'not_our_database') return EXIT.notOurs
  if (code === 'in_use_by_another') return EXIT.inUse
  return code === 'storage_failure' || code === 'storage_full' ? EXIT.storage : EXIT.refused
}

/** Says on stderr what went wrong and with which status the process ends. */
export function fail(thrown: unknown, { json }: { json: boolean }): never {
  const error = storageRefusal(thrown)
  if (!(error instanceof Refusal)) throw error
  const { code, detail, faults, extra } = error
  process.stderr.write(
    json
      ? `${JSON.stringify({ code, detail, errors: faults, ...extra })}\n`
      : [`annals: ${detail}`, ...faults.map(lineOf), ...referrersIn(error)].join('\n  ').concat('\n'),
  )
  process.exit(statusOf(error))
}

const lineOf = ({ pointer, parameter, detail }: Fault) => `${pointer || parameter || 'as a whole'}: ${detail}`

/** The records that stand in the way of a retraction, which text has nowhere else. */
const referrersIn = ({ extra }: Refusal) =>
  ((extra.referrers ?? []) as readonly Referrer[]).map(({ noun, id }) => `${noun} ${id}`)
