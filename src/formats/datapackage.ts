import { FLAT_COLUMNS, type FlatColumn } from '../model/flat-row.js'
import { RELATION_KINDS } from '../model/relation.js'
import { ID_PATTERN, MAX_COUNT } from '../model/schema.js'
import { terms, type Vocabulary } from '../model/vocabularies.js'

/** A field of a table schema, https://specs.frictionlessdata.io/table-schema. */
export interface Field {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'object' | 'array'
  trueValues?: string[]
  falseValues?: string[]
  constraints?: Readonly<Record<string, unknown>>
}

interface ForeignKey {
  fields: string
  reference: { resource: string; fields: string }
}

interface Table {
  title: string
  fields: Field[]
  primaryKey: string
  foreignKeys: ForeignKey[]
}

/** The tables of the package, each a CSV file of the same name. */
export type PackageTable = 'figures' | 'events' | 'localities' | 'sources' | 'reports' | 'relations'

export interface PackageInput {
  /** The position of the log that the package was made from. */
  revision: number
  /** The address of the service. */
  homepage?: string
  /** The licences of the reports in it. */
  licences: readonly Licence[]
  /** Size and SHA-256 (hex) of each file, where they are known. */
  files?: Partial<Record<PackageTable, { bytes: number; sha256: string }>>
}

export interface Licence {
  name: string
  title: string
  path?: string
}

const id = (name: string): Field => ({
  name,
  type: 'string',
  constraints: { required: true, unique: true, pattern: ID_PATTERN },
})
const text = (name: string): Field => ({ name, type: 'string' })
const words = (name: string): Field => ({ name, type: 'string', constraints: { required: true } })
const ref = (name: string): Field => ({ name, type: 'string', constraints: { pattern: ID_PATTERN } })
const date = (name: string): Field => ({ name, type: 'date' })
const count = (name: string): Field => ({ name, type: 'integer', constraints: { minimum: 0, maximum: MAX_COUNT } })
const flag = (name: string): Field => ({ name, type: 'boolean', trueValues: ['true'], falseValues: ['false'] })
const term = (name: string, list: Vocabulary): Field => ({ name, type: 'string', constraints: { enum: terms(list) } })
const degrees = (name: string, most: number): Field => ({
  name,
  type: 'number',
  constraints: { minimum: -most, maximum: most },
})
const key = (fields: string, resource: string): ForeignKey => ({ fields, reference: { resource, fields: 'id' } })

const FLAT_TERMS: Partial<Record<FlatColumn, Vocabulary>> = {
  measure: 'measure',
  basis: 'basis',
  unit: 'unit',
  counts: 'counts',
  qualifier: 'qualifier',
  period_precision: 'precision',
  place_role: 'place_role',
  place_extent: 'extent',
  population: 'population',
  verification: 'verification',
  rank: 'rank',
  method: 'method',
}

/** The columns of every file but figures.csv are these, in this order; `codes` and `names` are JSON. */
const TABLES: Readonly<Record<PackageTable, Table>> = {
  figures: {
    title: 'Figures, one row per claim of one originator. Figures of separate events are never to be added.',
    fields: Object.entries(FLAT_COLUMNS).map(([name, kind]) => flatField(name as FlatColumn, kind)),
    primaryKey: 'figure_id',
    // originator and spokesperson hold several ids where several spoke, so no key can be declared for them.
    foreignKeys: [
      key('event_id', 'events'),
      key('locality_id', 'localities'),
      key('report_id', 'reports'),
      key('publisher', 'sources'),
    ],
  },
  events: {
    title: 'Events: what happened, where and when. They own no number.',
    fields: [
      id('id'),
      words('title'),
      term('kind', 'event_kind'),
      ref('locality'),
      text('period_edtf'),
      date('period_start'),
      date('period_end'),
      term('period_precision', 'precision'),
      text('period_text'),
      { name: 'codes', type: 'object' },
      text('note'),
    ],
    primaryKey: 'id',
    foreignKeys: [key('locality', 'localities')],
  },
  localities: {
    title: 'Places in a tree.',
    fields: [
      id('id'),
      words('name'),
      term('level', 'level'),
      ref('parent'),
      degrees('lat', 90),
      degrees('lon', 180),
      { name: 'codes', type: 'object' },
      { name: 'names', type: 'array' },
      text('note'),
    ],
    primaryKey: 'id',
    foreignKeys: [key('parent', '')],
  },
  sources: {
    title: 'People and organisations that say or publish things.',
    fields: [
      id('id'),
      words('name'),
      term('kind', 'source_kind'),
      ref('parent'),
      text('url'),
      term('reliability', 'reliability'),
      text('note'),
    ],
    primaryKey: 'id',
    foreignKeys: [key('parent', '')],
  },
  reports: {
    title: 'Publications. `published` is a day, a month, a year or a timestamp.',
    fields: [
      id('id'),
      words('title'),
      ref('publisher'),
      text('url'),
      text('archived_url'),
      text('language'),
      text('published'),
      flag('published_inferred'),
      text('accessed'),
      text('licence'),
      text('note'),
    ],
    primaryKey: 'id',
    foreignKeys: [key('publisher', 'sources')],
  },
  relations: {
    title: 'Statements between two events or between two figures. `of` says which.',
    fields: [
      id('id'),
      { name: 'of', type: 'string', constraints: { required: true, enum: ['event', 'figure'] } },
      {
        name: 'kind',
        type: 'string',
        constraints: { required: true, enum: RELATION_KINDS },
      },
      ref('from'),
      ref('to'),
      term('asserted_by', 'asserted_by'),
      ref('report'),
      text('excerpt'),
      text('note'),
    ],
    primaryKey: 'id',
    // from and to lead to events or figures, by `of`, so no key can be declared for them.
    foreignKeys: [key('report', 'reports')],
  },
}

function flatField(name: FlatColumn, kind: (typeof FLAT_COLUMNS)[FlatColumn]): Field {
  const list = FLAT_TERMS[name]
  if (list) return term(name, list)
  if (name === 'figure_id') return id(name)
  if (kind === 'count') return count(name)
  if (kind === 'flag') return flag(name)
  if (kind === 'date') return date(name)
  return text(name)
}

/** The tables of the package, in order. */
export const PACKAGE_TABLES = Object.keys(TABLES) as PackageTable[]

/** What one file of the package holds. */
export const packageTitle = (table: PackageTable): string => TABLES[table].title

/** The fields of one file of the package, in order. */
export function packageFields(table: PackageTable): readonly Field[] {
  return TABLES[table].fields
}

/** The columns of one file of the package, in order. */
export function packageColumns(table: PackageTable): string[] {
  return TABLES[table].fields.map(field => field.name)
}

/** The descriptor of the data package, datapackage.json, https://specs.frictionlessdata.io/data-package. */
export function dataPackage({ revision, homepage, licences, files = {} }: PackageInput) {
  return {
    profile: 'tabular-data-package',
    name: 'annals',
    title: 'Annals: dated, sourced displacement and casualty figures',
    description:
      'Figures as reported, each with its source. They describe separate events and rival claims: do not add them.',
    version: `${revision}`,
    ...(homepage ? { homepage } : {}),
    ...(licences.length > 0 ? { licenses: licences } : {}),
    resources: PACKAGE_TABLES.map(name => resource(name, files[name])),
  }
}

function resource(name: PackageTable, file: { bytes: number; sha256: string } | undefined) {
  const { title, fields, primaryKey, foreignKeys } = TABLES[name]
  return {
    profile: 'tabular-data-resource',
    name,
    title,
    path: `${name}.csv`,
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    ...(file ? { bytes: file.bytes, hash: `sha256:${file.sha256}` } : {}),
    dialect: { delimiter: ',', lineTerminator: '\r\n', quoteChar: '"', doubleQuote: true, header: true },
    schema: { fields, missingValues: [''], primaryKey, foreignKeys },
  }
}

const CREATIVE_COMMONS = /^CC[ -](BY(?:-(?:SA|NC|ND|NC-SA|NC-ND))?)[ -](\d\.\d)$/i

/**
 * Licences as they are recorded ("CC BY 4.0"), as a data package lists them: those that can be named by a known id with
 * their address, others as they stand.
 */
export function licencesOf(licences: readonly string[]): Licence[] {
  return [...new Set(licences)].sort().map(title => {
    if (/^CC0([ -]1\.0)?$/i.test(title)) {
      return { name: 'CC0-1.0', title, path: 'https://creativecommons.org/publicdomain/zero/1.0/' }
    }
    const [, kind, version] = CREATIVE_COMMONS.exec(title) ?? []
    if (!kind || !version)
      return { name: title.replace(/[^-a-zA-Z0-9._]+/g, '-').replace(/^-|-$/g, '') || 'other', title }
    return {
      name: `CC-${kind.toUpperCase()}-${version}`,
      title,
      path: `https://creativecommons.org/licenses/${kind.toLowerCase()}/${version}/`,
    }
  })
}
