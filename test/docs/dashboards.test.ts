import { execFileSync } from 'node:child_process'
import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Cell } from '../support/cells.js'
import { seededDatabase, tempDirectory } from '../support/database.js'
import { demo, examplesIn, masked, pagesIn, ROOT, SHOWN, textOf } from '../support/pages.js'
import { pathFor } from '../support/programs.js'
import { openService } from '../support/service.js'

/** For each page, what it takes to run it, as a command that fails where that is missing, and the pictures that it draws. */
const PAGES: Readonly<Record<string, { needs: string; draws: string[] }>> = {
  pandas: { needs: 'python3 -c "import pandas, matplotlib"', draws: ['timeline.png'] },
  r: { needs: 'Rscript -e "library(readr); library(jsonlite)"', draws: ['timeline.png'] },
  observable: { needs: 'node --version', draws: ['timeline.svg'] },
  excel: { needs: 'soffice --version && curl --version', draws: [] },
  qgis: { needs: 'ogrinfo --version && curl --version && python3 -c "import qgis.core"', draws: [] },
  grafana: { needs: 'curl --version', draws: [] },
}

/** Files that a page says to save: `NAME` before a block. */
const filesIn = (text: string) =>
  [...text.matchAll(/\b[Ss]ave (?:it )?as `([\w.]+)`:\n\n```\w+\n([\s\S]+?)\n```$/gm)].map(([, name, content]) => ({
    name: name!,
    content: `${content}\n`,
  }))

let served: ReturnType<typeof demo> | undefined
/** One demo for all pages: they only read. */
const theDemo = (test: typeof t) => {
  served ??= demo(test)
  return served
}

t.test('every dashboard has a page that these tests run', async t => {
  t.same(new Set(pagesIn('docs/dashboards')), new Set(Object.keys(PAGES).map(name => `docs/dashboards/${name}.md`)))
})

const top = t
for (const [name, { needs, draws }] of Object.entries(PAGES)) {
  const PATH = pathFor(needs)
  const skip = PATH === null && `skipped: this machine cannot run ${needs}`
  t.test(`what the page for ${name} shows is what it gives`, { skip }, async t => {
    const page = textOf(`docs/dashboards/${name}.md`)
    const directory = tempDirectory(t)
    const { address } = await theDemo(top)
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
    for (const file of filesIn(page)) writeFileSync(join(directory, file.name), file.content.replaceAll(SHOWN, address))
    const env = { ...process.env, PATH: PATH!, HOME: directory }
    const examples = examplesIn(page)
    t.ok(examples.length > 0)
    for (const { command, output } of examples) {
      const options = { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' } as const
      const printed = execFileSync('sh', ['-c', command.replaceAll(SHOWN, address)], options)
      t.equal(masked(printed.replaceAll(address, SHOWN)), masked(output), command)
    }
    for (const picture of draws) t.ok(statSync(join(directory, picture)).size > 1000, picture)
  })
}

t.test('no program of a page adds, averages or fills anything up', async t => {
  let programs = 0
  for (const page of pagesIn('docs/dashboards'))
    for (const { name, content } of filesIn(textOf(page))) {
      t.notMatch(
        content,
        /\b(sum|mean|average|median|cumsum|aggregate|fillna|replace_na|resample|stack|reduce)\b/i,
        `${page}: ${name}`,
      )
      programs += 1
    }
  t.ok(programs >= 6, `${programs} programs`)
})

t.test('the answer has the shape that the query on the page for Grafana reads', async t => {
  const [, json = ''] = /^```json\n([\s\S]+?)\n```$/m.exec(textOf('docs/dashboards/grafana.md')) ?? []
  const { url, root_selector, columns } = JSON.parse(json)
  const { app } = await openService(t, await seededDatabase(t))
  // as Infinity's backend asks for JSON
  const headers = { accept: 'application/json;q=0.9,text/plain' }
  const rows = (await app.inject({ url: url.replace(SHOWN, ''), headers })).json()[root_selector] as Record<
    string,
    Cell
  >[]
  t.ok(rows.length >= 8, `${rows.length} rows`)
  const are: Readonly<Record<string, (cell: Cell) => boolean>> = {
    number: cell => typeof cell === 'number',
    string: cell => typeof cell === 'string',
    timestamp: cell => /^\d{4}-\d\d-\d\d$/.test(String(cell)),
  }
  for (const { selector, type } of columns) {
    for (const row of rows) t.ok(selector in row && (row[selector] === null || are[type]!(row[selector]!)), selector)
    t.ok(
      rows.some(row => row[selector] !== null),
      `${selector}: not always null`,
    )
  }
})
