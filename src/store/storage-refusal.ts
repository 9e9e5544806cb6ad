import Database from 'better-sqlite3'
import { Refusal } from '../domain/errors.js'

/** What SQLite's failures mean to callers; anything else passes unchanged. */
export function storageRefusal(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return fileRefusal(error)
  // SQLite cannot make its shared memory as long as it needs: the disk is full (sqlite.org/rescode.html#ioerr_shmsize)
  if (error.code === 'SQLITE_FULL' || error.code === 'SQLITE_IOERR_SHMSIZE')
    return new Refusal('storage_full', 'The disk is full; this write was not stored.')
  if (error.code === 'SQLITE_IOERR_WRITE' && filesAreLimited()) return tooLong()
  if (error.code.startsWith('SQLITE_READONLY'))
    return new Refusal('storage_full', 'The database cannot be written; this write was not stored.')
  if (/^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|PROTOCOL)/.test(error.code))
    return new Refusal('storage_failure', `Storage failed (${error.code}); whether the write was kept is unknown.`)
  return error
}

const tooLong = () =>
  new Refusal('storage_full', 'A file would be longer than this process may make one; this write was not stored.')

/**
 * Whether files of this process may only grow so long (`ulimit -f`). SQLite does not tell a write beyond that from one
 * that the disk failed; either way it takes the write back, as when the disk is full.
 */
function filesAreLimited(): boolean {
  const { userLimits } = process.report.getReport() as { userLimits?: { file_size_blocks: { soft: number | string } } }
  return typeof userLimits?.file_size_blocks.soft === 'number'
}

/** The same of files that we write ourselves. */
function fileRefusal(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Refusal('storage_full', 'The disk is full; this write was not stored.')
  if (code === 'EFBIG') return tooLong()
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new Refusal('storage_full', 'The database’s directory cannot be written; this write was not stored.')
  return code === 'EIO' ? new Refusal('storage_failure', 'Storage failed (EIO).') : error
}
