import * as p from '../http/parameters.js'
import type { Values } from '../http/query.js'
import type { TimelineQuestion } from '../model/queries.js'
import { figureFiltersOf, figureParameters } from './list-queries.js'

/** What a timeline can be asked. */
export const timelineParameters = {
  ...figureParameters,
  from: p.date('Events whose period ends on this date or later.'),
  to: p.date('Events whose period starts on this date or earlier.'),
  scope: p.withDefault(
    p.oneOf(
      ['within', 'exact', 'around'],
      'The place and all below it; itself alone; or also events of places around it.',
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
      'Nested events; one object per figure; or dated series of stocks and cumulative counts.',
    ),
    'events',
  ),
}

/** The question about a locality at a log position, from its start and without an end. */
export function questionOf(values: Values<typeof timelineParameters>, locality: string, at: number): TimelineQuestion {
  return {
    area: { locality, scope: values.scope },
    from: values.from,
    to: values.to,
    figures: figureFiltersOf(values),
    at,
    retracted: values.include !== null,
    after: null,
    limit: null,
  }
}

/** What a timeline is called in a citation. */
export const titleOf = ({ name }: { name: string }) => `Timeline of ${name}`
