import fc from 'fast-check'
import tap, { test } from 'tap'
import { readTimeline } from '../../src/actions/read-timeline.js'
import { type MemoryPage, timelineMemory } from '../../src/actions/timeline-memory.js'
import type { PagedQuestion, TimelineKey } from '../../src/model/queries.js'
import { NOW } from '../../src/store/records.js'
import { aHistory, aWindow, IDS, live } from '../support/histories.js'

tap.setTimeout(120_000)

/** All that a page says, its entries as text. */
const whole = ({ entries, named, ...rest }: MemoryPage) => ({
  ...rest,
  entries: Buffer.concat(entries).toString(),
  named: Object.values(named).map(records => records.map(({ json, licence }) => ({ json: `${json}`, licence }))),
})

test('a page read in one piece is the page put together from what memory holds, and what the store alone answers', async t => {
  let pieces = 0
  let later = 0
  fc.assert(
    fc.property(aHistory, aWindow, fc.integer({ min: 1, max: 2 }), (history, window, limit) => {
      const { read } = live(t, history, ({ store }) => {
        while (store.makeEntries());
      })
      const crowded = timelineMemory(read, 8000)
      for (const locality of IDS.locality) {
        const asked: Omit<PagedQuestion, 'after'> = {
          ...{ area: { locality, scope: 'within' }, ...window, figures: {}, at: NOW, retracted: false, limit },
        }
        for (let after: TimelineKey | null = null; ; ) {
          const question: PagedQuestion = { ...asked, after }
          const memory = timelineMemory(read, 1e6)
          const first = memory.page(question)
          pieces += read.readyPage(question) === null ? 0 : 1
          t.strictSame(whole(memory.page(question)), whole(first))
          t.strictSame(whole(crowded.page(question)), whole(first), 'from a memory that must let go all the time')
          const { events, grounds, next, number_matched } = readTimeline(read, question)
          t.equal(whole(first).entries, events.map(event => `${JSON.stringify(event)},`).join(''))
          t.strictSame([first.grounds, first.after, first.matched], [grounds, next, number_matched])
          after = first.after
          if (after === null) break
          later += 1
        }
      }
    }),
    { numRuns: 60 },
  )
  t.ok(pieces > 100, `${pieces} pages in one piece`)
  t.ok(later > 10, `${later} later pages`)
})
