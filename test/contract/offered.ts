import { nouns } from '../../src/model/nouns.js'
import { awkwardLines } from '../support/awkward.js'
import { load, seededDatabase, writing } from '../support/database.js'
import { openService, type ServiceUnderTest } from '../support/service.js'

/** Media types by suffix, as clients name them. */
export const TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  geojson: 'application/geo+json',
  txt: 'text/plain',
  bib: 'application/x-bibtex',
  csl: 'application/vnd.citationstyles.csl+json',
  zip: 'application/zip',
  parquet: 'application/vnd.apache.parquet',
} as const
export type Suffix = keyof typeof TYPES

const TIMELINE = '/v1/localities/iq-ramadi/timeline'

/** The suffixes of every address that answers in several forms. */
export const OFFERED: Readonly<Record<string, readonly Suffix[]>> = {
  ...Object.fromEntries(Object.values(nouns).map(({ plural }) => [`/v1/${plural}`, ['json', 'csv', 'ndjson']])),
  '/v1/events': ['json', 'csv', 'ndjson', 'geojson'],
  [TIMELINE]: ['json', 'csv', 'ndjson', 'geojson', 'txt'],
  '/v1/localities/iq/timeline': ['json', 'csv', 'ndjson', 'geojson', 'txt'],
  [`${TIMELINE}/cite`]: ['json', 'bib', 'csl'],
}

const tables = Object.values(nouns).map(({ plural }) => plural)

/** Every whole export. */
export const EXPORTS: readonly string[] = [
  ...tables.flatMap(table => [`${table}.csv`, `${table}.ndjson`, `${table}.parquet`]),
  'documents.ndjson',
  'events.geojson',
  'annals.zip',
].map(name => `/v1/exports/${name}`)

export const suffixOf = (url: string) => url.slice(url.lastIndexOf('.') + 1) as Suffix

/** Every address that has a suffix. */
export const FILES: readonly string[] = [
  ...Object.entries(OFFERED).flatMap(([path, suffixes]) => suffixes.map(suffix => `${path}.${suffix}`)),
  ...EXPORTS,
]

/** The service over the seed and records that careless formats get wrong. */
export async function awkwardService(t: { teardown(end: () => unknown): unknown }): Promise<ServiceUnderTest> {
  const file = await seededDatabase(t)
  await writing(file, writer => load(writer, awkwardLines))
  return openService(t, file)
}
