import type { Command } from 'commander'
import { flatRows } from '../actions/flat-rows.js'
import { leftOutMember } from '../actions/left-out.js'
import { localityNamed } from '../actions/name-locality.js'
import { readTimeline } from '../actions/read-timeline.js'
import { resolveName } from '../actions/resolve-name.js'
import { Refusal } from '../domain/errors.js'
import { notSummed } from '../domain/not-summed.js'
import { readWindowDate } from '../domain/period.js'
import { leftOutText, textTable } from '../formats/text.js'
import { type Term, terms } from '../model/vocabularies.js'
import type { Reader } from '../store/reader.js'
import { NOW, recordOf } from '../store/records.js'
import { configOf, heldAt, reading, usage, withSettings } from './context.js'
import { EXIT, print } from './output.js'

function dayOf(flag: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const day = readWindowDate(given)
  if (day === null) throw usage(flag, 'takes a date such as 2015-05-18')
  return day
}

function windowOf(flags: { from?: string; to?: string }) {
  const from = dayOf('--from', flags.from) ?? null
  const to = dayOf('--to', flags.to) ?? null
  if (from !== null && to !== null && from > to) throw usage('--to', `takes a date not before ${from}`)
  return { from, to }
}

function measuresOf(given: string | undefined): Term<'measure'>[] | undefined {
  if (given === undefined) return undefined
  const measures = given.split(',') as Term<'measure'>[]
  const known = terms('measure')
  if (!measures.every(measure => known.includes(measure))) throw usage('--measure', `takes any of ${known.join(', ')}`)
  return measures
}

const noPlaceCalled = (words: string) => `no place is called ${words}`

/** The locality that words at a keyboard mean: an id, a code, or a name that only one place has. */
function localityMeant(read: Reader, words: string, at: number) {
  if (read.find('locality', words, at) || words.includes(':'))
    return recordOf('locality', localityNamed(read, words, at, 'locality'))
  const { resolved, candidates } = resolveName(read, { name: words, within: null, near: null, at, limit: 10 })
  if (resolved !== null) return recordOf('locality', read.find('locality', resolved, at)!)
  const list = candidates.map(({ id, name, path }) => `${id} (${[name, ...path].join(', ')})`).join('; ')
  if (candidates.length === 0) throw new Refusal('not_found', noPlaceCalled(words))
  throw new Refusal('ambiguous', `${words} may mean: ${list}`, [], { candidates })
}

/** Questions asked at the keyboard. */
export function readingCommands(program: Command): void {
  withSettings(program.command('show'), 'db')
    .description('print a locality’s timeline as a table')
    .argument('<locality>', 'its id, a code such as geonames:98717, or its name')
    .option('--as-of <when>', 'what was held then: a log number or a timestamp')
    .option('--published-by <date>', 'only what had been printed by this date')
    .option('--from <date>', 'periods that end on this date or later')
    .option('--to <date>', 'periods that start on this date or earlier')
    .option('--measure <list>', 'only these measures, separated by commas')
    .action((words: string, flags) => {
      const window = windowOf(flags)
      const published_by = dayOf('--published-by', flags.publishedBy)
      const measure = measuresOf(flags.measure)
      return reading(configOf(flags), read => {
        const at = flags.asOf === undefined ? NOW : heldAt(read, flags.asOf)
        const locality = localityMeant(read, words, at)
        const page = readTimeline(read, {
          area: { locality: locality.id, scope: 'within' },
          ...window,
          figures: { ...(published_by && { published_by }), ...(measure && { measure }) },
          at,
          retracted: false,
          after: null,
          limit: null,
        })
        const { revision, grounds, left_out, localities, sources, reports, ...answer } = page
        print(
          flags,
          {
            locality,
            revision,
            total: null,
            not_summed: notSummed(grounds),
            ...leftOutMember(left_out),
            ...answer,
            localities: Object.fromEntries(localities),
            sources: Object.fromEntries(sources),
            reports: Object.fromEntries(reports),
          },
          () =>
            textTable(flatRows(read, at)(page), {
              name: source => sources.get(source)?.name ?? null,
              ...(process.stdout.columns ? { width: process.stdout.columns } : {}),
            }) + leftOutText(left_out),
        )
      })
    })

  withSettings(program.command('resolve'), 'db')
    .description('which localities a name may mean')
    .argument('<name>', 'in any spelling and script')
    .action((name: string, flags) => {
      if (name.trim() === '') throw usage('<name>', 'must not be empty')
      return reading(configOf(flags), read => {
        const answer = resolveName(read, { name, within: null, near: null, at: NOW, limit: 10 })
        print(flags, { name, ...answer }, () =>
          answer.candidates
            .map(
              ({ id, score, level, name: called, path }) =>
                `${score.toFixed(2)}\t${id}\t${level}\t${[called, ...path].join(', ')}\n`,
            )
            .join(''),
        )
        if (answer.candidates.length > 0) return
        if (!flags.json) process.stderr.write(`annals: ${noPlaceCalled(name)}\n`)
        process.exitCode = EXIT.refused
      })
    })
}
