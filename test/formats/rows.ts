import type { Event } from '../../src/model/event.js'
import type { FlatRow } from '../../src/model/flat-row.js'
import type { Locality } from '../../src/model/locality.js'
import type { RecordOf } from '../../src/model/nouns.js'
import type { Report } from '../../src/model/report.js'

/** The flight from Ramadi in April 2015, as The Scotsman printed it. */
export function flatRow(changes: Partial<FlatRow> = {}): FlatRow {
  return {
    figure_id: 'ramadi-exodus',
    event_id: 'ramadi-exodus-2015-04',
    event_title: 'Exodus from Ramadi, April 2015',
    measure: 'displaced',
    basis: 'flow',
    unit: 'person',
    counts: 'unspecified',
    low: null,
    best: null,
    high: 114000,
    qualifier: 'at_most',
    text: 'as many as 114,000',
    period_start: '2015-04-01',
    period_end: '2015-04-30',
    period_precision: 'month',
    period_text: 'April',
    locality_id: 'iq-ramadi',
    locality_name: 'Ramadi',
    country: 'IQ',
    place_role: 'origin',
    place_extent: 'and_surroundings',
    population: 'unknown',
    originator: 'un',
    spokesperson: null,
    publisher: 'the-scotsman',
    report_id: 'scotsman-2015-05-18',
    report_title: '500 killed as Islamic State take Iraqi city Ramadi',
    report_url: 'https://www.scotsman.com/news/world/ramadi',
    published: '2015-05-18',
    excerpt: null,
    citations: 1,
    verification: 'unverified',
    rank: 'normal',
    provisional: false,
    method: 'estimate',
    rev: 1,
    recorded_at: '2026-11-22T10:00:00.000Z',
    sic: false,
    period_edtf: '2015-04',
    period_inferred: false,
    published_inferred: true,
    places: 1,
    ...changes,
  }
}

export function locality(changes: Partial<Locality & { id: string }> = {}): Locality & { id: string } {
  return {
    id: 'iq-ramadi',
    name: 'Ramadi',
    level: 'settlement',
    parent: 'iq',
    names: [],
    codes: { geonames: '98717' },
    point: { lat: 33.42, lon: 43.31 },
    note: null,
    ...changes,
  }
}

export const iraq = locality({ id: 'iq', name: 'Iraq', level: 'country', parent: null, codes: { iso3166_1: 'IQ' } })

export const scotsman: Report & { id: string } = {
  id: 'scotsman-2015-05-18',
  title: '500 killed as Islamic State take Iraqi city Ramadi',
  publisher: 'the-scotsman',
  url: 'https://www.scotsman.com/news/world/ramadi',
  archived_url: null,
  language: 'en',
  published: '2015-05-18',
  published_inferred: true,
  accessed: null,
  licence: null,
  note: null,
}

const april = {
  edtf: '2015-04',
  start: '2015-04-01',
  end: '2015-04-30',
  precision: 'month',
  reading: null,
  text: 'April',
  inferred: false,
} as const

export function event(changes: Partial<Event & { id: string }> = {}): Event & { id: string } {
  return {
    id: 'ramadi-exodus-2015-04',
    title: 'Exodus from Ramadi, April 2015',
    kind: 'conflict',
    locality: 'iq-ramadi',
    period: april,
    codes: {},
    note: null,
    ...changes,
  }
}

export function figure(changes: Partial<RecordOf<'figure'>> = {}): RecordOf<'figure'> {
  return {
    id: 'ramadi-exodus',
    rev: 1,
    recorded_at: '2026-11-22T10:00:00.000Z',
    recorded_by: 'seed',
    event: 'ramadi-exodus-2015-04',
    measure: 'displaced',
    value: { low: null, best: null, high: 114000, qualifier: 'at_most', text: 'as many as 114,000', sic: false },
    attribution: [{ source: 'un', role: 'originator' }],
    citations: [
      {
        report: 'scotsman-2015-05-18',
        role: 'printing' as const,
        excerpt: null,
        text: null,
        qualifier: null,
        locator: null,
      },
    ],
    basis: 'flow',
    unit: 'person',
    counts: 'unspecified',
    period: april,
    places: [{ locality: 'iq-ramadi', role: 'origin', extent: 'and_surroundings', text: null }],
    population: 'unknown',
    breakdown: [],
    method: 'estimate',
    provisional: false,
    verification: 'unverified',
    rank: 'normal',
    note: null,
    ...changes,
  }
}
