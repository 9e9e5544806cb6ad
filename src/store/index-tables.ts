import { fold, withoutTypeWords } from '../domain/names.js'
import { publishedBy } from '../domain/period.js'
import { references } from '../domain/references.js'
import type { Documents, Noun } from '../model/nouns.js'
import { NOUNS } from '../model/nouns.js'
import { FIGURE_COLUMNS, figureValues } from './figure-columns.js'
import type { Revision } from './log.js'
import type { WriteConnection } from './open.js'
import { quotesOf } from './quotes.js'
import { STATE_AFTER } from './records.js'

/** The typed columns of each noun's index table, besides those that every version has. */
const COLUMNS: Record<Noun, readonly string[]> = {
  locality: ['name', 'level', 'parent', 'lat', 'lon'],
  source: ['kind', 'name'],
  report: ['title', 'publisher', 'url', 'quotes', 'published', 'published_by', 'published_inferred'],
  event: ['title', 'quotes', 'kind', 'locality', 'start', 'end'],
  figure: [...Object.keys(FIGURE_COLUMNS), 'quotes', 'recorded_at'],
  relation: ['of', 'kind', 'from_id', 'to_id', 'asserted_by'],
}

type Value = string | number | null

/** Their values, in the same order. */
const valuesOf: { [N in Noun]: (document: Documents[N], revision: Revision) => Value[] } = {
  locality: ({ name, level, parent, point }) => [name, level, parent, point?.lat ?? null, point?.lon ?? null],
  source: ({ kind, name }) => [kind, name],
  report: ({ title, publisher, url, published, published_inferred }) => [
    title,
    publisher,
    url,
    quotesOf({ report_title: title, report_url: url }),
    published,
    published && publishedBy(published),
    Number(published_inferred),
  ],
  event: ({ title, kind, locality, period }) => [
    title,
    quotesOf({ event_title: title }),
    kind,
    locality,
    period.start,
    period.end,
  ],
  figure: (figure, { recorded_at }) => [
    ...figureValues(figure),
    quotesOf({ text: figure.value.text, period_text: figure.period.text, excerpt: figure.citations[0]?.excerpt }),
    recorded_at,
  ],
  relation: ({ of, kind, from, to, asserted_by }) => [of, kind, from, to, asserted_by],
}

/** Writes the versioned index tables, one revision of the log at a time. */
export function openIndexTables(db: WriteConnection) {
  const perNoun = Object.fromEntries(
    NOUNS.map(noun => {
      const columns = ['from_seq', 'id', 'rev', 'state', ...COLUMNS[noun]]
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
  const refer = db.prepare(
    `INSERT OR IGNORE INTO reference (role, target, from_seq)
     SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) ORDER BY 1, 2, 3`,
  )
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

  /** References yet to be inserted: many, in the order of their key, cost a third of one by one. */
  let made: [role: string, target: string, seq: number][] = []

  return {
    /** Makes a revision's version current. `document` is the revision's document, parsed. */
    add<N extends Noun>(revision: Revision & { noun: N }, document: Documents[N]): void {
      const { seq, noun, id, rev, op } = revision
      const { close, insert } = perNoun[noun]
      if (rev > 1) close.run(seq, id, seq)
      insert.run(seq, id, rev, STATE_AFTER[op], valuesOf[noun](document, revision))
      for (const { role, target } of references(noun, document)) made.push([role, target, seq])
      if (noun === 'locality') addLocality(seq, document as Documents['locality'])
    },
    /** Brings the table of references up to date; until then it lacks those of the versions added. */
    settle(): void {
      if (made.length === 0) return
      refer.run(JSON.stringify(made))
      made = []
    },
    /** Forgets what was added and not settled, after a rollback. */
    rolledBack(): void {
      made = []
    },
  }
}
type Statement = import('better-sqlite3').Statement<unknown[]>
