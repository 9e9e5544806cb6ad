import { fold, withoutTypeWords } from '../domain/names.js'
import { publishedBy } from '../domain/period.js'
import { references } from '../domain/references.js'
import type { Documents, Noun } from '../model/nouns.js'
import { NOUNS } from '../model/nouns.js'
import type { Revision } from './log.js'
import type { WriteConnection } from './open.js'

type Columns = Record<string, string | number | null>

/** The typed columns of each noun's index table, besides those that every version has. */
const columnsOf: { [N in Noun]: (document: Documents[N]) => Columns } = {
  locality: ({ level, parent, point }) => ({ level, parent, lat: point?.lat ?? null, lon: point?.lon ?? null }),
  source: ({ kind, name }) => ({ kind, name }),
  report: ({ published }) => ({ published_by: published && publishedBy(published) }),
  event: ({ kind, locality, period }) => ({ kind, locality, start: period.start, end: period.end }),
  figure: ({ value, period, ...figure }) => ({
    event: figure.event,
    measure: figure.measure,
    basis: figure.basis,
    unit: figure.unit,
    population: figure.population,
    verification: figure.verification,
    rank: figure.rank,
    low: value.low,
    best: value.best,
    high: value.high,
    start: period.start,
    end: period.end,
  }),
  relation: ({ of, kind, from, to, asserted_by }) => ({ of, kind, from_id: from, to_id: to, asserted_by }),
}

const VERSION_COLUMNS = ['from_seq', 'id', 'rev', 'state']
const EXTRA_COLUMNS: Record<Noun, readonly string[]> = {
  locality: ['level', 'parent', 'lat', 'lon'],
  source: ['kind', 'name'],
  report: ['published_by'],
  event: ['kind', 'locality', 'start', 'end'],
  figure: 'event measure basis unit population verification rank low best high start end'.split(' '),
  relation: ['of', 'kind', 'from_id', 'to_id', 'asserted_by'],
}

/** Writes the versioned index tables, one revision of the log at a time. */
export function openIndexTables(db: WriteConnection) {
  const perNoun = Object.fromEntries(
    NOUNS.map(noun => {
      const columns = [...VERSION_COLUMNS, ...EXTRA_COLUMNS[noun]]
      const names = columns.map(name => `"${name}"`).join(', ')
      return [
        noun,
        {
          close: db.prepare(`UPDATE ${noun} SET until_seq = ? WHERE id = ? AND from_seq < ? AND until_seq IS NULL`),
          insert: db.prepare(`INSERT INTO ${noun} (${names}) VALUES (${columns.map(() => '?').join(', ')})`),
        },
      ]
    }),
  ) as Record<Noun, { close: Statement; insert: Statement }>
  const refer = db.prepare('INSERT OR IGNORE INTO reference (role, target, from_seq) VALUES (?, ?, ?)')
  const addName = db.prepare('INSERT INTO locality_name (from_seq, text, folded, bare) VALUES (?, ?, ?, ?)')
  const addToSearch = db.prepare('INSERT INTO locality_name_search (rowid, folded) VALUES (?, ?)')
  const addCode = db.prepare('INSERT OR IGNORE INTO locality_code (scheme, value, from_seq) VALUES (?, ?, ?)')

  function addLocality(seq: number, locality: Documents['locality']): void {
    const folded = new Map([locality.name, ...locality.names.map(name => name.text)].map(text => [fold(text), text]))
    for (const [form, text] of folded) {
      const { lastInsertRowid } = addName.run(seq, text, form, withoutTypeWords(form))
      addToSearch.run(lastInsertRowid, form)
    }
    for (const [scheme, value] of Object.entries(locality.codes)) addCode.run(scheme, value, seq)
  }

  return {
    /** Makes a revision's version current. `document` is the revision's document, parsed. */
    add<N extends Noun>(revision: Revision & { noun: N }, document: Documents[N]): void {
      const { seq, noun, id, rev, op } = revision
      const { close, insert } = perNoun[noun]
      const columns = columnsOf[noun](document)
      const state = op === 'retract' ? 'retracted' : op === 'merge' ? 'merged' : 'live'
      if (rev > 1) close.run(seq, id, seq)
      insert.run(seq, id, rev, state, ...EXTRA_COLUMNS[noun].map(name => columns[name]))
      for (const { role, target } of references(noun, document)) refer.run(role, target, seq)
      if (noun === 'locality') addLocality(seq, document as Documents['locality'])
    },
  }
}
type Statement = import('better-sqlite3').Statement<unknown[]>
