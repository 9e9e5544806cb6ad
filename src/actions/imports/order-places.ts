import { adapterNamed } from '../../importers/registry.js'
import type { ImportRequest } from './request.js'
import type { Row } from './row.js'
import { type OpenedFile, openFile } from './rows.js'

/**
 * Opens a file whose rows come in an order in which nothing refers to what comes later. Only gazetteers need care: their
 * places name containers anywhere in the file.
 */
export async function openInOrder(request: ImportRequest): Promise<OpenedFile> {
  const opened = await openFile(request)
  return adapterNamed(opened.format)?.kind === 'places' ? containersFirst(opened, () => openFile(request)) : opened
}

type PlaceRow = Extract<Row, { kind: 'place' }>

const READINGS = 3

const keysOf = (codes: Readonly<Record<string, string>>) =>
  Object.entries(codes).map(([scheme, value]) => `${scheme} ${value}`)
const ownKeys = ({ place }: PlaceRow) => keysOf(place.place.codes)
const containerKeys = ({ place }: PlaceRow) => place.containers.flatMap(({ codes }) => keysOf(codes))
const placesIn = (rows: readonly Row[]) => rows.filter(row => row.kind === 'place')

/**
 * A gazetteer in the order of its rows, each after its containers; of those in a circle one comes first. To hold no more
 * than the places that others lie in, the file is read thrice: for what is named as a container, for these containers,
 * and for all. The first two readings hand out empty blocks, between which a load can be given up.
 */
function containersFirst(first: OpenedFile, again: () => Promise<OpenedFile>): OpenedFile {
  let file = first
  let finished = 0
  const named = new Set<string>()
  const containers = new Map<string, PlaceRow>()
  const handedOut = new Set<number>()

  async function* readings(): AsyncGenerator<Row[]> {
    for await (const rows of file.blocks) {
      for (const row of placesIn(rows)) for (const key of containerKeys(row)) named.add(key)
      yield []
    }
    await reopen()
    for await (const rows of file.blocks) {
      for (const row of placesIn(rows)) for (const key of ownKeys(row)) if (named.has(key)) containers.set(key, row)
      yield []
    }
    await reopen()
    for await (const rows of file.blocks)
      yield rows.flatMap((row): Row[] => (row.kind === 'place' ? afterContainers(row) : [row]))
  }

  async function reopen(): Promise<void> {
    file.close()
    finished += 1
    file = await again()
  }

  /** A row after those of its containers that were not handed out yet; nothing if it was handed out itself. */
  function afterContainers(row: PlaceRow): PlaceRow[] {
    const sorted: PlaceRow[] = []
    const path = handOut(row) ? [row] : []
    while (path.length > 0) {
      const next = containersOf(path.at(-1)!).find(handOut)
      if (next) path.push(next)
      else sorted.push(path.pop()!)
    }
    return sorted
  }

  const containersOf = (row: PlaceRow) => containerKeys(row).flatMap(key => containers.get(key) ?? [])

  /** Whether a row is yet to be handed out; one that is no container comes once anyhow. */
  function handOut(row: PlaceRow): boolean {
    const { line } = row.place
    if (handedOut.has(line)) return false
    if (ownKeys(row).some(key => named.has(key))) handedOut.add(line)
    return true
  }

  return {
    format: first.format,
    blocks: readings(),
    progress: () => (finished + file.progress()) / READINGS,
    skipped: () => file.skipped(),
    close: () => file.close(),
  }
}
