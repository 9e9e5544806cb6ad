import { FLAT_COLUMNS, FLAT_NAMES, type FlatRow } from '../model/flat-row.js'
import type { ListQuestion } from '../model/queries.js'
import { all } from './filters.js'
import { CELLS, countries, type InTree, othersAt, placesAt, treeAt } from './flat-tables.js'
import { asked, documentJoin } from './lists.js'
import type { Prepare } from './statements.js'

const FLAGS = FLAT_NAMES.flatMap((column, i) => (FLAT_COLUMNS[column] === 'flag' ? [i] : []))
const COUNTRY = FLAT_NAMES.indexOf('country')

type Cells = (string | number | boolean | null)[]

export function openFlatReader(prepare: Prepare) {
  return {
    /**
     * The flat rows of all figures that match, by id, in pages: what `toFlatRow` makes of the documents, from the index
     * alone. Read by key, so that a slow reader holds no transaction open.
     */
    *flatPages(question: ListQuestion<'figure'>, size: number): Generator<FlatRow[]> {
      const { at } = question
      const where = all(asked('figure', question))
      const [others, places] = [othersAt(at), placesAt(at)]
      const page = prepare<Cells>(
        `SELECT ${FLAT_NAMES.map(column => CELLS[column]).join(', ')} FROM figure v ${documentJoin(where)} ${others.sql} ${places.sql}
         WHERE v.id > ? AND ${where.sql} ORDER BY v.id LIMIT +?`,
      ).raw()
      const tree = treeAt(at)
      const one = prepare<InTree>(`${tree.sql} AND l.id = ?`)
      const countryOf = countries(locality => one.get(...tree.values, locality))
      for (let after = ''; ; ) {
        const rows = page.all(...others.values, ...places.values, after, ...where.values, size)
        after = String(rows.at(-1)?.[0])
        if (rows.length > 0) yield rows.map(cells => rowOf(cells, countryOf))
        if (rows.length < size) return
      }
    },
  }
}

function rowOf(cells: Cells, countryOf: (locality: string) => string | null): FlatRow {
  cells[COUNTRY] = countryOf(String(cells[COUNTRY]))
  for (const i of FLAGS) cells[i] = cells[i] === 1
  const row: Record<string, Cells[number]> = {}
  for (let i = 0; i < FLAT_NAMES.length; i++) row[FLAT_NAMES[i]!] = cells[i]!
  return row as FlatRow
}
