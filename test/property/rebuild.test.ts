import fc from 'fast-check'
import tap, { test } from 'tap'
import { differences } from '../../src/store/rebuild.js'
import { aHistory, live } from '../support/histories.js'

tap.setTimeout(120_000)

test('rebuilding from the log gives the index that the writes left, for random sequences of writes', async t => {
  fc.assert(
    fc.property(aHistory, history => {
      // entries of timelines too, which are made when there is nothing else to do
      const { file } = live(t, history, ({ store }) => store.makeEntries())
      t.strictSame(differences(file), [])
    }),
    { numRuns: 40 },
  )
})
