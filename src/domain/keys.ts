import { createHash, timingSafeEqual } from 'node:crypto'

/** What a key may do; a later role may do all that an earlier one may. */
export const ROLES = ['contributor', 'curator'] as const
export type Role = (typeof ROLES)[number]

/** Random bytes in a key: 4 name it, 20 (160 bits) are its secret. */
export const KEY_BYTES = 24
const ID_BYTES = 4

/** `annals_<id>_<secret>_<checksum>`: recognisable to secret scanners, and a slip is told from a revoked key. */
const KEY = /^annals_([0-9a-f]{8})_([0-9a-f]{40})_([0-9a-f]{6})$/
const KEYS_ANYWHERE = /annals_[0-9a-f]{8}_[0-9a-f]+(_[0-9a-f]+)?/gi
const ESCAPED = /^%[2-7][0-9a-f]$/i

/** A new key, to be shown once, with what is stored of it. */
export interface NewKey {
  key: string
  /** Public; finds the key's record. */
  id: string
  /** SHA-256 of the secret, hex. */
  hash: string
}

/** Makes a key from `KEY_BYTES` random bytes. */
export function makeKey(random: Uint8Array): NewKey {
  if (random.length !== KEY_BYTES) throw new RangeError(`A key takes ${KEY_BYTES} random bytes`)
  const hex = Buffer.from(random).toString('hex')
  const id = hex.slice(0, 2 * ID_BYTES)
  const secret = hex.slice(2 * ID_BYTES)
  return { key: `annals_${id}_${secret}_${checksum(id, secret)}`, id, hash: hashSecret(secret) }
}

/** The parts of a key; null if it is none, mistyped or cut short. */
export function parseKey(key: string): { id: string; secret: string } | null {
  const [, id, secret, sum] = KEY.exec(key) ?? []
  if (id === undefined || secret === undefined || sum !== checksum(id, secret)) return null
  return { id, secret }
}

/** SHA-256 in hex. The secret has 160 random bits, so a slow hash would protect nothing. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Whether a secret is the one that was hashed, in a time that does not tell how much of it fits. */
export function secretFits(secret: string, hash: string): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex')
  const stored = Buffer.from(hash, 'hex')
  return given.length === stored.length && timingSafeEqual(given, stored)
}

/** Whether a role may do what another role may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** An address without the secrets in it, for logs: people paste keys into addresses. */
export function maskKeys(address: string): string {
  const plain = unescaped(address)
  const masked = plain.replace(KEYS_ANYWHERE, 'annals_…')
  return masked === plain ? address : masked
}

/**
 * An address with such letters as they are that it may have escaped, however many times over. What else it escapes
 * stays, sound or not.
 */
function unescaped(address: string): string {
  const plain: string[] = []
  for (const letter of address) {
    plain.push(letter)
    while (plain.at(-3) === '%' && ESCAPED.test(plain.slice(-3).join(''))) {
      const [, ...digits] = plain.splice(-3)
      plain.push(String.fromCharCode(Number.parseInt(digits.join(''), 16)))
    }
  }
  return plain.join('')
}

function checksum(id: string, secret: string): string {
  return createHash('sha256').update(`${id}_${secret}`).digest('hex').slice(0, 6)
}
