import { originatorsOf } from '../domain/one-number.js'
import { firstDay } from '../domain/period.js'
import type { Figure, Place } from '../model/figure.js'

type FigureRecord = Figure & { id: string }

/** One figure of a series. `date` is the day at which the number stood: the end of its period, null when not known. */
interface SeriesPoint extends Pick<Figure['value'], 'low' | 'best' | 'high' | 'qualifier' | 'text'> {
  date: string | null
  precision: Figure['period']['precision']
  /** The whole period as EDTF, which also says what is approximate or uncertain. */
  edtf: Figure['period']['edtf']
  figure: string
  event: string
  counts: Figure['counts']
  provisional: boolean
  verification: Figure['verification']
  rank: Figure['rank']
}

/** What one originator said of one measure in one place over time. */
export interface Series {
  /** Source ids; more than one when they said it together, none when nobody is named. */
  originators: string[]
  measure: Figure['measure']
  unit: Figure['unit']
  basis: 'stock' | 'cumulative'
  places: Pick<Place, 'locality' | 'role' | 'extent'>[]
  population: Figure['population']
  /** The day from which a cumulative count runs; null for a stock, or when no day is known. */
  anchor: string | null
  points: SeriesPoint[]
}

/**
 * The stock and cumulative figures as dated series; flows never enter one. A cumulative count that starts again from
 * another day is another series. Points are what was said, ordered by date and figure id: none is interpolated,
 * replaced or left out, so two numbers for one day are two points. A figure without an originator is a series of its
 * own, for nobody can say that the next such figure continues it; and cumulative counts from a day that is not known,
 * be it approximate or known to the month, are one series within one event only, for two such days are not known to be
 * the same.
 */
export function seriesOf(figures: readonly FigureRecord[]): Series[] {
  const series = new Map<string, Series>()
  for (const figure of figures) {
    if (figure.basis === 'flow') continue
    const head = headOf(figure, figure.basis)
    const key = JSON.stringify([...Object.values(head), ownTo(figure, head)])
    const found = series.get(key)
    if (found) found.points.push(pointOf(figure))
    else series.set(key, { ...head, points: [pointOf(figure)] })
  }
  for (const { points } of series.values()) points.sort(byDate)
  return [...series].sort(([a], [b]) => compare(a, b)).map(([, one]) => one)
}

function headOf(figure: FigureRecord, basis: Series['basis']): Omit<Series, 'points'> {
  const { places } = figure
  return {
    originators: originatorsOf(figure).sort(compare),
    measure: figure.measure,
    unit: figure.unit,
    basis,
    places: places
      .map(({ locality, role, extent }) => ({ locality, role, extent }))
      .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
    population: figure.population,
    anchor: basis === 'cumulative' ? firstDay(figure.period) : null,
  }
}

/** What a series is bound to beside its head: the figure, or the event and what is known of the anchor; null: nothing. */
function ownTo({ id, event, period }: FigureRecord, { originators, basis, anchor }: Omit<Series, 'points'>) {
  if (originators.length === 0) return id
  return basis === 'cumulative' && anchor === null ? [event, period.start] : null
}

function pointOf({ id, event, value, period, counts, provisional, verification, rank }: FigureRecord): SeriesPoint {
  const { low, best, high, qualifier, text } = value
  const date = period.end
  const { precision, edtf } = period
  return {
    date,
    precision,
    edtf,
    low,
    best,
    high,
    qualifier,
    text,
    figure: id,
    event,
    counts,
    provisional,
    verification,
    rank,
  }
}

/** By date, the undated last; then by figure id. */
function byDate(a: SeriesPoint, b: SeriesPoint): number {
  if (a.date === b.date) return compare(a.figure, b.figure)
  if (a.date === null || b.date === null) return a.date === null ? 1 : -1
  return compare(a.date, b.date)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
