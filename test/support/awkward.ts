import type { SeedLine } from './database.js'

const FORMULA = '=HYPERLINK("https://x.example","click")'
const figure = (own: object) => ({
  event: 'awkward',
  measure: 'displaced',
  attribution: [{ source: 'awkward', role: 'originator' }],
  citations: [{ report: 'awkward' }],
  ...own,
})
const cumulative = (start: string, end: string, best: number) =>
  figure({ basis: 'cumulative', value: { best, qualifier: 'exactly' }, period: { start, end } })

const records: Record<string, Record<string, object>> = {
  locality: {
    'awkward-site': {
      name: FORMULA,
      level: 'site',
      parent: 'iq',
      names: [{ text: 'مخيم', lang: 'ar', kind: 'official' }],
    },
    'awkward-camp': { name: 'Camp, "North"', level: 'site', parent: 'awkward-site', point: { lat: -0.5, lon: 179.25 } },
  },
  source: {
    awkward: { name: '@Comma, "quote"', kind: 'ngo', note: 'Two, "quoted"\nlines' },
    another: { name: "'Anah", kind: 'media', parent: 'awkward' },
  },
  report: {
    awkward: { title: '+SUM(A1:A9)', publisher: 'awkward', published: '2016', licence: 'CC BY-SA 3.0' },
    undated: { title: '-1', publisher: 'another', licence: 'Ask, "first"' },
  },
  event: {
    awkward: { title: 'Null, zero and "most"', kind: 'crisis', locality: 'awkward-site', period: { edtf: '2016-02' } },
    'awkward-open': {
      title: 'Without an end',
      kind: 'disaster',
      locality: 'awkward-camp',
      period: { edtf: '2016-01-05/..' },
      codes: { glide: 'FL-2016-000001-IRQ' },
    },
  },
  figure: {
    'awkward-zero': figure({ value: { best: 0, qualifier: 'exactly', text: '0' }, citations: [{ report: 'undated' }] }),
    'awkward-most': figure({ value: { high: Number.MAX_SAFE_INTEGER, qualifier: 'at_most' } }),
    'awkward-words': figure({ value: { qualifier: 'vague', text: '=hundreds, "many"\nmore' }, unit: 'household' }),
    'awkward-sic': figure({
      value: { low: 10, best: 5, high: 20, qualifier: 'between', sic: true },
      measure: 'killed',
    }),
    'awkward-unknown': figure({ value: { best: 7, qualifier: 'approximately' }, period: { precision: 'unknown' } }),
    'awkward-stock': figure({
      event: 'awkward-open',
      basis: 'stock',
      value: { low: 6000, high: 8000, qualifier: 'between' },
      period: { edtf: '2016-02-29' },
      attribution: [
        { source: 'awkward', role: 'originator' },
        { source: 'another', role: 'originator' },
        { source: 'un', role: 'spokesperson' },
      ],
    }),
    'awkward-count-1': cumulative('2016-01-01', '2016-01-31', 100),
    'awkward-count-2': cumulative('2016-01-01', '2016-02-10', 140),
    'awkward-count-3': cumulative('2016-02-15', '2016-02-20', 30),
  },
  relation: {
    awkward: {
      of: 'figure',
      kind: 'part_of',
      from: 'awkward-zero',
      to: 'awkward-most',
      asserted_by: 'source',
      report: 'awkward',
      excerpt: '"of whom"',
    },
  },
}

/**
 * Records that a careless format gets wrong: zero beside null, the largest count, words that a spreadsheet would run,
 * quotes and line breaks in cells, open and unknown periods, a place without a point, a count that starts again. They
 * refer to the seed.
 */
export const awkwardLines = Object.entries(records).flatMap(([noun, of]) =>
  Object.entries(of).map(([id, document]) => ({ noun, id, document })),
) as SeedLine[]
