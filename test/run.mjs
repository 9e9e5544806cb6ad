// Runs every check: `npm test`. With words, `npm test contract/lists`, only the test files whose paths hold one of them.
// JavaScript, so that it needs no build: it reports on a tree that does not compile, too.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Longer than the longest test file takes on a busy machine with two cores; fault tests have a long form. */
const LIMIT_MS = process.env.ANNALS_FAULT === 'long' ? 7_200_000 : 300_000
const ENVIRONMENT = { ...process.env, NO_COLOR: '1', TAP_TIMEOUT: String(LIMIT_MS / 1000 - 5) }

/** The checks that are programs of others, cheap ones first; what the tests run is compiled by one of them. */
const checks = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'dead code', command: ['knip'] },
]

/** Runs a program of this package, or node, and collects what it says. */
function run([program, ...words]) {
  const path = program === 'node' ? process.execPath : `${ROOT}node_modules/.bin/${program}`
  return new Promise(resolve => {
    const started = Date.now()
    const child = spawn(path, words, { cwd: ROOT, env: ENVIRONMENT, timeout: LIMIT_MS })
    let said = ''
    const listen = chunk => {
      said += chunk
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('error', listen)
    child.on('close', (code, signal) =>
      resolve({ ok: code === 0, said, signal, seconds: ((Date.now() - started) / 1000).toFixed(1) }),
    )
  })
}

async function runCheck({ name, command }) {
  const { ok, said, seconds } = await run(command)
  report(ok, name, `${seconds} s`, said)
  return { passed: Number(ok), failed: Number(!ok), skipped: 0 }
}

/** A test file is a program that prints TAP and ends with its counts; one that asserts nothing has failed. */
async function runTest(file) {
  const program = `dist/${file.replace(/\.ts$/, '.js')}`
  const { ok, said, signal, seconds } = await run(['node', '--enable-source-maps', program])
  const [, counts = ''] = /^# \{ (total: .*) \}$/m.exec(said) ?? []
  const count = name => Number(new RegExp(`\\b${name}: (\\d+)`).exec(counts)?.[1] ?? 0)
  const [passed, skipped] = [count('pass'), count('skip')]
  const sound = ok && passed + skipped > 0
  const failed = Math.max(count('fail'), Number(!sound))
  const cause = signal ? `ended by ${signal}, ` : ''
  report(sound, file, `${cause}${tallyText({ passed, failed, skipped })}, ${seconds} s`, faults(said))
  for (const [, line] of said.matchAll(/^ +# (N = .*)$/gm)) console.log(`       ${line}`)
  return { passed, failed, skipped }
}

const tallyText = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** What a test says besides its successes. */
const faults = said => said.replace(/^ *(ok \d+|\d+\.\.\d+|# time=|TAP version|\}$).*\n/gm, '')

function report(ok, name, note, said) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${note})`)
  if (!ok) console.log(said.trimEnd().replace(/^/gm, '    '))
}

/** Test files by their sources, so that what an earlier build left behind does not count. */
const testFiles = words =>
  readdirSync(`${ROOT}test`, { recursive: true })
    .filter(name => name.endsWith('.test.ts') && (words.length === 0 || words.some(word => name.includes(word))))
    .map(name => `test/${name}`)
    .sort()

/** Runs the tests side by side, one per core. */
async function runTests(files) {
  const waiting = [...files]
  const tallies = []
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) tallies.push(await runTest(file))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return tallies
}

const words = process.argv.slice(2)
const files = testFiles(words)
if (files.length === 0) throw new Error(`no test file has ${words.join(' or ')} in its path`)

const tallies = []
for (const check of words.length > 0 ? checks.filter(({ name }) => name === 'types') : checks)
  tallies.push(await runCheck(check))
tallies.push(...(await runTests(files)))

const sum = member => tallies.reduce((total, tally) => total + tally[member], 0)
const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
console.log(tallyText(total))
process.exitCode = total.failed === 0 ? 0 : 1
