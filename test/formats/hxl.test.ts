import t from 'tap'
import { HXL_TAGS, hxlLine } from '../../src/formats/hxl.js'
import { FLAT_COLUMNS } from '../../src/model/flat-row.js'

/** Every hashtag of the HXL 1.1 dictionary, https://hxlstandard.org/standard/dictionary. */
const HASHTAGS =
  `#access #activity #adm1 #adm2 #adm3 #adm4 #adm5 #affected #beneficiary #capacity #cause #channel #contact
  #country #crisis #currency #date #delivery #description #event #frequency #geo #group #impact #indicator #inneed #item #loc
  #meta #modality #need #operations #org #output #population #reached #region #respondee #sector #service #severity #status
  #subsector #targeted #value`.split(/\s+/)

const NUMBERS = ['#affected', '#inneed', '#population', '#reached', '#targeted', '#value']

t.test('every flat column has its own HXL tag, in the order of the columns', async t => {
  t.same(Object.keys(HXL_TAGS), Object.keys(FLAT_COLUMNS))
  t.equal(hxlLine(), `${Object.values(HXL_TAGS).join(',')}\r\n`)
  const asSets = Object.values(HXL_TAGS).map(tag => tag.split('+').sort().join())
  t.equal(new Set(asSets).size, asSets.length, 'the order of attributes means nothing in HXL')
})

t.test('every tag is written as HXL writes it, with a hashtag of the HXL 1.1 list', async t => {
  for (const tag of Object.values(HXL_TAGS)) {
    t.match(tag, /^#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*$/)
    t.ok(HASHTAGS.includes(tag.split('+')[0]!), tag)
  }
})

t.test('tags that HXL holds to be dates or numbers stand over columns of dates or numbers', async t => {
  for (const [column, tag] of Object.entries(HXL_TAGS)) {
    const kind = FLAT_COLUMNS[column as keyof typeof FLAT_COLUMNS]
    const hashtag = tag.split('+')[0]!
    if (hashtag === '#date') t.ok(kind === 'date' || ['published', 'recorded_at'].includes(column), column)
    t.equal(tag.split('+').includes('num'), kind === 'count', column)
    t.notOk(NUMBERS.includes(hashtag), column)
  }
})
