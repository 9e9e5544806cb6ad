import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FLAT_COLUMNS } from '../../src/model/flat-row.js'
import { type ServiceProcess, serveProcess } from '../support/process.js'
import { databaseOf } from './load.js'
import { cpuOf, machine, median, peakOf, whole } from './measure.js'

/**
 * How fast all figures leave over HTTP, beside the sqlite3 command line writing the same rows out of plain tables, and how
 * much memory that takes.
 */
const { values } = parseArgs({
  options: { events: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
})
const ROUNDS = Number(values.rounds)
const here = (name: string) => fileURLToPath(new URL(`../../../test/bench/${name}`, import.meta.url))
const SELECT = readFileSync(here('plain-rows.sql'), 'utf8')
const MEMBERS = Object.keys(FLAT_COLUMNS).map(column => `'${column}', ${column}`)
const FORMATS = {
  csv: `.mode csv\n${SELECT};`,
  ndjson: `SELECT json_object(${MEMBERS.join(', ')}) FROM (${SELECT});`,
} as const
type Format = keyof typeof FORMATS

interface Measured {
  /** MB a second, by the clock and by processor time. */
  rate: number
  perCpu: number
}

async function ours({ url, child }: ServiceProcess, format: Format): Promise<Measured & { bytes: number }> {
  const before = cpuOf(child.pid!)
  const started = performance.now()
  const response = await fetch(`${url}/v1/exports/figures.${format}`, { headers: { 'accept-encoding': 'identity' } })
  let bytes = 0
  for await (const chunk of response.body!) bytes += chunk.length
  const seconds = (performance.now() - started) / 1000
  return { bytes, rate: bytes / 1e6 / seconds, perCpu: bytes / 1e6 / (cpuOf(child.pid!) - before) }
}

/** `cd` to a directory with `plain.db`. */
function sqlite3(directory: string, script: string, bytes: number): Measured {
  const timed = `TIMEFORMAT='%R %U %S'; time sqlite3 plain.db > /dev/null`
  const { status, stderr } = spawnSync('bash', ['-c', timed], { cwd: directory, input: script, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const [seconds = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number)
  return { rate: bytes / 1e6 / seconds, perCpu: bytes / 1e6 / (user + system) }
}

const db = databaseOf(Number(values.events))
const directory = mkdtempSync(join(tmpdir(), 'annals-export-bench-'))
try {
  const first = await serveProcess(db)
  const rows = await fetch(`${first.url}/v1/exports/figures.csv`)
  await pipeline(Readable.fromWeb(rows.body as never), createWriteStream(join(directory, 'rows.csv')))
  await first.stop()
  sqlite3(directory, readFileSync(here('plain-tables.sql'), 'utf8'), 0)
  const service = await serveProcess(db)
  const lines: string[] = []
  for (const format of ['csv', 'ndjson'] as const) {
    const rounds: { ours: Awaited<ReturnType<typeof ours>>; peer: Measured }[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const one = await ours(service, format)
      rounds.push({ ours: one, peer: sqlite3(directory, FORMATS[format], one.bytes) })
    }
    const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
    lines.push(
      `| ${format.toUpperCase()} | ${whole(of(({ ours }) => ours.bytes) / 1e6)} | ${whole(of(({ ours }) => ours.rate))} | ${whole(of(({ peer }) => peer.rate))} | ` +
        `${of(({ ours, peer }) => ours.rate / peer.rate).toFixed(2)} | ${of(({ ours, peer }) => ours.perCpu / peer.perCpu).toFixed(2)} |`,
    )
  }
  const peak = peakOf(service.child.pid!)
  await service.stop()
  process.stdout.write(`
All figures of ${whole(Number(values.events))} events, N = ${ROUNDS} rounds, medians; ${machine}

| format | MB | MB/s over HTTP | MB/s, sqlite3 on plain tables | ratio by the clock (goal ≥ 1) | ratio by processor time |
|---|---|---|---|---|---|
${lines.join('\n')}

Most memory of the service: ${whole(peak)} MB (goal ≤ 200)
`)
} finally {
  rmSync(directory, { recursive: true })
}
