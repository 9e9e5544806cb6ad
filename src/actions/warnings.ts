import { reachesBeyond } from '../domain/reach.js'
import { bounds } from '../domain/value.js'
import type { Documents, Noun, RecordOf } from '../model/nouns.js'
import { documentOf, type Found, recordOf } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import type { Outcome } from './commands.js'
import { localitiesNamed } from './name-locality.js'

type Warnings = Outcome['warnings']
type Event = Documents['event']
type Figure = Documents['figure']

/**
 * What is worth a word about a record as it now is, never a refusal. `previous` is what it was, if it was; figures of
 * `next` are about to be written, too, and are yet to be spoken of.
 */
export function warningsOf<N extends Noun>(
  tx: Transaction,
  noun: N,
  id: string,
  document: Documents[N],
  previous: Documents[N] | null,
  next: readonly string[] = [],
): Warnings {
  if (noun === 'relation') return dropWarnings(tx, document as Documents['relation'])
  if (noun === 'figure') return strayWarnings(tx, document as Figure)
  if (noun === 'locality') return twinWarnings(tx, id, document as Documents['locality'])
  if (noun === 'event' && previous) return leftWarnings(tx, id, document as Event, previous as Event, next)
  return []
}

/** What a load says again of a record that was retracted does not bring it back. */
export const withdrawnWarnings = ({ state, reason }: Found): Warnings =>
  state === 'retracted' ? [{ code: 'withdrawn', detail: `it was retracted, and stays so: ${reason}` }] : []

/** Localities that answer to one code: perhaps one place, of which each timeline shows a part. */
function twinWarnings(tx: Transaction, id: string, { codes }: Documents['locality']): Warnings {
  const shared = new Map<string, string[]>()
  for (const code of [id, ...Object.entries(codes).map(([scheme, value]) => `${scheme}:${value}`)])
    for (const other of localitiesNamed(tx.read, code))
      if (other !== id) shared.set(other, [...(shared.get(other) ?? []), code])
  return [...shared].map(([other, both]) => ({
    code: 'shared_code',
    detail: `the locality ${other} answers to ${both.join(', ')}, too; if they are one place, a curator may merge them`,
  }))
}

/** A replaced number that came down. */
function dropWarnings(tx: Transaction, { kind, from, to }: Documents['relation']): Warnings {
  if (kind !== 'revises') return []
  const [now, before] = [from, to].map(id => bounds(documentOf('figure', tx.read.find('figure', id)!).value))
  const dropped = (['low', 'high'] as const).filter(end => (now![end] ?? Infinity) < (before![end] ?? -1))
  return dropped.length === 0
    ? []
    : [{ code: 'drop', detail: `${from} is lower than ${to}, which it revises (${dropped.join(' and ')})` }]
}

/** A figure of days that its event does not have. `from` and `to` of a timeline go by events. */
function strayWarnings(tx: Transaction, figure: Figure): Warnings {
  const event = documentOf('event', tx.read.find('event', figure.event)!)
  if (!reachesBeyond(figure, event.period)) return []
  return [
    {
      code: 'beyond_event',
      detail: `the period of the figure reaches beyond that of its event ${figure.event}, by which timelines are asked for days`,
    },
  ]
}

/** Figures keep the period and the places that they were written with, also those that they took from their event. */
function leftWarnings(tx: Transaction, id: string, event: Event, previous: Event, next: readonly string[]): Warnings {
  const moved = event.locality !== previous.locality
  if (!moved && event.period.start === previous.period.start && event.period.end === previous.period.end) return []
  const figures = figuresOf(tx, id).filter(figure => !next.includes(figure.id))
  const stay = figures.filter(({ places }) => moved && places.some(({ locality }) => locality === previous.locality))
  return [
    ...named('place_kept', `figures stay where the event was, at ${previous.locality}`, stay),
    ...beyond(id, event, figures),
  ]
}

/** The figures of an event whose days it does not have. */
export const beyondWarnings = (tx: Transaction, id: string, event: Event): Warnings =>
  beyond(id, event, figuresOf(tx, id))

function beyond(id: string, { period }: Event, figures: readonly RecordOf<'figure'>[]): Warnings {
  const found = figures.filter(figure => reachesBeyond(figure, period))
  return named('beyond_event', `the periods of figures reach beyond that of the event ${id}`, found)
}

const figuresOf = (tx: Transaction, event: string): RecordOf<'figure'>[] =>
  tx.read
    .referrers('event', event)
    .filter(({ noun }) => noun === 'figure')
    .map(({ id }) => recordOf('figure', tx.read.find('figure', id)!))

/** As many figures as a warning names. */
const MOST = 20

function named(code: string, detail: string, figures: readonly RecordOf<'figure'>[]): Warnings {
  if (figures.length === 0) return []
  const ids = figures.slice(0, MOST).map(({ id }) => id)
  const more = figures.length > MOST ? ` and ${figures.length - MOST} more` : ''
  return [{ code, detail: `${detail}: ${ids.join(', ')}${more}` }]
}
