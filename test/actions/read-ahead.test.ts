import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Actor } from '../../src/actions/commands.js'
import type { ImportAnswer, ImportRequest } from '../../src/actions/imports/request.js'
import { Refusal } from '../../src/domain/errors.js'
import { differences } from '../../src/store/rebuild.js'
import { emptyDatabase, tempDirectory, writing } from '../support/database.js'
import { aFlatRow, aRequest, csv, exported, hit, lines, loadInto, sources, whenever } from '../support/loading.js'

t.setTimeout(240_000)

type Test = Parameters<typeof emptyDatabase>[0]
const CONTRIBUTOR: Actor = { name: 'desk', role: 'contributor' }
/** Rows of it make a file that is read in a thread of its own. */
const WORDS = 'In the words of the paper. '.repeat(150)

/** Sound rows, ten that say what the row before them says, and ten of each kind that is refused: by its number, by the
 * title of its event, by its place, by who sends it. */
const ROWS = Array.from({ length: 400 }, (_, n) => {
  const own = { figure_id: `f${n}`, event_id: `e${n >> 1}`, report_id: `r${n % 7}`, excerpt: WORDS, low: n }
  switch (n % 40) {
    case 8:
      return aFlatRow({ ...own, low: -1 })
    case 14:
      return aFlatRow({ ...own, event_title: 'Flight\u202Efrom Hit' })
    case 20:
      return aFlatRow({ ...own, locality_id: 'nowhere' })
    case 26:
      return aFlatRow({ ...own, rank: 'preferred' })
    case 35:
      return aFlatRow({ ...own, figure_id: `f${n - 1}`, report_id: `r${(n - 1) % 7}`, low: n - 1 })
    default:
      return aFlatRow(own)
  }
})

/** Loads each row as a file by itself. */
async function oneByOne(t: Test, db: string, own: Partial<ImportRequest>): Promise<ImportAnswer[]> {
  const file = join(tempDirectory(t), 'row')
  return writing(db, async writer => {
    const answers: ImportAnswer[] = []
    for (const row of ROWS) {
      writeFileSync(file, lines([row]))
      answers.push(await writer.load(aRequest(file, own)))
    }
    return answers
  })
}

t.test('a long file is loaded as its rows are loaded one by one', async t => {
  const own = { mode: 'partial', actor: CONTRIBUTOR, reason: 'as printed' } as const
  const [long, short] = [emptyDatabase(t), emptyDatabase(t)]
  for (const db of [long, short]) await loadInto(t, db, lines([hit]))
  const whole = await loadInto(t, long, lines(ROWS), own)
  const single = await oneByOne(t, short, own)
  const sum = (counted: 'created' | 'revised' | 'unchanged' | 'refused') =>
    single.reduce((total, answer) => total + answer[counted], 0)
  for (const counted of ['created', 'revised', 'unchanged', 'refused'] as const)
    t.equal(whole[counted], sum(counted), counted)
  t.equal(whole.refused, 40)
  t.same(
    whole.problems,
    single.flatMap(({ problems }, i) => problems.map(problem => ({ ...problem, line: i + 1 }))),
  )
  const documents = await exported(long, 'documents.ndjson')
  t.equal(whenever(documents), whenever(await exported(short, 'documents.ndjson')))
  t.same(differences(long), [])

  const again = await loadInto(t, long, lines(ROWS), own)
  t.match(again, { created: 10, revised: 0, unchanged: 360, refused: 30 }, 'an event that is there needs no title')
})

t.test('CSV is read ahead, too, and an atomic load of it stands or falls as a whole', async t => {
  const db = emptyDatabase(t)
  await loadInto(t, db, lines([hit]))
  const sound = ROWS.filter((_, n) => ![8, 14, 20].includes(n % 40))
  t.match(await loadInto(t, db, csv(ROWS)), { state: 'refused', created: 0, refused: 30, progress: 1 })
  t.match(await loadInto(t, db, csv(sound)), { state: 'done', created: 360, unchanged: 10, refused: 0, progress: 1 })
  t.same(differences(db), [])
})

t.test('a long file that cannot be read is refused as a short one is', async t => {
  const db = emptyDatabase(t)
  const refusal = async (rows: string | Buffer) => {
    const file = join(tempDirectory(t), 'rows')
    writeFileSync(file, rows)
    return writing(db, writer => writer.load(aRequest(file)).catch((error: Refusal) => error))
  }
  const unknown = (count: number) => `colour,taste\n${'red,sweet\n'.repeat(count)}`
  const [short, long] = [await refusal(unknown(1)), await refusal(unknown(200_000))] as [Refusal, Refusal]
  t.ok(long instanceof Refusal)
  t.match(long, { code: 'malformed', detail: short.detail, faults: short.faults })

  const cut = Buffer.concat([Buffer.from(csv([aFlatRow({ excerpt: WORDS.repeat(400) })])), Buffer.from([0x0a, 0xff])])
  t.match(await refusal(cut), { code: 'malformed', detail: 'The file is not UTF-8.' })
  t.equal(await exported(db, 'documents.ndjson'), '')
})

t.test('what a row says is held against rows before it that no index knows yet', async t => {
  const db = emptyDatabase(t)
  const event = (id: string) => ({
    noun: 'event',
    id,
    document: { title: id, kind: 'conflict', locality: 'hit', period: { edtf: '2016-03' } },
  })
  const relation = (id: string, from: string, to: string) => ({
    noun: 'relation',
    id,
    document: { of: 'event', kind: 'part_of', from, to, asserted_by: 'curator' },
  })
  const rows = [hit, event('a'), event('b'), relation('one', 'a', 'b')]
  const answer = await loadInto(
    t,
    db,
    lines([...rows, relation('same', 'a', 'b'), relation('round', 'b', 'a'), ...sources(400, 4000)]),
    { mode: 'partial' },
  )
  t.match(answer, { created: 404, refused: 2 })
  t.match(
    answer.problems.map(({ id, code }) => [id, code]),
    [
      ['same', 'conflict'],
      ['round', 'cycle'],
    ],
  )
  t.same(differences(db), [])
})
