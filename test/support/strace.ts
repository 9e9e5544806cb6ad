import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export const CALLS = ['pwrite64', 'fsync', 'ftruncate', 'openat'] as const
export type Call = (typeof CALLS)[number]
export const FAULTS = { EIO: 'error=EIO', ENOSPC: 'error=ENOSPC', KILL: 'signal=KILL' } as const
export type FaultName = keyof typeof FAULTS

const OPEN_AHEAD = new URL('./open-ahead.js', import.meta.url)

/** A call of a service’s on its database’s files. */
export interface Place {
  call: Call
  /** Which of its thread’s calls it is, those made ahead included. */
  nth: number
  /**
   * Tracers count for each thread by itself, so that the first call of one would fail together with the first of
   * another. The main thread therefore first opens the database as often as all other threads do, in vain.
   */
  ahead: number
}

/** Why nothing can be traced here; null if it can. */
export function tracerMissing(): string | null {
  try {
    execFileSync('strace', ['--seccomp-bpf', '-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=1', 'true'], {
      stdio: 'pipe',
    })
    return null
  } catch (error) {
    return `strace cannot trace here: ${(error as Error).message.split('\n')[0]}`
  }
}

/** How a process is started whose calls on a database’s files are watched, and one of them tampered with. */
export function traced(db: string, log: string, at?: Place, fault?: FaultName) {
  // with the filter strace is faster, and delivers no signal
  const filter = fault === 'KILL' ? [] : ['--seccomp-bpf']
  const paths = [db, `${db}-wal`, `${db}-shm`].flatMap(path => ['-P', path])
  const inject = at && fault ? ['-e', `inject=${at.call}:${FAULTS[fault]}:when=${at.nth}`] : []
  const under = ['strace', '-D', '-f', ...filter, '-o', log, ...paths, '-e', `trace=${CALLS.join()}`, ...inject]
  const env = at?.ahead ? { NODE_OPTIONS: `--import=${OPEN_AHEAD}`, OPEN_AHEAD: `${at.ahead} ${db}` } : {}
  return { under, env }
}

/** Every call in the log of a run without faults, as a place where one may fail. `main` is the number of the main thread. */
export function placesIn(log: string, main: number): Place[] {
  const calls = [...readFileSync(log, 'utf8').matchAll(/^(\d+) +(\w+)\(/gm)]
  return CALLS.flatMap(call => {
    const ofThis = calls.filter(([, , name]) => name === call)
    const ofMain = ofThis.filter(([, thread]) => Number(thread) === main).length
    const ahead = ofThis.length - ofMain
    return [...placesOf(call, 0, ahead), ...placesOf(call, ahead, ofMain)]
  })
}

const placesOf = (call: Call, ahead: number, count: number): Place[] =>
  Array.from({ length: count }, (_, i) => ({ call, nth: ahead + i + 1, ahead }))
