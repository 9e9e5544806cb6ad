import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../domain/errors.js'

/** RFC 9112, section 3.2: a request of HTTP/1.1 names one host, or it is refused. */
export function needHost(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersion === '1.0' || namesOneHost(raw)) return done()
    if (raw.httpVersion !== '1.1') return done(new Refusal('malformed', 'This service speaks HTTP/1.1.'))
    done(new Refusal('malformed', 'A request of HTTP/1.1 needs Host, once.'))
  })
}

/** Whether it is a request of HTTP/1.1 that names one host. */
export function namesOneHost({ httpVersion, headers, rawHeaders }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' || !headers.host) return false
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === 'host') hosts += 1
  return hosts === 1
}
