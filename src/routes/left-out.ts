import type { FastifyReply } from 'fastify'
import type { LeftOut } from '../model/left-out.js'

/** Says what is left out in a header (RFC 8941), for formats that are rows and nothing else. */
export function tellLeftOut(reply: FastifyReply, leftOut: LeftOut): void {
  const members = Object.entries(leftOut).map(([name, count]) => `${name}=${count}`)
  if (members.length > 0) reply.header('annals-left-out', members.join(', '))
}
