import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Checkpoints } from '../actions/checkpoint.js'
import type { Writer } from '../actions/writer.js'
import { Refusal } from '../domain/errors.js'
import { cursorScope, openCursor, type Position, sealCursor } from '../http/cursor.js'
import type { LogPosition } from '../http/parameters.js'
import type { Reader } from '../store/reader.js'
import { NOW } from '../store/records.js'

/** What routes work with. */
export interface Service {
  read: Reader
  writer: Writer
  checkpoints: Checkpoints
  /** Seals cursors. */
  cursorKey: Buffer
  /** Where the world reaches the service, without a slash at the end. */
  publicUrl: string
  /** Whether storage failed in a way that the process must not outlive. */
  failed: () => boolean
}

export type Routes = (app: FastifyInstance, service: Service) => void

/** The log position that a question is about, and whether its answer can never change. */
export interface Asked {
  /** For the store: `NOW`, or the position. */
  at: number
  /** The position that the answer is made from. */
  revision: number
  settled: boolean
}

/** Resolves `as_of`. A position or time that has not come yet is refused: its answer is not known. */
export function askedAt({ read }: Service, asOf: LogPosition | null): Asked {
  const head = read.head().seq
  if (asOf === null) return { at: NOW, revision: head, settled: false }
  const position = 'seq' in asOf ? asOf.seq : read.positionAt(asOf.time)
  if (position > head)
    throw new Refusal('out_of_range', `The log ends at ${head}.`, [
      { parameter: 'as_of', code: 'out_of_range', detail: `The log ends at ${head}.`, value: position },
    ])
  return { at: position, revision: position, settled: 'seq' in asOf }
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
  const [path = '', query = ''] = request.url.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', sealCursor(service.cursorKey, cursorScope(request, values), position))
  const next = `${path}?${parameters}`
  reply.header('link', `<${next}>; rel="next"`)
  return next
}
