import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import t from 'tap'
import { tempDirectory } from '../support/database.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What each folder of src/ may import besides itself. The files beside the folders, and commands/, are on top of all. */
const layers: Readonly<Record<string, readonly string[]>> = {
  model: [],
  domain: ['model'],
  importers: ['model', 'domain'],
  formats: ['model', 'domain'],
  http: ['model', 'domain'],
  store: ['model', 'domain'],
  actions: ['model', 'domain', 'importers', 'formats', 'store'],
  routes: ['model', 'domain', 'importers', 'formats', 'store', 'actions', 'http'],
}
const ON_TOP = ['commands']

/** Packages and parts of Node that only some files may use. */
const packages = {
  'only domain/period.ts knows luxon': { path: 'node_modules/(luxon|@edtf-ts)/', from: '^src/domain/period\\.ts$' },
  'only store/ knows SQLite': { path: 'node_modules/better-sqlite3/', from: '^src/store/' },
  'only http/, routes/ and app.ts know Fastify': {
    path: 'node_modules/(@fastify|fastify)/',
    from: '^src/(http/|routes/|app\\.ts$)',
  },
  'only commands/ and cli.ts know the command line': {
    path: 'node_modules/commander/',
    from: '^src/(commands/|cli\\.ts$)',
  },
}
const OUTSIDE = '^(node:)?(fs|net|http|https|child_process|worker_threads|cluster|os|process|timers)(/promises)?$'
const PURE = 'model|domain|importers|formats'

const rules: IForbiddenRuleType[] = [
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  ...Object.entries(layers).map(
    ([layer, below]): IForbiddenRuleType => ({
      name: `${layer}/ imports ${below.join(', ') || 'nothing'} below it`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: '^src/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
    }),
  ),
  {
    name: 'the app imports no program',
    severity: 'error',
    from: { path: '^src/(app|config|release)\\.ts$' },
    to: { path: '^src/(commands/|(cli|server|demo)\\.ts$)' },
  },
  ...Object.entries(packages).map(
    ([name, { path, from }]): IForbiddenRuleType => ({
      name,
      severity: 'error',
      from: { path: '^src/', pathNot: from },
      to: { path },
    }),
  ),
  {
    name: 'what is pure reads no files and opens no sockets',
    severity: 'error',
    from: { path: `^src/(${PURE})/` },
    to: { path: OUTSIDE, dependencyTypes: ['core'] },
  },
]

async function cruised(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(
    ['src'],
    { baseDir, validate: true, ruleSet: { forbidden: rules }, tsPreCompilationDeps: true, doNotFollow: 'node_modules' },
    { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } } as object,
  )
  return output as ICruiseResult
}

const violations = ({ summary }: ICruiseResult) => summary.violations.map(({ rule, from, to }) => [rule.name, from, to])

t.test('every folder of src/ is a layer or on top of them', async t => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory())
  for (const { name } of folders) t.ok(name in layers || ON_TOP.includes(name), name)
})

t.test('imports point one way', async t => {
  const result = await cruised(ROOT)
  t.strictSame(violations(result), [])
  t.ok(result.summary.totalCruised > 100, `${result.summary.totalCruised} modules`)
  t.ok((result.summary.totalDependenciesCruised ?? 0) > 500, `${result.summary.totalDependenciesCruised} imports`)
})

t.test('each rule sees what breaks it', async t => {
  const planted: Record<string, string> = {
    'node_modules/luxon/index.js': '',
    'node_modules/better-sqlite3/index.js': '',
    'node_modules/fastify/index.js': '',
    'node_modules/commander/index.js': '',
    'src/model/a.ts': "import '../domain/a.js'",
    'src/domain/a.ts': "import 'luxon'\nimport 'node:fs'\nimport '../store/a.js'",
    'src/importers/a.ts': "import '../store/a.js'",
    'src/formats/a.ts': "import type { A } from '../store/a.js'",
    'src/http/a.ts': "import '../store/a.js'",
    'src/store/a.ts': "export interface A {}\nimport '../actions/a.js'",
    'src/actions/a.ts': "import 'better-sqlite3'\nimport '../routes/a.js'",
    'src/routes/a.ts': "import 'commander'\nimport '../app.js'",
    'src/app.ts': "import './cli.js'\nimport './routes/a.js'",
    'src/cli.ts': "import 'fastify'",
  }
  const directory = tempDirectory(t)
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const broken = new Set(violations(await cruised(directory)).map(([name]) => name))
  for (const { name } of rules) t.ok(broken.has(name!), `${name}`)
})
