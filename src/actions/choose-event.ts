import { invalid, Refusal } from '../domain/errors.js'
import { readPeriod } from '../domain/period.js'
import type { FigureInput } from '../model/figure.js'
import { type Found, standingFor } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import { notFound } from './checks.js'

/** The event that a figure names, whether or not it was retracted: where references are followed, that is refused. */
export function namedEvent(tx: Transaction, id: string): Found {
  const event = standingFor(tx.read, 'event', id)
  if (!event) throw invalid(notFound({ noun: 'event', target: id, pointer: '/event' }))
  return event
}

const CANDIDATES = 10

/** The refusal of a figure without an event: what it may be about, the nearest in time first, and how to say so. */
export function eventRequired(tx: Transaction, figure: FigureInput): Refusal {
  const period = readPeriod(figure.period ?? {}, '/period')
  const places = (figure.places ?? []).map(({ locality }) => standingFor(tx.read, 'locality', locality)?.id ?? locality)
  const candidates = tx.read.candidateEvents(places, period, CANDIDATES + 1)
  return new Refusal(
    'event_required',
    'name the event that this figure is about, or describe a new one in `new_event`; figures are never joined to an event for you',
    [{ pointer: '/event', code: 'event_required', detail: 'a figure belongs to exactly one event' }],
    {
      candidates: candidates.slice(0, CANDIDATES).map(record => {
        const { id, title, kind, locality, period } = JSON.parse(record)
        return { id, title, kind, locality, period }
      }),
      more_candidates: candidates.length > CANDIDATES,
      how_to: {
        event: 'the id of one of the candidates, or of any other event',
        new_event: { title: '…', kind: 'conflict', locality: places[0] ?? '…', period: figure.period ?? { edtf: '…' } },
      },
    },
  )
}
