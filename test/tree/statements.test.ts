import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url))

t.test('no statement is prepared again for each limit that is bound to it', async t => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const limits = files.flatMap(file => readFileSync(join(SRC, file), 'utf8').match(/LIMIT \+?[?:@]/g) ?? [])
  t.ok(limits.length > 10, `${limits.length} limits`)
  const plannedBy = limits.filter(limit => !limit.includes('+'))
  t.strictSame(plannedBy, [])
})
