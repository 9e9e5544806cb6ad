import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { tempDirectory } from '../support/database.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SHOWN = 'http://127.0.0.1:3000'
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`), 'seed/README.md']
const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8')

/** Commands with the output that a page shows for each. */
const examplesIn = (text: string) =>
  [...text.matchAll(/^```console\n([\s\S]+?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map(example => {
        const [command = '', ...output] = example.split('\n')
        return { command, output: output.join('\n').trimEnd() }
      }),
  )

/** A new demo on a free port; answers its address and its environment. */
async function demo(t: Test) {
  const db = join(tempDirectory(t), 'demo.db')
  const env = { ...process.env, ANNALS_DB: db, ANNALS_PORT: '0' }
  const child = spawn(process.execPath, [join(ROOT, 'dist/src/demo.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => {
    child.kill()
    return new Promise(resolve => child.once('exit', resolve))
  })
  let said = ''
  for await (const chunk of child.stdout) {
    said += chunk
    const [, address] = /serving at (http:\S+) [\s\S]*annals_/.exec(said) ?? []
    if (address) return { address, said, env }
  }
  throw new Error(`the demo ended: ${said}`)
}

/** What differs from run to run. */
const masked = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').trimEnd()

const hasCurl = (() => {
  try {
    return execFileSync('curl', ['--version']).length > 0
  } catch {
    return false
  }
})()

t.test(
  'every command that a page shows with its output has that output',
  { skip: !hasCurl && 'there is no curl' },
  async t => {
    const { address, env } = await demo(t)
    const examples = pages.flatMap(page => examplesIn(textOf(page)).map(example => ({ page, ...example })))
    t.ok(examples.length >= 4, `${examples.length} commands`)
    for (const { page, command, output } of examples) {
      const runnable = command
        .replaceAll(SHOWN, address)
        .replace(/^curl /, 'curl --silent --show-error ')
        .replace(/^npx annals /, `'${process.execPath}' dist/src/cli.js `)
      const printed = execFileSync('sh', ['-c', runnable], { cwd: ROOT, env, encoding: 'utf8' })
      t.equal(masked(printed.replaceAll(address, SHOWN)), masked(output), `${page}: ${command}`)
    }
  },
)

t.test(
  'the demo prints three commands that work, and a key that does',
  { skip: !hasCurl && 'there is no curl' },
  async t => {
    const { address, said } = await demo(t)
    const commands = [...said.matchAll(/^ {2}(curl .+)$/gm)].map(([, command]) => command!)
    t.equal(commands.length, 3)
    for (const command of commands) {
      const printed = execFileSync('sh', ['-c', `${command} --silent --fail`], { encoding: 'utf8' })
      t.ok(printed.length > 200, command)
    }
    const [key = ''] = /annals_\w+$/m.exec(said) ?? []
    const body = JSON.stringify({ name: 'A', kind: 'media' })
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    t.equal((await fetch(`${address}/v1/sources`, { method: 'POST', headers, body })).status, 201)
  },
)

t.test('the README opens with what it is for and the two commands, and names every folder', async t => {
  const text = textOf('README.md')
  t.match(text, /npm ci && npm run demo/)
  t.match(text, /npm ci && npm test/)
  t.ok(examplesIn(text).filter(({ command }) => command.startsWith('curl ')).length >= 3)
  for (const folder of readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory()))
    t.ok(text.includes(`\`src/${folder.name}/\``), `src/${folder.name}/`)
  for (const page of pages.filter(name => name !== 'README.md')) t.ok(text.includes(`(${page})`), page)
})

t.test('links between pages lead somewhere', async t => {
  for (const page of pages) {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)?(?:#([^)\s]+))?\)/g)]
    for (const [link, path = page.split('/').at(-1)!, anchor] of links) {
      const target = join(ROOT, page, '..', path)
      t.ok(existsSync(target), `${page}: ${link}`)
      if (anchor && existsSync(target))
        t.ok(anchorsOf(readFileSync(target, 'utf8')).includes(anchor), `${page}: ${link}`)
    }
  }
})

const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

t.test('no page names a machine', async t => {
  for (const page of pages) t.notMatch(textOf(page), /\/(home|root|work)\/|registry\.|\blocalhost:\d/, page)
})
