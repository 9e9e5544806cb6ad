import fc from 'fast-check'
import tap, { test } from 'tap'
import { type CountedPage, readTimeline } from '../../src/actions/read-timeline.js'
import { overlaps } from '../../src/domain/period.js'
import { shownAt } from '../../src/domain/places.js'
import type { Documents, Noun, RecordOf } from '../../src/model/nouns.js'
import type { FigureFilters, Scope, TimelineKey, TimelineQuestion } from '../../src/model/queries.js'
import { chain, payloadOf } from '../../src/store/log.js'
import type { Reader } from '../../src/store/reader.js'
import { aQuestion } from '../support/builders.js'
import { aHistory, aWindow, IDS, live } from '../support/histories.js'

tap.setTimeout(120_000)

const RUNS = { numRuns: 40 }
const aFilter: fc.Arbitrary<FigureFilters> = fc.constantFrom(
  {},
  {},
  { measure: ['killed', 'returned'] },
  { rank: ['preferred'] },
  { originator: ['s0', 's1'] },
  { source: ['s2'] },
  { published_by: '2015-04-30' },
  { published_by: '2015-12-31', measure: ['displaced'] },
)
const SCOPES: readonly Scope[] = ['within', 'exact', 'around']

/** A reader to whom the end of the log is no special place: it answers from the versioned tables, as for the past. */
const fromVersions = (read: Reader): Reader => ({
  ...read,
  head: () => ({ ...read.head(), seq: Number.POSITIVE_INFINITY }),
})

const idsOf = (page: CountedPage) => page.events.map(({ id }) => id)

/** All pages of a question, one after the other. */
function walk(read: Reader, question: TimelineQuestion): CountedPage[] {
  const pages: CountedPage[] = []
  let after: TimelineKey | null = null
  do {
    const page: CountedPage = readTimeline(read, { ...question, after })
    pages.push(page)
    after = page.next
  } while (after !== null)
  return pages
}

function everything<N extends Noun>(read: Reader, noun: N): RecordOf<N>[] {
  const question = { filters: {}, at: read.head().seq, retracted: false, updated_since: null, after: null, limit: -1 }
  return read.list(noun, question as never).map(({ record }) => JSON.parse(record))
}

test('every row of the log is chained to the one before it, over the very bytes that its columns give', async t => {
  fc.assert(
    fc.property(aHistory, history => {
      const { read } = live(t, history)
      let previous: Buffer = Buffer.alloc(32)
      read.logAfter(0, -1).forEach((row, i) => {
        if (row.seq !== i + 1) throw new Error(`row ${i + 1} has position ${row.seq}`)
        if (row.payload !== payloadOf(row)) throw new Error(`the payload of ${row.seq} is not that of its columns`)
        previous = chain(row.seq, previous, row.payload)
        if (!previous.equals(row.hash)) throw new Error(`the chain breaks at ${row.seq}`)
      })
    }),
    RUNS,
  )
  t.pass()
})

test('as_of a position answers what now answered then, whatever was written since', async t => {
  const asked = ['l0', 'l2', 'constructor']
  fc.assert(
    fc.property(aHistory, history => {
      const then = new Map<number, CountedPage[]>()
      const now = (read: Reader, at?: number) =>
        asked.map(locality => readTimeline(read, aQuestion(locality, at === undefined ? {} : { at })))
      const { read } = live(t, history, made => then.set(made.head(), now(made.read)))
      for (const [at, pages] of then) t.strictSame(now(read, at), pages)
    }),
    RUNS,
  )
})

test('as_of the latest position equals now, for every place, scope, window, filter and page size', async t => {
  fc.assert(
    fc.property(aHistory, aWindow, aFilter, fc.constantFrom(null, 1, 3), (history, window, figures, limit) => {
      const { read, head } = live(t, history)
      for (const locality of IDS.locality) {
        for (const scope of SCOPES) {
          const question = aQuestion(locality, { area: { locality, scope }, ...window, figures, limit })
          t.strictSame(walk(fromVersions(read), { ...question, at: head() }), walk(read, question))
        }
      }
    }),
    RUNS,
  )
})

test('pages hold every event once and in order, number_matched of them, whatever the filter and the page size', async t => {
  fc.assert(
    fc.property(
      aHistory,
      aWindow,
      aFilter,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (history, window, figures, limit, retracted) => {
        const { read } = live(t, history)
        for (const locality of IDS.locality) {
          for (const scope of SCOPES) {
            const question = aQuestion(locality, { area: { locality, scope }, ...window, figures, retracted })
            const whole = readTimeline(read, question)
            const pages = walk(read, { ...question, limit })
            t.strictSame(pages.flatMap(idsOf), idsOf(whole))
            t.equal(new Set(idsOf(whole)).size, whole.number_matched)
            t.ok(pages.every(page => page.number_matched === whole.number_matched))
            t.ok(pages.slice(0, -1).every(page => page.events.length === limit))
          }
        }
      },
    ),
    RUNS,
  )
})

test('a timeline holds the events of the places that its scope names, and a window those that share a day with it', async t => {
  fc.assert(
    fc.property(aHistory, aWindow, (history, { from, to }) => {
      const { read } = live(t, history)
      const parents = new Map(everything(read, 'locality').map(({ id, parent }) => [id, parent]))
      const events = everything(read, 'event')
      const figures = everything(read, 'figure')
      const upFrom = (id: string): string[] => [id, ...(parents.get(id) ? upFrom(parents.get(id)!) : [])]
      const covers: Record<Scope, (area: string, place: string) => boolean> = {
        exact: (area, place) => area === place,
        within: (area, place) => upFrom(place).includes(area),
        around: (area, place) => upFrom(place).includes(area),
      }
      const placesOf = (event: RecordOf<'event'>) =>
        figures.filter(figure => figure.event === event.id).flatMap(figure => shownAt(figure as Documents['figure']))

      for (const area of parents.keys()) {
        for (const scope of SCOPES) {
          const expected = events
            .filter(({ period }) => overlaps(period, from, to))
            .flatMap((event): [string, string][] => {
              if (covers[scope](area, event.locality)) return [[event.id, 'event']]
              if (scope === 'around' && upFrom(area).includes(event.locality)) return [[event.id, 'broader']]
              return placesOf(event).some(place => covers[scope](area, place)) ? [[event.id, 'figures']] : []
            })
          const page = readTimeline(read, aQuestion(area, { area: { locality: area, scope }, from, to }))
          t.strictSame(page.events.map(({ id, match }) => [id, match]).sort(), expected.sort())
        }
      }
    }),
    RUNS,
  )
})
