import { Refusal } from '../domain/errors.js'
import type { Reader } from '../store/reader.js'
import { type Found, standingFor } from '../store/records.js'

/**
 * The locality that an id or a code (`geonames:98717`) names; a merged one stands for its survivor unless `any` version
 * will do. An id goes before a code, unless its record is withdrawn. Throws `not_found`, or `ambiguous` when several
 * localities carry the code.
 */
export function localityNamed(read: Reader, name: string, at: number, parameter: string, { any = false } = {}): Found {
  const own = read.find('locality', name, at)
  let found = own && own.state !== 'retracted' ? own : (coded(read, name, at) ?? own)
  if (any && found) return found
  if (found) found = standingFor(read, 'locality', found.id, at)
  if (found?.state !== 'live') {
    const detail = `There is no locality ${name}; /v1/resolve, or annals resolve, finds ids by name.`
    throw new Refusal('not_found', detail, [{ parameter, code: 'not_found', detail, value: name }])
  }
  return found
}

/** The live localities that have an id, or answer to it as a code. */
export const localitiesNamed = (read: Reader, name: string): string[] => [
  ...new Set([...(read.isLive('locality', name) ? [name] : []), ...carrying(read, name)]),
]

function carrying(read: Reader, code: string, at?: number): string[] {
  const [, scheme, value] = /^([a-z][a-z0-9_]*):(.+)$/.exec(code) ?? []
  return scheme === undefined || value === undefined ? [] : read.localitiesCoded(scheme, value, at)
}

function coded(read: Reader, name: string, at: number): Found | undefined {
  const [only, ...others] = carrying(read, name, at)
  if (others.length > 0)
    throw new Refusal('ambiguous', `Several localities carry the code ${name}.`, [], { candidates: [only, ...others] })
  return only === undefined ? undefined : read.find('locality', only, at)
}
