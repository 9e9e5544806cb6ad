import Database from 'better-sqlite3'
import Fastify from 'fastify'
import postgres from 'postgres'
import { figuresOf, POSTGRES, SQLITE, type Words } from './peer-figures.js'

/** A route that a data team would write over plain tables: the JSON of a timeline is built in SQL. */
const [kind, where = ''] = process.argv.slice(2)

/** `value` says the nth parameter. */
const timeline = (words: Words, value: (n: number) => string) => `
WITH RECURSIVE below (id) AS (
  SELECT id FROM locality WHERE id = ${value(1)}
  UNION ALL SELECT l.id FROM locality l JOIN below b ON l.parent = b.id)
SELECT CAST(${words.object}('events', ${words.list}(${words.json('x.entry')})) AS TEXT) AS answer FROM (
  SELECT ${words.object}('id', e.id, 'title', e.title, 'start', e.starts, 'end', e.ends,
    'locality', ${words.object}('id', l.id, 'name', l.name, 'parent', l.parent),
    'figures', ${words.json(figuresOf(words))}) AS entry
  FROM event e JOIN locality l ON l.id = e.locality
  WHERE e.locality IN (SELECT id FROM below) AND (e.ends IS NULL OR e.ends >= ${value(2)})
  ORDER BY e.starts, e.ends, e.id LIMIT ${value(3)}) x`

type Ask = (place: string, from: string, limit: number) => Promise<string> | string

function askSqlite(): Ask {
  const db = new Database(where, { readonly: true })
  db.pragma('mmap_size = 2147483648')
  const statement = db.prepare<[string, string, number], string>(timeline(SQLITE, () => '?')).pluck()
  return (place, from, limit) => statement.get(place, from, limit)!
}

function askPostgres(): Ask {
  const sql = postgres(where, { max: 8, connection: { search_path: 'annals_bench' } })
  const text = timeline(POSTGRES, n => `$${n}`)
  return async (place, from, limit) => (await sql.unsafe(text, [place, from, limit], { prepare: true }))[0]!.answer
}

const ask = kind === 'postgres' ? askPostgres() : askSqlite()
const app = Fastify()
app.get<{ Params: { id: string }; Querystring: { from?: string; limit?: string } }>(
  '/v1/localities/:id/timeline',
  async ({ params, query }, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .send(await ask(params.id, query.from ?? '', Number(query.limit ?? 100))),
)
process.stderr.write(`listens at ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
