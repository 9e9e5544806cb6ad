import { publishedBy } from '../domain/period.js'
import { shownAt } from '../domain/places.js'
import { entryOf, type MadeEntry, printedBy, type Retraction } from '../domain/timeline.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { TimelineQuestion } from '../model/queries.js'
import type { Reader } from './reader.js'
import { recordOf } from './records.js'
import type { TimelineRecord, TimelineRow } from './timeline.js'

/** The entries of these rows, in their order, and what each contributes to the reasons for not adding. */
export function entriesOf(read: Reader, rows: readonly TimelineRow[], question: TimelineQuestion): MadeEntry[] {
  const ids = rows.map(row => row.event)
  const retracted = new Map<string, Retraction>()
  const events = recordsOf('event', read.timelineEvents(ids, question), retracted)
  const figures = recordsOf('figure', read.timelineFigures(ids, question), retracted)
  const relations = [
    ...read.timelineRelations('event', ids, question),
    ...read.timelineRelations(
      'figure',
      figures.map(({ id }) => id),
      question,
    ),
  ].map(record => JSON.parse(record) as RecordOf<'relation'>)
  const printed = printedReports(read, figures, relations, question)
  const figuresOf = grouped(
    printed ? figures.map(figure => printedBy(figure, printed)) : figures,
    figure => figure.event,
  )
  const stated = printed ? relations.filter(({ report }) => report === null || printed.has(report)) : relations
  const relationsFrom = grouped(stated, relation => `${relation.of} ${relation.from}`)
  const eventOf = new Map(events.map(event => [event.id, event]))
  const area = rows.some(row => row.match === 'figures') ? new Set(read.localitiesIn(question.area, question.at)) : null

  return rows.map(({ event: id, match }) => {
    const all = figuresOf.get(id) ?? []
    const mine = match === 'figures' ? all.filter(figure => shownAt(figure).some(place => area!.has(place))) : all
    return entryOf({
      event: eventOf.get(id)!,
      match,
      figures: mine,
      relations: [`event ${id}`, ...mine.map(figure => `figure ${figure.id}`)].flatMap(
        from => relationsFrom.get(from) ?? [],
      ),
      retracted,
    })
  })
}

function recordsOf<N extends Noun>(
  noun: N,
  rows: readonly TimelineRecord[],
  retracted: Map<string, Retraction>,
): RecordOf<N>[] {
  return rows.map(row => {
    const record = JSON.parse(row.record) as RecordOf<N>
    if (row.state === 'retracted') retracted.set(`${noun} ${record.id}`, { reason: row.reason })
    return record
  })
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** The reports among those cited that were out by the day asked about; null when no day was. */
function printedReports(
  read: Reader,
  figures: readonly RecordOf<'figure'>[],
  relations: readonly RecordOf<'relation'>[],
  { figures: { published_by: day }, at, retracted }: TimelineQuestion,
): Set<string> | null {
  if (day === undefined) return null
  const cited = figures.flatMap(figure => figure.citations.map(({ report }) => report))
  const stated = relations.flatMap(({ report }) => report ?? [])
  const reports = [...read.findMany('report', [...new Set([...cited, ...stated])], at, retracted).values()]
  return new Set(
    reports
      .map(found => recordOf('report', found))
      .filter(({ published }) => published !== null && publishedBy(published) <= day)
      .map(({ id }) => id),
  )
}
