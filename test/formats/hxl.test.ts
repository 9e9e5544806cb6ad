import t from 'tap'
import { HXL_TAGS, hxlLine } from '../../src/formats/hxl.js'
import { FLAT_COLUMNS } from '../../src/model/flat-row.js'
import { HASHTAGS, OF_DATES, OF_NUMBERS } from './hxl-hashtags.js'

t.test('every flat column has its own HXL tag, in the order of the columns', async t => {
  t.same(Object.keys(HXL_TAGS), Object.keys(FLAT_COLUMNS))
  t.equal(hxlLine(), `${Object.values(HXL_TAGS).join(',')}\r\n`)
  const asSets = Object.values(HXL_TAGS).map(tag => tag.split('+').sort().join())
  t.equal(new Set(asSets).size, asSets.length, 'the order of attributes means nothing in HXL')
})

t.test('every tag is written as HXL writes it, with a hashtag of the HXL 1.1 list', async t => {
  for (const tag of Object.values(HXL_TAGS)) {
    t.match(tag, /^#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*$/)
    t.ok(HASHTAGS.has(tag.split('+')[0]!), tag)
  }
})

t.test('tags that HXL holds to be dates or numbers stand over columns of dates or numbers', async t => {
  for (const [column, tag] of Object.entries(HXL_TAGS)) {
    const kind = FLAT_COLUMNS[column as keyof typeof FLAT_COLUMNS]
    const hashtag = tag.split('+')[0]!
    if (OF_DATES.has(hashtag)) t.ok(kind === 'date' || ['published', 'recorded_at'].includes(column), column)
    t.equal(tag.split('+').includes('num'), kind === 'count', column)
    t.notOk(OF_NUMBERS.has(hashtag), column)
  }
})
