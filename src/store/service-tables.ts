import type { Role } from '../domain/keys.js'
import type { ReadConnection, WriteConnection } from './open.js'

/** A key as stored: never the secret, only its SHA-256. */
export interface StoredKey {
  name: string
  key_id: string
  role: Role
  /** Hex. */
  hash: string
  created_at: string
  revoked_at: string | null
}

/** The first answer given under an Idempotency-Key. */
export interface StoredAnswer {
  fingerprint: string
  answer: string
}

/** Statements on keys and idempotency that a reader may run. */
export function openKeyReader(db: ReadConnection | WriteConnection) {
  const byId = db.prepare<[string], StoredKey>('SELECT * FROM api_key WHERE key_id = ?')
  const all = db.prepare<[], StoredKey>('SELECT * FROM api_key ORDER BY name')
  const answer = db.prepare<[string, string], StoredAnswer>(
    'SELECT fingerprint, answer FROM idempotency WHERE actor = ? AND key = ?',
  )
  const cursorSecret = db.prepare<[], { value: string }>(`SELECT hex(value) AS value FROM secret WHERE name = 'cursor'`)
  return {
    findKey(keyId: string) {
      const key = byId.get(keyId)
      return key && { name: key.name, role: key.role, hash: key.hash, revoked: key.revoked_at !== null }
    },
    listKeys: () => all.all(),
    /** The first answer to a change under an Idempotency-Key. */
    findAnswer: (actor: string, key: string) => answer.get(actor, key),
    /** What seals cursors, hex. */
    cursorSecret: () => cursorSecret.get()!.value,
  }
}

/** Statements on keys and idempotency that only the writer runs. */
export function openServiceTables(db: WriteConnection) {
  const addKey = db.prepare(
    'INSERT INTO api_key (name, key_id, role, hash, created_at) VALUES (:name, :key_id, :role, :hash, :created_at)',
  )
  const keyNamed = db.prepare<[string], StoredKey>('SELECT * FROM api_key WHERE name = ?')
  const revoke = db.prepare('UPDATE api_key SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL')
  const keep = db.prepare('INSERT INTO idempotency (actor, key, fingerprint, answer, at) VALUES (?, ?, ?, ?, ?)')
  return {
    keyNamed: (name: string) => keyNamed.get(name),
    addKey: (key: Omit<StoredKey, 'revoked_at'>) => void addKey.run(key),
    revokeKey: (name: string, at: string) => revoke.run(at, name).changes > 0,
    keepAnswer: (actor: string, key: string, fingerprint: string, text: string, at: string) =>
      void keep.run(actor, key, fingerprint, text, at),
  }
}
export type ServiceTables = ReturnType<typeof openServiceTables>
