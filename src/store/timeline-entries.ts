import { inclusionsOf } from '../domain/not-summed.js'
import { shownAt } from '../domain/places.js'
import { entryOf, type MadeEntry, type Retraction } from '../domain/timeline.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { TimelineQuestion } from '../model/queries.js'
import { asPrinted } from './as-printed.js'
import type { Reader } from './reader.js'
import type { TimelineRecord, TimelineRow } from './timeline.js'

/** The entries of these rows, in their order, and what each contributes to the reasons for not adding. */
export function entriesOf(read: Reader, rows: readonly TimelineRow[], question: TimelineQuestion): MadeEntry[] {
  const ids = rows.map(row => row.event)
  const retracted = new Map<string, Retraction>()
  const events = recordsOf('event', read.timelineEvents(ids, question), retracted)
  const figures = recordsOf('figure', read.timelineFigures(ids, question), retracted)
  const relations = relationsOf(read, ids, figures, question)
  const printed = asPrinted(read, figures, relations, question)
  const figuresOf = grouped(printed.figures, ({ event }) => event)
  const relationsFrom = grouped(printed.relations, ({ of, from }) => `${of} ${from}`)
  const replacing = grouped(printed.replacements, ({ to }) => to)
  const eventOf = new Map(events.map(event => [event.id, event]))
  const area = rows.some(row => row.match === 'figures') ? new Set(read.localitiesIn(question.area, question.at)) : null

  return rows.map(({ event: id, match }) => {
    const all = figuresOf.get(id) ?? []
    const mine = match === 'figures' ? all.filter(figure => shownAt(figure).some(place => area!.has(place))) : all
    const own = [`event ${id}`, ...mine.map(figure => `figure ${figure.id}`)]
    return entryOf({
      event: eventOf.get(id)!,
      match,
      figures: mine,
      relations: own.flatMap(record => relationsFrom.get(record) ?? []),
      replacements: mine.flatMap(figure => replacing.get(figure.id) ?? []),
      part_of: inclusionsOf(own, relationsFrom),
      retracted,
    })
  })
}

/** The relations of these events and figures, and what is stated of the wholes that they are part of, each once. */
function relationsOf(
  read: Reader,
  events: readonly string[],
  figures: readonly RecordOf<'figure'>[],
  question: TimelineQuestion,
): RecordOf<'relation'>[] {
  const all = new Map<string, RecordOf<'relation'>>()
  const ids = { event: events, figure: figures.map(({ id }) => id) }
  for (const of of ['event', 'figure'] as const) {
    const own = read.timelineRelations(of, ids[of], question)
    const wholes = own.flatMap(({ kind, to }) => (kind === 'part_of' ? [to] : []))
    const above = wholes.length === 0 ? [] : read.timelineWholes(of, wholes, question)
    for (const relation of [...own, ...above]) all.set(relation.id, relation)
  }
  return [...all.values()]
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
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
