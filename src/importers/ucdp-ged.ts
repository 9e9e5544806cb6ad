import { outOfOrder } from '../domain/value.js'
import type { PeriodInput } from '../model/period.js'
import type { Term } from '../model/vocabularies.js'
import type { Draft, DraftDocument, FigureAdapter, ForeignRow } from './adapter.js'
import { type Cells, cellsOf, isNoData } from './cells.js'
import { foreignId } from './foreign-id.js'
import { contradicted } from './identity.js'
import { editionOf, ucdp } from './ucdp-ged-edition.js'
import { placeOf } from './ucdp-ged-places.js'
import { articlesOf } from './ucdp-ged-sources.js'
import { asName, asNote, asProse } from './wording.js'

/** Columns that every edition has, whatever else they rename. */
const ESSENTIAL = ['id', 'type_of_violence', 'where_prec', 'date_prec', 'date_start', 'date_end', 'best', 'low', 'high']

/** Version 5.0 and those before it. */
const SYNONYMS = { best: 'best_est', low: 'low_est', high: 'high_est' }

/** Columns whose content the documents hold in other members, or that repeat others. */
const HELD = new Set([
  ...['id', 'type_of_violence', 'dyad_name', 'side_a', 'side_b', 'date_start', 'date_end', 'low', 'best', 'high'],
  ...['deaths_a', 'deaths_b', 'deaths_civilians', 'deaths_unknown', 'where_coordinates'],
  ...['country', 'country_id', 'iso3', 'geom_wkt', 'year', 'start_year', 'end_year'],
  ...Object.values(SYNONYMS),
  ...['number_of_sources', 'source_original', 'source_article', 'source_office', 'source_date', 'source_headline'],
])

/** The columns of divisions, one of which may be the place itself. */
const DIVISIONS: Readonly<Record<string, Term<'level'>>> = { adm_1: 'adm1', adm_2: 'adm2' }

/**
 * UCDP Georeferenced Event Dataset: one event and one figure a row. Rules are cited from the UCDP GED Codebook,
 * version 19.1 (Högbladh 2019, Uppsala University), which later versions keep.
 */
export const ucdpGed: FigureAdapter = {
  kind: 'figures',
  name: 'ucdp-ged',
  title: 'UCDP Georeferenced Event Dataset (GED)',
  container: 'csv',
  needs: ESSENTIAL,
  synonyms: SYNONYMS,
  open: (_header, _secondRow, facts) => {
    const edition = editionOf(facts ?? {})
    const isContradicted = contradicted()
    return row => draft(row, edition, isContradicted)
  },
}

function draft(
  row: ForeignRow,
  edition: ReturnType<typeof editionOf>,
  isContradicted: ReturnType<typeof contradicted>,
): Draft | null {
  const cells = cellsOf(row)
  if (isNoData(row)) return null
  const id = foreignId(cells, isContradicted)
  const kind = kindOf(cells)
  const period = periodOf(cells)
  const value = valueIn(cells)
  const breakdown = breakdownOf(cells)
  const place = placeOf(cells)
  const release = edition(cells)
  const articles = articlesOf(cells)
  const { problems } = cells
  if (problems.length > 0 || !id || !kind || !period || !value || !place) {
    return { line: row.line, places: {}, documents: [], problems }
  }

  const text = asProse(cells.text('where_coordinates'))
  const event: DraftDocument<'event'> = {
    noun: 'event',
    id: `ucdp-ged:${id}`,
    document: {
      title: titleOf(cells, period),
      kind,
      locality: 'place',
      period,
      codes: { ucdp: id },
      // a place may be found elsewhere than in the divisions that the row names, or in one of another name
      note: asNote(cells.besides(HELD).filter(([column]) => place.hint.level !== DIVISIONS[column])),
    },
    ifAbsent: false,
  }
  const figure: DraftDocument<'figure'> = {
    noun: 'figure',
    id: `ucdp-ged:${id}`,
    document: {
      event: event.id,
      measure: 'killed',
      value: { ...value, ...(outOfOrder(value, breakdown) ? { sic: true } : {}) },
      attribution: [{ source: ucdp.id, role: 'originator' }],
      // The number as printed is UCDP's; the articles are what UCDP worked it out from.
      citations: [
        {
          report: release.id,
          locator: `id ${id}`,
          excerpt: asProse(articles.unread),
        },
        ...articles.reports.map(report => ({ report: report.id, role: 'basis' as const })),
      ],
      places: [{ locality: 'place', role: 'incident', extent: place.extent, text }],
      population: populationOf(cells),
      breakdown,
      method: 'estimate',
      note: asNote([
        ['source_original', cells.text('source_original')],
        ['number_of_sources', numberOfSources(cells.text('number_of_sources'))],
      ]),
    },
    ifAbsent: false,
  }
  const documents = [ucdp, ...articles.sources, release, ...articles.reports, event, figure]
  return { line: row.line, places: { place: place.hint }, documents, problems }
}

/** type_of_violence: 1 state-based conflict, 2 non-state conflict, 3 one-sided violence. */
function kindOf(cells: Cells): Term<'event_kind'> | null {
  const type = cells.required('type_of_violence') && cells.code('type_of_violence')
  if (type === '1' || type === '2') return 'conflict'
  if (type === '3') return 'violence'
  if (type) cells.blame('type_of_violence', 'not_in_list', 'type_of_violence is 1, 2 or 3.')
  return null
}

/**
 * date_prec: 1 the day is known, 2 a range of 2 to 6 days, 3 the week, 4 the month or 8 to 30 days, 5 up to a year.
 * The printed days stay. event_clarity: 1 one event at an unknown time in them, 2 a sum of several over them.
 */
function periodOf(cells: Cells): PeriodInput | null {
  const start = cells.required('date_start') && cells.day('date_start')
  const end = cells.required('date_end') && cells.day('date_end')
  const precision = cells.code('date_prec')
  const stated = { 1: null, 2: null, 3: 'week', 4: 'month', 5: 'year' } as const
  if (precision !== null && !Object.hasOwn(stated, precision))
    cells.blame('date_prec', 'not_in_list', 'date_prec is 1 to 5.')
  if (!start || !end) return null
  if (start > end) cells.blame('date_end', 'bad_date', `date_end is before date_start, ${start}.`)
  const clarity = cells.code('event_clarity')
  const reading = { 1: 'within', 2: 'throughout' } as const
  if (clarity !== null && !Object.hasOwn(reading, clarity))
    cells.blame('event_clarity', 'not_in_list', 'event_clarity is 1 or 2.')
  return {
    start,
    end,
    precision: stated[precision as unknown as keyof typeof stated] ?? null,
    reading: start === end ? null : (reading[clarity as unknown as keyof typeof reading] ?? null),
  }
}

interface Numbers {
  low: number | null
  best: number | null
  high: number | null
}

function valueIn(cells: Cells): (Numbers & { qualifier: Term<'qualifier'> }) | null {
  const count = (end: keyof Numbers) => cells.count(end in cells.row.cells ? end : SYNONYMS[end])
  const numbers = { low: count('low'), best: count('best'), high: count('high') }
  const { low, best, high } = numbers
  if (low !== null && high !== null) return { ...numbers, qualifier: 'between' }
  if (low === null && high === null && best !== null) return { ...numbers, qualifier: 'unqualified' }
  if (cells.problems.length === 0) cells.blame('best', 'missing', 'low and high, or best alone, are needed.')
  return null
}

type Part = { dimension: 'population'; category: string; best: number }

/** The four columns as they are called; a zero is kept, an empty cell is no part. */
function breakdownOf(cells: Cells): Part[] {
  const categories = {
    deaths_a: named('deaths_a', cells.text('side_a')),
    deaths_b: named('deaths_b', cells.text('side_b')),
    deaths_civilians: 'deaths_civilians',
    deaths_unknown: 'deaths_unknown',
  }
  return Object.entries(categories).flatMap(([column, category]) => {
    const best = cells.count(column)
    return best === null ? [] : [{ dimension: 'population', category, best }]
  })
}

const named = (column: string, side: string | null) => (side === null ? column : asName(`${column}: ${side}`))

/**
 * Who the dead are, as far as the parts say. One-sided violence is by definition against civilians, except for dead
 * of unknown status. Dead of several fighting sides without civilians are no value of ours: the breakdown tells.
 */
function populationOf(cells: Cells): Term<'population'> {
  const [a, b, civilians, unknown] = ['deaths_a', 'deaths_b', 'deaths_civilians', 'deaths_unknown'].map(cells.count)
  if (unknown !== 0) return civilians && (a || b) ? 'mixed' : 'unknown'
  if (cells.code('type_of_violence') === '3' && !a && !b) return 'civilian'
  if (civilians) return a || b ? 'mixed' : 'civilian'
  const [dead, ...others] = [a && cells.text('side_a'), b && cells.text('side_b')].filter(side => side)
  if (!dead || others.length > 0) return 'unknown'
  return /^Government of /.test(String(dead)) ? 'military' : 'armed_group'
}

function titleOf(cells: Cells, { start, end }: PeriodInput): string {
  const who = cells.text('dyad_name') ?? [cells.text('side_a'), cells.text('side_b')].filter(Boolean).join(' - ')
  const where = cells.text('where_coordinates') ?? cells.text('country')
  const when = start === end ? start : `${start} to ${end}`
  return asName([who, where, when].filter(Boolean).join(', '))
}

/** -1 and 0 are different statements: the codebook gives -1 to events coded before sources were counted. */
function numberOfSources(text: string | null): string | null {
  if (text === '-1') return '-1 (not recorded)'
  return text === '0' ? '0 (none)' : text
}
