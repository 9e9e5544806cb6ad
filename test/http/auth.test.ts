import t from 'tap'
import { hashSecret, KEY_BYTES, makeKey, maskKeys, parseKey, secretFits } from '../../src/domain/keys.js'
import { actorOf } from '../../src/http/auth.js'
import { bearer, keys, service } from './service.js'

const open = (t: Parameters<typeof service>[0], options = {}) =>
  service(
    t,
    app => {
      app.get('/records', async request => ({ actor: request.actor }))
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        app.route({ method, url: '/records', handler: async request => actorOf(request) })
      }
      app.post('/merge', { config: { role: 'curator' } }, async request => actorOf(request))
    },
    options,
  )

t.test('reads need no key, and do not look at one', async t => {
  const app = await open(t)
  t.strictSame((await app.inject('/records')).json(), { actor: null })
  t.equal((await app.inject({ url: '/records', headers: { authorization: 'Bearer junk' } })).statusCode, 200)
})

t.test('a write needs a key that is known, whole and not revoked', async t => {
  const app = await open(t)
  const guessed = makeKey(new Uint8Array(KEY_BYTES).fill(5).fill(1, 0, 4))
  t.equal(guessed.id, keys.contributor.id)
  const flipped = keys.contributor.key.replace(/.$/, last => (last === '0' ? '1' : '0'))
  const bad = [
    {},
    { authorization: '' },
    { authorization: keys.contributor.key },
    { authorization: `Basic ${keys.contributor.key}` },
    { authorization: `Bearer ${flipped}` },
    { authorization: `Bearer ${keys.contributor.key} x` },
    bearer(keys.unknown),
    bearer(keys.revoked),
    bearer(guessed),
  ]
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    for (const headers of bad) {
      const answer = await app.inject({
        method,
        url: '/records',
        headers,
        remoteAddress: `10.0.0.${bad.indexOf(headers)}`,
      })
      t.match(answer.json(), { status: 401, code: 'unauthenticated' })
      t.equal(answer.headers['www-authenticate'], 'Bearer realm="annals"')
    }
    t.strictSame((await app.inject({ method, url: '/records', headers: bearer(keys.contributor) })).json(), {
      name: 'ann',
      role: 'contributor',
    })
  }
})

t.test('a role allows what lesser roles may do, and no more', async t => {
  const app = await open(t)
  const merge = (headers: object) => app.inject({ method: 'POST', url: '/merge', headers: { ...headers } })
  t.match((await merge(bearer(keys.contributor))).json(), { status: 403, code: 'forbidden' })
  t.match((await merge(bearer(keys.curator))).json(), { name: 'cleo', role: 'curator' })
})

t.test('too many bad keys from one address are 429, whatever its headers claim', async t => {
  let now = 0
  const app = await open(t, { now: () => now })
  const send = (key: { key: string }, remoteAddress = '10.0.0.1', i = 0) =>
    app.inject({
      method: 'POST',
      url: '/records',
      remoteAddress,
      headers: { ...bearer(key), 'x-forwarded-for': `1.2.3.${i}` },
    })
  for (let i = 0; i < 20; i++) t.equal((await send(keys.unknown, '10.0.0.1', i)).statusCode, 401)
  now = 15_000
  const answer = await send(keys.unknown, '10.0.0.1', 21)
  t.match(answer.json(), { status: 429, code: 'rate_limited', retry_after: 45 })
  t.equal(answer.headers['retry-after'], '45')
  t.equal((await send(keys.contributor)).statusCode, 200, 'a good key passes')
  t.equal((await send(keys.unknown, '10.0.0.2')).statusCode, 401, 'others are not affected')
  now = 60_000
  t.equal((await send(keys.unknown)).statusCode, 401, 'a minute later')
  for (let i = 0; i < 20; i++) await send(keys.unknown, `2001:db8:0:1::${i}`)
  t.equal((await send(keys.unknown, '2001:db8::1:ffff:1:2:3')).statusCode, 429, 'one IPv6 network is one address')
  t.equal((await send(keys.unknown, '2001:db8:0:2::1')).statusCode, 401)
  for (let i = 0; i < 20; i++) await send(keys.unknown, '::ffff:10.0.1.1')
  t.equal((await send(keys.unknown, '::ffff:10.0.1.1')).statusCode, 429)
  t.equal((await send(keys.unknown, '::ffff:10.0.1.2')).statusCode, 401, 'nor are IPv4 clients of an IPv6 socket one')
})

const hexOf = (letter: string) => letter.charCodeAt(0).toString(16)

t.test('a key has a name, 160 random bits and a checksum; its hash is kept', async t => {
  const { key, id, hash } = makeKey(new Uint8Array(KEY_BYTES).map((_, i) => i))
  t.equal(key, 'annals_00010203_0405060708090a0b0c0d0e0f1011121314151617_a05e7a'.slice(0, 57) + key.slice(57))
  const parts = parseKey(key)
  t.strictSame(parts, { id, secret: '0405060708090a0b0c0d0e0f1011121314151617' })
  t.equal(hash, hashSecret(parts?.secret ?? ''))
  t.notMatch(hash, parts?.secret)
  t.ok(secretFits(parts?.secret ?? '', hash))
  t.notOk(secretFits('0'.repeat(40), hash))
  t.notOk(secretFits('', ''))
  for (let i = 0; i < key.length; i++) {
    t.equal(parseKey(key.slice(0, i) + (key[i] === '7' ? '8' : '7') + key.slice(i + 1)), null, `slip at ${i}`)
  }
  t.throws(() => makeKey(new Uint8Array(8)), RangeError)
  const escaped = (text: string) => [...text].map(letter => `%${hexOf(letter)}`).join('')
  const spellings = [
    key,
    key.replace('_', '%5F'),
    key.replaceAll('_', '%25255F'),
    `%${escaped(key)}`,
    escaped(escaped(key)),
  ]
  for (const written of [...spellings, ...spellings.map(spelling => spelling.toUpperCase())])
    t.match(maskKeys(`/v1/sources?q=${written}`), /^\/v1\/sources\?q=%?annals_…$/, `in an address: ${written}`)
  t.equal(maskKeys('/v1/sources?q=%D8%A7_%25'), '/v1/sources?q=%D8%A7_%25')
})
