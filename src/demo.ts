import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openLocalWriter } from './actions/writer.js'
import { fail } from './commands/output.js'
import { configure } from './config.js'
import { KEY_BYTES, makeKey } from './domain/keys.js'
import { serve } from './server.js'
import { createDatabase } from './store/open.js'

/** A newcomer's first minute: a database with the seed, a key, the service, and three questions to ask it. */
async function demo(): Promise<string> {
  const config = configure({}, { db: 'annals-demo.db', logLevel: 'warn' })
  const fresh = !existsSync(config.db)
  if (fresh) createDatabase(config.db)

  const writer = openLocalWriter(config.db, () => new Date())
  const { created, present } = await writer.apply({ do: 'load-seed', actor: { name: 'seed', role: 'curator' } })
  const { id, hash, key } = makeKey(randomBytes(KEY_BYTES))
  await writer.apply({ do: 'add-key', name: `demo-${id}`, role: 'curator', key_id: id, hash })
  await writer.close()

  const { address } = await serve(config)
  return `
${config.db}: ${fresh ? 'made' : 'opened'}; ${created} records loaded from seed/, ${present} were there
serving at ${address} (stop with Ctrl-C); the API is described at ${address}/docs

Try:
  curl '${address}/v1/localities/iq-ramadi/timeline.txt'
  curl '${address}/v1/localities/iq-ramadi/timeline?measure=displaced&published_by=2015-05-01'
  curl --get '${address}/v1/resolve' --data-urlencode 'name=الرمادي'

A key for writing, shown this once (Authorization: Bearer …):
  ${key}
`
}

process.stdout.write(await demo().catch(error => fail(error, { json: false })))
