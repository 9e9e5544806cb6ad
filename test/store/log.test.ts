import { createHash } from 'node:crypto'
import { type Test, test } from 'tap'
import { openLog } from '../../src/store/log.js'
import { openWriting, type WriteConnection } from '../../src/store/open.js'
import { emptyDatabase, seededDatabase } from '../support/database.js'

const COLUMNS = 'seq noun id rev op into_id reason recorded_at recorded_by document previous_hash hash'.split(' ')
const LIST = COLUMNS.join(', ')

const contents = (db: WriteConnection) => db.prepare(`SELECT ${LIST} FROM revision ORDER BY seq`).all()

/** Columns for a row like the last one but for what is given. */
const likeLast = (changes: Record<string, string>) =>
  `SELECT ${COLUMNS.map(name => changes[name] ?? name).join(', ')} FROM revision ORDER BY seq DESC LIMIT 1`

/** Each statement fails and leaves every row as it was. */
async function refused(t: Test, statements: readonly string[], message: RegExp): Promise<void> {
  const db = openWriting(await seededDatabase(t))
  const before = contents(db)
  for (const sql of statements) t.throws(() => db.exec(sql), { message }, sql.slice(0, 110))
  t.same(contents(db), before)
  db.close()
}

test('no column of the log can be updated', t =>
  refused(
    t,
    [
      ...COLUMNS.map(name => `UPDATE revision SET ${name} = ${name}`),
      'UPDATE OR REPLACE revision SET seq = 1 WHERE seq = 2',
      'UPDATE OR IGNORE revision SET document = NULL',
    ],
    /append-only/,
  ))

test('no row of the log can be deleted', t =>
  refused(t, ['DELETE FROM revision', 'DELETE FROM revision WHERE seq = 64'], /append-only/))

test('no row of the log can be replaced or upserted', t =>
  refused(
    t,
    [
      `REPLACE INTO revision (${LIST}) ${likeLast({ reason: `'another'` })}`,
      `INSERT OR REPLACE INTO revision (${LIST}) ${likeLast({ seq: '1' })}`,
      `INSERT OR IGNORE INTO revision (${LIST}) ${likeLast({})}`,
      `INSERT INTO revision (${LIST}) SELECT ${LIST} FROM revision WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET reason = 'x'`,
      `INSERT INTO revision (${LIST}) SELECT ${LIST} FROM revision WHERE seq = 1 ON CONFLICT DO NOTHING`,
    ],
    /only grows at its end/,
  ))

test('a row is appended at the next position and names the hash of the last row, or is refused', t =>
  refused(
    t,
    [
      likeLast({ seq: 'seq + 2', previous_hash: 'hash' }),
      likeLast({ seq: '0', previous_hash: 'hash' }),
      likeLast({ seq: '-1', previous_hash: 'hash' }),
      likeLast({ seq: 'NULL', previous_hash: 'hash' }),
      likeLast({ seq: 'seq + 1' }),
      likeLast({ seq: 'seq + 1', previous_hash: 'zeroblob(32)' }),
      likeLast({ seq: 'seq + 1', previous_hash: 'NULL' }),
    ].map(row => `INSERT INTO revision (${LIST}) ${row}`),
    /only grows at its end/,
  ))

test('a row without a reason for a change, or of no known kind, is refused', async t => {
  const next = { seq: 'seq + 1', previous_hash: 'hash', rev: 'rev + 1' }
  await refused(
    t,
    [
      likeLast({ ...next, op: `'revise'` }),
      likeLast({ ...next, op: `'erase'`, reason: `'why'` }),
      likeLast({ ...next, noun: `'rumour'` }),
      likeLast({ ...next, op: `'merge'`, reason: `'why'` }),
      likeLast({ ...next, hash: `x'00'` }),
    ].map(row => `INSERT INTO revision (${LIST}) ${row}`),
    /CHECK constraint failed/,
  )
})

const change = {
  noun: 'source' as const,
  id: 'un',
  rev: 1,
  op: 'create' as const,
  into_id: null,
  reason: null,
  recorded_by: 'ann',
  document: '{"name":"United Nations"}',
}

test('a row’s hash covers its position, the hash before it and the SHA-256 of its payload', async t => {
  const db = openWriting(emptyDatabase(t))
  const log = openLog(db, () => new Date('2026-01-05T09:00:00.000Z'))
  log.begin()
  log.append(change)
  log.append({ ...change, rev: 2, op: 'revise', reason: 'a "quoted"\u0001\u007f\u2028 reason\n\\' })
  const rows = db.prepare<[], { payload: string; previous_hash: Buffer; hash: Buffer }>('SELECT * FROM log').all()
  db.close()
  const sha256 = (...parts: (string | Buffer)[]) =>
    parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest()
  let previous: Buffer = Buffer.alloc(32)
  rows.forEach(({ payload, previous_hash, hash }, i) => {
    t.same(previous_hash, previous)
    t.same(hash, sha256('annals-log-v1\0', Buffer.from([0, 0, 0, 0, 0, 0, 0, i + 1]), previous, sha256(payload)))
    previous = hash
  })
  t.equal(
    rows[1]!.payload,
    '{"document":{"name":"United Nations"},"id":"un","into":null,"noun":"source","op":"revise",' +
      '"reason":"a \\"quoted\\"\\u0001\u007f\u2028 reason\\n\\\\","recorded_at":"2026-01-05T09:00:00.000Z","recorded_by":"ann","rev":2}',
  )
})

test('a clock that is set back does not set the log back', async t => {
  const db = openWriting(emptyDatabase(t))
  const times = ['2026-01-05T09:00:00.000Z', '2026-01-02T09:00:00.000Z', '2026-01-05T09:00:00.001Z']
  const log = openLog(db, () => new Date(times.shift()!))
  const recorded = ['un', 'ocha', 'iom'].map(id => {
    log.begin()
    return log.append({ ...change, id }).recorded_at
  })
  db.close()
  t.same(recorded, ['2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.001Z'])
})
