import { test } from 'tap'
import type { Filters } from '../../src/model/queries.js'
import { openListReader } from '../../src/store/lists.js'
import { type Prepare, statementCache } from '../../src/store/statements.js'
import { aFigure, desk, furnish } from '../support/builders.js'

test('a list of values is one value of a statement, however long it is', async t => {
  const made = desk(t)
  furnish(made)
  made.put('figure', 'f1', aFigure())
  const prepare = statementCache(made.db)
  const texts = new Set<string>()
  const noting: Prepare = sql => {
    texts.add(sql)
    return prepare(sql)
  }
  const { list } = openListReader(noting)
  const listed = (filters: Filters['figure']) =>
    list('figure', { filters, at: made.head(), retracted: false, updated_since: null, after: null, limit: 10 }).length
  for (const more of [[], ['one'], ['one', 'two']]) {
    const found = listed({
      measure: ['killed', ...(more as 'injured'[])],
      source: ['un', ...more],
      event: ['fall', ...more],
      report: ['sitrep', ...more],
      publisher: ['un', ...more],
    })
    t.equal(found, 1, `${more.length} more`)
  }
  t.equal(listed({ measure: ['injured'], source: ['un'], event: ['fall'], report: ['sitrep'], publisher: ['un'] }), 0)
  t.equal(texts.size, 1)
})

test('statements that are no longer in use are let go of', async t => {
  const prepare = statementCache(desk(t).db)
  const first = prepare('SELECT 0')
  t.equal(prepare('SELECT 0'), first)
  for (let n = 1; n <= 1000; n++) prepare(`SELECT ${n}`)
  t.not(prepare('SELECT 0'), first)
})
