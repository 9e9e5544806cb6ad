import type { Term } from '../model/vocabularies.js'
import type { BrokenRow, ForeignRow, GazetteerAdapter, GazetteerPlace, PlaceHint } from './adapter.js'
import { type Cells, cellsOf } from './cells.js'
import { country } from './countries.js'
import { namesOf } from './gazetteer-names.js'
import { asName, asNote } from './wording.js'

/** The columns of GeoNames' dumps (download.geonames.org/export/dump/readme.txt), which have no header. */
const COLUMNS = [
  ...['geonameid', 'name', 'asciiname', 'alternatenames', 'latitude', 'longitude', 'feature_class', 'feature_code'],
  ...['country_code', 'cc2', 'admin1_code', 'admin2_code', 'admin3_code', 'admin4_code', 'population', 'elevation'],
  ...['dem', 'timezone', 'modification_date'],
]

const NOTED = [
  ...['feature_code', 'cc2', 'admin1_code', 'admin2_code', 'admin3_code', 'admin4_code'],
  ...['dem', 'timezone', 'modification_date'],
]

/** GeoNames: cities500 and the other dumps of its main table. Mountains, rivers and the like are no localities. */
export const geonames: GazetteerAdapter = {
  kind: 'places',
  name: 'geonames',
  title: 'GeoNames',
  container: 'tsv',
  columns: COLUMNS,
  needs: [],
  detects: header =>
    header.length === COLUMNS.length &&
    (header[0] === COLUMNS[0] || (/^\d+$/.test(header[0] ?? '') && /^[AHLPRSTUV]$/.test(header[6] ?? ''))),
  read,
}

function read(row: ForeignRow): GazetteerPlace | BrokenRow | null {
  const cells = cellsOf(row)
  const id = cells.required('geonameid')
  if (id !== '' && !/^\d+$/.test(id)) cells.blame('geonameid', 'bad_format', 'geonameid is not a number.')
  const name = asName(cells.required('name'))
  const point = cells.point('latitude', 'longitude')
  if (cells.problems.length > 0) return { line: row.line, problems: cells.problems }
  const level = levelOf(cells)
  if (level === null) return null

  const land = country(null, cells.text('country_code'))
  const own = { geonames: id }
  const place: PlaceHint = {
    name,
    level,
    codes: level === 'country' && land ? { ...own, ...land.codes } : { ...own, ...divisionCode(cells, level) },
    names: namesOf(name, [
      { text: cells.text('asciiname'), lang: null, kind: 'transliteration' },
      // Of every script and language, and not labelled with either.
      ...(cells.text('alternatenames')?.split(',') ?? []).map(text => ({ text, lang: null, kind: 'alias' as const })),
    ]),
    parents: land && level !== 'country' ? [land] : [],
    point,
    note: asNote([
      ...NOTED.map(column => [column, cells.text(column)] as const),
      // GeoNames writes 0 where it does not know.
      ...(['population', 'elevation'] as const).map(c => [c, cells.text(c) === '0' ? null : cells.text(c)] as const),
    ]),
  }
  return { line: row.line, id: `geonames:${id}`, place, containers: containersOf(cells, level) }
}

/**
 * Divisions of today by their feature codes (geonames.org/export/codes.html). Historical countries (PCLH) carry the code
 * of a country that is not them.
 */
const DIVISIONS: ReadonlyMap<string, Term<'level'>> = new Map(
  Object.entries<Term<'level'>>({
    PCL: 'country',
    PCLD: 'country',
    PCLF: 'country',
    PCLI: 'country',
    PCLS: 'country',
    ADM1: 'adm1',
    ADM2: 'adm2',
    ADM3: 'adm3',
  }),
)

function levelOf(cells: Cells): Term<'level'> | null {
  const code = cells.text('feature_code') ?? ''
  switch (cells.text('feature_class')) {
    case 'A':
      return code === 'PCLIX' && hasOwnCode(cells) ? 'country' : (DIVISIONS.get(code) ?? null)
    case 'P':
      return code === 'PPLX' ? 'neighbourhood' : 'settlement'
    case 'S':
      return 'site'
    default:
      return null
  }
}

/**
 * Whether a section of a country (PCLIX) has an ISO 3166-1 code of its own, as Åland has, and not that of the country: a
 * name of it is the one that ISO has for the code.
 */
function hasOwnCode(cells: Cells): boolean {
  const code = country(null, cells.text('country_code'))?.codes.iso3166_1
  const names = [cells.text('name'), cells.text('asciiname'), ...(cells.text('alternatenames')?.split(',') ?? [])]
  return code !== undefined && names.some(name => country(name, null)?.codes.iso3166_1 === code)
}

/** How other rows name this division: by country and GeoNames' own codes. */
function divisionCode(cells: Cells, level: Term<'level'>): Record<string, string> {
  if (level !== 'adm1' && level !== 'adm2') return {}
  const code = divisionOf(cells, level)
  return code ? { [`geonames_${level}`]: code } : {}
}

function divisionOf(cells: Cells, level: 'adm1' | 'adm2'): string | null {
  const columns = level === 'adm1' ? ['country_code', 'admin1_code'] : ['country_code', 'admin1_code', 'admin2_code']
  const codes = columns.map(column => cells.text(column))
  // 00 stands for a division that GeoNames does not know.
  return codes.every(code => code !== null && code !== '00') ? codes.join('.') : null
}

/**
 * The divisions that the row names. Where a country has no codes for its second ones, GeoNames uses their geonameids,
 * and those find districts of other gazetteers too; but a number may be a code as well, as Brazil's are.
 */
function containersOf(cells: Cells, level: Term<'level'>): GazetteerPlace['containers'] {
  if (level === 'country' || level === 'adm1') return []
  const [adm1, adm2] = [divisionOf(cells, 'adm1'), divisionOf(cells, 'adm2')]
  const admin2 = cells.text('admin2_code') ?? ''
  const codes = {
    ...(adm2 ? { geonames_adm2: adm2 } : {}),
    ...(/^[1-9]\d{4,}$/.test(admin2) ? { geonames: admin2 } : {}),
  }
  return [
    ...(level !== 'adm2' && Object.keys(codes).length > 0 ? [{ level: 'adm2' as const, codes }] : []),
    ...(adm1 ? [{ level: 'adm1' as const, codes: { geonames_adm1: adm1 } }] : []),
  ]
}
