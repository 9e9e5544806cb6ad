import { markReplaced } from '../domain/timeline.js'
import type { GeojsonEvent } from '../formats/geojson.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { ListQuestion } from '../model/queries.js'
import type { Listed } from '../store/lists.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'

const PAGE = 500

/**
 * All records that match, by id, a page at a time. `question.at` is a position of the log, so that all pages are of one
 * state; they are read by key, so that a slow reader holds no transaction open.
 */
export function* listPages<N extends Noun>(read: Reader, noun: N, question: ListQuestion<N>): Generator<Listed[]> {
  let after: string | null = null
  for (;;) {
    const page: Listed[] = read.list(noun, { ...question, after, limit: PAGE })
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    after = page.at(-1)!.id
  }
}

/** The records of pages, parsed. */
export function parsed<N extends Noun>(
  _noun: N,
  pages: Iterable<readonly { record: string }[]>,
): Generator<RecordOf<N>[]> {
  return mapped(pages, page => page.map(({ record }) => JSON.parse(record) as RecordOf<N>))
}

/** Something made of each page. */
export function* mapped<P, Q>(pages: Iterable<P>, make: (page: P) => Q): Generator<Q> {
  for (const page of pages) yield make(page)
}

/** The same pages, each shown to `see` on its way. */
export function* passing<P>(pages: Iterable<P>, see: (page: P) => void): Generator<P> {
  for (const page of pages) {
    see(page)
    yield page
  }
}

/** Events with their figures, marked where their source replaced them, and their locality. */
export function* eventPages(
  read: Reader,
  at: number,
  pages: Iterable<readonly RecordOf<'event'>[]>,
): Generator<GeojsonEvent[]> {
  for (const events of pages) {
    const localities = found(
      read,
      'locality',
      at,
      events.map(({ locality }) => locality),
    )
    const figures = new Map<string, RecordOf<'figure'>[]>(events.map(({ id }) => [id, []]))
    for (const figure of figuresOf(read, at, [...figures.keys()])) figures.get(figure.event)?.push(figure)
    yield events.map(event => ({
      event,
      figures: figures.get(event.id)!,
      locality: localities.get(event.locality)!,
    }))
  }
}

function figuresOf(read: Reader, at: number, events: readonly string[]) {
  const figures = read
    .timelineFigures(events, { figures: {}, at, retracted: false })
    .map(({ record }) => JSON.parse(record) as RecordOf<'figure'>)
  const ids = figures.map(({ id }) => id)
  return markReplaced(figures, read.timelineRelations('figure', ids, { at }))
}

function found<N extends Noun>(read: Reader, noun: N, at: number, ids: readonly string[]): Map<string, RecordOf<N>> {
  const records = read.findMany(noun, [...new Set(ids)], at)
  return new Map([...records].map(([id, record]) => [id, recordOf(noun, record)]))
}
