import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { Closed } from '../model/schema.js'

/** What `published_by` leaves out of an answer, which is asked for and nothing else. */
export const LeftOut = Closed(
  { undated_figures: Type.Integer() },
  { description: 'What `published_by` could not place in time.' },
)

/** Says so in a header, for formats that are rows and nothing else; nothing where that was not asked. */
export function tellLeftOut(reply: FastifyReply, undated: number | null): void {
  if (undated !== null) reply.header('annals-left-out', `undated_figures=${undated}`)
}
