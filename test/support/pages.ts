import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tempDirectory } from './database.js'

type Test = Parameters<typeof tempDirectory>[0]

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Where pages say that the demo is. */
export const SHOWN = 'http://127.0.0.1:3000'

export const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8')

/** The pages in a folder. */
export const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => `${folder}/${name}`)

/** Commands with the output that a page shows for each. */
export const examplesIn = (text: string) =>
  [...text.matchAll(/^```console\n([\s\S]+?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map(example => {
        const [command = '', ...output] = example.split('\n')
        return { command, output: output.join('\n').trimEnd() }
      }),
  )

/** Text as a terminal shows it, without what differs from run to run. */
export const masked = (text: string) =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .trimEnd()

/** The program that `npm run demo` runs. */
export const DEMO = join(ROOT, 'dist/src/demo.js')

/** The environment without settings of our own. */
export const unset = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANNALS_')))

/**
 * A new demo on a free port, which cites itself from where pages say that it is; answers its address, and the folder and
 * the environment that it was called in.
 */
export async function demo(t: Test) {
  const folder = tempDirectory(t)
  const env = { ...unset(), ANNALS_PORT: '0', ANNALS_PUBLIC_URL: SHOWN }
  const child = spawn(process.execPath, [DEMO], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => {
    child.kill()
    return new Promise(resolve => child.once('exit', resolve))
  })
  let said = ''
  for await (const chunk of child.stdout) {
    said += chunk
    const [, address] = /serving at (http:\S+) [\s\S]*annals_/.exec(said) ?? []
    if (address) return { address, said, folder, env }
  }
  throw new Error(`the demo ended: ${said}`)
}
