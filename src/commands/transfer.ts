import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Argument, type Command, Option } from 'commander'
import { OPERATOR } from '../actions/commands.js'
import { exporters, meaningless } from '../actions/exports.js'
import type { ImportAnswer, ImportRequest } from '../actions/imports/request.js'
import { FORMATS } from '../actions/imports/rows.js'
import { addressOf } from '../config.js'
import { type Code, Refusal } from '../domain/errors.js'
import { configOf, heldAt, reading, usage, withSettings, writing } from './context.js'
import { EXIT, print } from './output.js'
import { progressLine } from './progress.js'
import { exportFrom, importInto } from './remote.js'

const SHOWN_PROBLEMS = 20
/** Of each code. */
const SHOWN_WARNINGS = 5

const counted = ({ format, rows, created, revised, unchanged, refused, skipped }: ImportAnswer): string =>
  `${format}: ${rows} rows, created ${created}, revised ${revised}, unchanged ${unchanged}, refused ${refused}${skipped > 0 ? `, skipped ${skipped}` : ''}`

const storedSome = ({ created, revised }: ImportAnswer): boolean => created + revised > 0

/** What a load that was refused, or did not come to its end, has left. */
function left(answer: ImportAnswer): string {
  if (storedSome(answer)) return 'the load broke off; what it had created and revised by then is stored'
  return answer.mode === 'atomic' ? 'nothing was stored; --mode partial stores the good rows' : 'nothing was stored'
}

/**
 * The answer of a load that was refused or broke off. A failure of storage has a status of its own, and is thrown; of
 * what was stored before it a word is said.
 */
function refusedAnswer(error: unknown, { json = false }: { json?: boolean }): ImportAnswer {
  const answer = error instanceof Refusal ? (error.extra.import as ImportAnswer | undefined) : undefined
  if (!answer) throw error
  if (!(error as Refusal).code.startsWith('storage_')) return answer
  if (storedSome(answer) && !json) process.stderr.write(`${counted(answer)}\n${left(answer)}\n`)
  throw error
}

function said(answer: ImportAnswer): string {
  const { state, localities, problems, warned, warnings, dry_run } = answer
  const counts = (what: Record<string, number>) =>
    Object.entries(what)
      .map(([why, count]) => `${why} ${count}`)
      .join(', ')
  return [
    counted(answer),
    ...(Object.keys(localities.matched).length > 0 ? [`places matched: ${counts(localities.matched)}`] : []),
    ...(Object.keys(localities.created).length > 0 ? [`places created: ${counts(localities.created)}`] : []),
    ...problems
      .slice(0, SHOWN_PROBLEMS)
      .map(
        ({ line, pointer, code, detail }) =>
          `${line === null ? '' : `line ${line}: `}${pointer ? `${pointer}: ` : ''}${detail} (${code})`,
      ),
    ...(problems.length > SHOWN_PROBLEMS ? ['… --json lists more'] : []),
    ...Object.entries(warned).flatMap(([code, count]) => [
      `warnings: ${code} ${count}${count > SHOWN_WARNINGS ? '; --json lists more' : ''}`,
      ...warnings
        .filter(warning => warning.code === code)
        .slice(0, SHOWN_WARNINGS)
        .map(({ line, noun, id, detail }) => `line ${line}: ${noun} ${id}: ${detail}`),
    ]),
    ...(state === 'refused' ? [left(answer)] : []),
    ...(dry_run ? ['dry run: nothing was stored'] : []),
    '',
  ].join('\n')
}

function checkFile(file: string): void {
  if (!existsSync(file)) throw new Refusal('not_found', `${file}: there is no such file`)
  const found = statSync(file)
  if (!found.isFile()) throw new Refusal('invalid', `${file}: it is ${found.isDirectory() ? 'a directory' : 'no file'}`)
  if (found.size === 0) throw new Refusal('malformed', `${file}: the file is empty`)
}

/** Why a load was given up before its first row; undefined if it was not. */
const unread = ({ rows, problems: [first] }: ImportAnswer) => (rows === 0 && first?.line === null ? first : undefined)

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
    .option('--edition <text>', 'the edition of the dataset, such as 25.1, where neither rows nor file name say it')
    .option('--source <name>', 'who publishes the figures, where the rows do not say it')
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
        edition: flags.edition ?? null,
        source: flags.source ?? null,
        actor: OPERATOR,
        idempotency: null,
      }
      const progress = progressLine()
      const show = (answer: ImportAnswer) => progress.show(answer.rows, answer.progress)
      const answer = await (config.url
        ? importInto(config.url, config.key, request, show)
        : writing(config, writer => {
            writer.onProgress(show)
            return writer.load(request)
          })
      )
        .catch(error => refusedAnswer(error, flags))
        .finally(progress.end)
      const reason = unread(answer)
      if (reason && !flags.json) throw new Refusal(reason.code as Code, reason.detail)
      print(flags, answer, () => said(answer))
      process.exitCode = answer.state === 'refused' || answer.refused > 0 ? EXIT.refused : 0
    })

  withSettings(program.command('export'), 'db', 'url', 'publicUrl')
    .description('write everything of one kind, as of one position of the log')
    .addArgument(new Argument('<name>', 'what to write').choices(Object.keys(exporters)))
    .argument('[file]', 'where to; standard output if left out')
    .option('--as-of <when>', 'what was held then: a log number or a timestamp')
    .option('--hxl', 'in figures.csv, a row of HXL hashtags')
    .option('--excel', 'in CSV, for spreadsheets: a byte order mark, and text that they would run escaped')
    .action(async (name: string, file: string | undefined, flags) => {
      const config = configOf(flags)
      const options = { hxl: flags.hxl ?? false, excel: flags.excel ?? false }
      const idle = meaningless(name, options)
      if (idle) throw usage(`--${idle.option}`, idle.says)
      if (config.url) return deliver(await exportFrom(config.url, name, { ...options, asOf: flags.asOf }), file, flags)
      await reading(config, read => {
        const at = flags.asOf === undefined ? read.head().seq : heldAt(read, flags.asOf)
        return deliver(
          exporters[name]!(read, at, { ...options, home: config.publicUrl ?? addressOf(config) }),
          file,
          flags,
        )
      })
    })
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not write there',
  EROFS: 'nothing can be written there',
}

function openToWrite(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw code in WHY ? unwritable(file, code) : error
  }
}

const unwritable = (file: string, code: string) => new Refusal('invalid', `${file} cannot be written: ${WHY[code]}`)

/** Writes an export to a file, which is there whole or as it was before; or to standard output. */
async function deliver(text: Readable, file: string | undefined, flags: { json?: boolean }): Promise<void> {
  if (file === undefined) return pipeline(text, process.stdout)
  if (existsSync(file) && statSync(file).isDirectory()) throw unwritable(file, 'EISDIR')
  const part = `${file}.part`
  const fd = openToWrite(part)
  try {
    await pipeline(text, createWriteStream(part, { fd }))
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  const bytes = statSync(file).size
  print(flags, { file, bytes }, () => `${file}: ${bytes} bytes\n`)
}
