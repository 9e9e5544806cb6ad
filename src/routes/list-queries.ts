import * as p from '../http/parameters.js'
import { query, type Values } from '../http/query.js'
import { NOUNS, type Noun } from '../model/nouns.js'
import type { Area, FigureFilters, Filters } from '../model/queries.js'
import { RELATION_KINDS } from '../model/relation.js'
import { csvParameters, tableParameters } from './format-parameters.js'

const SCOPES = ['within', 'exact'] as const

export const USUAL_LIMIT = 100

export const paging = {
  limit: p.withDefault(p.integer('How many to answer, 1 to 1000.', { min: 1, max: 1000 }), USUAL_LIMIT),
  cursor: p.text('Where the page starts: from `next` of the page before.', { max: 2048 }),
}

/** The same where other formats are whole: there, nobody may ask for a page. */
export const jsonPaging = {
  ...paging,
  limit: p.integer(`How many to answer in a page, 1 to 1000; ${USUAL_LIMIT} if left out.`, { min: 1, max: 1000 }),
}

/** Parameters that every list takes. */
const common = {
  ...jsonPaging,
  ...tableParameters,
  as_of: p.asOf('What the service held then: a log number, or a timestamp.'),
  include: p.anyOf(['retracted'], 'Also records that were retracted or merged.'),
  updated_since: p.asOf('Only records changed after this log number or time.'),
}

const window = {
  from: p.date('Periods that end on this date or later.'),
  to: p.date('Periods that start on this date or earlier.'),
}

const area = {
  locality: p.text('A locality: its id, or a code such as geonames:98717.'),
  scope: p.withDefault(p.oneOf(SCOPES, 'The locality and all below it, or itself alone.'), 'within'),
}

/** The filters on figures that lists and timelines share. */
export const figureParameters = {
  measure: p.termsOf('measure', 'What is counted.'),
  basis: p.termsOf('basis', 'Flow, stock or cumulative.'),
  unit: p.termsOf('unit', 'People, households or dwellings.'),
  population: p.termsOf('population', 'Whom the figure covers.'),
  verification: p.termsOf('verification', 'What a curator found.'),
  rank: p.termsOf('rank', 'What a curator chose.'),
  source: p.ids('Sources that the figure is attributed to in any role.'),
  originator: p.ids('Sources whose number it is.'),
  published_by: p.date('Only what had been printed by this date.'),
}

const parameters = {
  locality: {
    ...common,
    q: p.text('A name in any spelling and script; best matches first.', { max: 200 }),
    code: p.text('A code such as geonames:98717.', { max: 200 }),
    parent: p.id('Directly below this locality.'),
    level: p.termsOf('level', 'Of these levels.'),
    bbox: p.box('Within west,south,east,north in degrees.'),
  },
  source: { ...common, kind: p.termsOf('source_kind', 'Of these kinds.'), parent: p.id('Part of this source.') },
  report: {
    ...common,
    publisher: p.ids('Published by these sources.'),
    from: p.date('Published on this date or later.'),
    to: p.date('Published on this date or earlier.'),
  },
  event: {
    ...common,
    ...area,
    ...window,
    kind: p.termsOf('event_kind', 'Of these kinds.'),
    code: p.text('A code such as glide:… or ucdp:….', { max: 200 }),
  },
  figure: {
    ...common,
    ...area,
    ...window,
    ...figureParameters,
    ...csvParameters,
    published_by: p.date('Figures that had been printed by this date, each as it stands, with later printings.'),
    event: p.ids('Of these events.'),
    report: p.ids('Cited from these reports.'),
    publisher: p.ids('Cited from reports of these publishers.'),
  },
  relation: {
    ...common,
    of: p.anyOf(['event', 'figure'], 'Between events, or between figures.'),
    kind: p.anyOf(RELATION_KINDS, 'Of these kinds.'),
    asserted_by: p.termsOf('asserted_by', 'Who states it.'),
    event: p.id('At either end.'),
    figure: p.id('At either end.'),
  },
}

/** The query of each noun's list. */
export const listQueries = Object.fromEntries(NOUNS.map(noun => [noun, query(parameters[noun])])) as {
  [N in Noun]: ReturnType<typeof query<(typeof parameters)[N]>>
}

const NOT_FILTERS: ReadonlySet<string> = new Set([
  ...Object.keys(common),
  ...Object.keys(csvParameters),
  'q',
  'locality',
  'scope',
  'bbox',
])

/** A list's filters as the store takes them. `locality` is the id that the parameter of this name stands for. */
export function filtersOf<N extends Noun>(values: Values<(typeof parameters)[N]>, locality: string | null): Filters[N] {
  const given = Object.entries(values).filter(([name, value]) => value !== null && !NOT_FILTERS.has(name))
  const { scope, bbox } = values as { scope?: Area['scope']; bbox?: p.Box | null }
  return {
    ...Object.fromEntries(given),
    ...(locality === null ? {} : { area: { locality, scope } }),
    ...(bbox ? { bbox: [bbox.west, bbox.south, bbox.east, bbox.north] } : {}),
  } as Filters[N]
}

/** The filters on figures among a question's parameters; absent ones are left out. */
export function figureFiltersOf(values: Values<typeof figureParameters>): FigureFilters {
  const given = Object.keys(figureParameters).map(name => [name, values[name as keyof typeof figureParameters]])
  return Object.fromEntries(given.filter(([, value]) => value !== null)) as FigureFilters
}
