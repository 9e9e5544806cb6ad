import { figureCells } from '../../domain/flat-cells.js'
import { cleanText } from '../../domain/text.js'
import type { FlatColumn } from '../../model/flat-row.js'
import type { Documents, Inputs } from '../../model/nouns.js'
import { spoken } from './flat-change.js'
import { otherwise } from './row-warnings.js'

type Figure = Documents['figure']
type Input = Inputs['figure']
type Cells = Readonly<Record<string, unknown>>

/**
 * Which of a figure's citations a row is, by its report; -1 if none. A row that does not name its figure corrects no
 * words: in other words of the same report it is another printing.
 */
export function printingOf({ citations, value }: Figure, row: Input, { figure_id, text }: Cells): number {
  const { report } = row.citations[0]!
  const said = spoken(figure_id) === '' ? cleanText(spoken(text), '/value/text', { name: false }) : null
  const words = (i: number) => spoken(i === 0 ? value.text : citations[i]!.text)
  return citations.findIndex((cited, i) => cited.report === report && (said === null || said === words(i)))
}

const PRINTED = ['excerpt', 'text', 'qualifier'] as const

/** A figure's citations with what a row says of its printing: of the one that it is, or of a further one. */
export function citationsWith(figure: Figure, row: Input, which: number, cells: Cells): Input['citations'] {
  const { citations, value } = figure
  const { report, excerpt = null } = row.citations[0]!
  const { qualifier, text = null } = row.value
  const said = { excerpt, text, qualifier }
  const standing = citations[which]
  if (!standing) return [...citations, { report, ...said }]
  const words = { ...standing, qualifier: standing.qualifier ?? value.qualifier }
  const changed = PRINTED.filter(member => member in cells && spoken(cells[member]) !== spoken(words[member]))
  return citations.with(which, {
    ...standing,
    ...Object.fromEntries(changed.map(member => [member, said[member]])),
  })
}

/** What one printing has of its own, or is derived. */
const BESIDE: ReadonlySet<string> = new Set<FlatColumn>([
  'report_id',
  'excerpt',
  'text',
  'qualifier',
  'citations',
  'places',
])

/**
 * In which cells a row that is only a printing says something else than the figure that stands; `said` is the figure
 * that the row would make. What it leaves out contradicts nothing.
 */
export function saidOtherwise(figure: Figure, said: Figure, cells: Cells): string[] {
  const [stands, says] = [figureCells(figure), figureCells(said)]
  return (Object.keys(stands) as (keyof typeof stands)[])
    .filter(column => !BESIDE.has(column) && spoken(cells[column]) !== '' && says[column] !== stands[column])
    .map(column => otherwise(column, stands[column], says[column]))
}
