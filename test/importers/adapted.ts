import { createReadStream, existsSync } from 'node:fs'
import { admit } from '../../src/domain/admit.js'
import { validate } from '../../src/domain/validate.js'
import type { Draft, FigureAdapter, FileFacts, ForeignRow, GazetteerAdapter } from '../../src/importers/adapter.js'
import { openTable } from '../../src/importers/read.js'
import type { Event } from '../../src/model/event.js'
import { Figure } from '../../src/model/figure.js'
import { LocalityInput } from '../../src/model/locality.js'
import { type Inputs, nouns } from '../../src/model/nouns.js'
import { ID_PATTERN } from '../../src/model/schema.js'

const FOLDER = new URL('../../../../shared/data/', import.meta.url)
const ID = new RegExp(ID_PATTERN)

/** For a test over a real file: runs where the data folder is, and says where it is not. */
export function overFile(file: string): { skip: string | false } {
  return {
    skip: existsSync(new URL(file, FOLDER)) ? false : `skipped: ${file} is not here (it is not in the repository)`,
  }
}

/** The documents of a draft as the store would take them, or what is wrong with them. */
export function admitted(draft: Draft): { figures: { id: string; document: Figure }[]; faults: string[] } {
  const faults: string[] = draft.problems.map(problem => `${draft.line}: ${problem.detail}`)
  const figures: { id: string; document: Figure }[] = []
  let event: Event | undefined
  for (const { noun, id, document } of draft.documents) {
    if (!ID.test(id)) faults.push(`${draft.line}: id ${id}`)
    try {
      validate(nouns[noun].input, document)
      if (noun === 'event') event = admit.event(document as Inputs['event'])
      else if (noun === 'figure') {
        const input = document as Inputs['figure']
        if (!event || !input.event) throw new Error('a figure before its event')
        figures.push({ id, document: validate(Figure, admit.figure(input, input.event, event)) })
      } else if (noun === 'source') admit.source(document as Inputs['source'])
      else if (noun === 'report') admit.report(document as Inputs['report'])
    } catch (error) {
      faults.push(`${draft.line} ${noun} ${id}: ${error instanceof Error ? error.message : error}`)
    }
  }
  for (const hint of Object.values(draft.places)) faults.push(...hintFaults(draft.line, hint))
  return { figures, faults }
}

export function hintFaults(line: number, hint: Draft['places'][string]): string[] {
  const { name, codes, names, point, note = null } = hint
  try {
    admit.locality(validate(LocalityInput, { name, level: hint.level ?? 'site', codes, names, point, note }))
  } catch (error) {
    return [`${line} place ${name}: ${error instanceof Error ? error.message : error}`]
  }
  return hint.parents.flatMap(parent => hintFaults(line, parent))
}

/** The rows of a real file, each with what the adapter made of it. */
export async function* adapted(
  adapter: FigureAdapter,
  file: string,
): AsyncGenerator<{ row: ForeignRow; draft: Draft }> {
  const table = await openTable(createReadStream(new URL(file, FOLDER)))
  const read = adapter.open(table.header, table.secondRow)
  for await (const row of table.rows(adapter.columns)) {
    if ('problems' in row) throw new Error(`${file} line ${row.line} is broken`)
    const draft = read(row)
    if (draft) yield { row, draft }
  }
}

/** The places of a real gazetteer. */
export async function* places(adapter: GazetteerAdapter, file: string) {
  const table = await openTable(createReadStream(new URL(file, FOLDER)))
  for await (const row of table.rows(adapter.columns)) {
    if ('problems' in row) throw new Error(`${file} line ${row.line} is broken`)
    const place = adapter.read(row)
    if (place && 'problems' in place) throw new Error(`${file} line ${row.line}: ${place.problems[0]?.detail}`)
    if (place) yield { row, place }
  }
}

/** One row as an adapter reads it. */
export function draftOf(adapter: FigureAdapter, cells: Record<string, unknown>, facts?: FileFacts): Draft {
  const draft = adapter.open(Object.keys(cells), undefined, facts)({ line: 2, cells })
  if (!draft) throw new Error('the row was skipped')
  return draft
}

/** The one figure of a draft as stored. */
export function figureOf(draft: Draft): Figure {
  const { figures, faults } = admitted(draft)
  const [only] = figures
  if (faults.length > 0 || !only) throw new Error(faults.join('; ') || 'no figure')
  return only.document
}

/** The documents of one noun in a draft. */
export function documentsOf<N extends keyof Inputs>(draft: Draft, noun: N): { id: string; document: Inputs[N] }[] {
  return draft.documents.flatMap(({ id, noun: its, document }) =>
    its === noun ? [{ id, document: document as Inputs[N] }] : [],
  )
}
