import t from 'tap'
import { cursorKey, cursorScope, openCursor, sealCursor } from '../../src/http/cursor.js'
import { integer, text, withDefault } from '../../src/http/parameters.js'
import { query } from '../../src/http/query.js'
import { service } from './service.js'

const key = cursorKey('a secret of the service')

t.test('a cursor gives back its position', async t => {
  for (const position of [['2015-04-01', null, 'ramadi-exodus-2015-04'], [412], [], ['الرمادي']]) {
    const cursor = sealCursor(key, 'here', position)
    t.match(cursor, /^[\w-]+$/)
    t.strictSame(openCursor(key, 'here', cursor), position)
  }
})

t.test('a cursor that was changed, cut or made elsewhere is refused', async t => {
  const cursor = sealCursor(key, 'here', ['2015-04-01', 'a'])
  const refused = (scope: string, given: string, by = key) =>
    t.throws(() => openCursor(by, scope, given), { code: 'bad_cursor', faults: [{ parameter: 'cursor' }] }, given)
  for (let i = 0; i < cursor.length; i++) {
    refused('here', `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`)
    refused('here', cursor.slice(0, i))
  }
  refused('there', cursor)
  refused('here', cursor, cursorKey('another secret'))
  for (const given of ['', '1', '*', `${cursor}=`, `${cursor}A`, ` ${cursor}`, 'A'.repeat(5000)]) refused('here', given)
})

t.test('a cursor belongs to its address and filters, not to a page size', async t => {
  const list = query({
    q: text('Any.'),
    limit: withDefault(integer('Size.'), 100),
    cursor: text('Next.', { max: 2048 }),
  })
  const app = await service(t, app => {
    for (const url of ['/events', '/figures']) {
      app.get(url, { config: { query: list } }, async request => {
        const asked = list.of(request)
        const scope = cursorScope(request, asked)
        return asked.cursor ? openCursor(key, scope, asked.cursor) : { next: sealCursor(key, scope, [7]) }
      })
    }
  })
  const { next } = (await app.inject('/events?q=a&limit=5')).json()
  t.strictSame((await app.inject(`/events?cursor=${next}&limit=9&q=a`)).json(), [7])
  for (const url of [`/events?q=b&cursor=${next}`, `/events?cursor=${next}`, `/figures?q=a&cursor=${next}`]) {
    t.match((await app.inject(url)).json(), { status: 400, code: 'bad_cursor' })
  }
})
