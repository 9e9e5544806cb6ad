import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { serveProcess } from '../support/process.js'
import { LOCALITIES } from './data.js'
import { databaseOf } from './load.js'
import { cpuOf, machine, median } from './measure.js'

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
const CONNECTIONS = 50
/** Events of the timeline that is asked for. */
const PAGE = 100
interface Load {
  url: string
  /** The paths to ask for, in turn. */
  paths: readonly string[]
  header?: string
  seconds?: number
  connections?: number
}

interface Measured {
  perSecond: number
  /** Microseconds of processor time for each answer. */
  cpu: number
}

const PATHS = fileURLToPath(new URL('../../../test/bench/paths.lua', import.meta.url))

/** Asks with wrk, which takes little of the processor that the service needs. */
async function measure(server: ChildProcess, load: Load): Promise<Measured> {
  const { url, paths, header, seconds = SECONDS, connections = CONNECTIONS } = load
  const file = join(tmpdir(), `annals-paths-${process.pid}`)
  writeFileSync(file, `${paths.join('\n')}\n`)
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', PATHS, ...(header ? ['-H', header] : []), url]
  const before = cpuOf(server.pid!)
  const wrk = spawn('wrk', words, { env: { ...process.env, PATHS: file }, stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await text(wrk.stdout)
  const cpu = cpuOf(server.pid!) - before
  rmSync(file)
  const [, answers] = /(\d+) requests in/.exec(said) ?? []
  const [, perSecond] = /Requests\/sec: +([\d.]+)/.exec(said) ?? []
  if (!answers || !perSecond || /Non-2xx|Socket errors/.test(said)) throw new Error(`${paths[0]}: ${said}`)
  return { perSecond: Number(perSecond), cpu: (cpu * 1e6) / Number(answers) }
}

async function startCeiling(body: Buffer) {
  const file = join(tmpdir(), `annals-ceiling-${process.pid}`)
  writeFileSync(file, body)
  const child = spawn(process.execPath, [fileURLToPath(new URL('ceiling.js', import.meta.url)), file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = await new Promise<string>(resolve => {
    child.stderr.on('data', chunk => {
      const [, address] = /listens at (\S+)/.exec(String(chunk)) ?? []
      if (address) resolve(address)
    })
  })
  rmSync(file)
  return { child, url }
}

/** Localities whose timeline has about as many events as asked for, the closest first. */
function localitiesWith(db: string, events: number): string[] {
  const connection = new Database(db, { readonly: true })
  const rows = connection
    .prepare<[number], { ancestor: string }>(
      'SELECT ancestor FROM timeline GROUP BY ancestor HAVING count(*) >= ? ORDER BY count(*), ancestor',
    )
    .all(events)
  connection.close()
  return rows.map(({ ancestor }) => ancestor)
}

/** Questions that differ in a window that leaves nothing out, so that none is answered from memory as a whole. */
const newQuestions = (localities: readonly string[], count: number, salt: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const since = new Date(Date.UTC(1000 + salt, 0, 1) + i * 86_400_000).toISOString().slice(0, 10)
    return `/v1/localities/${localities[i % localities.length]}/timeline?limit=${PAGE}&from=${since}`
  })

interface Round {
  again: number[]
  unchanged: number[]
  warm: number[]
  cold: number[]
}

async function round(db: string, localities: readonly string[], salt: number): Promise<Round> {
  const [place = ''] = localities
  const service = await serveProcess(db)
  const path = `/v1/localities/${place}/timeline?limit=${PAGE}`
  const answer = await fetch(service.url + path)
  const body = Buffer.from(await answer.arrayBuffer())
  const tag = answer.headers.get('etag')!
  const ceiling = await startCeiling(body)
  const beside = async (load: Omit<Load, 'url'>) => {
    const top = await measure(ceiling.child, { url: ceiling.url, paths: ['/'] })
    const ours = await measure(service.child, { url: service.url, ...load })
    return [top.cpu / ours.cpu, ours.perSecond / top.perSecond]
  }
  try {
    const again = await beside({ paths: [path] })
    const unchanged = await beside({ paths: [path], header: `If-None-Match: ${tag}` })
    const warm = await beside({ paths: newQuestions([place], 20_000, salt) })
    await service.stop()
    const started = await serveProcess(db)
    const top = await measure(ceiling.child, { url: ceiling.url, paths: ['/'] })
    const first = newQuestions(localities, 2_000, salt)
    const cold = await measure(started.child, { url: started.url, paths: first, seconds: 1, connections: 10 })
    await started.stop()
    return { again, unchanged, warm, cold: [top.cpu / cold.cpu, cold.perSecond / top.perSecond] }
  } finally {
    ceiling.child.kill()
  }
}

const db = databaseOf(EVENTS)
const localities = localitiesWith(db, EVENTS >= 100_000 ? PAGE : PAGE / 4)
const rounds: Round[] = []
for (let i = 0; i < ROUNDS; i++) rounds.push(await round(db, localities, i))
const row = (name: string, goal: string, of: keyof Round) =>
  `| ${name} | ≥ ${goal} | ${median(rounds.map(each => each[of][0]!)).toFixed(2)} | ${median(rounds.map(each => each[of][1]!)).toFixed(2)} |`
process.stdout.write(`
${EVENTS.toLocaleString('en-US')} events over ${LOCALITIES.toLocaleString('en-US')} localities, ${CONNECTIONS} connections, N = ${ROUNDS} rounds of ${SECONDS} s, medians; ${machine}

| measure ÷ ceiling | goal | by processor time | by answers a second |
|---|---|---|---|
${row('the same URL again', '0.9', 'again')}
${row('304', '2', 'unchanged')}
${row('a new question, events warm in memory', '0.25', 'warm')}
${row('a new question, process just started', '0.08', 'cold')}
`)
