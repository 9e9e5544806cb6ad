import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** What the benches measure with, and how they say it. */
const TICKS = 100

export const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!

export const quantile = (numbers: readonly number[], q: number) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * q)]!

/** Seconds of processor time of a process so far. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** The most memory that a process ever had, in MB. */
export const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

export const whole = (number: number) => Math.round(number).toLocaleString('en-US')

export const machine = `${cpus().length} × ${cpus()[0]!.model}, Node ${process.versions.node}`
