import { test } from 'tap'
import { ROLES } from '../../src/domain/keys.js'
import { NOUNS } from '../../src/model/nouns.js'
import { terms } from '../../src/model/vocabularies.js'
import { openScratch } from '../../src/store/open.js'

/** `CHECK (measure = 'killed' OR measure = 'injured')`, or the same with IN. */
const LISTED = /CHECK \(("?(\w+)"?) (?:IN \(('[^)]*)\)|= ('[^']*'(?: OR \1 = '[^']*')*))\)/g

/** Every list of texts that a CHECK allows, by `table.column`. */
function checkedLists(): Map<string, string[]> {
  const db = openScratch()
  const tables = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL`,
    )
    .all()
  db.close()
  return new Map(
    tables.flatMap(({ name, sql }) =>
      [...sql.matchAll(LISTED)].map(([, , column, listed, alternatives]): [string, string[]] => [
        `${name}.${column}`,
        [...(listed ?? alternatives)!.matchAll(/'([^']*)'/g)].map(([, term]) => term!),
      ]),
    ),
  )
}

const STATES = ['live', 'retracted', 'merged']
const RELATIONS = [...new Set([...terms('event_relation'), ...terms('figure_relation')])]

const EXPECTED: Record<string, readonly string[]> = {
  'revision.noun': NOUNS,
  'revision.op': ['create', 'revise', 'retract', 'merge'],
  ...Object.fromEntries(NOUNS.map(noun => [`${noun}.state`, STATES])),
  'locality.level': terms('level'),
  'source.kind': terms('source_kind'),
  'event.kind': terms('event_kind'),
  'figure.measure': terms('measure'),
  'figure.basis': terms('basis'),
  'figure.unit': terms('unit'),
  'figure.counts': terms('counts'),
  'figure.qualifier': terms('qualifier'),
  'figure.period_precision': terms('precision'),
  'figure.place_role': terms('place_role'),
  'figure.place_extent': terms('extent'),
  'figure.population': terms('population'),
  'figure.method': terms('method'),
  'figure.verification': terms('verification'),
  'figure.rank': terms('rank'),
  'relation.of': ['event', 'figure'],
  'relation.kind': RELATIONS,
  'relation.asserted_by': terms('asserted_by'),
  'api_key.role': ROLES,
  'import.state': ['running', 'done', 'refused'],
}

test('each vocabulary is the list that its CHECK allows, and no list is unknown here', async t => {
  const found = checkedLists()
  for (const [column, list] of Object.entries(EXPECTED))
    t.strictSame(found.get(column)?.sort(), [...list].sort(), column)
  const unknown = [...found.keys()].filter(column => !(column in EXPECTED))
  t.strictSame(unknown, [])
  t.equal(found.size, Object.keys(EXPECTED).length)
  t.ok(found.size >= 20, `${found.size} lists were checked`)
})
