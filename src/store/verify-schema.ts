import type Database from 'better-sqlite3'
import { openScratch } from './open.js'
import type { Report } from './verification.js'

interface Part {
  type: string
  name: string
  table: string
  sql: string | null
}

/** Tables and triggers, without the statistics that SQLite may keep for its planner. */
const parts = (db: Database.Database): Map<string, Part> =>
  new Map(
    db
      .prepare<[], Part>(
        `SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'
         ORDER BY type, name`,
      )
      .all()
      .map(part => [`${part.type} ${part.name}`, part]),
  )

/** Holds that a database has the very tables, indexes and triggers that the migrations up to its version make. */
export function checkSchema(db: Database.Database, report: Report): void {
  const version = db.pragma('user_version', { simple: true }) as number
  const scratch = openScratch(':memory:', version)
  try {
    const expected = parts(scratch)
    const held = parts(db)
    for (const [name, part] of expected) {
      const other = held.get(name)
      if (!other) report(null, `the ${name} of schema version ${version} is not there`)
      else if (other.sql !== part.sql || other.table !== part.table) report(null, `the ${name} is not the migrations’`)
    }
    for (const name of held.keys()) if (!expected.has(name)) report(null, `there is a ${name} that no migration made`)
  } finally {
    scratch.close()
  }
}
