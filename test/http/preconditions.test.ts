import t from 'tap'
import { recordTag, revisionsMatched } from '../../src/http/preconditions.js'

t.test('If-Match names revisions by their tags, in whatever coding they were answered', async t => {
  t.equal(recordTag(3), '"3"')
  const named: [string | undefined, ReturnType<typeof revisionsMatched>][] = [
    [undefined, null],
    ['*', '*'],
    [' * ', '*'],
    ['"3"', [3]],
    ['"1", "3"', [1, 3]],
    ['"1","3" , "4"', [1, 3, 4]],
    ['"3-gzip"', [3]],
    ['"3-br"', [3]],
  ]
  for (const [header, revisions] of named) t.strictSame(revisionsMatched(header), revisions, `${header}`)
})

t.test('a weak tag, and one that is not of a record, names no revision', async t => {
  for (const given of [
    'W/"3"',
    '"x"',
    '""',
    '"412.abc"',
    '"a,b"',
    '"3-zstd"',
    '"-3"',
    '"0"',
    '"03"',
    '"3.0"',
    '"x", W/"3"',
  ])
    t.strictSame(revisionsMatched(given), [], given)
})

t.test('a tag without quotes is told how it was meant', async t => {
  const meant = { parameter: 'If-Match', code: 'bad_format', did_you_mean: '"3"' }
  t.throws(() => revisionsMatched('3'), { code: 'invalid', faults: [meant] })
  for (const given of ['', '"a', 'w/"3"', '"3" "4"', '*,"3"', '"3",', ',"3"', '"3"x'])
    t.throws(() => revisionsMatched(given), { code: 'invalid' }, given)
})
