import type { FastifyReply } from 'fastify'

/** Adds a link to an answer's `Link` header (RFC 8288), beside those that it has. */
export function addLink(reply: FastifyReply, address: string, rel: string, type?: string): void {
  const link = `<${address}>; rel="${rel}"${type ? `; type="${type}"` : ''}`
  const others = reply.getHeader('link')
  reply.header('link', others === undefined ? link : `${others}, ${link}`)
}
