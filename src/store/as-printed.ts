import { publishedBy } from '../domain/period.js'
import { isPrinted, printedBy, type Replacement, replacementsIn } from '../domain/timeline.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { TimelineQuestion } from '../model/queries.js'
import type { Reader } from './reader.js'
import { recordOf } from './records.js'

type FigureRecord = RecordOf<'figure'>
type RelationRecord = RecordOf<'relation'>

/** Figures as a question sees them, with their relations and what replaced them. */
interface Seen {
  figures: readonly FigureRecord[]
  relations: readonly RelationRecord[]
  replacements: readonly Replacement[]
}

/** Figures and relations as they had been printed by the day asked about; as they are when no day was. */
export function asPrinted(
  read: Reader,
  figures: readonly FigureRecord[],
  relations: readonly RelationRecord[],
  question: TimelineQuestion,
): Seen {
  const stated = replacementsIn(relations)
  if (question.figures.published_by === undefined) return { figures, relations, replacements: stated }
  const printed = printedAmong(read, figures, relations, question)
  return {
    figures: figures.map(figure => printedBy(figure, printed)),
    relations: relations.filter(relation => isStated(relation, printed)),
    replacements: replacedInPrint(read, stated, question),
  }
}

/**
 * What replaced figures in print, by what is stated to have replaced them. A number that was not printed is passed
 * over: what it replaced was replaced by the next one that was.
 */
function replacedInPrint(read: Reader, stated: readonly RelationRecord[], question: TimelineQuestion): Replacement[] {
  const inPrint: Replacement[] = []
  const passed = new Set<string>()
  for (let open = stated; open.length > 0; ) {
    const newer = found(read, 'figure', idsOf(open), question)
    const printed = printedAmong(read, newer, open, question)
    const shown = new Set(newer.filter(figure => isPrinted(figure, printed)).map(({ id }) => id))
    inPrint.push(...open.filter(relation => shown.has(relation.from) && isStated(relation, printed)))
    const unprinted = open.filter(({ from, to }) => !shown.has(from) && !passed.has(`${from} ${to}`))
    for (const { from, to } of unprinted) passed.add(`${from} ${to}`)
    open = replacementsIn(read.timelineRelations('figure', idsOf(unprinted), question)).flatMap(next =>
      unprinted.filter(({ from }) => from === next.to).map(({ to }) => ({ ...next, to })),
    )
  }
  return inPrint
}

const idsOf = (replacements: readonly Replacement[]) => replacements.map(({ from }) => from)

/** The reports of these records that had been published by the day asked about. */
function printedAmong(
  read: Reader,
  figures: readonly FigureRecord[],
  relations: readonly RelationRecord[],
  question: TimelineQuestion,
): Set<string> {
  const day = question.figures.published_by!
  const cited = figures.flatMap(({ citations }) => citations.map(({ report }) => report))
  const stating = relations.flatMap(({ report }) => report ?? [])
  const published = found(read, 'report', [...cited, ...stating], question).filter(
    ({ published }) => published !== null && publishedBy(published) <= day,
  )
  return new Set(published.map(({ id }) => id))
}

const isStated = ({ report }: RelationRecord, printed: ReadonlySet<string>) => report === null || printed.has(report)

function found<N extends Noun>(
  read: Reader,
  noun: N,
  ids: readonly string[],
  { at, retracted }: TimelineQuestion,
): RecordOf<N>[] {
  const records = read.findMany(noun, [...new Set(ids)], at, retracted)
  return [...records.values()].map(record => recordOf(noun, record))
}
