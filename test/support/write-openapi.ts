import { writeFileSync } from 'node:fs'
import { emptyDatabase } from './database.js'
import { openService } from './service.js'

/** `npm run openapi`: writes what the service says of itself to openapi.yaml. */
const ends: (() => unknown)[] = []
const { app } = await openService(
  { teardown: end => ends.unshift(end) },
  emptyDatabase({ teardown: end => ends.push(end) }),
)
const { body } = await app.inject('/openapi.yaml')
writeFileSync(new URL('../../../openapi.yaml', import.meta.url), body)
for (const end of ends) await end()
