import { withParameters } from '../http/links.js'
import * as p from '../http/parameters.js'
import type { Values } from '../http/query.js'
import type { FigureFilters, TimelineQuestion } from '../model/queries.js'
import { terms } from '../model/vocabularies.js'
import { csvParameters } from './format-parameters.js'
import { figureFiltersOf, figureParameters, paging } from './list-queries.js'

/** What a timeline can be asked. */
export const timelineParameters = {
  ...figureParameters,
  from: p.date('Events whose period ends on this date or later.'),
  to: p.date('Events whose period starts on this date or earlier.'),
  scope: p.withDefault(
    p.oneOf(
      ['within', 'exact', 'around'],
      'The place and all below it; itself alone; or also events of places around it, which rows and series tell by their places alone.',
    ),
    'within',
  ),
  as_of: p.asOf('What the service held then: a log number, or a timestamp.'),
  include: p.anyOf(['retracted'], 'Also what was retracted.'),
}

/** How its JSON is laid out. */
export const shapeParameters = {
  shape: p.withDefault(
    p.oneOf(
      ['events', 'rows', 'series'],
      'Nested events; one object per figure; or all stocks and cumulative counts as dated series, not in pages.',
    ),
    'events',
  ),
}

type Asked = Values<typeof timelineParameters & typeof shapeParameters>

/** The question about a locality at a log position, from its start and without an end. */
export function questionOf(values: Asked, locality: string, at: number): TimelineQuestion {
  const figures = figureFiltersOf(values)
  return {
    area: { locality, scope: values.scope },
    from: values.from,
    to: values.to,
    figures: values.shape === 'series' ? { ...figures, basis: inSeries(figures.basis) } : figures,
    at,
    retracted: values.include !== null,
    after: null,
    limit: null,
  }
}

/** Flows never enter a series. */
const inSeries = (basis: NonNullable<FigureFilters['basis']> = terms('basis')) => basis.filter(one => one !== 'flow')

/** Where the reports of a cited timeline are listed with their licences, and the citation in other forms. */
export function citePage(address: string): string {
  return withParameters(
    address,
    parameters => {
      for (const name of OF_FORM) parameters.delete(name)
    },
    own => own.replace(/\/timeline(\.\w+)?$/, '/timeline/cite'),
  )
}

/** Parameters that decide how much of an answer leaves and how it is written, not what it says. */
const OF_FORM = Object.keys({ ...paging, ...csvParameters })

/** What a timeline is called in a citation. */
export const titleOf = ({ name }: { name: string }) => `Timeline of ${name}`
