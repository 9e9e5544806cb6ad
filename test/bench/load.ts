import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonical } from '../../src/domain/canonical.js'
import { createDatabase, openWriting } from '../../src/store/open.js'
import { openWriter, type Transaction } from '../../src/store/writer.js'
import { type Generated, generate } from './data.js'

const GROUP = 20_000
const MIGRATIONS = new URL('../../../migrations/', import.meta.url)

/** What a database of the bench depends on: its data and its schema. A change of either makes it anew. */
const version = () =>
  createHash('sha256')
    .update(readFileSync(new URL('data.js', import.meta.url)))
    .update(
      ['0001-log.sql', '0002-index.sql', '0003-service.sql']
        .map(name => readFileSync(new URL(name, MIGRATIONS)))
        .join('\n'),
    )
    .digest('hex')
    .slice(0, 8)

/** The path of a database of so many events, made once and kept in the system's temporary directory. */
export function databaseOf(events: number): string {
  const directory = join(tmpdir(), 'annals-bench')
  const file = join(directory, `${version()}-${events}.db`)
  if (existsSync(file)) return file
  mkdirSync(directory, { recursive: true })
  const building = `${file}-building`
  for (const suffix of ['', '-wal', '-shm']) rmSync(building + suffix, { force: true })
  createDatabase(building)
  fill(building, events)
  renameSync(building, file)
  return file
}

/** Through the real writer, in great groups; only the check of each document is left out, and durability. */
function fill(file: string, events: number): void {
  const db = openWriting(file)
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -500000')
  const writer = openWriter(db, () => new Date('2026-01-05T09:00:00.000Z'))
  const began = performance.now()
  let group: Generated[] = []
  let rows = 0
  const write = () => {
    rows += group.length
    const session = writer.session({ inOne: true })
    for (const settled of session.run(group.map(one => (tx: Transaction) => append(tx, one))))
      if (!settled.ok) throw settled.error
    session.keep()
    group = []
    process.stderr.write(
      `\r${events} events: ${rows} records, ${Math.round(rows / (performance.now() - began))} a millisecond `,
    )
  }
  for (const record of generate(events)) {
    group.push(record)
    if (group.length === GROUP) write()
  }
  if (group.length > 0) write()
  while (writer.makeEntries());
  writer.close()
  process.stderr.write(`in ${Math.round((performance.now() - began) / 1000)} s\n`)
}

function append(tx: Transaction, { noun, id, document }: Generated): void {
  const change = {
    noun,
    id,
    rev: 1,
    op: 'create' as const,
    into_id: null,
    reason: null,
    recorded_by: 'bench',
    document: canonical(document),
  }
  tx.append(change, document, null)
}
