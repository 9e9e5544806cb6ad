import { readFileSync } from 'node:fs'
import { Argument, type Command } from 'commander'
import { OPERATOR, type Outcome } from '../actions/commands.js'
import type { Config } from '../config.js'
import { Refusal } from '../domain/errors.js'
import { parseJson } from '../domain/json.js'
import { NOUNS, type Noun } from '../model/nouns.js'
import { configOf, reading, withSettings, writing } from './context.js'
import { print, warned } from './output.js'

const kind = new Argument('<kind>', 'the kind of record').choices(NOUNS)

const said = (outcome: Outcome) =>
  `${outcome.noun} ${outcome.id}: ${outcome.outcome}, revision ${outcome.rev}\n${warned(outcome)}`

function readDocument(file: string): unknown {
  try {
    return parseJson(readFileSync(file))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('not_found', `${file}: ${(error as Error).message}`)
  }
}

/** The revision that the operator sees, and so means to change; withdrawn or not. */
const standing = (config: Config, noun: Noun, id: string): Promise<number[]> =>
  reading(config, read => {
    const found = read.find(noun, id)
    if (!found) throw new Refusal('not_found', `there is no ${noun} ${id}`)
    return [found.rev]
  })

/** Changes of single records by the operator. */
export function recordCommands(program: Command): void {
  withSettings(program.command('revise'), 'db')
    .description('replace a record’s document, or bring back a withdrawn one; the old one stays readable')
    .addArgument(kind)
    .argument('<id>', 'the record’s id')
    .argument('<file>', 'its new document, JSON; - reads standard input')
    .requiredOption('--reason <text>', 'why; kept for ever')
    .action(async (noun: Noun, id: string, file: string, flags) => {
      const body = readDocument(file === '-' ? '/dev/stdin' : file)
      const config = configOf(flags)
      const expect = await standing(config, noun, id)
      const outcome = await writing(config, writer =>
        writer.apply({ do: 'put', noun, id, body, reason: flags.reason, expect, actor: OPERATOR }),
      )
      print(flags, { ...outcome, record: JSON.parse(outcome.record) }, () => said(outcome))
    })

  withSettings(program.command('retract'), 'db')
    .description('withdraw a record; a tombstone says why')
    .addArgument(kind)
    .argument('<id>', 'the record’s id')
    .requiredOption('--reason <text>', 'why; kept for ever')
    .action(async (noun: Noun, id: string, flags) => {
      const config = configOf(flags)
      const expect = await standing(config, noun, id)
      const outcome = await writing(config, writer =>
        writer.apply({ do: 'retract', noun, id, reason: flags.reason, expect, actor: OPERATOR }),
      )
      print(flags, { ...outcome, record: JSON.parse(outcome.record) }, () => said(outcome))
    })
}
