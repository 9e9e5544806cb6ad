import { test } from 'tap'
import { timelineMemory } from '../../src/actions/timeline-memory.js'
import type { PagedQuestion } from '../../src/model/queries.js'
import { aFigure, aLocality, anEvent, aQuestion, aReport, aSource } from '../support/builders.js'
import { live, type Wish } from '../support/histories.js'

const OTHERS = 30
const MOST = 100_000
const page = (locality: string) => aQuestion(locality, { limit: 10 }) as PagedQuestion

/** A place with an event, and a report of it that nobody else cites. */
const placeWithEvent = (name: string): Wish[] => [
  { do: 'put', noun: 'locality', id: name, body: aLocality({ name }) },
  { do: 'put', noun: 'report', id: `r-${name}`, body: aReport({ title: name.repeat(50), publisher: 's0' }) },
  { do: 'put', noun: 'event', id: `e-${name}`, body: anEvent({ locality: name }) },
  {
    do: 'put',
    noun: 'figure',
    id: `f-${name}`,
    body: aFigure({
      event: `e-${name}`,
      attribution: [{ source: 's0', role: 'originator' }],
      citations: [{ report: `r-${name}` }],
    }),
  },
]

test('who asks for every place once does not drive out what others ask for again', t => {
  const others = Array.from({ length: OTHERS }, (_, i) => `other-${i}`)
  const source: Wish = { do: 'put', noun: 'source', id: 's0', body: aSource() }
  const { read } = live(t, [[source, ...['home', ...others].flatMap(placeWithEvent)]], ({ store }) => {
    while (store.makeEntries());
  })
  let readings = 0
  const counting = {
    ...read,
    readyEntries: (events: readonly string[]) => {
      readings += 1
      return read.readyEntries(events)
    },
  }
  const memory = timelineMemory(counting, MOST)
  memory.page(page('home'))
  const { named } = memory.page(page('home'))
  t.equal(readings, 1)
  let passed = 0
  for (const other of others)
    for (const records of Object.values(memory.page(page(other)).named))
      passed += records.reduce((bytes, { json }) => bytes + json.length, 0)
  t.ok(passed > MOST / 4, `${passed} bytes of records went by`)
  t.strictSame(memory.page(page('home')).named, named)
  t.equal(readings, 1, 'its entries were still in memory')
  t.ok(memory.bytes() < MOST)
  t.end()
})

test('an id that nobody has takes no memory', t => {
  const { read } = live(t, [placeWithEvent('home')])
  const memory = timelineMemory(read, MOST)
  const nobody = Array.from({ length: 1000 }, (_, i) => `nobody-${i}`)
  t.notOk(nobody.some(id => memory.locality(id)))
  t.equal(memory.bytes(), 0)
  t.end()
})
