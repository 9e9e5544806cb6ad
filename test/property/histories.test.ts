import fc from 'fast-check'
import tap, { test } from 'tap'
import { NOUNS } from '../../src/model/nouns.js'
import type { HistoryRow } from '../../src/store/history.js'
import { aHistory, live } from '../support/histories.js'

tap.setTimeout(120_000)

/** What a revision did to its record, in words. */
function happeningsOf({ noun, op, document, previous_document, into_id }: HistoryRow, before: string): string[] {
  const [now, then] = [document, previous_document].map(text => text && JSON.parse(text))
  const changed = (member: string) => then && JSON.stringify(now[member]) !== JSON.stringify(then[member])
  return [
    op === 'merge' && `a ${noun} merged${into_id ? '' : ' into nothing'}`,
    op === 'retract' && `a ${noun} retracted`,
    op === 'revise' && before === 'merge' && `a ${noun} taken out of a merge`,
    op === 'revise' && before === 'retract' && `a ${noun} brought back`,
    noun === 'locality' && changed('parent') && 'a locality moved',
    noun === 'event' && changed('period') && 'an event given another period',
    noun === 'figure' && changed('event') && 'a figure moved to another event',
    noun === 'relation' && op === 'create' && `a figure that revises another: ${now.kind === 'revises'}`,
  ].filter(said => typeof said === 'string')
}

test('the random histories have in them whatever may happen to a record', async t => {
  const seen = new Map<string, number>()
  for (const history of fc.sample(aHistory, { numRuns: 60, seed: 4 })) {
    const { read } = live(t, history)
    const last = new Map<string, string>()
    for (const row of read.changes(0, -1, null)) {
      const record = `${row.noun} ${row.id}`
      for (const said of happeningsOf(row, last.get(record) ?? '')) seen.set(said, (seen.get(said) ?? 0) + 1)
      last.set(record, row.op)
    }
  }
  for (const wanted of [
    ...['event', 'locality'].flatMap(noun => [`a ${noun} merged`, `a ${noun} taken out of a merge`]),
    ...NOUNS.flatMap(noun => [`a ${noun} retracted`, `a ${noun} brought back`]),
    'a locality moved',
    'an event given another period',
    'a figure moved to another event',
    'a figure that revises another: true',
  ])
    t.ok(seen.has(wanted), `${wanted}: ${seen.get(wanted) ?? 0} times`)
  t.comment(`N = 60 histories: ${JSON.stringify(Object.fromEntries(seen))}`)
})
