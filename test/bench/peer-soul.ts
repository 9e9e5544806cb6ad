import { spawn } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { freePort, type Peer, type Setting, untilAnswers } from './peer.js'
import { figuresOf, SQLITE } from './peer-figures.js'
import { PAGE } from './wrk.js'

/**
 * Soul cannot nest many rows in one, join conditions by `or`, or sort by more than one column; a view of the events does
 * what it cannot. The figures of each are JSON in a text, which is twice as fast as a view with a row for each figure.
 */
const VIEW = `CREATE VIEW timeline AS
SELECT e.id, e.title, e.starts, e.ends, coalesce(e.ends, '9999-12-31') AS until, e.locality, l.name AS locality_name,
  l.parent AS locality_parent, ${figuresOf(SQLITE)} AS figures
FROM event e JOIN locality l ON l.id = e.locality`

/** Starts soul-cli over a copy of the plain tables. */
export async function startSoul(name: string, { packages, plain, directory, places }: Setting): Promise<Peer> {
  const file = join(directory, 'soul.db')
  copyFileSync(plain, file)
  const db = new Database(file)
  db.exec(VIEW)
  db.close()
  const port = await freePort()
  const program = join(packages, 'node_modules/soul-cli/src/server.js')
  const child = spawn(process.execPath, [program, '--database', file, '--port', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(child, `${url}/api/health`)
  const rows = `/api/tables/timeline/rows?_limit=${PAGE}&_ordering=starts`
  return {
    name,
    url,
    child,
    question: since => `${rows}&_filters=locality:[${places}],until__gte:${since}`,
    figuresIn: ({ data }) => data.map((event: { figures: string }) => JSON.parse(event.figures).length),
  }
}
