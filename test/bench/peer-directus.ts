import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { freePort, type Peer, type Setting, untilAnswers } from './peer.js'
import { PAGE } from './wrk.js'

const TOKEN = 'bench'
const COLLECTIONS = ['event', 'figure', 'locality', 'report']
const RELATIONS = [
  { collection: 'event', field: 'locality', related_collection: 'locality', meta: {} },
  { collection: 'figure', field: 'event', related_collection: 'event', meta: { one_field: 'figures' } },
  { collection: 'figure', field: 'report', related_collection: 'report', meta: {} },
]

/**
 * Starts Directus over a copy of the plain tables that everybody may read. Its own `run.js` is started, since its command
 * asks the package registry for newer versions first; no request is logged, and none is refused for being one of many.
 */
export async function startDirectus(name: string, { packages, plain, directory, places }: Setting): Promise<Peer> {
  const file = join(directory, 'directus.db')
  copyFileSync(plain, file)
  addUntil(file)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const start = (command: string) =>
    spawn(process.execPath, [join(packages, 'node_modules/@directus/api/dist/cli/run.js'), command], {
      cwd: directory,
      stdio: ['ignore', 2, 2],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DB_CLIENT: 'sqlite3',
        DB_FILENAME: file,
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_URL: url,
        SECRET: TOKEN,
        ADMIN_TOKEN: TOKEN,
        LOG_LEVEL: 'error',
        TELEMETRY: 'false',
        PRESSURE_LIMITER_ENABLED: 'false',
      },
    })
  await once(start('bootstrap'), 'exit')
  const child = start('start')
  await untilAnswers(child, `${url}/server/ping`)
  await register(url, child)
  const items = `/items/event?fields=*,locality.*,figures.*,figures.report.*&sort=starts,ends,id&limit=${PAGE}`
  return {
    name,
    url,
    child,
    question: since => `${items}&filter[locality][_in]=${places}&filter[until][_gte]=${since}`,
    figuresIn: ({ data }) => data.map((event: { figures: unknown[] }) => event.figures.length),
  }
}

/** The last day of an event in a column of the only type in which Directus compares days; it keeps milliseconds there. */
function addUntil(file: string): void {
  const db = new Database(file)
  db.exec(
    `ALTER TABLE event ADD COLUMN until DATE; UPDATE event SET until = 1000 * strftime('%s', coalesce(ends, '9999-12-31'))`,
  )
  db.close()
}

/** Tells Directus how the tables hang together, and lets everybody read them. */
async function register(url: string, child: ChildProcess): Promise<void> {
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: body ? JSON.stringify(body) : null,
    })
    if (answer.ok) return (await answer.json()) as { data: { policy: string }[] }
    child.kill()
    throw new Error(`${path}: ${await answer.text()}`)
  }
  await ask('/fields/event', { field: 'figures', type: 'alias', meta: { special: ['o2m'] } })
  for (const relation of RELATIONS) await ask('/relations', relation)
  const { data } = await ask('/access?filter[role][_null]=true&filter[user][_null]=true')
  const read = { policy: data[0]!.policy, action: 'read', fields: ['*'], permissions: {} }
  await ask(
    '/permissions',
    COLLECTIONS.map(collection => ({ ...read, collection })),
  )
}
