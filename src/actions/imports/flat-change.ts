import { unescapeExcel } from '../../formats/csv.js'
import type { FlatColumn, FlatRow } from '../../model/flat-row.js'
import type { Documents, Inputs } from '../../model/nouns.js'

type Figure = Documents['figure']
type Input = Inputs['figure']
type Cells = Readonly<Record<string, unknown>>

/** What the service derives, or what belongs to another record: a row does not change a figure by it. */
const OTHERS: ReadonlySet<string> = new Set<FlatColumn>([
  'rev',
  'recorded_at',
  'citations',
  'places',
  'country',
  'event_title',
  'publisher',
  'report_title',
  'report_url',
  'published',
  'published_inferred',
])

/**
 * A cell as far as it says something. Whether the apostrophe before a formula is ours nobody knows once a spreadsheet
 * has saved the file again, with a byte order mark or without one: it changes nothing.
 */
export const spoken = (cell: unknown) => (cell === null || cell === undefined ? '' : unescapeExcel(String(cell)))

/** The columns in which a row says something else than the figure's own row does. */
export function differing(cells: Cells, row: FlatRow): ReadonlySet<string> {
  const named = spoken(cells.locality_id) === ''
  const columns = Object.keys(cells).filter(
    column => !OTHERS.has(column) && spoken(cells[column]) !== spoken(row[column as FlatColumn]),
  )
  // a name beside an id is for the eye; alone, it is what the row says of the place
  return new Set(columns.filter(column => (column === 'locality_name') === named || !column.startsWith('locality_')))
}

const OWN = [
  'measure',
  'basis',
  'unit',
  'counts',
  'population',
  'method',
  'provisional',
  'verification',
  'rank',
] as const
const VALUE = ['low', 'best', 'high', 'qualifier', 'text', 'sic'] as const
const PERIOD = ['edtf', 'start', 'end', 'precision', 'text', 'inferred'] as const

/**
 * A figure as the row of its first citation would have it. A row holds one place, one citation, no breakdown and no note;
 * what it does not hold, or leaves out, stays as it is.
 */
export function changedBy(figure: Figure, row: Input, columns: ReadonlySet<string>): Input {
  const taken = <M extends string>(members: readonly M[], from: Partial<Record<M, unknown>>, prefix = '') =>
    Object.fromEntries(
      members.filter(member => columns.has(prefix + member)).map(member => [member, from[member] ?? null]),
    )
  return {
    ...figure,
    ...taken(OWN, row),
    ...(columns.has('event_id') ? { event: row.event } : {}),
    value: { ...figure.value, ...endsOf(figure, row), ...taken(VALUE, row.value) },
    period: periodOf(figure, row, taken(PERIOD, row.period ?? {}, 'period_')),
    places: placesOf(figure, row, columns),
    attribution: attributionOf(figure, row, columns),
    citations: citationsOf(figure, row, columns),
  } as Input
}

/** The ends of `exactly` are its best (domain/value.ts), so that only those count which the row itself gives. */
const endsOf = ({ value: { qualifier } }: Figure, { value: { low = null, high = null } }: Input) =>
  qualifier === 'exactly' ? { low, high } : {}

/** A period of other dates is written in them alone; how it was written or worked out before no longer says the same. */
function periodOf({ period }: Figure, row: Input, taken: Partial<Record<string, unknown>>): Input['period'] {
  if (Object.keys(taken).length === 0) return period
  const { edtf, start, end, precision, text, reading } = period
  const moved = ['edtf', 'start', 'end'].some(member => member in taken)
  const inferred = moved ? (row.period?.inferred ?? false) : period.inferred
  const kept = { text, reading, inferred }
  if (taken.edtf) return { ...kept, ...taken }
  return { start, end, ...kept, ...(moved ? {} : { edtf, precision }), ...taken }
}

function placesOf({ places }: Figure, row: Input, columns: ReadonlySet<string>): Input['places'] {
  const [first, ...others] = places
  const said = row.places?.[0]
  if (!said) return places
  const moved = columns.has('locality_id') || columns.has('locality_name')
  const role = columns.has('place_role') || !first ? said.role : first.role
  const extent = columns.has('place_extent') || !first ? said.extent : first.extent
  const here = moved || !first ? { locality: said.locality, role, extent } : { ...first, role, extent }
  return [here, ...others] as Input['places']
}

function attributionOf({ attribution }: Figure, row: Input, columns: ReadonlySet<string>): Input['attribution'] {
  const said = (['originator', 'spokesperson'] as const).filter(role => columns.has(role))
  if (said.length === 0) return attribution
  const isSaid = (role: string) => (said as readonly string[]).includes(role)
  return [...row.attribution.filter(({ role }) => isSaid(role)), ...attribution.filter(({ role }) => !isSaid(role))]
}

function citationsOf({ citations }: Figure, row: Input, columns: ReadonlySet<string>): Input['citations'] {
  const [first, ...others] = citations
  const excerpt = row.citations[0]?.excerpt ?? null
  return columns.has('excerpt') ? [{ ...first!, excerpt }, ...others] : citations
}
