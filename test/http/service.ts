import { connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { makeKey, type Role } from '../../src/domain/keys.js'
import type { StoredKey } from '../../src/http/auth.js'
import { type FrameOptions, frame, serverOptions } from '../../src/http/frame.js'

const keyOf = (byte: number) => makeKey(new Uint8Array(24).fill(byte))

/** Keys for tests, by what they are. */
export const keys = { contributor: keyOf(1), curator: keyOf(2), revoked: keyOf(3), unknown: keyOf(4) }

const stored = (name: string, role: Role, hash: string, revoked = false): StoredKey => ({ name, role, hash, revoked })

const store = new Map([
  [keys.contributor.id, stored('ann', 'contributor', keys.contributor.hash)],
  [keys.curator.id, stored('cleo', 'curator', keys.curator.hash)],
  [keys.revoked.id, stored('rex', 'curator', keys.revoked.hash, true)],
])

export const bearer = (key: { key: string }) => ({ authorization: `Bearer ${key.key}` })

interface Options extends Partial<FrameOptions> {
  /** Collects the log. */
  log?: string[]
}

/** A real service with the frame and the routes given, closed at the end of the test. */
export async function service(
  t: { teardown(end: () => unknown): unknown },
  routes: (app: FastifyInstance) => void = () => {},
  { log, ...options }: Options = {},
): Promise<FastifyInstance> {
  const base = serverOptions({ logLevel: log ? 'info' : 'silent', ...options })
  const logger = log ? { ...base.logger, stream: { write: (line: string) => void log.push(line) } } : base.logger
  const app: FastifyInstance = Fastify({ ...base, logger })
  await frame(app, {
    findKey: id => store.get(id),
    now: () => 0,
    version: '1.0.0',
    publicUrl: () => 'http://127.0.0.1',
    ...options,
  })
  routes(app)
  await app.ready()
  t.teardown(() => app.close())
  return app
}

/** Sends bytes to a listening service and collects what comes back until it closes, `until` is seen or `leave` ms have passed. */
export async function talk(
  app: FastifyInstance,
  bytes: string | Buffer,
  until?: RegExp,
  leave?: number,
): Promise<string> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    if (leave) setTimeout(() => socket.destroy(), leave)
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString()
      if (until?.test(text)) socket.destroy()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

/** The body of a raw answer. */
export const bodyOf = (raw: string) => JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4))
