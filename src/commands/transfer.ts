import { randomUUID } from 'node:crypto'
import { createWriteStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { exporters } from '../actions/exports.js'
import type { ImportAnswer, ImportRequest } from '../actions/imports/request.js'
import { FORMATS } from '../actions/imports/rows.js'
import { Refusal } from '../domain/errors.js'
import { configOf, OPERATOR, reading, withSettings, writing } from './context.js'
import { print } from './output.js'
import { progressLine } from './progress.js'
import { exportFrom, importInto } from './remote.js'

const SHOWN_PROBLEMS = 20

function said(answer: ImportAnswer): string {
  const { state, format, rows, created, revised, unchanged, refused, localities, problems, dry_run } = answer
  const counts = (what: Record<string, number>) =>
    Object.entries(what)
      .map(([why, count]) => `${why} ${count}`)
      .join(', ')
  return [
    `${format}: ${rows} rows, created ${created}, revised ${revised}, unchanged ${unchanged}, refused ${refused}`,
    ...(Object.keys(localities.matched).length > 0 ? [`places matched: ${counts(localities.matched)}`] : []),
    ...(Object.keys(localities.created).length > 0 ? [`places created: ${counts(localities.created)}`] : []),
    ...problems
      .slice(0, SHOWN_PROBLEMS)
      .map(({ line, pointer, code, detail }) => `line ${line}: ${pointer ? `${pointer}: ` : ''}${detail} (${code})`),
    ...(problems.length > SHOWN_PROBLEMS ? ['… --json lists more'] : []),
    ...(state === 'refused' ? ['nothing was stored; --mode partial stores the good rows'] : []),
    ...(dry_run ? ['dry run: nothing was stored'] : []),
    '',
  ].join('\n')
}

function checkFile(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new Refusal('not_found', `${file}: there is no such file`)
}

/** Files into the store, and the store into files; here or on a service elsewhere. */
export function transferCommands(program: Command): void {
  withSettings(program.command('import'), 'db', 'url', 'key')
    .description('load the rows of a file; again, nothing changes')
    .argument('<file>', 'NDJSON, CSV, TSV or JSON')
    .addOption(new Option('--format <format>', 'what the rows are; else told from the header').choices(FORMATS))
    .addOption(
      new Option('--mode <mode>', 'all rows or none, or every good row')
        .choices(['atomic', 'partial'])
        .default('atomic'),
    )
    .addOption(
      new Option('--localities <policy>', 'places that nothing matches')
        .choices(['create', 'match-only'])
        .default('create'),
    )
    .option('--dry-run', 'say what would happen and store nothing')
    .option('--reason <text>', 'why, for rows that change records that exist')
    .action(async (file: string, flags) => {
      checkFile(file)
      const config = configOf(flags)
      const request: ImportRequest = {
        id: randomUUID(),
        file,
        name: basename(file),
        format: flags.format ?? null,
        mode: flags.mode,
        dry_run: flags.dryRun ?? false,
        localities: flags.localities,
        reason: flags.reason ?? null,
        actor: OPERATOR,
        idempotency: null,
      }
      const progress = progressLine()
      const answer = config.url
        ? await importInto(config.url, config.key, request)
        : await writing(config, writer => writer.load(request, ({ rows, progress: done }) => progress.show(rows, done)))
      progress.end()
      print(flags, answer, () => said(answer))
      process.exitCode = answer.refused > 0 ? 1 : 0
    })

  withSettings(program.command('export'), 'db', 'url', 'publicUrl')
    .description('write everything of one kind')
    .argument('<name>', `one of ${Object.keys(exporters).join(', ')}`)
    .argument('[file]', 'where to; standard output if left out')
    .option('--as-of <seq>', 'what was held at this log number')
    .option('--hxl', 'in CSV, a row of HXL hashtags')
    .option('--excel', 'in CSV, for spreadsheets: a byte order mark, and text that they would run escaped')
    .action(async (name: string, file: string | undefined, flags) => {
      const config = configOf(flags)
      const make = exporters[name]
      if (!make)
        throw new Refusal('not_found', `there is no export ${name}; there are ${Object.keys(exporters).join(', ')}`)
      const to = file === undefined ? process.stdout : createWriteStream(file)
      const options = { hxl: flags.hxl ?? false, excel: flags.excel ?? false }
      const asOf = flags.asOf === undefined ? null : Number(flags.asOf)
      if (config.url) await pipeline(await exportFrom(config.url, name, { ...options, asOf }), to)
      else
        await reading(config, read =>
          pipeline(make(read, asOf ?? read.head().seq, { ...options, home: config.publicUrl }), to),
        )
    })
}
