import type { FastifyReply } from 'fastify'

/** An address with other parameters, at its own path or another. A `?` within its query is a part of that (RFC 3986). */
export function withParameters(
  address: string,
  change: (parameters: URLSearchParams) => void,
  path: (own: string) => string = own => own,
): string {
  const own = address.split('?', 1)[0]!
  const parameters = new URLSearchParams(address.slice(own.length + 1))
  change(parameters)
  return `${path(own)}?${parameters}`
}

/** Adds a link to an answer's `Link` header (RFC 8288), beside those that it has. */
export function addLink(reply: FastifyReply, address: string, rel: string, type?: string): void {
  const link = `<${address}>; rel="${rel}"${type ? `; type="${type}"` : ''}`
  const others = reply.getHeader('link')
  reply.header('link', others === undefined ? link : `${others}, ${link}`)
}
