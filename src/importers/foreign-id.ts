import type { Cells } from './cells.js'
import type { contradicted } from './identity.js'

/** The id that the provider gives a row. Two rows of one id that do not say the same contradict each other. */
export function foreignId(cells: Cells, isContradicted: ReturnType<typeof contradicted>): string {
  cells.required('id')
  const id = cells.code('id')?.toLowerCase() ?? ''
  if (id !== '' && !/^[a-z0-9][a-z0-9._-]{0,99}$/.test(id)) cells.blame('id', 'bad_format', 'id is not an identifier.')
  if (id !== '' && isContradicted(id, cells.row.cells))
    cells.blame('id', 'invalid', 'An earlier row of this file has this id, and says something else.')
  return id
}
