import type Database from 'better-sqlite3'

/**
 * Prepares each SQL text once. A bound limit is written `LIMIT +?`: without the sign SQLite plans by its value, and
 * prepares the statement anew whenever another is bound.
 */
export function statementCache(db: Database.Database) {
  const statements = new Map<string, Database.Statement<unknown[], unknown>>()
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
