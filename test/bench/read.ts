import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { type ServiceProcess, serveProcess } from '../support/process.js'
import { LOCALITIES } from './data.js'
import { databaseOf } from './load.js'
import { machine, median } from './measure.js'
import { startRoute } from './route.js'
import { ask, askEach, CONNECTIONS, type Load, newQuestions, PAGE } from './wrk.js'

/**
 * How fast timelines are answered, beside a plain route that returns the same bytes from memory (the ceiling): the same
 * address again, a 304, and questions that were never asked before. Ratios of processor time for each answer, which
 * other work on the machine disturbs least, and of answers a second; medians over rounds, each beside its own ceiling.
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
})
const EVENTS = Number(values.events)
const SECONDS = Number(values.seconds)
const ROUNDS = Number(values.rounds)
const RAMP = 2

async function startCeiling(body: Buffer) {
  const file = join(tmpdir(), `annals-ceiling-${process.pid}`)
  writeFileSync(file, body)
  const ceiling = await startRoute('ceiling.js', file)
  rmSync(file)
  return ceiling
}

interface Asked extends Pick<Load, 'paths' | 'header'> {
  /** What is asked while the load comes up, if not the same. */
  before?: readonly string[]
}

/** Without the first seconds, in which one connection after the other opens and machine code is made. */
async function askSteadily({ child, url }: Pick<ServiceProcess, 'child' | 'url'>, { before, ...asked }: Asked) {
  await ask(child, { ...asked, url, paths: before ?? asked.paths, seconds: RAMP })
  return ask(child, { ...asked, url, seconds: SECONDS })
}

/** Localities whose timeline has so many events, those with the fewest first. */
function localitiesWith(db: string, least: number, most: number): string[] {
  const connection = new Database(db, { readonly: true })
  const rows = connection
    .prepare<[number, number], { ancestor: string }>(
      'SELECT ancestor FROM timeline GROUP BY ancestor HAVING count(*) BETWEEN ? AND ? ORDER BY count(*), ancestor',
    )
    .all(least, most)
  connection.close()
  return rows.map(({ ancestor }) => ancestor)
}

interface Round {
  again: number[]
  unchanged: number[]
  warm: number[]
  cold: number[]
  /** Microseconds of processor time. */
  coldCost: number[]
}

async function round(salt: number): Promise<Round> {
  const [place = ''] = localities
  const service = await serveProcess(db)
  const path = `/v1/localities/${place}/timeline?limit=${PAGE}`
  const answer = await fetch(service.url + path, { headers: { 'accept-encoding': 'identity' } })
  const body = Buffer.from(await answer.arrayBuffer())
  const tag = answer.headers.get('etag')!
  const ceiling = await startCeiling(body)
  const top = () => askSteadily(ceiling, { paths: ['/'] })
  const beside = async (asked: Asked) => {
    const most = await top()
    const ours = await askSteadily(service, asked)
    return [most.cpu / ours.cpu, ours.perSecond / most.perSecond]
  }
  try {
    const again = await beside({ paths: [path] })
    const unchanged = await beside({ paths: [path], header: `If-None-Match: ${tag}` })
    const warm = await beside({
      paths: newQuestions([place], 20_000, salt),
      before: newQuestions([place], 20_000, salt + 100),
    })
    await service.stop()
    const started = await serveProcess(db)
    const most = await top()
    // machine code is made at other places, which have fewer events, than at those that are measured
    await askEach(started, newQuestions(smaller, smaller.length, salt))
    const cold = await askEach(started, newQuestions(localities, localities.length, salt))
    await started.stop()
    return { again, unchanged, warm, cold: [most.cpu / cold], coldCost: [cold] }
  } finally {
    ceiling.child.kill()
  }
}

const db = databaseOf(EVENTS)
const localities = localitiesWith(db, PAGE, Infinity).slice(0, 2000)
const smaller = localitiesWith(db, PAGE / 5, PAGE - 1).slice(-1000)
const rounds: Round[] = []
for (let i = 0; i < ROUNDS; i++) rounds.push(await round(i))
const of = (measure: keyof Round, i: number) => median(rounds.map(each => each[measure][i]!))
const row = (name: string, goal: string, measure: keyof Round) =>
  `| ${name} | ≥ ${goal} | ${of(measure, 0).toFixed(2)} | ${of(measure, 1).toFixed(2)} |`
process.stdout.write(`
${EVENTS.toLocaleString('en-US')} events over ${LOCALITIES.toLocaleString('en-US')} localities, ${CONNECTIONS} connections, N = ${ROUNDS} rounds of ${SECONDS} s, medians; ${machine}

| measure ÷ ceiling | goal | by processor time | by answers a second |
|---|---|---|---|
${row('the same URL again', '0.9', 'again')}
${row('304', '2', 'unchanged')}
${row('a new question, events warm in memory', '0.25', 'warm')}
| a new question, process just started | ≥ 0.08 | ${of('cold', 0).toFixed(2)} | |

A cold page: ${Math.round(of('coldCost', 0))} µs of processor time, over ${localities.length} places.
`)
