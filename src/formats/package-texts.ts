import type { Citations } from './bibliography.js'
import { type Licence, PACKAGE_TABLES, packageTitle } from './datapackage.js'

/** The texts that go with the tables of the data package. */

const README = `# Annals: dated, sourced displacement and casualty figures

Everything that one Annals service held at one position of its log, as a Frictionless data package
(https://specs.frictionlessdata.io/data-package). datapackage.json describes every column of every file.

TABLES

## Before you use the figures

- **Do not add them up.** A row is one claim by one originator. Several rows may be rival claims about one event, parts of
  one another, or counts of the same people at other times. No sum of \`low\`, \`best\` or \`high\` over rows is a number
  that anybody reported. To compare, keep to one \`event_id\`, \`measure\`, \`unit\` and \`basis\`.
- An empty cell is unknown. Zero is a number that a source said.
- "At most 500" has a \`high\` and no \`best\`; "at least 500" a \`low\`. Read \`qualifier\` with the numbers, and \`text\` for the
  words.
- \`period_start\` and \`period_end\` bound the time that the number covers, both days included. A figure over three days is
  one figure over three days.
- figures.csv shows a figure's first place and first citation; \`citations\` says how many there are. \`originator\` and
  \`spokesperson\` are ids of sources.csv, several joined by \`;\`.
- \`codes\` and \`names\` are JSON.

## How to cite it

CITATION

The figures belong to those who published them: name their reports too (reports.csv). LICENCES.md lists their licences.
`

/** README.md of the package. */
export function packageReadme({ text }: Citations): string {
  const tables = PACKAGE_TABLES.map(table => `- \`${table}.csv\`: ${packageTitle(table)}`).join('\n')
  return README.replace('TABLES', () => tables).replace('CITATION', () => text)
}

/** LICENCES.md of the package: the licences of its reports, as they are recorded. */
export function licenceNote(licences: readonly Licence[]): string {
  const lines = licences.map(({ title, path }) => `- ${title}${path ? `: ${path}` : ''}`)
  return `# Licences

The figures were published by others, and are reproduced here with their sources. Column \`licence\` of reports.csv holds the
licence of each report as it was recorded. A report without one has none that is known: what may be done with its words is
then for its publisher, or the law, to say.

${lines.length > 0 ? `Licences in this package:\n\n${lines.join('\n')}` : 'No report in this package has a recorded licence.'}
`
}

/** CITATION.cff of the package, https://citation-file-format.github.io, version 1.2.0; a JSON string is a YAML string. */
export function citationCff({ csl_json }: Citations): string {
  const { title, version, URL, author } = csl_json
  return `cff-version: 1.2.0
message: Please cite this data package, and the reports that its figures come from.
type: dataset
title: ${JSON.stringify(`Annals: ${title}`)}
authors:
${author.map(({ literal }) => `  - name: ${JSON.stringify(literal)}`).join('\n')}
version: ${JSON.stringify(version)}
url: ${JSON.stringify(URL)}
`
}
