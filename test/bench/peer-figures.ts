/** How a database says JSON. */
export interface Words {
  object: string
  list: string
  /** JSON that another part of the statement made. */
  json: (made: string) => string
}

export const SQLITE: Words = { object: 'json_object', list: 'json_group_array', json: made => `json(${made})` }
export const POSTGRES: Words = { object: 'json_build_object', list: 'json_agg', json: made => made }

/** The figures of an event `e` of the plain tables with their reports, as JSON that SQL builds. */
export const figuresOf = ({ object, list }: Words) => `(
  SELECT ${list}(${object}('id', f.id, 'measure', f.measure, 'basis', f.basis, 'unit', f.unit, 'counts', f.counts,
    'value', ${object}('low', f.low, 'best', f.best, 'high', f.high, 'qualifier', f.qualifier, 'text', f.text),
    'start', f.starts, 'end', f.ends, 'precision', f.period_precision, 'period_text', f.period_text, 'population', f.population,
    'place', ${object}('locality', f.locality, 'role', f.place_role, 'extent', f.place_extent),
    'originator', f.originator, 'verification', f.verification, 'rank', f.rank, 'method', f.method,
    'citation', ${object}('report', r.id, 'title', r.title, 'url', r.url, 'published', r.published, 'publisher', r.publisher,
      'excerpt', f.excerpt)))
  FROM figure f JOIN report r ON r.id = f.report WHERE f.event = e.id)`
