import t from 'tap'
import { addressOf, readConfig } from '../src/config.js'

t.test('without flags and variables the service is what the documentation says', async t => {
  const config = readConfig({ ANNALS: 'ignored', PORT: '80' })
  t.strictSame(config, {
    db: 'annals.db',
    host: '127.0.0.1',
    port: 3000,
    workers: 1,
    logLevel: 'warn',
    publicUrl: null,
    cursorSecret: null,
    signingKey: null,
    url: null,
    key: null,
  })
  t.ok(Object.isFrozen(config))
})

t.test('every flag has its variable, and the flag wins', async t => {
  const env = { ANNALS_PORT: '81', ANNALS_HOST: '::1', ANNALS_DB: '/data/a.db', ANNALS_LOG_LEVEL: 'info' }
  t.match(readConfig(env), { port: 81, host: '::1', db: '/data/a.db', logLevel: 'info' })
  t.equal(addressOf(readConfig(env)), 'http://[::1]:81')
  t.match(readConfig(env, { port: '82' }), { port: 82, host: '::1' })
  t.equal(readConfig({ ANNALS_PUBLIC_URL: 'https://annals.example/x/' }).publicUrl, 'https://annals.example/x')
})

t.test('every setting that cannot be is named', async t => {
  const env = { ANNALS_PORT: '70000', ANNALS_WORKERS: '0', ANNALS_LOG_LEVEL: 'loud', ANNALS_DB: '' }
  t.throws(() => readConfig(env, { publicUrl: 'ftp://x', cursorSecret: 'short' }), {
    code: 'invalid',
    faults: ['ANNALS_DB', 'ANNALS_PORT', 'ANNALS_WORKERS', 'ANNALS_LOG_LEVEL', '--public-url', '--cursor-secret'].map(
      parameter => ({ parameter }),
    ),
  })
})
