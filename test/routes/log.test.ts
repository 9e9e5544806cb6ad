import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { checkpointsFile } from '../../src/actions/checkpoint.js'
import { isSignedBy, readCheckpoints } from '../../src/domain/checkpoint.js'
import { seededDatabase } from '../support/database.js'
import { openService } from '../support/service.js'

const URL = '/v1/log/checkpoint'

t.test('the checkpoint names the end of the log, and its signature proves it', async t => {
  const file = await seededDatabase(t)
  const { get, app, read } = await openService(t, file)
  const { origin, seq, hash, note, public_key } = await get(URL)
  const head = read.head()
  t.equal(seq, head.seq)
  t.equal(hash, head.hash.toString('hex'))
  const [kept] = readCheckpoints(note) ?? []
  t.match(kept, { origin, seq, hash })
  t.ok(isSignedBy(kept!, createPublicKey(public_key)))
  for (const asked of [{ url: `${URL}.txt` }, { url: URL, headers: { accept: 'text/plain' } }])
    t.equal((await app.inject(asked)).body, note, 'as bare text, the note and nothing else')
  t.equal(readFileSync(checkpointsFile(file), 'utf8'), `${note}\n`, 'and it is kept beside the database, once')
})

t.test('a write makes another checkpoint; until then it is the same, and known by its tag', async t => {
  const file = await seededDatabase(t)
  const { get, app, send } = await openService(t, file)
  const first = await app.inject(URL)
  const headers = { 'if-none-match': String(first.headers.etag) }
  t.equal((await app.inject({ url: URL, headers })).statusCode, 304)
  await send('PUT', '/v1/sources/another', { name: 'Another', kind: 'other' })
  const second = await get(URL)
  t.equal(second.seq, first.json().seq + 1)
  t.equal(second.origin, first.json().origin)
  t.equal(readFileSync(checkpointsFile(file), 'utf8'), `${first.json().note}\n${second.note}\n`)
})

t.test('/metrics tells of requests by route, of the log and of the writer', async t => {
  const { app, read } = await openService(t, await seededDatabase(t))
  await app.inject('/v1/events?limit=1')
  await app.inject('/v1/events/no-such')
  const { body, headers } = await app.inject('/metrics')
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  for (const line of [
    `annals_log_position ${read.head().seq}`,
    'annals_writer_queue_length 0',
    'annals_http_request_duration_seconds_count{method="GET",route="/v1/events",status="200"} 1',
    'annals_http_request_duration_seconds_count{method="GET",route="/v1/events/:id",status="404"} 1',
  ])
    t.match(body, `\n${line}\n`)
  t.match(body, /\nprocess_resident_memory_bytes \d+\n/)
  t.notMatch(body, /no-such/, 'an id is no label')
})
