import { codeId } from '../domain/place-ids.js'
import type { BrokenRow, ForeignRow, GazetteerAdapter, GazetteerPlace, PlaceHint } from './adapter.js'
import { cellsOf } from './cells.js'
import { country } from './countries.js'
import { isTags } from './hxl-tags.js'
import { asName, asNote } from './wording.js'

const ESSENTIAL = ['Location', 'Admin Level', 'P-Code', 'Name', 'Parent P-Code']
const LEVELS = { 1: 'adm1', 2: 'adm2', 3: 'adm3' } as const

/** OCHA's global list of P-codes, as HDX publishes it. A country's own P-code there is its ISO alpha-3 code. */
export const pcodes: GazetteerAdapter = {
  kind: 'places',
  name: 'pcodes',
  title: 'OCHA P-codes',
  container: 'csv',
  needs: ESSENTIAL,
  read,
}

function read(row: ForeignRow): GazetteerPlace | BrokenRow | null {
  const cells = cellsOf(row)
  if (isTags(Object.values(row.cells))) return null
  const code = cells.required('P-Code')
  // its name says so too
  if (code === 'Unspecified') return null
  const name = asName(cells.required('Name'))
  const alpha3 = cells.required('Location')
  const level = LEVELS[cells.required('Admin Level') as unknown as keyof typeof LEVELS]
  if (!level) cells.blame('Admin Level', 'not_in_list', 'Admin Level is 1, 2 or 3.')
  const parent = cells.text('Parent P-Code')
  const land = country(null, alpha3 || null)
  if (cells.problems.length > 0 || !land) return { line: row.line, problems: cells.problems }

  const nation: PlaceHint = { ...land, codes: { ...land.codes, pcode: alpha3 } }
  const place: PlaceHint = {
    name,
    level,
    codes: { pcode: code },
    names: [],
    parents: [nation],
    point: null,
    note: asNote([['Valid from date', cells.text('Valid from date')]]),
  }
  return {
    line: row.line,
    id: codeId('pcode', code),
    place,
    containers: parent === null ? [] : [{ level: null, codes: { pcode: parent } }],
  }
}
