import Database from 'better-sqlite3'

/** Preloaded into a process, makes its databases acknowledge commits that the disk does not have yet: the control of the power cut. */
const { pragma } = Database.prototype
Database.prototype.pragma = function careless(
  this: Database.Database,
  source: string,
  options?: Database.PragmaOptions,
) {
  return pragma.call(this, source.replace(/^synchronous = FULL$/, 'synchronous = NORMAL'), options)
}
