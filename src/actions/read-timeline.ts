import { notSummed } from '../domain/not-summed.js'
import { publishedBy } from '../domain/period.js'
import { shownAt } from '../domain/places.js'
import { entryOf, type MadeEntry, namedIn, printedBy, type Retraction, type TimelineEvent } from '../domain/timeline.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'
import type { TimelineRecord, TimelineRow } from '../store/timeline.js'

/** A page of a timeline: the events, and every record that they name. */
export interface TimelinePage {
  /** The log position that the answer was made from. */
  revision: number
  events: TimelineEvent[]
  not_summed: ReturnType<typeof notSummed>
  localities: Map<string, RecordOf<'locality'>>
  sources: Map<string, RecordOf<'source'>>
  reports: Map<string, RecordOf<'report'>>
  number_matched: number
  /** Figures left out of a question about publication because no report of theirs is dated. */
  undated_figures: number | null
  /** The last entry, when there are more. */
  next: TimelineKey | null
}

/** Reads a page of a locality's timeline. Nothing in it is added up. */
export function readTimeline(read: Reader, question: TimelineQuestion): TimelinePage {
  return read.snapshot(() => {
    const head = read.head().seq
    const revision = Math.min(question.at, head)
    const rows = read.timelinePage({ ...question, limit: question.limit && question.limit + 1 }, head)
    const more = question.limit !== null && rows.length > question.limit
    const page = more ? rows.slice(0, -1) : rows
    const made = entriesOf(read, page, question)
    const events = made.map(({ entry }) => entry)
    const last = page.at(-1)
    return {
      revision,
      events,
      not_summed: notSummed(made.flatMap(({ facts }) => facts)),
      ...recordsNamed(read, events, question),
      number_matched: read.timelineCount(question, head),
      undated_figures: question.figures.published_by === undefined ? null : read.undatedFigures(question),
      next: more && last ? { start: last.start, end: last.end, event: last.event } : null,
    }
  })
}

const PAGE = 500

/** All pages of a timeline from `after` on, each read when it is asked for. */
export function* timelinePages(read: Reader, question: TimelineQuestion): Generator<TimelinePage> {
  let { after } = question
  do {
    const page = readTimeline(read, { ...question, after, limit: PAGE })
    yield page
    after = page.next
  } while (after)
}

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

/** Every locality, source and report that the entries name, once, in the order of their ids. */
function recordsNamed(read: Reader, events: readonly TimelineEvent[], { at, retracted }: TimelineQuestion) {
  const found = <N extends Noun>(noun: N, ids: readonly string[]): Map<string, RecordOf<N>> => {
    const records = read.findMany(noun, [...new Set(ids)].sort(), at, retracted)
    return new Map([...records].map(([id, record]) => [id, recordOf(noun, record)]))
  }
  const named = events.map(namedIn)
  const reports = found(
    'report',
    named.flatMap(({ report }) => report),
  )
  const publishers = [...reports.values()].map(({ publisher }) => publisher)
  return {
    localities: found(
      'locality',
      named.flatMap(({ locality }) => locality),
    ),
    sources: found('source', [...named.flatMap(({ source }) => source), ...publishers]),
    reports,
  }
}
