import { makeKey } from '../../src/domain/keys.js'
import { seededDatabase } from '../support/database.js'
import { KEYS, openService } from '../support/service.js'

type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const revoked = makeKey(new Uint8Array(24).fill(9))
const keys = { ...KEYS, revoked }

export interface Call {
  /** Whose key is sent. */
  as?: keyof typeof keys
  /** JSON, unless it is text or bytes already. */
  body?: unknown
  headers?: Record<string, string>
  /** The address of the socket. */
  from?: string
}

/** The whole service over a database with the seed, asked as a client asks; gone when the test ends. */
export async function seededService(t: { teardown(end: () => unknown): unknown }) {
  const service = await openService(t, await seededDatabase(t))
  const { app, read, writer } = service
  const { id, hash } = revoked
  await writer.apply({ do: 'add-key', name: 'revoked', role: 'curator', key_id: id, hash })
  await writer.apply({ do: 'revoke-key', name: 'revoked' })

  async function call(method: Method, url: string, { as, body, headers = {}, from = '127.0.0.1' }: Call = {}) {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    return app.inject({
      method,
      url,
      remoteAddress: from,
      headers: {
        ...(as ? { authorization: `Bearer ${keys[as].key}` } : {}),
        ...(payload === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
  }
  return {
    ...service,
    call,
    /** The number of revisions in the log. */
    head: () => read.head().seq,
  }
}
export type SeededService = Awaited<ReturnType<typeof seededService>>
export type Answer = Awaited<ReturnType<SeededService['call']>>
