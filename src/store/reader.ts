import { openChangeReader } from './changes.js'
import { openExportReader } from './exports.js'
import { openFlatReader } from './flat-rows.js'
import { openFlatText } from './flat-text.js'
import { openHistoryReader } from './history.js'
import { openImportReader } from './imports.js'
import { staysInPlace } from './in-place.js'
import { openListReader } from './lists.js'
import { openNameReader } from './names.js'
import type { ReadConnection, WriteConnection } from './open.js'
import { openEntryReader } from './ready-entries.js'
import { openRecordReader } from './records.js'
import { openKeyReader } from './service-tables.js'
import { statementCache } from './statements.js'
import { openTimelineReader } from './timeline.js'

/** Everything that can be asked of the store. Synchronous; positions are those of the log. */
export function openReader(db: ReadConnection | WriteConnection) {
  const prepare = statementCache(db)
  const records = openRecordReader(prepare)
  const inOne = db.transaction((questions: () => unknown) => questions())
  return {
    ...records,
    ...openListReader(prepare),
    ...openNameReader(prepare, records),
    ...openTimelineReader(prepare),
    ...openEntryReader(prepare),
    ...openChangeReader(prepare),
    ...openImportReader(prepare),
    ...openExportReader(prepare),
    ...openFlatReader(prepare),
    ...openFlatText(db, prepare),
    ...openHistoryReader(prepare),
    ...openKeyReader(db),
    /** Throws `storage_failure` once the file was moved or replaced. */
    assertInPlace: staysInPlace(db),
    /** Runs several questions against one state of the database. */
    snapshot: <T>(questions: () => T) => inOne(questions) as T,
    close: () => db.close(),
  }
}
export type Reader = ReturnType<typeof openReader>
