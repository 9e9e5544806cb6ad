import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import tap, { test } from 'tap'
import { checkpoint, openSigningKey, type SigningKey } from '../../src/actions/checkpoint.js'
import { openReading } from '../../src/store/open.js'
import { openReader } from '../../src/store/reader.js'
import type { Check, Verification } from '../../src/store/verification.js'
import { verify } from '../../src/store/verify.js'
import { SEEDER, seededDatabase, tempDirectory, writing } from '../support/database.js'
import { onLog, rechain, reindex, tamper } from '../support/tamper.js'

tap.setTimeout(120_000)

/** What a case starts from: the database, an older backup of it, the checkpoint of its end, and the keys. */
interface Held {
  file: string
  older: string
  note: string
  key: SigningKey
  stranger: SigningKey
}

/** What is done to the database, what verification is told of checkpoint and key, and how it must name it. */
interface Case {
  name: string
  tamper?(held: Held): void
  told?(held: Held): { note?: string; key?: SigningKey }
  outcome: Verification['outcome']
  check: Check
  seq?: number
  /** Nothing but a checkpoint can tell: verification without one must find nothing. */
  onlyByCheckpoint?: true
}

const END = 67

const inLog = (sql: string) => (held: Held) =>
  tamper(
    held.file,
    onLog(db => db.exec(sql)),
  )
const inIndex = (sql: string) => (held: Held) => tamper(held.file, db => db.exec(sql))

/** A forger who makes everything fit: chain and index computed again. */
const consistently = (change: string | ((db: Database.Database) => void)) => (held: Held) => {
  tamper(
    held.file,
    onLog(db => {
      if (typeof change === 'string') db.exec(change)
      else change(db)
      rechain(db)
    }),
  )
  reindex(held.file)
}

const inBytes = (change: (bytes: Buffer) => void) => (held: Held) => {
  const bytes = readFileSync(held.file)
  change(bytes)
  writeFileSync(held.file, bytes)
}

/** Swaps what two rows say, hashes and all. */
const SWAP = `
  CREATE TEMP TABLE kept AS SELECT * FROM revision WHERE seq IN (20, 21);
  DELETE FROM revision WHERE seq IN (20, 21);
  INSERT INTO revision (seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, previous_hash, hash)
  SELECT 41 - seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, previous_hash, hash FROM kept`

const COPY_OF_ROW_12 = `
  INSERT INTO revision (seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, previous_hash, hash)
  SELECT ${END + 1}, noun, id, rev, op, into_id, reason, '2026-12-01T00:00:00.000Z', recorded_by, document, hash, hash
  FROM revision WHERE seq = 12`

const GROWN = COPY_OF_ROW_12.replace(
  "noun, id, rev, op, into_id, reason, '",
  `noun, 'another', rev, op, into_id, reason, '`,
)

const cases: Case[] = [
  {
    name: 'a document edited with the triggers dropped and put back',
    tamper: inLog(`UPDATE revision SET document = replace(document, '114000', '14000') WHERE seq = 43`),
    outcome: 'tampered',
    check: 'hash',
    seq: 43,
  },
  {
    name: 'recorded_by edited',
    tamper: inLog(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 9`),
    outcome: 'tampered',
    check: 'hash',
    seq: 9,
  },
  {
    name: 'a reason edited',
    tamper: inLog(`UPDATE revision SET reason = 'a slip' WHERE seq = 65`),
    outcome: 'tampered',
    check: 'hash',
    seq: 65,
  },
  {
    name: 'recorded_at moved by a millisecond',
    tamper: inLog(`UPDATE revision SET recorded_at = replace(recorded_at, '.000Z', '.001Z') WHERE seq = 30`),
    outcome: 'tampered',
    check: 'hash',
    seq: 30,
  },
  {
    name: 'a retraction turned into a revision',
    tamper: inLog(`UPDATE revision SET op = 'revise' WHERE seq = 66`),
    outcome: 'tampered',
    check: 'hash',
    seq: 66,
  },
  {
    name: 'a hash computed anew for one edited row',
    tamper: held =>
      tamper(
        held.file,
        onLog(db => {
          db.exec(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 9`)
          const kept = db.prepare('SELECT seq, hash, previous_hash FROM revision WHERE seq > 9').all()
          rechain(db)
          const back = db.prepare('UPDATE revision SET hash = :hash, previous_hash = :previous_hash WHERE seq = :seq')
          for (const row of kept) back.run(row)
        }),
      ),
    outcome: 'tampered',
    check: 'link',
    seq: 10,
  },
  {
    name: 'a bit flipped in a document, in the file',
    tamper: inBytes(bytes => {
      bytes[bytes.indexOf('"text":"as many as 114,000"') + 20]! ^= 1
    }),
    outcome: 'tampered',
    check: 'hash',
    seq: 43,
  },
  {
    name: 'a byte of a document made invalid UTF-8, in the file',
    tamper: inBytes(bytes => {
      bytes[bytes.indexOf('"text":"as many as 114,000"') + 20] = 0xff
    }),
    outcome: 'tampered',
    check: 'payload',
    seq: 43,
  },
  {
    name: 'a page of the log overwritten, in the file',
    tamper: inBytes(bytes => {
      const page = Math.floor(bytes.indexOf('"text":"as many as 114,000"') / 8192)
      bytes.fill(0, page * 8192, (page + 1) * 8192)
    }),
    outcome: 'tampered',
    check: 'integrity',
  },
  {
    name: 'the file cut short',
    tamper: held => truncateSync(held.file, readFileSync(held.file).length - 8192),
    outcome: 'unreadable',
    check: 'file',
  },
  {
    name: 'the tail of the log cut, its index left',
    tamper: inLog(`DELETE FROM revision WHERE seq > 60`),
    outcome: 'tampered',
    check: 'references',
  },
  {
    name: 'the tail of the log cut and the index made to fit',
    tamper: consistently('DELETE FROM revision WHERE seq > 60'),
    outcome: 'shorter',
    check: 'checkpoint',
    seq: 61,
    onlyByCheckpoint: true,
  },
  {
    name: 'the last revision, a correction, taken back',
    tamper: consistently(`DELETE FROM revision WHERE seq = ${END}`),
    outcome: 'shorter',
    check: 'checkpoint',
    seq: END,
    onlyByCheckpoint: true,
  },
  {
    name: 'the whole log rewritten with its chain and index computed again',
    tamper: consistently(`UPDATE revision SET document = replace(document, '114000', '14000')`),
    outcome: 'tampered',
    check: 'checkpoint',
    seq: END,
    onlyByCheckpoint: true,
  },
  {
    name: 'the log rewritten from its last row on, and grown since',
    tamper: held => {
      consistently(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = ${END}`)(held)
      consistently(GROWN)(held)
    },
    outcome: 'tampered',
    check: 'checkpoint',
    seq: END,
  },
  {
    name: 'an older backup put back',
    tamper: held => copyFileSync(held.older, held.file),
    outcome: 'shorter',
    check: 'checkpoint',
    seq: 65,
    onlyByCheckpoint: true,
  },
  {
    name: 'a row taken out of the middle',
    tamper: inLog('DELETE FROM revision WHERE seq = 31'),
    outcome: 'tampered',
    check: 'position',
    seq: 31,
  },
  {
    name: 'the first row taken out',
    tamper: inLog('DELETE FROM revision WHERE seq = 1'),
    outcome: 'tampered',
    check: 'position',
    seq: 1,
  },
  {
    name: 'a row taken out and the positions closed up, the chain left',
    tamper: inLog('DELETE FROM revision WHERE seq = 31; UPDATE revision SET seq = seq - 1 WHERE seq > 31'),
    outcome: 'tampered',
    check: 'link',
    seq: 31,
  },
  {
    name: 'two rows in each other’s place',
    tamper: inLog(SWAP),
    outcome: 'tampered',
    check: 'link',
    seq: 20,
  },
  {
    name: 'two rows in each other’s place, the chain computed again',
    tamper: held =>
      tamper(
        held.file,
        onLog(db => {
          db.exec(SWAP)
          rechain(db)
        }),
      ),
    outcome: 'tampered',
    check: 'time',
    seq: 21,
  },
  {
    name: 'a row there twice, the chain computed again',
    tamper: consistently(COPY_OF_ROW_12),
    outcome: 'tampered',
    check: 'versions',
    seq: END + 1,
  },
  {
    name: 'the first revision of a record taken out, the chain computed again',
    tamper: held =>
      tamper(
        held.file,
        onLog(db => {
          db.exec('DELETE FROM revision WHERE seq = 5; UPDATE revision SET seq = seq - 1 WHERE seq > 5')
          rechain(db)
        }),
      ),
    outcome: 'tampered',
    check: 'versions',
    seq: 66,
  },
  {
    name: 'a record’s first revision said to revise it, the chain computed again',
    tamper: consistently(`UPDATE revision SET op = 'revise', reason = 'said so' WHERE seq = 5`),
    outcome: 'tampered',
    check: 'versions',
    seq: 5,
  },
  {
    name: 'a record’s second revision said to create it, the chain computed again',
    tamper: consistently(`UPDATE revision SET op = 'create' WHERE rev = 2`),
    outcome: 'tampered',
    check: 'versions',
  },
  {
    name: 'a document written otherwise, the chain computed again',
    tamper: consistently(`UPDATE revision SET document = replace(document, '{"', '{ "') WHERE seq = 5`),
    outcome: 'tampered',
    check: 'document',
    seq: 5,
  },
  {
    name: 'a revision dated before the one in front of it, the chain computed again',
    tamper: consistently(`UPDATE revision SET recorded_at = '2025-12-31T00:00:00.000Z' WHERE seq = 40`),
    outcome: 'tampered',
    check: 'time',
    seq: 40,
  },
  {
    name: 'a time written without its milliseconds, the chain computed again',
    tamper: consistently(`UPDATE revision SET recorded_at = replace(recorded_at, '.000Z', 'Z') WHERE seq = 40`),
    outcome: 'tampered',
    check: 'time',
    seq: 40,
  },
  {
    name: 'a figure’s number edited in the index',
    tamper: inIndex(`UPDATE figure SET high = 122000 WHERE from_seq = 43`),
    outcome: 'tampered',
    check: 'index',
    seq: 43,
  },
  {
    name: 'a superseded version made current in the index',
    tamper: inIndex(`DELETE FROM source WHERE from_seq = 67; UPDATE source SET until_seq = NULL WHERE until_seq = 67`),
    outcome: 'tampered',
    check: 'index',
    seq: 5,
  },
  {
    name: 'a retracted record made live in the index',
    tamper: inIndex(`UPDATE relation SET state = 'live'`),
    outcome: 'tampered',
    check: 'index',
    seq: 66,
  },
  {
    name: 'a reference taken out of the index',
    tamper: inIndex(`DELETE FROM reference WHERE role = 'originator' AND from_seq = 43`),
    outcome: 'tampered',
    check: 'index',
    seq: 43,
  },
  {
    name: 'an event taken out of a timeline',
    tamper: inIndex(`DELETE FROM timeline WHERE ancestor = 'iq-ramadi' AND event = 'ramadi-exodus-2015-04'`),
    outcome: 'tampered',
    check: 'index',
  },
  {
    name: 'the number of events of a place edited',
    tamper: inIndex(`UPDATE timeline_size SET events = events + 1 WHERE ancestor = 'iq'`),
    outcome: 'tampered',
    check: 'index',
  },
  {
    name: 'a name edited in the index',
    tamper: inIndex(`UPDATE locality_name SET text = 'Ramadan' WHERE key = 2`),
    outcome: 'tampered',
    check: 'index',
  },
  {
    name: 'a code added to the index',
    tamper: inIndex(`INSERT INTO locality_code VALUES ('geonames', '1', 1)`),
    outcome: 'tampered',
    check: 'index',
    seq: 1,
  },
  {
    name: 'a name taken out of the search index',
    tamper: inIndex(`INSERT INTO locality_name_search (locality_name_search, rowid, folded)
                     SELECT 'delete', key, folded FROM locality_name WHERE key = 2`),
    outcome: 'tampered',
    check: 'index',
  },
  {
    name: 'a name added to the search index',
    tamper: inIndex(`INSERT INTO locality_name_search (rowid, folded) VALUES (1, 'ramadan')`),
    outcome: 'tampered',
    check: 'index',
  },
  {
    name: 'a trigger dropped, and nothing else',
    tamper: inIndex('DROP TRIGGER revision_keeps'),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'a trigger replaced by one that does nothing',
    tamper: inIndex(`DROP TRIGGER revision_stays;
                     CREATE TRIGGER revision_stays BEFORE DELETE ON revision BEGIN SELECT 1; END`),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'a trigger added',
    tamper: inIndex(`CREATE TRIGGER more AFTER INSERT ON revision BEGIN DELETE FROM reference; END`),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'a table added',
    tamper: inIndex('CREATE TABLE more (x)'),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'a constraint taken out of the schema',
    tamper: inIndex(`PRAGMA writable_schema = ON;
                     UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (rev >= 1)', '') WHERE name = 'revision'`),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'the payload computed otherwise, in the schema',
    tamper: inIndex(`PRAGMA writable_schema = ON;
                     UPDATE sqlite_schema SET sql = replace(sql, '"reason":''', '"reasom":''') WHERE name = 'log'`),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'user_version set back',
    tamper: inIndex('PRAGMA user_version = 1'),
    outcome: 'tampered',
    check: 'schema',
  },
  {
    name: 'user_version set ahead',
    tamper: inIndex('PRAGMA user_version = 9'),
    outcome: 'unreadable',
    check: 'file',
  },
  {
    name: 'application_id changed',
    tamper: inIndex('PRAGMA application_id = 1'),
    outcome: 'unreadable',
    check: 'file',
  },
  {
    name: 'a log rewritten, and its checkpoint edited to fit',
    tamper: consistently(`UPDATE revision SET recorded_by = 'nobody'`),
    told: held => ({ note: held.note.replace(/\n[^\n]+=\n\n/, `\n${headHash(held.file)}\n\n`) }),
    outcome: 'tampered',
    check: 'checkpoint',
    onlyByCheckpoint: true,
  },
  {
    name: 'a log rewritten, and its checkpoint signed with another key',
    tamper: consistently(`UPDATE revision SET recorded_by = 'nobody'`),
    told: held => ({ note: noteOf(held.file, held.stranger) }),
    outcome: 'tampered',
    check: 'checkpoint',
    onlyByCheckpoint: true,
  },
  {
    name: 'the first row rewritten, and everything after it computed again',
    tamper: consistently(`UPDATE revision SET recorded_by = 'nobody' WHERE seq = 1`),
    outcome: 'tampered',
    check: 'checkpoint',
    seq: 1,
    onlyByCheckpoint: true,
  },
  {
    name: 'the log of another database in its place, with fewer rows',
    tamper: held => {
      consistently(`UPDATE revision SET recorded_by = 'nobody'`)(held)
      consistently('DELETE FROM revision WHERE seq > 60')(held)
    },
    outcome: 'tampered',
    check: 'checkpoint',
    seq: 1,
    onlyByCheckpoint: true,
  },
  {
    name: 'a true checkpoint held against the wrong key',
    told: held => ({ key: held.stranger }),
    outcome: 'tampered',
    check: 'checkpoint',
    onlyByCheckpoint: true,
  },
  {
    name: 'a signature with a bit flipped',
    told: held => ({ note: held.note.replace(/.(?=.{20}\n$)/, digit => (digit === 'A' ? 'B' : 'A')) }),
    outcome: 'tampered',
    check: 'checkpoint',
    onlyByCheckpoint: true,
  },
]

function noteOf(file: string, key: SigningKey): string {
  const read = openReader(openReading(file))
  try {
    return checkpoint(read, key).note
  } finally {
    read.close()
  }
}

const headHash = (file: string) => {
  const db = openReading(file)
  const hash = db.prepare('SELECT hash FROM revision ORDER BY seq DESC LIMIT 1').pluck().get() as Buffer
  db.close()
  return hash.toString('base64')
}

test('every way of tampering is named', async t => {
  const base = await seededDatabase(t)
  const directory = tempDirectory(t)
  const held: Held = {
    file: join(directory, 'annals.db'),
    older: join(directory, 'older.db'),
    note: '',
    key: openSigningKey(join(directory, 'key.pem')),
    stranger: openSigningKey(join(directory, 'stranger.pem')),
  }
  copyFileSync(base, held.older)
  await writing(base, async writer => {
    const expect = 'any' as const
    const change = { actor: SEEDER, expect }
    const patch = { note: 'Corrected.' }
    await writer.apply({ do: 'patch', noun: 'source', id: 'ocha', patch, reason: 'a first note', ...change })
    const id = 'ramadi-2015:flight-additional-to-exodus'
    await writer.apply({ do: 'retract', noun: 'relation', id, reason: 'said otherwise', ...change })
    await writer.apply({ do: 'patch', noun: 'source', id: 'un', patch, reason: 'a note', ...change })
  })
  held.note = noteOf(base, held.key)
  const against = { checkpoint: held.note, publicKey: held.key.publicKey }
  t.match(await verify(base, against), { outcome: 'clean', head: { seq: END } })

  let named = 0
  for (const { name, tamper, told, outcome, check, seq, onlyByCheckpoint } of cases) {
    copyFileSync(base, held.file)
    tamper?.(held)
    const { note, key } = { note: held.note, key: held.key, ...told?.(held) }
    const found = await verify(held.file, { checkpoint: note, publicKey: key.publicKey })
    const asNamed = { outcome, problems: [{ check, ...(seq !== undefined && { seq }) }] }
    const problem = found.problems.find(one => one.check === check && (seq === undefined || one.seq === seq))
    const first = seq === undefined || found.first_bad_seq === seq
    const alone = !onlyByCheckpoint || (await verify(held.file)).outcome === 'clean'
    const right = found.outcome === outcome && problem !== undefined && first && alone
    if (right) named += 1
    t.ok(right, name, { found, wanted: asNamed, alone })
  }
  t.equal(named, cases.length)
  t.comment(`N = ${cases.length} ways of tampering, ${named} named`)
})
