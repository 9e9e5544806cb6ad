import t from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import {
  anyOf,
  asOf,
  box,
  date,
  flag,
  id,
  integer,
  oneOf,
  point,
  required,
  termsOf,
  text,
  withDefault,
} from '../../src/http/parameters.js'
import { query } from '../../src/http/query.js'
import { service } from './service.js'

const timeline = query({
  from: date('From this day.'),
  measure: termsOf('measure', 'Only these measures.'),
  event: id('Of this event.'),
  scope: withDefault(oneOf(['within', 'exact', 'around'], 'Where.'), 'within'),
  include: anyOf(['retracted'], 'Also these.'),
  as_of: asOf('As held then.'),
  limit: withDefault(integer('Page size.', { min: 1, max: 1000 }), 100),
  hxl: flag('With HXL tags.'),
  q: text('Search.'),
  bbox: box('Within.'),
  near: point('Near.'),
})

function refused(raw: string) {
  try {
    timeline.read(raw)
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  throw new Error(`${raw} was not refused`)
}

t.test('parameters that are not given are null or their default', async t => {
  t.strictSame(timeline.read(''), {
    from: null,
    measure: null,
    event: null,
    scope: 'within',
    include: null,
    as_of: null,
    limit: 100,
    hxl: false,
    q: null,
    bbox: null,
    near: null,
  })
})

t.test('a list is repeated or separated by commas', async t => {
  const { measure } = timeline.read('measure=killed,displaced&measure=killed&measure=injured')
  t.strictSame(measure, ['killed', 'displaced', 'injured'])
})

t.test('values are read as what they are declared to be', async t => {
  t.equal(timeline.read('from=2015-04-30T23:59:59%2B03:00').from, '2015-04-30')
  t.equal(timeline.read('from=2015-04-30T23:59:59+03:00').from, '2015-04-30', 'a + that arrives as a space')
  t.strictSame(timeline.read('as_of=412').as_of, { seq: 412 })
  t.strictSame(timeline.read('as_of=2026-11-22T13:00:00+03:00').as_of, { time: '2026-11-22T10:00:00.000Z' })
  t.equal(timeline.read('q=Ar+Ramadi').q, 'Ar Ramadi')
  t.equal(timeline.read('q=%D8%A7%D9%84%D8%B1%D9%85%D8%A7%D8%AF%D9%8A').q, 'الرمادي')
  t.equal(timeline.read('hxl=1').hxl, true)
  t.equal(timeline.read('hxl=false').hxl, false)
  t.strictSame(timeline.read('bbox=43.1,33.3,43.5,33.5').bbox, { west: 43.1, south: 33.3, east: 43.5, north: 33.5 })
  t.strictSame(timeline.read('near=33.42,43.3').near, { lat: 33.42, lon: 43.3 })
})

t.test('an unknown parameter is refused with the one that was meant', async t => {
  const { code, faults } = refused('mesure=killed')
  t.equal(code, 'unknown_parameter')
  t.match(faults, [{ parameter: 'mesure', code: 'unknown_parameter', did_you_mean: 'measure' }])
  t.equal(refused('As-Of=3').faults[0]?.did_you_mean, 'as_of')
  t.equal(refused('zzzzzzzz=3').faults[0]?.did_you_mean, undefined)
  for (const name of ['__proto__', 'constructor', 'toString', ''])
    t.equal(refused(`${name}=1`).code, 'unknown_parameter')
})

t.test('a scalar given twice is refused, also when both are the same', async t => {
  t.match(refused('limit=5&limit=5'), { code: 'repeated_parameter', faults: [{ parameter: 'limit' }] })
})

t.test('brackets are refused', async t => {
  t.match(refused('measure[]=killed'), { code: 'unknown_parameter', faults: [{ did_you_mean: 'measure' }] })
  t.equal(refused('measure%5B%5D=killed').code, 'unknown_parameter')
  t.equal(refused('c[]=1').code, 'unknown_parameter')
})

t.test('sums and their kin are refused by name', async t => {
  const names =
    `aggregate sum total avg average mean median group_by groupby groupBy count_by group-by SUM total[] totals
    sum_by rollup`.split(/\s+/)
  for (const name of names) {
    const refusal = refused(`${name}=sum`)
    t.equal(refusal.code, 'sum_refused', name)
    t.match(refusal.detail, 'not_summed')
  }
  t.equal(refused('limit=x&aggregate=sum').code, 'sum_refused', 'beside another fault')
})

t.test('out of range is refused, not clamped', async t => {
  for (const raw of ['limit=0', 'limit=1001', 'limit=99999999999999999999'])
    t.equal(refused(raw).code, 'out_of_range', raw)
})

t.test('junk that could be coerced is refused', async t => {
  const junk = {
    wrong_type: [
      'limit=',
      'limit=5.0',
      'limit=1e2',
      'limit=+5',
      'limit=%205',
      'limit=0x5',
      'limit=05',
      'limit',
      'hxl=',
      'hxl=yes',
    ],
    bad_date: [
      'from=2015-02-29',
      'from=0000-01-01',
      'from=2015',
      'from=yesterday',
      'from=2015-04-01T24:00:00Z',
      'from=2015-04-01T10:00:60Z',
      'from=2015-04-01T10:00:00',
      'from=2015-04-01%2010:00:00Z',
      'as_of=2026-11-22',
      'as_of=-1',
      'as_of=1.5',
      'as_of=',
    ],
    not_in_list: ['measure=', 'measure=killed,', 'scope=Within', 'include=all'],
    bad_format: ['event=Ramadi', 'event=', 'bbox=1,2,3', 'bbox=a,b,c,d', 'near=91,0', 'near=1e1,0'],
    bad_text: ['q=a%00b', 'q=a%0Ab'],
    malformed: ['q=%ff', 'q=%zz', 'q=%', 'q=%ED%A0%80', '%ff=1'],
  }
  for (const [code, raws] of Object.entries(junk)) for (const raw of raws) t.equal(refused(raw).code, code, raw)
  t.equal(refused('scope=arund').faults[0]?.did_you_mean, 'around')
})

t.test('a window that ends before it starts is refused: it would answer that nothing happened', async t => {
  const windows = query({ from: date('From this day.'), to: date('To this day.'), limit: integer('Page size.') })
  t.throws(() => windows.read('from=2015-05-02&to=2015-05-01'), {
    code: 'bad_date',
    faults: [{ parameter: 'to', code: 'bad_date' }],
  })
  for (const raw of ['from=2015-05-01&to=2015-05-01', 'from=2015-05-02', 'to=2015-05-01']) windows.read(raw)
  t.throws(() => windows.read('from=2015-05-02&to=2015-05-01&limit=x'), { code: 'invalid' })
})

t.test('all that is wrong is said at once', async t => {
  const { code, faults } = refused('mesure=killed&limit=0&scope=here')
  t.equal(code, 'invalid')
  t.strictSame(faults.map(fault => fault.parameter).sort(), ['limit', 'mesure', 'scope'])
})

t.test('a required parameter that is absent is missing', async t => {
  const resolve = query({ name: required(text('A name.')) })
  t.throws(() => resolve.read(''), { code: 'missing', faults: [{ parameter: 'name' }] })
  t.equal(resolve.read('name=Ramadi').name, 'Ramadi')
  t.strictSame(resolve.schema.required, ['name'])
})

t.test('one declaration reads the request and describes it', async t => {
  const app = await service(t, app => {
    app.get('/timeline', { config: { query: timeline } }, async request => timeline.of(request))
    app.get('/plain', async () => 'plain')
  })
  const answer = await app.inject('/timeline?measure=killed&limit=7')
  t.match(answer.json(), { measure: ['killed'], limit: 7 })
  t.equal((await app.inject('/timeline?limit=a')).statusCode, 400)
  t.match((await app.inject('/plain?x=1')).json(), { status: 400, code: 'unknown_parameter' })

  const { paths } = (await app.inject('/openapi.json')).json()
  const described = paths['/timeline'].get.parameters.filter((parameter: { in: string }) => parameter.in === 'query')
  t.strictSame(
    described.map((parameter: { name: string }) => parameter.name),
    Object.keys(timeline.schema.properties as object),
  )
  t.match(described[6], {
    name: 'limit',
    in: 'query',
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  })
})
