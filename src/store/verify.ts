import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Refusal } from '../domain/errors.js'
import { migrate, openCopy } from './open.js'
import { differences } from './rebuild.js'
import { snapshot } from './snapshot.js'
import { type Against, type Check, type Problem, type Report, unreadable, type Verification } from './verification.js'
import { checkAgainst, checkpointsIn } from './verify-checkpoint.js'
import { checkLog, checkVersions } from './verify-log.js'
import { checkSchema } from './verify-schema.js'

const MOST = 100

/**
 * Verifies a database on a copy of it (in the system's temporary directory, removed afterwards); the original is not
 * written and may be in use. Throws only where the verification itself could not be done, as on a full disk, or where
 * what to verify against is no checkpoint.
 */
export async function verify(file: string, against: Against = {}): Promise<Verification> {
  checkpointsIn(against)
  const directory = mkdtempSync(join(tmpdir(), 'annals-verify-'))
  try {
    const copy = join(directory, 'copy.db')
    await snapshot(file, copy)
    return examine(copy, against)
  } catch (error) {
    if (!isDamage(error)) throw error
    const detail = error instanceof Refusal ? error.detail : (error as Error).message
    return unreadable('file', detail.replaceAll(directory, '…'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Whether an error is the database's, and not that of the disk or machine it is examined with. */
export function isDamage(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === 'not_our_database'
  if (!(error instanceof Database.SqliteError)) return false
  return !/^SQLITE_(FULL|NOMEM|BUSY|LOCKED|PERM|IOERR(?!_SHORT_READ|_CORRUPTFS))/.test(error.code)
}

/** Verifies a database where it lies. For a copy of one's own: an older schema is brought up to date in it. */
export function examine(file: string, against: Against = {}): Verification {
  const db = openCopy(file)
  const problems: Problem[] = []
  let head: Verification['head'] = null

  function run(check: Check, work: (report: Report) => void): void {
    const report: Report = (seq, detail, named = check) => {
      if (problems.filter(problem => problem.check === named).length < MOST)
        problems.push({ check: named, seq, detail })
    }
    try {
      work(report)
    } catch (error) {
      if (error instanceof Database.SqliteError && !isDamage(error)) throw error
      report(null, `it cannot be checked: ${error instanceof Refusal ? error.detail : (error as Error).message}`)
    }
  }

  try {
    run('integrity', report => checkIntegrity(db, report))
    run('schema', report => checkSchema(db, report))
    if (problems.length === 0) migrate(db)
    run('references', report => checkReferences(db, report))
    run('log', report => {
      head = checkLog(db, report)
    })
    run('versions', report => checkVersions(db, report))
    run('index', report => checkIndex(db, file, report))
    if (against.checkpoint !== undefined) run('checkpoint', report => checkAgainst(db, against, head, report))
  } finally {
    db.close()
  }
  return { outcome: outcomeOf(problems, head), head, first_bad_seq: firstOf(problems), problems }
}

/** Checks whose findings follow from a log that was changed; where it starts is for the others to say. */
const FOLLOWING: readonly Check[] = ['index', 'checkpoint']

function firstOf(problems: readonly Problem[]): number | null {
  const inLog = problems.filter(({ check }) => !FOLLOWING.includes(check))
  const positions = [inLog, problems].map(list => list.flatMap(({ seq }) => (seq === null ? [] : [seq])))
  const first = positions.find(list => list.length > 0)
  return first ? Math.min(...first) : null
}

function outcomeOf(problems: readonly Problem[], head: Verification['head']): Verification['outcome'] {
  if (problems.length === 0) return 'clean'
  const short = problems.every(({ check, seq }) => check === 'checkpoint' && head && seq !== null && seq > head.seq)
  return short ? 'shorter' : 'tampered'
}

function checkIntegrity(db: Database.Database, report: Report): void {
  const found = db.prepare<[], string>(`PRAGMA integrity_check(${MOST})`).pluck().all()
  for (const line of found) if (line !== 'ok') report(null, line)
}

function checkReferences(db: Database.Database, report: Report): void {
  const broken = db.prepare<[], { table: string; rowid: number | null; parent: string }>('PRAGMA foreign_key_check')
  for (const { table, rowid, parent } of broken.iterate())
    report(null, `${table}${rowid === null ? '' : ` ${rowid}`} refers to a row that ${parent} does not have`)
}

function checkIndex(db: Database.Database, file: string, report: Report): void {
  for (const { table, missing, extra, seq } of differences(file))
    report(seq, `${table} is not what the log yields: ${missing} rows missing, ${extra} too many`)
  // beside the tokens that `differences` compared, the search index's own structure (sqlite.org/fts5.html, 6.5)
  db.exec(`INSERT INTO locality_name_search (locality_name_search, rank) VALUES ('integrity-check', 1)`)
}
