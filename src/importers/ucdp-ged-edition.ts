import type { DraftDocument, FileFacts } from './adapter.js'
import type { Cells } from './cells.js'
import { reportDraft, sourceDraft } from './citing.js'

export const ucdp: DraftDocument<'source'> = sourceDraft('ucdp', {
  name: 'Uppsala Conflict Data Program',
  kind: 'research',
  url: 'https://ucdp.uu.se',
})

/** Columns that came with version 20.1 or that only versions before 18.1 have: a row with one is not of 19.1. */
const NOT_19_1 = ['relid', 'code_status', 'conflict_dset_id', 'dyad_dset_id', 'conflict_id', 'where_description']
/** Version 19.1 covers 1989 to 2018. */
const LAST_YEAR_OF_19_1 = 2018

/**
 * The release that a row was printed in. Rows do not say; a name that UCDP gave the file does, or whoever loads it.
 * Otherwise a row in the columns of 19.1 of a year that it covers is taken for 19.1's, and any other for that of a
 * release unknown.
 */
export function editionOf(facts: FileFacts): (cells: Cells) => DraftDocument<'report'> {
  const said = facts.edition ?? editionNamed(facts.name ?? '')
  if (said) {
    const report = releaseOf(said)
    return () => report
  }
  const [known, unknown] = [releaseOf('19.1'), releaseOf(null)]
  return ({ row, text }) => {
    const year = text('year')
    const covered = year !== null && Number(year) <= LAST_YEAR_OF_19_1
    return covered && !NOT_19_1.some(column => Object.hasOwn(row.cells, column)) ? known : unknown
  }
}

/** `GEDEvent_v25_1.csv` and `GEDEvent_v24_0_3.csv`, in older releases `ged191.csv` and `ged50.csv`. */
function editionNamed(file: string): string | undefined {
  const [, long, short] = /^(?:GEDEvent_v(\d\d?(?:_\d\d?)+)|ged(50|\d{3}))\.\w+$/i.exec(file) ?? []
  return long?.replaceAll('_', '.') ?? short?.replace(/\d$/, '.$&')
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
