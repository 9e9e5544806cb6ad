import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { type ServiceProcess, serveProcess } from '../support/process.js'
import { databaseOf } from './load.js'
import { machine, median } from './measure.js'
import { loadPeers } from './peer-data.js'
import { ask, CONNECTIONS, newQuestions, PAGE } from './wrk.js'

/**
 * What a user would write instead: the same figures in plain normalised tables, and a route of his own that asks for the
 * same hundred events with their figures, reports and sources; in SQLite, and in PostgreSQL where POSTGRES_URL names a
 * server (a schema `annals_bench` is made there, and dropped). The questions are new each time, the answers of all are made.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
})
const ROUNDS = Number(values.rounds)
const SECONDS = Number(values.seconds)
const POSTGRES = process.env.POSTGRES_URL

interface Peer {
  name: string
  url: string
  child: ChildProcess
}

async function startPeer(name: string, kind: string, where: string): Promise<Peer> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('peer-route.js', import.meta.url)), kind, where], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      const [, address] = /listens at (\S+)/.exec(String(chunk)) ?? []
      if (address) resolve(address)
      else process.stderr.write(chunk)
    })
    child.on('exit', () => reject(new Error(`${name} does not start`)))
  })
  return { name, url, child }
}

/** The place whose timeline is asked for. */
function placeWith(db: string, events: number): string {
  const connection = new Database(db, { readonly: true })
  const found = connection
    .prepare<[number], string>(
      'SELECT ancestor FROM timeline GROUP BY ancestor HAVING count(*) >= ? ORDER BY count(*), ancestor LIMIT 1',
    )
    .pluck()
    .get(events)
  connection.close()
  if (found === undefined) throw new Error(`no place has ${events} events`)
  return found
}

/** Peers answer with about as much: an answer without the events would be fast for nothing. */
async function eventsIn(url: string, path: string): Promise<number> {
  const answer = (await (await fetch(url + path)).json()) as { events: unknown[] }
  return answer.events.length
}

const db = databaseOf(Number(values.events))
const directory = mkdtempSync(join(tmpdir(), 'annals-peers-'))
const peers: Peer[] = []
let service: ServiceProcess | undefined
try {
  service = await serveProcess(db)
  const plain = join(directory, 'plain.db')
  await loadPeers(service.url, plain, POSTGRES)
  peers.push({ name: 'Annals', ...service })
  peers.push(await startPeer('a route over plain tables in SQLite', 'sqlite', plain))
  if (POSTGRES) peers.push(await startPeer('a route over plain tables in PostgreSQL', 'postgres', POSTGRES))
  const place = placeWith(db, PAGE)
  for (const { name, url } of peers) {
    const events = await eventsIn(url, newQuestions([place], 1, 500)[0]!)
    if (events !== PAGE) throw new Error(`${name} answers ${events} events`)
  }
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]))
  for (let i = 0; i < ROUNDS; i++)
    for (const { name, url, child } of peers) {
      const { perSecond } = await ask(child, { url, paths: newQuestions([place], 20_000, i * 60), seconds: SECONDS })
      rates.get(name)!.push(perSecond)
    }
  const ours = median(rates.get('Annals')!)
  const lines = [...rates].map(
    ([name, each]) => `| ${name} | ${Math.round(median(each))} | ${(ours / median(each)).toFixed(1)} |`,
  )
  process.stdout.write(`
A new question about ${PAGE} of ${Number(values.events).toLocaleString('en-US')} events, ${CONNECTIONS} connections, N = ${ROUNDS} rounds of ${SECONDS} s, medians; ${machine}

| who answers | answers a second | Annals ÷ it |
|---|---|---|
${lines.join('\n')}
${POSTGRES ? '' : '\nPostgreSQL was left out: POSTGRES_URL names no server.\n'}`)
} finally {
  for (const { child } of peers) child.kill()
  await service?.stop()
  rmSync(directory, { recursive: true })
}
