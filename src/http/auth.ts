import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'
import { mayActAs, parseKey, type Role, secretFits } from '../domain/keys.js'

/** A key as the store keeps it. */
export interface StoredKey {
  readonly name: string
  readonly role: Role
  /** SHA-256 of the secret, hex. */
  readonly hash: string
  readonly revoked: boolean
}

/** The key with a public id, revoked ones included; undefined if there never was one. */
export type FindKey = (id: string) => StoredKey | undefined

/** Who is writing. */
export interface Actor {
  readonly name: string
  readonly role: Role
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Makes every route that is no GET need a key, so that a new route cannot forget it: `config.role` says whose (a
 * contributor's, if it does not), and `request.actor` who it was. A read needs one only where `config.role` says so; a
 * key sent with another is not looked at.
 */
export function needKeys(app: FastifyInstance, { findKey, limiter }: { findKey: FindKey; limiter: Limiter }): void {
  app.decorateRequest('actor', null)
  app.addHook('onRoute', route => {
    const reads = [route.method].flat().every(method => SAFE_METHODS.has(method))
    if (reads && route.config?.role === undefined) return
    const role = route.config?.role ?? 'contributor'
    const check = async (request: FastifyRequest) => {
      request.actor = authorise(authenticate(request, findKey, limiter), role)
    }
    route.onRequest = [check, ...[route.onRequest ?? []].flat()]
    route.schema = { security: [{ key: [] }], ...route.schema }
  })
}

/** The actor of a request that has passed `needKeys`. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new Refusal('unauthenticated', 'This needs a key.')
  return request.actor
}

/**
 * Whose key a request carries. A bad key counts against its sender's address; after too many, its next bad key is
 * answered 429. A good key always passes: behind a proxy all clients share an address, and guessing 160 bits fails
 * without a limit, so a limit on good keys would only let one client lock out the others.
 */
function authenticate(request: FastifyRequest, findKey: FindKey, limiter: Limiter): Actor {
  const given = request.headers.authorization
  if (given === undefined) throw new Refusal('unauthenticated', 'Send a key: Authorization: Bearer annals_…')
  const key = parseKey(/^Bearer +(\S+)$/i.exec(given.trim())?.[1] ?? '')
  const stored = key ? findKey(key.id) : undefined
  if (key && stored && secretFits(key.secret, stored.hash) && !stored.revoked) {
    return { name: stored.name, role: stored.role }
  }
  // the address of the socket: a header like X-Forwarded-For says what its sender likes
  const wait = limiter(request.socket.remoteAddress ?? '')
  if (wait > 0) throw new Refusal('rate_limited', 'Too many bad keys from this address.', [], { retry_after: wait })
  throw new Refusal('unauthenticated', 'The key is unknown, mistyped or revoked.')
}

function authorise(actor: Actor, needed: Role): Actor {
  if (mayActAs(actor.role, needed)) return actor
  throw new Refusal('forbidden', `This needs the key of a ${needed}; ${actor.name} is a ${actor.role}.`)
}

/** Counts one failure of an address; the seconds that it must wait, 0 if none. */
export type Limiter = (address: string) => number

const WINDOW_MS = 60_000
const MOST_ADDRESSES = 10_000

/** Allows so many failures to an address within a minute. `now` is in milliseconds. */
export function makeLimiter(now: () => number, most = 20): Limiter {
  const windows = new Map<string, { failures: number; ends: number }>()
  return address => {
    const time = now()
    const who = network(address)
    let open = windows.get(who)
    if (!open || open.ends <= time) {
      windows.delete(who)
      if (windows.size >= MOST_ADDRESSES) forgetOldest(windows)
      open = { failures: 0, ends: time + WINDOW_MS }
      windows.set(who, open)
    }
    open.failures += 1
    return open.failures > most ? Math.ceil((open.ends - time) / 1000) : 0
  }
}

/** A map keeps the order of insertion, and all windows are equally long: the first is the next to end. */
function forgetOldest(windows: Map<string, unknown>): void {
  for (const oldest of windows.keys()) {
    windows.delete(oldest)
    return
  }
}

/** One subscriber has a whole IPv6 /64, so that counts as one address. */
function network(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = [], tail = []] = address.split('::').map(part => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
