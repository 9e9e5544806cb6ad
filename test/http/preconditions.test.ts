import t from 'tap'
import { demandPreconditions, preconditions, recordTag } from '../../src/http/preconditions.js'

const demand = (headers: Record<string, string>, rev: number | null) => demandPreconditions(preconditions(headers), rev)

t.test('a change needs If-Match with the revision that there is', async t => {
  t.equal(recordTag(3), '"3"')
  for (const given of ['"3"', '*', '"1", "3"', '"3-gzip"'])
    t.doesNotThrow(() => demand({ 'if-match': given }, 3), given)
  for (const given of ['"2"', 'W/"3"', '"x"', '"412.abc"', '"30"']) {
    t.throws(() => demand({ 'if-match': given }, 3), { code: 'precondition_failed', extra: { rev: 3 } }, given)
  }
  t.throws(() => demand({}, 3), { code: 'precondition_required' })
  t.throws(() => demand({ 'if-none-match': '"9"' }, 3), { code: 'precondition_required' })
})

t.test('a new record needs nothing, and If-Match cannot fit it', async t => {
  t.doesNotThrow(() => demand({}, null))
  t.doesNotThrow(() => demand({ 'if-none-match': '*' }, null))
  for (const given of ['*', '"1"']) t.throws(() => demand({ 'if-match': given }, null), { code: 'precondition_failed' })
})

t.test('If-None-Match: * only creates', async t => {
  t.throws(() => demand({ 'if-none-match': '*' }, 3), { code: 'precondition_failed' })
  t.throws(() => demand({ 'if-none-match': 'W/"3"', 'if-match': '"3"' }, 3), { code: 'precondition_failed' })
})

t.test('a tag without quotes is told how it was meant', async t => {
  const meant = { parameter: 'If-Match', code: 'bad_format', did_you_mean: '"3"' }
  t.throws(() => preconditions({ 'if-match': '3' }), { code: 'invalid', faults: [meant] })
  for (const given of ['', '"a', 'w/"3"', '"3" "4"', '*,"3"']) {
    t.throws(() => preconditions({ 'if-match': given }), { code: 'invalid' }, given)
  }
})
