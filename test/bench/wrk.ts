import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { ServiceProcess } from '../support/process.js'
import { cpuOf } from './measure.js'

export const CONNECTIONS = 50
/** Events of a page that is asked for. */
export const PAGE = 100

export interface Load {
  url: string
  /** The paths to ask for, in turn. */
  paths: readonly string[]
  header?: string
  seconds: number
  connections?: number
}

export interface Measured {
  perSecond: number
  /** Microseconds of processor time for each answer. */
  cpu: number
}

const PATHS = fileURLToPath(new URL('../../../test/bench/paths.lua', import.meta.url))

/** Asks with wrk, which takes little of the processor that the service needs. */
export async function ask(server: ChildProcess, load: Load): Promise<Measured> {
  const { url, paths, header, seconds, connections = CONNECTIONS } = load
  const file = join(tmpdir(), `annals-paths-${process.pid}`)
  writeFileSync(file, `${paths.join('\n')}\n`)
  const words = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '60s',
    '-s',
    PATHS,
    ...(header ? ['-H', header] : []),
    url,
  ]
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

/** Asks for each path once, a few at a time; answers the microseconds of processor time for each answer. */
export async function askEach(
  { url, child }: Pick<ServiceProcess, 'url' | 'child'>,
  paths: readonly string[],
): Promise<number> {
  const before = cpuOf(child.pid!)
  let next = 0
  const askNext = async () => {
    while (next < paths.length) {
      const answer = await fetch(url + paths[next++], { headers: { 'accept-encoding': 'identity' } })
      if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: 8 }, askNext))
  return ((cpuOf(child.pid!) - before) * 1e6) / paths.length
}

/** Days so long ago that a window from them on leaves nothing out; no two are the same. */
export const longAgo = (count: number, salt: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(1000 + salt, 0, 1) + i * 86_400_000).toISOString().slice(0, 10),
  )

/** Asks for a page of what had not ended before a day. */
export const timelinePath = (locality: string, since: string): string =>
  `/v1/localities/${locality}/timeline?limit=${PAGE}&from=${since}`

/** Questions that differ in their windows, so that none is answered from memory as a whole. */
export const newQuestions = (localities: readonly string[], count: number, salt: number): string[] =>
  longAgo(count, salt).map((since, i) => timelinePath(localities[i % localities.length]!, since))
