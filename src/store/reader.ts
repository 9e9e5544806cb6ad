import type Database from 'better-sqlite3'
import { openChangeReader } from './changes.js'
import { openHistoryReader } from './history.js'
import { openListReader } from './lists.js'
import { openNameReader } from './names.js'
import type { ReadConnection, WriteConnection } from './open.js'
import { openRecordReader } from './records.js'
import { openKeyReader } from './service-tables.js'
import { openTimelineReader } from './timeline.js'

/** Prepares each SQL text once. */
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

/** Everything that can be asked of the store. Synchronous; positions are those of the log. */
export function openReader(db: ReadConnection | WriteConnection) {
  const prepare = statementCache(db)
  return {
    ...openRecordReader(prepare),
    ...openListReader(prepare),
    ...openNameReader(prepare),
    ...openTimelineReader(prepare),
    ...openChangeReader(prepare),
    ...openHistoryReader(prepare),
    ...openKeyReader(db),
    /** Runs several questions against one state of the database. */
    snapshot: <T>(questions: () => T): T => db.transaction(questions)(),
    close: () => db.close(),
  }
}
export type Reader = ReturnType<typeof openReader>
