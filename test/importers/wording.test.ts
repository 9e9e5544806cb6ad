import fc from 'fast-check'
import t from 'tap'
import { cleanText, isBlank } from '../../src/domain/text.js'
import { asName, asProse } from '../../src/importers/wording.js'

const texts = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      'a',
      'ی',
      ' ',
      '\n',
      '\0',
      '\u200B',
      '\u200C',
      '\u200D',
      '\u200F',
      '\u202E',
      '\u2060',
      '\uFEFF',
      '\uD800',
    ),
  ),
})

t.test('A dataset’s words become a name that a record may hold, or show nothing', async () => {
  fc.assert(
    fc.property(texts, text => isBlank(asName(text)) || cleanText(asName(text), '', { name: true }) === asName(text)),
  )
})

t.test('A dataset’s words become prose that a record may hold, or none', async () => {
  fc.assert(
    fc.property(texts, text => {
      const prose = asProse(text)
      return prose === null || (!isBlank(prose) && cleanText(prose, '', { name: false }) === prose)
    }),
  )
})

t.test('Only what is not seen is left out of a name', async t => {
  t.equal(asName(' Al\u200E-Anbar \n(\u202Bالأنبار\u202C)\uFEFF'), 'Al-Anbar (الأنبار)')
  t.equal(asName('\u200Dعلی\u200Cآباد \u200C'), 'علی\u200Cآباد')
  t.equal(asProse(' \u200B\r\n'), null)
})
