import type Database from 'better-sqlite3'
import { boundedMap } from './bounded-map.js'

/** More than the service's own; how many more there are, the filters that clients combine decide. */
const KEPT = 500

/**
 * Prepares an SQL text once, as long as it is in use. A bound limit is written `LIMIT +?`: without the sign SQLite plans
 * by its value, and prepares the statement anew whenever another is bound.
 */
export function statementCache(db: Database.Database) {
  const statements = boundedMap<Database.Statement<unknown[], unknown>>(KEPT, () => 1)
  return <Row>(sql: string): Database.Statement<unknown[], Row> => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = db.prepare<unknown[], unknown>(sql)
      statements.set(sql, statement)
    }
    return statement as Database.Statement<unknown[], Row>
  }
}
export type Prepare = ReturnType<typeof statementCache>
