import Database from 'better-sqlite3'
import Fastify from 'fastify'
import postgres from 'postgres'

/** A route that a data team would write over plain tables: the JSON of a timeline is built in SQL. */
const [kind, where = ''] = process.argv.slice(2)

interface Words {
  object: string
  list: string
  /** JSON that another part of the statement made. */
  json: (made: string) => string
  /** The nth parameter. */
  value: (n: number) => string
}

const timeline = ({ object, list, json, value }: Words) => `
WITH RECURSIVE below (id) AS (
  SELECT id FROM locality WHERE id = ${value(1)}
  UNION ALL SELECT l.id FROM locality l JOIN below b ON l.parent = b.id)
SELECT CAST(${object}('events', ${list}(${json('x.entry')})) AS TEXT) AS answer FROM (
  SELECT ${object}('id', e.id, 'title', e.title, 'start', e.starts, 'end', e.ends,
    'locality', ${object}('id', l.id, 'name', l.name, 'parent', l.parent),
    'figures', ${json(`(
      SELECT ${list}(${object}('id', f.id, 'measure', f.measure, 'basis', f.basis, 'unit', f.unit, 'counts', f.counts,
        'value', ${object}('low', f.low, 'best', f.best, 'high', f.high, 'qualifier', f.qualifier, 'text', f.text),
        'start', f.starts, 'end', f.ends, 'precision', f.period_precision, 'period_text', f.period_text, 'population', f.population,
        'place', ${object}('locality', f.locality, 'role', f.place_role, 'extent', f.place_extent),
        'originator', f.originator, 'verification', f.verification, 'rank', f.rank, 'method', f.method,
        'citation', ${object}('report', r.id, 'title', r.title, 'url', r.url, 'published', r.published, 'publisher', r.publisher,
          'excerpt', f.excerpt)))
      FROM figure f JOIN report r ON r.id = f.report WHERE f.event = e.id)`)}) AS entry
  FROM event e JOIN locality l ON l.id = e.locality
  WHERE e.locality IN (SELECT id FROM below) AND (e.ends IS NULL OR e.ends >= ${value(2)})
  ORDER BY e.starts, e.ends, e.id LIMIT ${value(3)}) x`

type Ask = (place: string, from: string, limit: number) => Promise<string> | string

function askSqlite(): Ask {
  const db = new Database(where, { readonly: true })
  db.pragma('mmap_size = 2147483648')
  const words = {
    object: 'json_object',
    list: 'json_group_array',
    json: (made: string) => `json(${made})`,
    value: () => '?',
  }
  const statement = db.prepare<[string, string, number], string>(timeline(words)).pluck()
  return (place, from, limit) => statement.get(place, from, limit)!
}

function askPostgres(): Ask {
  const sql = postgres(where, { max: 8, connection: { search_path: 'annals_bench' } })
  const words = {
    object: 'json_build_object',
    list: 'json_agg',
    json: (made: string) => made,
    value: (n: number) => `$${n}`,
  }
  const text = timeline(words)
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
