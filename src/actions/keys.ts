import { Refusal } from '../domain/errors.js'
import type { Role } from '../domain/keys.js'
import { cleanText } from '../domain/text.js'
import type { Reader } from '../store/reader.js'
import type { StoredKey } from '../store/service-tables.js'
import type { Transaction } from '../store/writer.js'
import { OPERATOR } from './commands.js'

/** Store a key's hash under a name. */
interface AddKey {
  do: 'add-key'
  name: string
  role: Role
  key_id: string
  /** SHA-256 of the secret, hex. */
  hash: string
}

/** Refuse a key from now on. */
interface RevokeKey {
  do: 'revoke-key'
  name: string
}

export type KeyCommand = AddKey | RevokeKey
export type KeyAnswer = Pick<StoredKey, 'name' | 'role' | 'created_at' | 'revoked_at'>

/** Every key there ever was, by its name; never a secret nor what proves one. */
export const listKeys = (read: Pick<Reader, 'listKeys'>): KeyAnswer[] =>
  read.listKeys().map(({ name, role, created_at, revoked_at }) => ({ name, role, created_at, revoked_at }))

export function changeKey(tx: Transaction, command: KeyCommand): KeyAnswer {
  return command.do === 'add-key' ? addKey(tx, command) : revokeKey(tx, command)
}

/** A key's name as it is kept: it becomes `recorded_by` in the log. */
const keyName = (given: string) => cleanText(given, '/name', { name: true })

function addKey(tx: Transaction, { name: given, role, key_id, hash }: AddKey): KeyAnswer {
  const name = keyName(given)
  if (name === OPERATOR.name)
    throw new Refusal('conflict', `what is done at the machine is recorded as by ${name}; a key needs another name`)
  if (tx.service.keyNamed(name)) throw new Refusal('conflict', `there is a key named ${name} already`)
  const created_at = tx.now()
  tx.service.addKey({ name, role, key_id, hash, created_at })
  return { name, role, created_at, revoked_at: null }
}

function revokeKey(tx: Transaction, { name: given }: RevokeKey): KeyAnswer {
  const name = keyName(given)
  const key = tx.service.keyNamed(name)
  if (!key) throw new Refusal('not_found', `there is no key named ${name}`)
  const revoked_at = key.revoked_at ?? tx.now()
  tx.service.revokeKey(name, revoked_at)
  return { name, role: key.role, created_at: key.created_at, revoked_at }
}
