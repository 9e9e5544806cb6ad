import fc from 'fast-check'
import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import { cleanText, isBlank } from '../../src/domain/text.js'

const accepted = (text: string, name: boolean) => {
  try {
    return cleanText(text, '/title', { name })
  } catch (error) {
    if (error instanceof Refusal && error.faults[0]?.code === 'bad_text' && error.faults[0].pointer === '/title')
      return null
    throw error
  }
}

t.test('Text is kept in normal form C', async t => {
  t.equal(accepted('Ramādī', true), 'Ramādī'.normalize('NFC'))
  t.equal(accepted('e\u0301', false), '\u00e9')
  t.equal(accepted('الرمادي 😀', true), 'الرمادي 😀')
})

t.test('Lone surrogates, NUL, controls and bidirectional controls are refused', async t => {
  const refused = ['\uD800', '\uDC00x', '\0', '\b', '\u001B', '\r', '\u007F', '\u0085', '\u009F']
  const bidi = ['\u202A', '\u202E', '\u2066', '\u2069']
  for (const character of [...refused, ...bidi]) {
    for (const name of [true, false]) {
      t.equal(accepted(`a${character}b`, name), null, `U+${character.charCodeAt(0).toString(16)}, name: ${name}`)
    }
  }
})

t.test('Prose may have lines, tabs and direction marks, names may not', async t => {
  for (const character of ['\n', '\t', '\u2028', '\u2029', '\u200E', '\u200F', '\u061C']) {
    t.equal(accepted(`a${character}b`, false), `a${character}b`)
    t.equal(accepted(`a${character}b`, true), null)
  }
})

t.test('A name holds nothing that is not seen, but for joiners in its words and forms of characters', async t => {
  for (const character of ['\u200B', '\u2060', '\uFEFF', '\u00AD', '\u2063', '\u3164', '\u034F', '\u{E0041}']) {
    t.equal(accepted(`United${character} Nations`, true), null, `U+${character.codePointAt(0)!.toString(16)}`)
    t.equal(accepted(`United${character} Nations`, false), `United${character} Nations`)
  }
  for (const name of [
    'علی\u200Cآباد',
    'کوردستان\u200Cی',
    'ه\u200D',
    'कु\u200Dष',
    '葛\u{E0100}城',
    'Relief ❤\uFE0F',
    '👩\u200D🚒',
  ])
    t.equal(accepted(name, true), name.normalize('NFC'))
  for (const joiner of ['\u200C', '\u200D'])
    for (const name of [joiner, `${joiner}Ramadi`, `Ar ${joiner}Ramadi`]) t.equal(accepted(name, true), null)
})

t.test('A name in which nothing is seen is none', async t => {
  for (const name of ['   ', '\u3000', '\u2800', '\uFE0F', ' \u2800 ']) t.equal(accepted(name, true), null)
  for (const text of ['', ' \n', '\u200B', ' \u200B ', '\u200E\u200C', '\uFEFF']) t.ok(isBlank(text))
  for (const text of ['a', '\u200Ba', '0', '?', 'ه\u200D']) t.notOk(isBlank(text))
})

t.test('Cleaning clean text changes nothing', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, name) => {
      const clean = accepted(text, name)
      return clean === null || accepted(clean, name) === clean
    }),
  )
})
