import { test } from 'tap'
import { openHistoryReader } from '../../src/store/history.js'
import { type Prepare, statementCache } from '../../src/store/statements.js'
import { aFigure, anEvent, desk, furnish } from '../support/builders.js'

test('what is written while the feed of some nouns is read is in this piece or in the next, never in neither', async t => {
  const made = desk(t)
  furnish(made)
  const start = made.head()
  const prepare = statementCache(made.db)
  let written = 0
  /** Someone writes after every look at the tables. */
  const disturbed: Prepare = <Row>(sql: string) => {
    const statement = prepare<Row>(sql)
    const all = (...values: unknown[]) => {
      const rows = statement.all(...values)
      if (written < 4) {
        written += 1
        made.put('event', `e${written}`, anEvent())
        made.put('figure', `f${written}`, aFigure({ event: `e${written}` }))
      }
      return rows
    }
    return Object.assign(Object.create(statement), { all, get: statement.get.bind(statement) })
  }
  const { changes } = openHistoryReader(disturbed)
  const seen: number[] = []
  for (let n = 0; n < 10; n++) seen.push(...changes(seen.at(-1) ?? start, 3, ['event', 'figure']).map(({ seq }) => seq))
  t.equal(written, 4)
  t.strictSame(
    seen,
    Array.from({ length: 8 }, (_, i) => start + 1 + i),
  )
})

test('a noun that is named twice is answered once', async t => {
  const made = desk(t)
  furnish(made)
  const { changes } = made.read
  t.strictSame(changes(0, 100, ['event', 'report', 'event']), changes(0, 100, ['report', 'event']))
  t.equal(changes(0, 100, ['event', 'event']).length, 2)
})
