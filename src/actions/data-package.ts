import { Readable } from 'node:stream'
import type { Citations } from '../formats/bibliography.js'
import { dataPackage, PACKAGE_TABLES, type PackageTable } from '../formats/datapackage.js'
import { citationCff, licenceNote, packageReadme } from '../formats/package-texts.js'
import { type Written, zip } from '../formats/zip.js'
import { NOUNS, nouns } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { inTurns } from './in-turns.js'
import { collectLicences, noteLicences } from './licences.js'
import { listPages, passing } from './record-pages.js'
import { everything, whole } from './whole.js'

/**
 * Everything as a Frictionless data package in a ZIP archive, written while it is read: the tables, then what is known
 * when they are done. One position of the log and one address of the service give the same bytes.
 */
export function dataPackageZip(read: Reader, at: number, home: string, citation: Citations): Readable {
  const licences = collectLicences(read, at)
  const files: Partial<Record<PackageTable, Written>> = {}
  const text = (name: string, content: () => string) => ({ name, pieces: () => Readable.from([content()]) })

  function table(name: PackageTable) {
    const noun = NOUNS.find(each => nouns[each].plural === name)!
    const pages = listPages(read, noun, everything(at))
    const records = noun === 'report' ? passing(pages, page => noteLicences(licences, noun, page)) : pages
    return {
      name: `${name}.csv`,
      pieces: () => inTurns(whole(read, noun, everything(at), 'csv', {}, records)),
      done: (written: Written) => {
        files[name] = written
      },
    }
  }

  return zip([
    text('README.md', () => packageReadme(citation)),
    text('CITATION.cff', () => citationCff(citation)),
    ...PACKAGE_TABLES.map(table),
    text('LICENCES.md', () => licenceNote(licences.all())),
    text('datapackage.json', () => {
      const descriptor = dataPackage({ revision: at, homepage: home, licences: licences.all(), files })
      return `${JSON.stringify(descriptor, null, 2)}\n`
    }),
  ])
}
