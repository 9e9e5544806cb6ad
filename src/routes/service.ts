import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Checkpoints } from '../actions/checkpoint.js'
import type { Standing } from '../actions/standing.js'
import type { TimelineMemory } from '../actions/timeline-memory.js'
import type { Writer } from '../actions/writer.js'
import { Refusal } from '../domain/errors.js'
import { cursorScope, openCursor, type Position, sealCursor } from '../http/cursor.js'
import { addLink, withParameters } from '../http/links.js'
import type { LogPosition } from '../http/parameters.js'
import type { Reader } from '../store/reader.js'

/** What routes work with. */
export interface Service {
  read: Reader
  /** The same for answers that are read whole, page by page, and may be all there is. */
  readWhole: Reader
  writer: Writer
  checkpoints: Checkpoints
  /** What is known without asking the store. */
  standing: Standing
  memory: TimelineMemory
  /** Seals cursors. */
  cursorKey: Buffer
  /** Where the world reaches the service, without a slash at the end. */
  publicUrl: () => string
  /** Whether storage failed in a way that the process must not outlive. */
  failed: () => boolean
}

/** The log position that a question is about, and whether its answer can never change. */
export interface Asked {
  /** What the store is asked for. */
  at: number
  /** The position that the answer gives as its own. */
  revision: number
  settled: boolean
}

/**
 * Resolves `as_of`. A position that the log has not reached is refused. A time is that of the last change before it, which
 * is settled once a later one was recorded: times never run back along the log.
 */
export function askedAt({ read, standing }: Service, asOf: LogPosition | null, parameter = 'as_of'): Asked {
  if (asOf === null) return { at: standing.head(), revision: standing.head(), settled: false }
  if ('seq' in asOf && asOf.seq <= standing.head()) return { at: asOf.seq, revision: asOf.seq, settled: true }
  const head = read.head()
  const position = 'seq' in asOf ? asOf.seq : read.positionAt(asOf.time)
  if (position > head.seq)
    throw new Refusal('out_of_range', `The log ends at ${head.seq}.`, [
      { parameter, code: 'out_of_range', detail: `The log ends at ${head.seq}.`, value: position },
    ])
  return { at: position, revision: position, settled: 'seq' in asOf || asOf.time < head.recorded_at }
}

/**
 * The log position since which the timeline of what an id names has stood as it does. An id that memory does not know
 * is looked up once; for a code, which may come to name another locality, it is the end of the log.
 */
export function standsSince({ read, standing }: Service, id: string): number {
  const known = standing.since(id)
  if (known !== null) return known
  const found = read.find('locality', id)
  if (found?.state === 'live') standing.know(id, found.from_seq)
  return standing.since(id) ?? standing.head()
}

/** The position that a page's cursor names, or null for the first page. */
export function cursorPosition(service: Service, request: FastifyRequest, values: Values): Position | null {
  return values.cursor === null ? null : openCursor(service.cursorKey, cursorScope(request, values), values.cursor)
}

type Values = Readonly<Record<string, unknown>> & { readonly cursor: string | null }

/** The address of the next page, as a path, set as `Link` too (RFC 8288); null when there is none. */
export function nextPage(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  values: Values,
  position: Position | null,
): string | null {
  if (position === null) return null
  const cursor = sealCursor(service.cursorKey, cursorScope(request, values), position)
  const next = withParameters(request.url, parameters => parameters.set('cursor', cursor))
  addLink(reply, next, 'next')
  return next
}
