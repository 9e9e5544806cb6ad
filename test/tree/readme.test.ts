import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { settings } from '../../src/config.js'
import { tempDirectory } from '../support/database.js'
import { DEMO, demo, examplesIn, masked, pagesIn, ROOT, SHOWN, textOf, unset } from '../support/pages.js'

const pages = ['README.md', ...pagesIn('docs'), 'seed/README.md']
/** Their commands are run by a test of their own. */
const dashboards = pagesIn('docs/dashboards')
/** A page whose commands follow each other, on files that it shows and a database of its own. */
const LESSON = 'docs/importing.md'

/** As a shell runs it in any folder. */
const runnableOf = (command: string) =>
  command.replace(/^npx annals /, `'${process.execPath}' '${join(ROOT, 'dist/src/cli.js')}' `)
/** How a page says to choose the demo's database. */
const choiceIn = (text: string) => /`(export ANNALS_DB=\S+)`/.exec(text)?.[1] ?? ''

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
    const { address, folder, env } = await demo(t)
    const examples = pages
      .filter(page => page !== LESSON)
      .flatMap(page => examplesIn(textOf(page)).map(example => ({ page, ...example })))
    t.ok(examples.length >= 4, `${examples.length} commands`)
    for (const { page, command, output } of examples) {
      const runnable = runnableOf(command)
        .replaceAll(SHOWN, address)
        .replace(/^curl /, 'curl --silent --show-error ')
      const chosen = `${choiceIn(textOf(page))}\n${runnable}`
      const printed = execFileSync('sh', ['-c', chosen], { cwd: folder, env, encoding: 'utf8' })
      t.equal(masked(printed.replaceAll(address, SHOWN)), masked(output), `${page}: ${command}`)
    }
  },
)

t.test('the commands of a lesson have, one after the other, the output that it shows', async t => {
  const folder = tempDirectory(t)
  const text = textOf(LESSON)
  for (const [, name, rows] of text.matchAll(/^```csv (\S+)\n([\s\S]+?)^```$/gm))
    writeFileSync(join(folder, name!), rows!)
  const env = unset()
  const examples = examplesIn(text)
  t.ok(examples.length >= 7, `${examples.length} commands`)
  for (const { command, output } of examples) {
    const { stdout, stderr } = spawnSync('sh', ['-c', runnableOf(command)], { cwd: folder, env, encoding: 'utf8' })
    t.equal(stdout.trimEnd(), output, command)
    t.equal(stderr, '', 'quiet in a pipe')
  }
})

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

t.test('a demo beside another says that its database is in use', async t => {
  const { folder: cwd, env } = await demo(t)
  const { status, stderr } = spawnSync(process.execPath, [DEMO], { cwd, env, encoding: 'utf8' })
  t.match({ status, stderr }, { status: 75, stderr: /^annals: .*\n$/ })
})

t.test('the README opens with what it is for and the two commands, and names every folder', async t => {
  const text = textOf('README.md')
  t.match(text, /npm ci && npm run demo/)
  t.match(text, /npm ci && npm test/)
  t.ok(examplesIn(text).filter(({ command }) => command.startsWith('curl ')).length >= 3)
  for (const folder of readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory()))
    t.ok(text.includes(`\`src/${folder.name}/\``), `src/${folder.name}/`)
})

t.test('the page on operating has every setting, with its variable and what is usual', async t => {
  const text = textOf('docs/operating.md')
  const rows = text.split('\n').filter(line => line.startsWith('| `--'))
  t.equal(rows.length, Object.keys(settings).length)
  for (const { flag, variable, standard } of Object.values(settings)) {
    const row = `| \`--${flag}\` | \`${variable}\` | ${standard === null ? '' : `\`${standard}\` |`}`
    t.ok(text.includes(row), row)
  }
})

t.test('every page can be reached from the README', async t => {
  const reached = new Set(['README.md'])
  for (const page of reached)
    for (const [, path] of textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g)) reached.add(join(page, '..', path!))
  for (const page of [...pages, ...dashboards]) t.ok(reached.has(page), page)
})

t.test('links between pages lead somewhere', async t => {
  for (const page of [...pages, ...dashboards]) {
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
  for (const page of [...pages, ...dashboards])
    t.notMatch(textOf(page), /\/(home|root|work)\/|registry\.|\blocalhost:\d/, page)
})
