import type { DraftDocument } from '../../importers/adapter.js'
import type { Documents, Inputs } from '../../model/nouns.js'
import { documentOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { DATES, draftedFigures, NUMBERS, saidElse, standingFigure } from './drafted-figures.js'
import { otherwise, recordKept } from './row-warnings.js'
import type { RowWriter } from './row-writer.js'

type Figure = Documents['figure']
type Citations = Inputs['figure']['citations']

/** What a row of a dataset asks for, and why where nobody has to say. */
export type Settled = DraftDocument & { reason?: string }

/** A release of a dataset. */
interface Edition {
  id: string
  publisher: string
  published: string | null
}

/**
 * Holds rows of a dataset against what stands of another edition. The same numbers and dates were printed in both, and
 * are cited from both; others take the citations of their edition with them. But what a later edition says stands, in
 * whatever order the two are loaded: an earlier one is then cited for what it says, too, and else warned of.
 */
export function editionsSettled(writer: Pick<RowWriter, 'warn'>) {
  return (tx: Transaction, documents: readonly DraftDocument[]): readonly Settled[] => {
    const edition = editionOf(documents)
    if (!edition) return documents
    const figures = documents.some(({ noun, id }) => noun === 'figure' && standingFigure(tx, id))
      ? draftedFigures(documents).flatMap(({ id, said }) => {
          const standing = standingFigure(tx, id)
          const others = standing ? otherEditions(tx, standing, edition) : []
          return standing && others.length > 0 ? [{ id, said, standing, others }] : []
        })
      : []
    const cited = new Map<string, Figure | Inputs['figure']>()
    const later = figures.flatMap(({ others }) => others).find(other => isLater(other, edition))
    for (const { id, said, standing } of figures) {
      const differing = saidElse(standing, said, [...NUMBERS, ...DATES])
      if (differing.length === 0) {
        const row = said.citations
        cited.set(
          id,
          later
            ? { ...standing, citations: together(standing.citations, row, 'standing') }
            : { ...said, citations: together(standing.citations, row, 'row') },
        )
      } else if (later) writer.warn(recordKept('figure', id, [...differing, otherwise('report', later.id, edition.id)]))
    }
    if (!later)
      return documents.map(made => {
        const citations = made.noun === 'figure' ? cited.get(made.id)?.citations : undefined
        return citations ? { ...made, document: { ...(made.document as Inputs['figure']), citations } } : made
      })
    if (cited.size === 0) return []
    return documents.flatMap((made): Settled[] => {
      if (made.noun !== 'figure') return made.ifAbsent ? [made] : []
      const document = cited.get(made.id)
      return document ? [{ ...made, document: document as Inputs['figure'], reason: 'a further printing' }] : []
    })
  }
}

/** The release that a row's numbers are cited from first. */
function editionOf(documents: readonly DraftDocument[]): Edition | undefined {
  const figure = documents.find(({ noun }) => noun === 'figure')?.document as Inputs['figure'] | undefined
  const report = documents.find(({ noun, id }) => noun === 'report' && id === figure?.citations[0]?.report)
  if (!report) return undefined
  const { publisher, published = null } = report.document as Inputs['report']
  return { id: report.id, publisher, published }
}

/** The others of the same publisher that a figure was printed in. */
function otherEditions({ read }: Transaction, { citations }: Figure, edition: Edition): Edition[] {
  return citations.flatMap(({ report: id, role }) => {
    const { publisher, published } = documentOf('report', read.find('report', id)!)
    return role === 'printing' && publisher === edition.publisher && id !== edition.id
      ? [{ id, publisher, published }]
      : []
  })
}

/** Whether one edition was published after another; of a year and a day in it nobody knows. */
const isLater = ({ published: a }: Edition, { published: b }: Edition): boolean =>
  a !== null && b !== null && a > b && !a.startsWith(b)

/** What either cites; of what both do, the words of one. */
function together(standing: Figure['citations'], row: Figure['citations'], wins: 'standing' | 'row'): Citations {
  const isSame = (a: Figure['citations'][number]) => (b: Figure['citations'][number]) =>
    a.report === b.report && a.role === b.role
  return [
    ...standing.map(cited => (wins === 'row' ? row.find(isSame(cited)) : undefined) ?? cited),
    ...row.filter(cited => !standing.some(isSame(cited))),
  ] as Citations
}
