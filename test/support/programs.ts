import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'

/** Programs of the system may stand behind others of the same name that lack what is needed. */
const PATHS = [process.env.PATH ?? '', `/usr/bin:${process.env.PATH}`].map(
  path => `${dirname(process.execPath)}:${path}`,
)

function works(command: string, PATH: string): boolean {
  try {
    execFileSync('sh', ['-c', command], { env: { ...process.env, PATH }, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The PATH on which a command works that fails where something needed is missing; null if there is none. */
export const pathFor = (command: string): string | null => PATHS.find(path => works(command, path)) ?? null
