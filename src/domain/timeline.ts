import type { Citation, Figure } from '../model/figure.js'
import type { RecordOf } from '../model/nouns.js'
import { type Envelope, envelopes } from './envelope.js'
import { type Grounds, groundsOf, type Inclusion } from './not-summed.js'
import { orderKey } from './period.js'

type FigureRecord = RecordOf<'figure'>
type RelationRecord = RecordOf<'relation'>

/** What became of a record that is no longer held, where the question asked for those too. */
export interface Retraction {
  reason: string | null
}

/** A figure as a timeline shows it. */
export type TimelineFigure = FigureRecord & {
  /** Printings whose qualifier is not the figure's own. */
  drift: Pick<Citation, 'report' | 'qualifier' | 'text'>[]
  /** What this figure is stated to be to others. */
  relations: RelationRecord[]
  /** The figures of the same originator that it replaced, newest first. */
  history: FigureRecord[]
  /** The figures that replaced it, where none of them is shown of the same event. */
  replaced_by?: string[]
  retracted?: Retraction
}

/** An event as a timeline shows it: its figures side by side, never a number of its own. */
export type TimelineEvent = RecordOf<'event'> & {
  match: 'event' | 'figures' | 'broader'
  envelopes: Envelope[]
  relations: RelationRecord[]
  figures: TimelineFigure[]
  retracted?: Retraction
}

/** A figure, `from`, and one that it replaced. */
export type Replacement = Pick<RelationRecord, 'from' | 'to'>

/** What is known of one event: its figures, and the relations that start at it or at them. */
export interface Materials {
  event: RecordOf<'event'>
  match: TimelineEvent['match']
  figures: FigureRecord[]
  relations: RelationRecord[]
  /** What replaced these figures. */
  replacements: readonly Replacement[]
  /** The steps by which the event and its figures are part of others. */
  part_of: Inclusion[]
  /** The retracted records among these, by noun and id: an event and its figure may have one id. */
  retracted: ReadonlyMap<string, Retraction>
}

/** An event's entry, and the grounds for not adding its figures, to one another or to others. */
export interface MadeEntry {
  entry: TimelineEvent
  grounds: Grounds
}

/** Puts an event's entry together. A number that was replaced is in no envelope and gives no grounds. */
export function entryOf(materials: Materials): MadeEntry {
  const { event, match, relations, replacements, part_of, retracted } = materials
  const present = new Map(materials.figures.map(figure => [figure.id, figure]))
  const [replacedHere, replacedElsewhere] = partition(replacements, ({ from }) => present.has(from))
  const superseded = new Set(replacedHere.map(({ to }) => to))
  const shown = materials.figures.filter(figure => !superseded.has(figure.id)).sort(inOrder)
  const replaced = new Set(replacedElsewhere.map(({ to }) => to))
  const live = shown.filter(({ id }) => !retracted.has(`figure ${id}`) && !replaced.has(id))
  const from = (of: 'event' | 'figure', id: string) =>
    relations.filter(relation => relation.of === of && relation.from === id)

  const entry: TimelineEvent = {
    ...event,
    match,
    envelopes: envelopes(live),
    relations: from('event', event.id),
    figures: shown.map(figure => ({
      ...figure,
      drift: driftOf(figure),
      relations: from('figure', figure.id),
      history: historyOf(figure.id, replacedHere).map(id => present.get(id)!),
      ...(replaced.has(figure.id) ? { replaced_by: newerThan(figure.id, replacedElsewhere) } : {}),
      ...withdrawn(`figure ${figure.id}`, retracted),
    })),
    ...withdrawn(`event ${event.id}`, retracted),
  }
  return { entry, grounds: groundsOf(event.id, live, part_of) }
}

/** The figures of an entry that a row of a table can show: it has no mark for a number that was replaced. */
export const unreplaced = ({ figures }: TimelineEvent): TimelineFigure[] =>
  figures.filter(({ replaced_by }) => replaced_by === undefined)

/** Figures side by side, none in the history of another: those that were replaced name what replaced them. */
export function markReplaced(
  figures: readonly FigureRecord[],
  relations: readonly RelationRecord[],
): (FigureRecord & Pick<TimelineFigure, 'replaced_by'>)[] {
  const newer = new Map<string, Set<string>>()
  for (const { from, to } of replacementsIn(relations)) newer.set(to, (newer.get(to) ?? new Set()).add(from))
  return figures.map(figure => {
    const replaced_by = newer.get(figure.id)
    return replaced_by ? { ...figure, replaced_by: [...replaced_by] } : figure
  })
}

/** The ids of the records that an entry names, each once. The publishers of its reports are named by those. */
export interface Named {
  locality: string[]
  source: string[]
  report: string[]
}

/** What an event's entry names. */
export function namedIn({ locality, relations, figures }: TimelineEvent): Named {
  const all = figures.flatMap(figure => [figure, ...figure.history])
  const stated = [...relations, ...figures.flatMap(figure => figure.relations)]
  const once = (ids: readonly string[]) => [...new Set(ids)]
  return {
    locality: once([locality, ...all.flatMap(({ places }) => places.map(place => place.locality))]),
    source: once(all.flatMap(({ attribution }) => attribution.map(({ source }) => source))),
    report: once([
      ...all.flatMap(({ citations }) => citations.map(({ report }) => report)),
      ...stated.flatMap(({ report }) => report ?? []),
    ]),
  }
}

function withdrawn(key: string, retracted: Materials['retracted']): { retracted?: Retraction } {
  const retraction = retracted.get(key)
  return retraction ? { retracted: retraction } : {}
}

/** What by these relations replaced another. */
export const replacementsIn = (relations: readonly RelationRecord[]) =>
  relations.filter(({ kind }) => kind === 'revises')

/** The ids of all that replaced a figure, each once: several reports may say so. */
const newerThan = (id: string, replacements: readonly Replacement[]) => [
  ...new Set(replacements.flatMap(({ from, to }) => (to === id ? [from] : []))),
]

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter(item => !test(item))]
}

function inOrder(a: FigureRecord, b: FigureRecord): number {
  const [one, other] = [orderKey(a.period), orderKey(b.period)]
  for (const [x, y] of [
    [one.start, other.start],
    [one.end, other.end],
    [a.id, b.id],
  ] as const)
    if (x !== y) return x < y ? -1 : 1
  return 0
}

/** Where printings drift from the figure's own reading, they are listed; the figure stays as it was said. */
function driftOf(figure: Figure): TimelineFigure['drift'] {
  return figure.citations
    .filter(({ qualifier }) => qualifier !== null && qualifier !== figure.value.qualifier)
    .map(({ report, qualifier, text }) => ({ report, qualifier, text }))
}

/** The ids of all that a figure replaced, each before what it replaced itself. */
function historyOf(id: string, replacements: readonly Replacement[]): string[] {
  const oldestFirst = new Set<string>()
  const follow = (newer: string): void => {
    for (const { from, to } of replacements) {
      if (from !== newer || oldestFirst.has(to)) continue
      follow(to)
      oldestFirst.add(to)
    }
  }
  follow(id)
  return [...oldestFirst].reverse()
}

/** Whether one of these reports printed a figure, and did not only repeat or mention it. */
export const isPrinted = ({ citations }: FigureRecord, printed: ReadonlySet<string>): boolean =>
  citations.some(({ role, report }) => role === 'printing' && printed.has(report))

/** A figure as it had been printed by a day: only the citations of reports of that day or before. */
export function printedBy(figure: FigureRecord, printed: ReadonlySet<string>): FigureRecord {
  return { ...figure, citations: figure.citations.filter(({ report }) => printed.has(report)) }
}
