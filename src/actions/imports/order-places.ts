import type { GazetteerPlace } from '../../importers/adapter.js'
import { adapterNamed } from '../../importers/registry.js'
import type { ImportRequest } from './request.js'
import type { Row } from './row.js'
import { type OpenedFile, openFile } from './rows.js'

/**
 * Opens a file whose rows come in an order in which nothing refers to what comes later. Only gazetteers need care: their
 * places name parents anywhere in the file.
 */
export async function openInOrder(request: ImportRequest): Promise<OpenedFile> {
  const opened = await openFile(request)
  return adapterNamed(opened.format)?.kind === 'places' ? parentsFirst(opened, () => openFile(request)) : opened
}

type PlaceRow = Extract<Row, { kind: 'place' }>

const READINGS = 3

const keyOf = ({ scheme, value }: NonNullable<GazetteerPlace['parent']>) => `${scheme} ${value}`
const codesOf = ({ place: { place } }: PlaceRow) =>
  Object.entries(place.codes).map(([scheme, value]) => keyOf({ scheme, value }))
const placesIn = (rows: readonly Row[]) => rows.filter(row => row.kind === 'place')

/**
 * A gazetteer in the order of its rows, each after its parents; one that is in a circle comes where its row stands. To
 * hold no more than the places that others lie in, the file is read thrice: for what is named as a parent, for these
 * parents, and for all. The first two readings hand out empty blocks, between which a load can be given up.
 */
function parentsFirst(first: OpenedFile, again: () => Promise<OpenedFile>): OpenedFile {
  let file = first
  let finished = 0
  const named = new Set<string>()
  const parents = new Map<string, PlaceRow>()
  const handedOut = new Set<number>()

  async function* readings(): AsyncGenerator<Row[]> {
    for await (const rows of file.blocks) {
      for (const { place } of placesIn(rows)) if (place.parent) named.add(keyOf(place.parent))
      yield []
    }
    await reopen()
    for await (const rows of file.blocks) {
      for (const row of placesIn(rows)) for (const code of codesOf(row)) if (named.has(code)) parents.set(code, row)
      yield []
    }
    await reopen()
    for await (const rows of file.blocks)
      yield rows.flatMap((row): Row[] => (row.kind === 'place' ? withParents(row) : [row]))
  }

  async function reopen(): Promise<void> {
    file.close()
    finished += 1
    file = await again()
  }

  /** A row after those of its parents that were not handed out yet; nothing if it was handed out itself. */
  function withParents(row: PlaceRow): PlaceRow[] {
    const path: PlaceRow[] = []
    for (let at: PlaceRow | undefined = row; at && !handedOut.has(at.place.line); at = parentOf(at)) {
      if (codesOf(at).some(code => named.has(code))) handedOut.add(at.place.line)
      path.push(at)
    }
    return path.reverse()
  }

  const parentOf = ({ place: { parent } }: PlaceRow) => (parent ? parents.get(keyOf(parent)) : undefined)

  return {
    format: first.format,
    blocks: readings(),
    progress: () => (finished + file.progress()) / READINGS,
    skipped: () => file.skipped(),
    close: () => file.close(),
  }
}
