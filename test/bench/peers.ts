import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { type ServiceProcess, serveProcess } from '../support/process.js'
import { databaseOf } from './load.js'
import { machine, median } from './measure.js'
import { installed, type Peer } from './peer.js'
import { loadPeers } from './peer-data.js'
import { startDirectus } from './peer-directus.js'
import { startSoul } from './peer-soul.js'
import { startRoute } from './route.js'
import { ask, askEach, CONNECTIONS, longAgo, PAGE, timelinePath } from './wrk.js'

/**
 * What a user would pick instead: the same figures in plain normalised tables, asked for the same hundred events of a place and
 * all below it, with their figures, reports and places. A route of his own answers, over SQLite, and over PostgreSQL where
 * POSTGRES_URL names a server (a schema `annals_bench` is made anew there); and so do Directus and soul-cli, which make
 * a REST API of a SQLite file, where PEERS_DIR names the directory that they were installed in. The questions are new each
 * time, the answers of all are made.
 *
 *     npm install --prefix ../peers directus@11.3.5 soul-cli@0.8.2
 *     PEERS_DIR=../peers npm run bench
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
/** Questions that each answers before it is measured; some are much slower at first. */
const WARM = 100
const POSTGRES = process.env.POSTGRES_URL
const PACKAGES = process.env.PEERS_DIR && resolve(process.env.PEERS_DIR)
const PROGRAMS = { directus: startDirectus, 'soul-cli': startSoul }
const leftOut = POSTGRES ? [] : ['PostgreSQL was left out: POSTGRES_URL names no server.']

/** Annals, and routes that are written like it, are asked alike. */
const asAnnals = (place: string): Pick<Peer, 'question' | 'figuresIn'> => ({
  question: since => timelinePath(place, since),
  figuresIn: ({ events }) => events.map((event: { figures: unknown[] }) => event.figures.length),
})

const startPeer = async (name: string, place: string, kind: string, where: string): Promise<Peer> => ({
  name,
  ...(await startRoute('peer-route.js', kind, where)),
  ...asAnnals(place),
})

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

/** A place and all below it. */
function placesBelow(plain: string, place: string): string[] {
  const connection = new Database(plain, { readonly: true })
  const places = connection
    .prepare<[string], string>(
      `WITH RECURSIVE below (id) AS (VALUES (?) UNION ALL SELECT l.id FROM locality l JOIN below b ON l.parent = b.id)
      SELECT id FROM below`,
    )
    .pluck()
    .all(place)
  connection.close()
  return places
}

/** Peers answer with about as much: an answer without the events or their figures would be fast for nothing. */
async function check({ name, url, question, figuresIn }: Peer): Promise<void> {
  const figures = figuresIn(await (await fetch(url + question(longAgo(1, 700)[0]!))).json())
  if (figures.length !== PAGE || figures.includes(0))
    throw new Error(`${name} answers ${figures.length} events, with ${figures} figures`)
}

const db = databaseOf(Number(values.events))
const directory = mkdtempSync(join(tmpdir(), 'annals-peers-'))
const peers: Peer[] = []
let service: ServiceProcess | undefined
try {
  service = await serveProcess(db)
  const plain = join(directory, 'plain.db')
  await loadPeers(service.url, plain, POSTGRES)
  const place = placeWith(db, PAGE)
  peers.push({ name: 'Annals', ...service, ...asAnnals(place) })
  peers.push(await startPeer('a route over plain tables in SQLite', place, 'sqlite', plain))
  if (POSTGRES) peers.push(await startPeer('a route over plain tables in PostgreSQL', place, 'postgres', POSTGRES))
  const places = placesBelow(plain, place)
  for (const [program, start] of Object.entries(PROGRAMS)) {
    const version = PACKAGES && installed(PACKAGES, program)
    if (version) peers.push(await start(`${program} ${version}`, { packages: PACKAGES, plain, directory, places }))
    else leftOut.push(`${program} was left out: PEERS_DIR names no directory that it was installed in.`)
  }
  for (const peer of peers) {
    await check(peer)
    await askEach(peer, longAgo(WARM, 500).map(peer.question))
  }
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]))
  for (let i = 0; i < ROUNDS; i++)
    for (const { name, url, child, question } of peers) {
      const paths = longAgo(20_000, i * 60).map(question)
      const { perSecond } = await ask(child, { url, paths, seconds: SECONDS })
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
${leftOut.map(line => `\n${line}\n`).join('')}`)
} finally {
  for (const { child } of peers) child.kill()
  await service?.stop()
  rmSync(directory, { recursive: true })
}
