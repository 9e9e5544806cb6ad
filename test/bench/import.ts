import { spawnSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare, type ServiceProcess, serveProcess } from '../support/process.js'
import { type FlatFiles, writeFlatFiles } from './flat-file.js'
import { cpuOf, machine, median, peakOf, quantile, whole } from './measure.js'

/**
 * How fast flat figure rows load through HTTP, with validation, log, hash chain, index and FULL, beside the sqlite3
 * command line filling plain tables with the same rows; how much memory that takes; and what it costs those who read.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
})
const ROWS = Number(values.rows)
const ROUNDS = Number(values.rounds)
const PLAIN_TABLES = fileURLToPath(new URL('../../../test/bench/plain-tables.sql', import.meta.url))

/** Clients give up on an answer that takes minutes: the load goes on behind a 202, and is asked how it stands. */
async function load({ url }: ServiceProcess, key: string, file: string): Promise<{ created: number }> {
  const response = await fetch(`${url}/v1/imports`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': file,
      prefer: 'respond-async',
    },
    body: Readable.toWeb(createReadStream(file)),
    duplex: 'half',
  } as unknown as RequestInit)
  let answer = (await response.json()) as { id: string; state: string; created: number }
  for (; answer.state === 'running'; await new Promise(resolve => setTimeout(resolve, 50)))
    answer = (await (await fetch(`${url}/v1/imports/${answer.id}`)).json()) as typeof answer
  if (answer.state !== 'done') throw new Error(JSON.stringify(answer).slice(0, 2000))
  return answer
}

/** Times of a reader who asks for a timeline again and again, in ms, until told to stop. */
function reader({ url }: ServiceProcess) {
  const times: number[] = []
  let reading = true
  const done = (async () => {
    for (let i = 0; reading; i++) {
      const started = performance.now()
      await (await fetch(`${url}/v1/localities/bench-${(i * 37) % 30_000}/timeline?limit=20`)).arrayBuffer()
      times.push(performance.now() - started)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  return {
    async stop(): Promise<number[]> {
      reading = false
      await done
      return times
    },
  }
}

async function annals(directory: string, files: FlatFiles) {
  const db = join(directory, 'annals.db')
  const key = await prepare(db)
  const service = await serveProcess(db)
  await load(service, key, files.localities)
  const idle = reader(service)
  await new Promise(resolve => setTimeout(resolve, 5000))
  const calm = await idle.stop()
  const before = cpuOf(service.child.pid!)
  const busy = reader(service)
  const started = performance.now()
  const { created } = await load(service, key, files.ndjson)
  const seconds = (performance.now() - started) / 1000
  const during = await busy.stop()
  const after = cpuOf(service.child.pid!)
  const peak = peakOf(service.child.pid!)
  await service.stop()
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(db + suffix, { force: true })
  return {
    rate: created / seconds,
    perCpu: created / (after - before),
    peak,
    slower: quantile(during, 0.99) / quantile(calm, 0.99),
    p99: quantile(during, 0.99),
  }
}

function plain(directory: string) {
  const script = `TIMEFORMAT='%R %U %S'; time sqlite3 plain.db < '${PLAIN_TABLES}' > /dev/null`
  const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: directory, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const [seconds = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number)
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, `plain.db${suffix}`), { force: true })
  return { rate: ROWS / seconds, perCpu: ROWS / (user + system) }
}

if (spawnSync('sqlite3', ['-version']).status !== 0) throw new Error('the sqlite3 command line is not installed')
const directory = mkdtempSync(join(tmpdir(), 'annals-import-bench-'))
try {
  const files = await writeFlatFiles(directory, ROWS)
  const rounds: { ours: Awaited<ReturnType<typeof annals>>; peer: ReturnType<typeof plain> }[] = []
  for (let i = 0; i < ROUNDS; i++) rounds.push({ ours: await annals(directory, files), peer: plain(directory) })
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
  process.stdout.write(`
${whole(ROWS)} flat rows (${whole(statSync(files.ndjson).size / 1e6)} MB of NDJSON), N = ${ROUNDS} rounds, medians; ${machine}

| measure | goal | value |
|---|---|---|
| rows a second, through HTTP | | ${whole(of(({ ours }) => ours.rate))} |
| rows a second, sqlite3 \`.import\` and set SQL | | ${whole(of(({ peer }) => peer.rate))} |
| ratio by the clock | ≥ 0.5 | ${of(({ ours, peer }) => ours.rate / peer.rate).toFixed(2)} |
| ratio by processor time | ≥ 0.5 | ${of(({ ours, peer }) => ours.perCpu / peer.perCpu).toFixed(2)} |
| peak memory, MB | ≤ 400 | ${whole(of(({ ours }) => ours.peak))} |
| p99 of a read during the load ÷ idle | ≤ 2 | ${of(({ ours }) => ours.slower).toFixed(1)} (${of(({ ours }) => ours.p99).toFixed(0)} ms) |
`)
} finally {
  rmSync(directory, { recursive: true })
}
