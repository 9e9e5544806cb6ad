import type { Inputs, Noun } from '../../src/model/nouns.js'

/** One document of each noun with every member that it may have, which the seeded service accepts. */
export const full: { readonly [N in Noun]: Inputs[N] } = {
  locality: {
    name: 'Tameem',
    level: 'neighbourhood',
    parent: 'iq-ramadi',
    names: [{ text: 'التأميم', lang: 'ar', kind: 'official' }],
    codes: { pcode: 'TEST-1' },
    point: { lat: 33.42, lon: 43.27 },
    note: 'A neighbourhood of Ramadi.',
  },
  source: {
    name: 'Anbar Police',
    kind: 'government',
    parent: 'government-of-iraq',
    url: 'https://police.example/',
    reliability: 'medium',
    note: 'Of the governorate.',
  },
  report: {
    title: 'A report on Ramadi',
    publisher: 'the-scotsman',
    url: 'https://news.example/ramadi',
    archived_url: 'https://archive.example/ramadi',
    language: 'en',
    published: '2015-05-18',
    published_inferred: false,
    accessed: '2026-01-05T10:00:00Z',
    licence: 'CC BY 4.0',
    note: 'As printed.',
  },
  event: {
    title: 'Shelling of Ramadi',
    kind: 'conflict',
    locality: 'iq-ramadi',
    period: { start: '2015-05-10', end: '2015-05-11', reading: 'within', text: '10 and 11 May', inferred: true },
    codes: { glide: 'OT-2015-000001-IRQ' },
    note: 'Before the fall.',
  },
  figure: {
    event: 'ramadi-fall-2015-05',
    measure: 'killed',
    value: { low: 5, best: 7, high: 9, qualifier: 'between', text: '5 to 9', sic: false },
    attribution: [{ source: 'un', role: 'originator' }],
    citations: [
      { report: 'scotsman-2015-05-18', excerpt: '5 to 9 died', text: '5 to 9', qualifier: 'between', locator: 'p. 1' },
    ],
    basis: 'flow',
    unit: 'person',
    counts: 'unspecified',
    period: { edtf: '2015-05-16', reading: 'within', text: 'on 16 May', inferred: false },
    places: [{ locality: 'iq-ramadi', role: 'incident', extent: 'part_of', text: 'in the centre' }],
    population: 'civilian',
    breakdown: [{ dimension: 'sex', category: 'women', low: 1, best: 2, high: 3 }],
    method: 'count',
    provisional: true,
    verification: 'unverified',
    rank: 'normal',
    note: 'A test.',
  },
  relation: {
    of: 'event',
    kind: 'distinct_from',
    from: 'ramadi-flight-2015-05',
    to: 'ramadi-casualties-2015-05',
    asserted_by: 'curator',
    report: 'scotsman-2015-05-18',
    excerpt: 'not to be confused',
    note: 'A test.',
  },
}

/** A figure with its event in it: the one shape that `full` cannot show beside `event`. */
export const withNewEvent = (): Inputs['figure'] => {
  const { event: _, ...figure } = full.figure
  return { ...figure, new_event: { id: 'a-new-event', ...full.event } }
}
