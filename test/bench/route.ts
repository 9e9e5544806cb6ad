import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Starts one of the small programs beside this file and waits until it says where it listens. Throws when it ends instead. */
export async function startRoute(program: string, ...words: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = await new Promise<string>((listens, reject) => {
    child.stderr.on('data', chunk => {
      const [, address] = /listens at (\S+)/.exec(String(chunk)) ?? []
      if (address) listens(address)
      else process.stderr.write(chunk)
    })
    child.on('exit', () => reject(new Error(`${program} does not start`)))
  })
  return { child, url }
}
