import fc from 'fast-check'
import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import { cleanText } from '../../src/domain/text.js'

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
  for (const character of ['\n', '\t', '\u200E', '\u200F', '\u061C']) {
    t.equal(accepted(`a${character}b`, false), `a${character}b`)
    t.equal(accepted(`a${character}b`, true), null)
  }
  t.equal(accepted('علی\u200Cآباد', true), 'علی\u200Cآباد', 'joiners belong to Persian words')
})

t.test('A name of nothing but spaces is none', async t => {
  t.equal(accepted('   ', true), null)
  t.equal(accepted('\u3000', true), null)
})

t.test('Cleaning clean text changes nothing', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, name) => {
      const clean = accepted(text, name)
      return clean === null || accepted(clean, name) === clean
    }),
  )
})
