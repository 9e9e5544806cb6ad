import type { Draft } from '../../importers/adapter.js'
import type { Inputs } from '../../model/nouns.js'
import type { Transaction } from '../../store/writer.js'
import { draftedFigures, NUMBERS, saidElse, standingFigure } from './drafted-figures.js'
import type { RowWriter } from './row-writer.js'

/**
 * Finds which of the records that stand a row is, of rows that nothing but their numbers tells apart. Adapters count
 * them off in their order, but the next edition may leave one out or have them in another order. So a row is the one
 * that stands with its numbers; else the one of its place, with a warning where it might as well correct another.
 */
export function alikeRows(writer: Pick<RowWriter, 'warn'>) {
  /** Where a row is not that of its place: by what the rows share, and their places in the file, which they are. */
  const moved = new Map<string, Map<number, number>>()

  return (tx: Transaction, draft: Draft): Draft => {
    const { alike, documents } = draft
    const event = documents.find(({ noun }) => noun === 'event')
    if (alike === undefined || !event) return draft
    const place = event.id === alike ? 1 : Number(event.id.slice(alike.length + 1))
    const others = moved.get(alike)
    const taken = new Set(Array.from({ length: place - 1 }, (_, i) => others?.get(i + 1) ?? i + 1))
    const free = standingOf(tx, alike, place).filter(number => !taken.has(number))
    const figures = free.length > 0 ? draftedFigures(documents) : []
    const isSame = (number: number) =>
      figures.every(({ id, said }) => {
        const standing = standingFigure(tx, renamed(id, event.id, numbered(alike, number)))
        return standing !== undefined && saidElse(standing, said, NUMBERS).length === 0
      })
    const same = free.includes(place) && isSame(place) ? place : free.find(isSame)
    const number = same ?? (taken.has(place) ? (free[0] ?? unused(taken)) : place)
    const id = numbered(alike, number)
    if (same === undefined && free.length > 1 && free.includes(number))
      writer.warn({
        noun: 'event',
        id,
        code: 'one_of_several',
        detail: `it takes the row's numbers; nothing tells whether they correct it or ${free
          .filter(other => other !== number)
          .map(other => numbered(alike, other))
          .join(', ')}`,
      })
    if (others || number !== place) moved.set(alike, (others ?? new Map<number, number>()).set(place, number))
    return number === place ? draft : withId(draft, event.id, id)
  }
}

const numbered = (alike: string, number: number) => (number === 1 ? alike : `${alike}-${number}`)

/** The numbers at which an event stands, or stood. One that was refused when it was new leaves a gap. */
function standingOf({ read }: Transaction, alike: string, place: number): number[] {
  const standing: number[] = []
  for (let number = 1, stands = true; stands || number <= place + 1; number++) {
    stands = read.find('event', numbered(alike, number)) !== undefined
    if (stands) standing.push(number)
  }
  return standing
}

function unused(taken: ReadonlySet<number>): number {
  let number = 1
  while (taken.has(number)) number += 1
  return number
}

/** An id of the event `from`, or of what belongs to it, for the event `to`. */
const renamed = (id: string, from: string, to: string) =>
  id === from || id.startsWith(`${from}:`) ? to + id.slice(from.length) : id

function withId(draft: Draft, from: string, to: string): Draft {
  const documents = draft.documents.map(made => {
    if (made.noun !== 'event' && made.noun !== 'figure') return made
    const id = renamed(made.id, from, to)
    return made.noun === 'event'
      ? { ...made, id }
      : { ...made, id, document: { ...(made.document as Inputs['figure']), event: to } }
  })
  return { ...draft, documents }
}
