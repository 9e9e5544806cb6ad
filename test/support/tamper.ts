import Database from 'better-sqlite3'
import { chain, payloadOf, type Revision } from '../../src/store/log.js'
import { openWriting } from '../../src/store/open.js'
import { rebuild } from '../../src/store/rebuild.js'

/** What someone may do who has the file and a copy of SQLite: everything. */
export function tamper(file: string, change: (db: Database.Database) => void): void {
  const db = new Database(file)
  db.unsafeMode()
  db.pragma('foreign_keys = OFF')
  change(db)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Changes the log with its triggers out of the way, and puts them back as they were. */
export function onLog(change: (db: Database.Database) => void): (db: Database.Database) => void {
  return db => {
    const triggers = db
      .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
      .all()
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
    change(db)
    for (const { sql } of triggers) db.exec(sql)
  }
}

/** Computes the chain again, from the first row on, as a careful forger would. */
export function rechain(db: Database.Database): void {
  let previous: Buffer = Buffer.alloc(32)
  const update = db.prepare('UPDATE revision SET previous_hash = ?, hash = ? WHERE seq = ?')
  for (const row of db.prepare<[], Revision>('SELECT * FROM revision ORDER BY seq').all()) {
    const hash = chain(row.seq, previous, payloadOf(row))
    update.run(previous, hash, row.seq)
    previous = hash
  }
}

/** Makes the index fit a log that was changed. */
export function reindex(file: string): void {
  const db = openWriting(file)
  rebuild(db)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
