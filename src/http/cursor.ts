import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { canonical } from '../domain/canonical.js'
import { Refusal } from '../domain/errors.js'

/** The key values of the last row of a page. */
export type Position = readonly (string | number | null)[]

const MAC_BYTES = 16
const LONGEST = 2048
/** Parameters that may change from page to page: a page is cited by its own cursor, `as_of` what it was made from. */
const FREE = new Set(['cursor', 'limit', 'as_of'])

/** The key of cursors from a secret that all processes of a service share, so that a restart breaks no paging. */
export function cursorKey(secret: string): Buffer {
  return createHash('sha256').update(`annals-cursor\0${secret}`).digest()
}

/** What a cursor is bound to: the address and every parameter that decides which rows there are. */
export function cursorScope(request: FastifyRequest, query: Readonly<Record<string, unknown>>): string {
  const filters = Object.entries(query).filter(([name, value]) => !FREE.has(name) && value !== null)
  return canonical([request.url.replace(/\?.*$/s, ''), Object.fromEntries(filters)])
}

/** A cursor for the rows after a position: readable by anyone, made by none but us (HMAC-SHA-256). */
export function sealCursor(key: Uint8Array, scope: string, position: Position): string {
  const body = Buffer.from(JSON.stringify(position))
  return Buffer.concat([mac(key, scope, body), body]).toString('base64url')
}

/** The position of a cursor. Throws `bad_cursor` for one that was cut, changed, or issued for another question. */
export function openCursor(key: Uint8Array, scope: string, cursor: string): Position {
  if (cursor.length > LONGEST || !/^[\w-]+$/.test(cursor)) throw badCursor()
  const bytes = Buffer.from(cursor, 'base64url')
  const body = bytes.subarray(MAC_BYTES)
  const sealed = bytes.subarray(0, MAC_BYTES)
  // base64url has spare bits at its end; only the one spelling that we issue is accepted
  if (bytes.toString('base64url') !== cursor || sealed.length < MAC_BYTES) throw badCursor()
  if (!timingSafeEqual(sealed, mac(key, scope, body))) throw badCursor()
  return JSON.parse(body.toString()) as Position
}

function mac(key: Uint8Array, scope: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${scope}\0`).update(body).digest().subarray(0, MAC_BYTES)
}

function badCursor(): Refusal {
  const detail = 'Take cursors from `next` of the page before, and keep the other parameters as they were.'
  return new Refusal('bad_cursor', detail, [{ parameter: 'cursor', code: 'bad_cursor', detail }])
}
