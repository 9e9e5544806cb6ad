import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { awkwardLines } from '../support/awkward.js'
import { csvRows } from '../support/cells.js'
import { load, seededDatabase, tempDirectory, writing } from '../support/database.js'
import { annals } from '../support/process.js'
import { pathFor } from '../support/programs.js'
import { openService } from '../support/service.js'

const PATH = pathFor('soffice --version')
const skip = PATH === null && 'skipped: there is no LibreOffice'

/** A CSV as a spreadsheet saves it again, with numbers and formulas told from words as Excel does. */
function savedBySpreadsheet(t: Parameters<typeof tempDirectory>[0], csv: string): string {
  const directory = tempDirectory(t)
  const options = {
    cwd: directory,
    env: { ...process.env, PATH: PATH!, HOME: directory },
    stdio: 'ignore',
  } as const
  writeFileSync(join(directory, 'figures.csv'), csv)
  const reading = '--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,0,true'
  execFileSync('soffice', ['--headless', '--convert-to', 'xlsx', reading, 'figures.csv'], options)
  const saving = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true'
  execFileSync('soffice', ['--headless', '--convert-to', saving, '--outdir', 'saved', 'figures.xlsx'], options)
  return readFileSync(join(directory, 'saved/figures.csv'), 'utf8')
}

t.test('a spreadsheet does run what is not escaped', { skip }, async t => {
  t.match(savedBySpreadsheet(t, "a,b\r\n=1+1,'=1+1\r\n"), /^2,'=1\+1$/m)
})

t.test(
  'a spreadsheet keeps every cell of excel=1, but for digits beyond its fifteen, and runs none',
  { skip },
  async t => {
    const file = await seededDatabase(t)
    await writing(file, writer => load(writer, awkwardLines))
    const { app } = await openService(t, file)
    const { body } = await app.inject('/v1/figures.csv?excel=1')
    const [header = [], ...rows] = csvRows(body)
    const [, ...saved] = parse(savedBySpreadsheet(t, body)) as string[][]
    t.equal(saved.length, rows.length)
    for (const [i, row] of rows.entries())
      for (const [j, cell] of row.entries()) {
        const shown = saved[i]![j]!
        if (header[j] === 'high' && row[0] === 'awkward-most')
          t.equal(Number(shown).toPrecision(15), Number(cell).toPrecision(15))
        else t.equal(/^(TRUE|FALSE)$/.test(shown) ? shown.toLowerCase() : shown, cell ?? '', `${row[0]} ${header[j]}`)
      }
  },
)

t.test('figures that a spreadsheet saved again are loaded, and nothing has changed', { skip }, async t => {
  const file = await seededDatabase(t)
  // a spreadsheet keeps fifteen digits
  const others = awkwardLines.filter(line => !JSON.stringify(line).includes('"awkward-most"'))
  await writing(file, writer => load(writer, others))
  const { stdout: csv } = await annals(['export', 'figures.csv', '--excel', '--db', file])
  const saved = join(tempDirectory(t), 'saved.csv')
  writeFileSync(saved, savedBySpreadsheet(t, csv))
  const { status, stdout } = await annals(['import', saved, '--json', '--dry-run', '--db', file])
  t.equal(status, 0, stdout)
  const rows = csvRows(csv).length - 1
  t.match(JSON.parse(stdout), { rows, created: 0, revised: 0, unchanged: rows, refused: 0 })
})
