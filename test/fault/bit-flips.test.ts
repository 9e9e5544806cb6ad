import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import tap, { test } from 'tap'
import { verify } from '../../src/store/verify.js'
import { seededDatabase } from '../support/database.js'

/** `ANNALS_FAULT=long` runs the whole of it; `ANNALS_SEED` repeats a run. */
const FLIPS = process.env.ANNALS_FAULT === 'long' ? 1000 : 50
const SEED = Number(process.env.ANNALS_SEED ?? Date.now() % 1_000_000)

tap.setTimeout(FLIPS * 5000)

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What plain SQLite reads of the log, as one text; null if it cannot. */
function payloads(file: string): string | null {
  try {
    const db = new Database(file)
    try {
      const rows = db.prepare('SELECT seq, hex(payload), hex(hash) FROM log ORDER BY seq').raw().all()
      return rows.join('\n')
    } finally {
      db.close()
    }
  } catch {
    return null
  }
}

/** Most of a small file is zeros that mean nothing, so flips are tried anywhere, and as often in bytes that are in use. */
const PLACES = {
  'anywhere in the file': { isMeant: () => true, least: 0 },
  'in bytes that are in use': { isMeant: (byte: number) => byte !== 0, least: FLIPS / 10 },
}

for (const [where, { isMeant, least }] of Object.entries(PLACES))
  test(`no bit flipped ${where} changes a payload unnoticed (${FLIPS} flips, seed ${SEED})`, async t => {
    const file = await seededDatabase(t)
    const sound = readFileSync(file)
    const before = payloads(file)
    const places = [...sound.keys()].filter(at => isMeant(sound[at]!))
    const next = random(SEED)
    const counts = { noticed: 0, changed: 0, 'changed unnoticed': 0, harmless: 0 }
    for (let n = 0; n < FLIPS; n++) {
      const bit = places[Math.floor(next() * places.length)]! * 8 + Math.floor(next() * 8)
      const flipped = Buffer.from(sound)
      flipped[bit >> 3]! ^= 1 << (bit & 7)

      writeFileSync(file, flipped)
      const { outcome } = await verify(file)
      // SQLite may mend what it can when it opens the file, so it is asked after
      const changed = payloads(file) !== before
      for (const suffix of ['-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })

      const noticed = outcome !== 'clean'
      if (changed) counts.changed += 1
      counts[noticed ? 'noticed' : 'harmless'] += 1
      if (!changed || noticed) continue
      counts['changed unnoticed'] += 1
      t.fail(`bit ${bit & 7} of byte ${bit >> 3} changed a payload, and the file was found ${outcome}`)
    }
    const { noticed, changed, harmless } = counts
    t.equal(counts['changed unnoticed'], 0)
    t.ok(changed >= least, 'enough of the flips change a payload for the test to see')
    t.comment(
      `N = ${FLIPS} flips, ${changed} of them changed a payload, ${counts['changed unnoticed']} of those unnoticed; ` +
        `${noticed} noticed in all, ${harmless} harmless; seed ${SEED}`,
    )
  })
