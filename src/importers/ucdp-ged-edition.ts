import type { DraftDocument, FileFacts } from './adapter.js'
import { reportDraft, sourceDraft } from './citing.js'

export const ucdp: DraftDocument<'source'> = sourceDraft('ucdp', {
  name: 'Uppsala Conflict Data Program',
  kind: 'research',
  url: 'https://ucdp.uu.se',
})

/** Columns that came with version 20.1 or that only versions before 18.1 have: a file with one is not 19.1. */
const NOT_19_1 = ['relid', 'code_status', 'conflict_dset_id', 'dyad_dset_id', 'conflict_id', 'where_description']
/** Version 19.1 covers 1989 to 2018. */
const LAST_YEAR_OF_19_1 = 2018

/**
 * The release that a row was printed in. Rows do not say; a file's name does (GEDEvent_v25_1.csv), or whoever loads it.
 * Otherwise a file in the columns of 19.1 without a later year is taken for 19.1, and any other for a release unknown.
 */
export function editionOf(
  header: readonly string[],
  facts: FileFacts,
): (year: string | null) => DraftDocument<'report'> {
  const said =
    facts.edition ?? /ged\w*?_?v?(?<!\d)(\d{2}[._]\d+(?:[._]\d+)*)/i.exec(facts.name ?? '')?.[1]?.replaceAll('_', '.')
  if (said) {
    const report = releaseOf(said)
    return () => report
  }
  const layoutOf191 = !NOT_19_1.some(column => header.includes(column))
  const [known, unknown] = [releaseOf('19.1'), releaseOf(null)]
  return year => (layoutOf191 && Number(year) <= LAST_YEAR_OF_19_1 ? known : unknown)
}

function releaseOf(edition: string | null): DraftDocument<'report'> {
  const version = edition === null ? null : /^(\d+)(?:\.\d+)*$/.exec(edition)
  // From 17.1 on, the number before the point is the year of publication.
  const published = version && Number(version[1]) >= 17 ? `20${version[1]}` : null
  return reportDraft(version ? `ucdp-ged-${edition}` : 'ucdp-ged', {
    title: `UCDP Georeferenced Event Dataset (GED)${version ? ` Global version ${edition}` : ', version not stated'}`,
    publisher: ucdp.id,
    url: 'https://ucdp.uu.se/downloads/',
    language: 'en',
    published,
    licence: 'CC BY 4.0',
  })
}
