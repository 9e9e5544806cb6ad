import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import { checkUrl } from '../../src/domain/url.js'

t.test('An http or https address is returned as given', async t => {
  for (const url of [
    'https://www.scotsman.com/news/world/ramadi-1-3775812',
    'http://example.org',
    'HTTPS://Example.ORG/A?b=c#d',
    'https://example.org:8443/a@b?c=\\d',
    'https://ar.wikipedia.org/wiki/الرمادي',
    'https://مثال.إختبار/',
    'https://example.org/علی\u200Cآباد',
    `https://example.org/${'a'.repeat(2048 - 20)}`,
  ]) {
    t.equal(checkUrl(url, '/url'), url)
  }
})

t.test('Other schemes, credentials and addresses that read in two ways are refused', async t => {
  for (const url of [
    '',
    'example.org',
    '//example.org/',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org/',
    'file:///etc/passwd',
    'mailto:a@example.org',
    'https:example.org',
    'https:/example.org',
    'https:///example.org',
    'https://',
    'https://?q',
    'https://user@example.org/',
    'https://user:secret@example.org/',
    'https://@example.org/',
    'https://example.org\\@evil.example/',
    'https://example.org:99999/',
    'https://exa mple.org/',
    'https://[::1/',
    'https://example.org/a b',
    ' https://example.org/',
    'https://example.org/\n',
    'https://example.org/\0',
    'java\tscript:alert(1)',
    'https://example.org/\u202Egnp.exe',
    'https://example.org/\uD800',
    'https://example.org/a\u200Bb',
    'https://example.org/a\uFEFFb',
    'https://example.org/a\u00ADb',
    `https://example.org/${'a'.repeat(2048 - 19)}`,
  ]) {
    t.throws(
      () => checkUrl(url, '/url'),
      { code: 'invalid', faults: [{ code: 'bad_url', pointer: '/url' }] },
      JSON.stringify(url),
    )
  }
  t.throws(() => checkUrl('x', '/url'), Refusal)
})
