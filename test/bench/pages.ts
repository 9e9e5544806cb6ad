import { parseArgs } from 'node:util'
import type { TimelineKey, TimelineQuestion } from '../../src/model/queries.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import { aQuestion } from '../support/builders.js'
import { databaseOf } from './load.js'
import { machine, median, whole } from './measure.js'

/** What it costs to find which events are on a page: of a country and of a village, first and deep, in a window. */
const { values } = parseArgs({
  options: { events: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '9' } },
})
const EVENTS = Number(values.events)
const ROUNDS = Number(values.rounds)
const PAGE = 100
const TIMES = 200

const db = openReading(databaseOf(EVENTS))
const read = openReader(db)

const size = db.prepare<[string], number>(`SELECT count(*) FROM timeline WHERE ancestor = ?`).pluck()
const byLevel = db
  .prepare<[string], string>(
    `SELECT l.id FROM locality l JOIN timeline_size s ON s.ancestor = l.id WHERE l.level = ? GROUP BY l.id ORDER BY sum(s.events) DESC`,
  )
  .pluck()
const country = byLevel.get('country')!
const village = byLevel.all('settlement').find(id => size.get(id)! >= PAGE && size.get(id)! < 4 * PAGE)
if (village === undefined) throw new Error(`of ${EVENTS} events no village has a page of ${PAGE}`)

const question = (locality: string, own: Partial<TimelineQuestion> = {}) => aQuestion(locality, { limit: PAGE, ...own })

/** Microseconds for one page, of many. */
function cost(asked: TimelineQuestion): number {
  for (let i = 0; i < 20; i++) read.timelinePage(asked, 0)
  const began = performance.now()
  for (let i = 0; i < TIMES; i++) read.timelinePage(asked, 0)
  return ((performance.now() - began) * 1000) / TIMES
}

/** Where a page begins, so many pages in. */
function keyOfPage(locality: string, page: number): TimelineKey {
  const last = read.timelinePage(question(locality, { limit: PAGE * (page - 1) }), 0).at(-1)!
  return { start: last.start, end: last.end, event: last.event }
}

const deepest = Math.min(1000, Math.floor(size.get(country)! / PAGE))
const deep = question(country, { after: keyOfPage(country, deepest) })
const middle = read.timelinePage(question(country, { limit: Math.floor(size.get(country)! / 2) }), 0).at(-1)!.start
const starting = question(country, { from: middle, after: { start: middle, end: '', event: '' } })
const overlapping = question(country, { from: middle })

const rounds = Array.from({ length: ROUNDS }, () => {
  const [large, small] = [cost(question(country)), cost(question(village))]
  const [first, far] = [cost(question(country)), cost(deep)]
  const [starts, overlaps] = [cost(starting), cost(overlapping)]
  return { large, small, far, starts, overlaps, size: large / small, depth: far / first, window: overlaps / starts }
})
const of = (member: keyof (typeof rounds)[number]) => median(rounds.map(round => round[member]))
const ratio = (member: 'size' | 'depth' | 'window') => of(member).toFixed(2)
process.stdout.write(`
Ids of a page of ${PAGE} events, of ${whole(EVENTS)} events, N = ${ROUNDS} rounds of ${TIMES}, medians; ${machine}

| measure | goal | ratio | µs |
|---|---|---|---|
| a country of ${whole(size.get(country)!)} events ÷ a village of ${whole(size.get(village)!)} | ≤ 1.2 | ${ratio('size')} | ${whole(of('large'))} ÷ ${whole(of('small'))} |
| page ${whole(deepest)} ÷ page 1 | ≤ 1.2 | ${ratio('depth')} | ${whole(of('far'))} |
| a window that overlaps ÷ one that starts | ≤ 1.5 | ${ratio('window')} | ${whole(of('overlaps'))} ÷ ${whole(of('starts'))} |
`)
