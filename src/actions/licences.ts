import { type Licence, licencesOf } from '../formats/datapackage.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'

/** Collects the licences of reports as pages of an answer pass. */
export interface Licences {
  /** Notes those of these reports. */
  of(reports: Iterable<RecordOf<'report'>>): void
  /** Notes those of the reports with these ids. */
  named(reports: readonly string[]): void
  /** What was noted, each licence once. */
  all(): Licence[]
}

export function collectLicences(read: Reader, at: number): Licences {
  const found = new Set<string>()
  function of(reports: Iterable<RecordOf<'report'>>) {
    for (const { licence } of reports) if (licence !== null) found.add(licence)
  }
  return {
    of,
    named: ids => of([...read.findMany('report', [...new Set(ids)], at).values()].map(row => recordOf('report', row))),
    all: () => licencesOf([...found]),
  }
}

/** Notes the licences of the reports that records of a noun come from, or of these reports themselves. */
export function noteLicences(licences: Licences, noun: Noun, page: readonly { record: string }[]): void {
  const records = <N extends Noun>(_noun: N) => page.map(({ record }) => JSON.parse(record) as RecordOf<N>)
  if (noun === 'report') licences.of(records(noun))
  if (noun === 'figure') licences.named(records(noun).flatMap(citedBy))
  if (noun === 'relation') licences.named(records(noun).flatMap(({ report }) => report ?? []))
}

/** The ids of the reports that cite a figure. */
export const citedBy = ({ citations }: Pick<RecordOf<'figure'>, 'citations'>): string[] =>
  citations.map(({ report }) => report)
