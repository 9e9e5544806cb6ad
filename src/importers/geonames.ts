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

const NOTED = ['feature_code', 'cc2', 'admin1_code', 'admin2_code', 'admin3_code', 'admin4_code', 'modification_date']

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
  return { line: row.line, id: `geonames:${id}`, place, parent: parentOf(cells, level) }
}

/**
 * Divisions of today by their feature codes (geonames.org/export/codes.html). Historical countries and sections of one
 * (PCLH, PCLIX) carry the code of a country that is not them.
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
      return DIVISIONS.get(code) ?? null
    case 'P':
      return code === 'PPLX' ? 'neighbourhood' : 'settlement'
    case 'S':
      return 'site'
    default:
      return null
  }
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
 * Where a country has no codes for its second divisions, GeoNames uses their geonameids, and those find districts of
 * other gazetteers too.
 */
function parentOf(cells: Cells, level: Term<'level'>): GazetteerPlace['parent'] {
  if (level === 'country' || level === 'adm1') return null
  const admin2 = level === 'adm2' ? null : cells.text('admin2_code')
  if (admin2 && /^[1-9]\d{4,}$/.test(admin2)) return { scheme: 'geonames', value: admin2 }
  const adm2 = level === 'adm2' ? null : divisionOf(cells, 'adm2')
  if (adm2) return { scheme: 'geonames_adm2', value: adm2 }
  const adm1 = divisionOf(cells, 'adm1')
  return adm1 ? { scheme: 'geonames_adm1', value: adm1 } : null
}
