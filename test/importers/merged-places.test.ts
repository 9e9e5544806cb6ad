import t from 'tap'
import type { ImportRequest } from '../../src/actions/imports/request.js'
import { localityNamed } from '../../src/actions/name-locality.js'
import { openReading } from '../../src/store/open.js'
import { openReader, type Reader } from '../../src/store/reader.js'
import { NOW, recordOf } from '../../src/store/records.js'
import { emptyDatabase, SEEDER, seededDatabase, writing } from '../support/database.js'
import { exported, lines, loadInto } from '../support/loading.js'

/** A row of UCDP's whose place the seed does not have. */
const GED = [
  'id,year,type_of_violence,dyad_name,side_a,side_b,source_article,where_prec,where_coordinates,adm_1,adm_2,latitude',
  'longitude,country,country_id,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,low,high',
].join(',')
const ged = (id: number, place: string, point = '33.5,43.9') =>
  `${id},2015,1,Government of Iraq - IS,Government of Iraq,IS,,1,${place},Al Anbār province,,${point},Iraq,645,1,2015-05-20,2015-05-20,0,3,0,0,3,3,3`
const wof = (id: number, name: string, geonames = '') =>
  `${id},${name},locality,33.5,43.9,-1,${geonames},,${name},,,,1,,`
const WOF =
  'wof_id,name,placetype,lat,lon,parent_id,geonames_id,wikidata_id,names_eng,names_ara,names_kur,names_variant,is_current,deprecated,src_geom'

const file = (...rows: string[]) => `${rows.join('\n')}\n`

function ask<T>(db: string, question: (read: Reader) => T): T {
  const read = openReader(openReading(db))
  try {
    return question(read)
  } finally {
    read.close()
  }
}

const eventPlace = (db: string, id: string, at = NOW) =>
  ask(db, read => recordOf('event', read.find('event', id, at)!).locality)

const merge = (db: string, id: string, into: string) =>
  writing(db, writer =>
    writer.apply({ do: 'merge', noun: 'locality', id, into, reason: 'one place', expect: 'any', actor: SEEDER }),
  )

const noChange = (rows: number) => ({ state: 'done', rows, created: 0, revised: 0, unchanged: rows, refused: 0 })

t.test('a locality gets the parent that a later file brings', async t => {
  const db = emptyDatabase(t)
  const town = file(WOF, wof(7001, 'Hit').replace(',-1,', ',6001,'))
  const unknown = { line: 2, noun: 'locality', id: 'whosonfirst:7001', code: 'parent_unknown' }
  t.match(await loadInto(t, db, town), { created: 1, warnings: [unknown] })
  const parentOf = () => ask(db, read => recordOf('locality', read.find('locality', 'whosonfirst:7001')!).parent)
  t.equal(parentOf(), null)
  t.match(await loadInto(t, db, town), { unchanged: 1, warnings: [unknown] }, 'as long as it is missing')
  await loadInto(t, db, file(WOF, '6001,Anbar,region,33,43,-1,,,Anbar,,,,1,,'))
  t.match(await loadInto(t, db, town), { revised: 1 })
  t.equal(parentOf(), 'whosonfirst:6001')
  t.match(await loadInto(t, db, town), { ...noChange(1), warned: {} })
})

t.test('a gazetteer replaces neither a code nor the point of a locality', async t => {
  const db = emptyDatabase(t)
  const document = {
    name: 'Hit',
    level: 'settlement',
    codes: { geonames: '1', wikidata: 'Q1' },
    point: { lat: 33, lon: 42 },
  }
  await loadInto(t, db, lines([{ noun: 'locality', id: 'hit', document }]))
  await loadInto(t, db, file(WOF, wof(7001, 'Hīt', '2').replace(',2,,', ',2,Q1,')))
  t.match(
    ask(db, read => recordOf('locality', read.find('locality', 'hit')!)),
    { codes: { ...document.codes, whosonfirst: '7001' }, point: document.point },
  )
})

t.test('a locality takes as many names as it may have, and its note says that there are more', async t => {
  const db = emptyDatabase(t)
  const named = (count: number) => Array.from({ length: count }, (_, n) => `Hit ${n}`).join('|')
  const table = (id: number, names: string) => file(WOF, wof(id, 'Hit', '95788').replace(',,Hit,,', `,,${names},,`))
  const most = () => {
    const { names, note } = ask(db, read => recordOf('locality', read.find('locality', 'whosonfirst:7001')!))
    return [names.length, names.at(-1)?.text, note?.match(/^names: more .* 500 .*$/gm)?.length ?? 0]
  }
  t.match(await loadInto(t, db, table(7001, named(499))), { created: 1 })
  t.same(most(), [499, 'Hit 498', 0])
  t.match(await loadInto(t, db, table(7001, named(600))), { revised: 1, refused: 0 })
  t.same(most(), [500, 'Hit 499', 1])
  t.match(await loadInto(t, db, table(7001, named(700))), noChange(1))
  const other = emptyDatabase(t)
  t.match(await loadInto(t, other, table(7001, named(600))), { created: 1 })
  t.match(await loadInto(t, other, table(7001, named(600))), noChange(1))
})

t.test('a gazetteer’s place with the P-code of another country’s is refused, and changes nothing', async t => {
  const db = emptyDatabase(t)
  const row = (...cells: string[]) =>
    file('Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date', cells.join())
  t.match(await loadInto(t, db, row('AFG', '1', '01', 'Kabul', 'AFG', '')), { created: 1 })
  const tigray = row('ETH', '1', '01', 'Tigray', 'ETH', '')
  t.match(await loadInto(t, db, tigray), { refused: 1, problems: [{ line: 2, code: 'conflict', detail: /Tigray/ }] })
  t.strictSame(
    ask(db, read => recordOf('locality', read.find('locality', 'pcode:01')!).names),
    [],
  )
})

t.test('a P-code’s parent is the country that the row names, by whichever code that is known', async t => {
  const db = emptyDatabase(t)
  const iq = { noun: 'locality', id: 'iq', document: { name: 'Iraq', level: 'country', codes: { iso3166_1: 'IQ' } } }
  await loadInto(t, db, lines([iq]))
  const row = file('Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date', 'IRQ,1,IQG01,Al-Anbar,IRQ,')
  t.match(await loadInto(t, db, row), { created: 1, warnings: [] })
  t.match(await loadInto(t, db, row), { unchanged: 1, warnings: [] })
  t.equal(ask(db, read => recordOf('locality', read.find('locality', 'pcode:iqg01')!)).parent, 'iq')
})

t.test('a P-code whose parent comes later stays below its country, and both loads say so', async t => {
  const db = emptyDatabase(t)
  const codes = (...rows: string[]) => file('Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date', ...rows)
  const district = codes('IRQ,2,IQG01Q01,Hit,IQG01,')
  t.match(await loadInto(t, db, district), {
    created: 1,
    warnings: [{ id: 'pcode:iqg01q01', code: 'parent_unknown', detail: /pcode:IQG01,.* below iq/ }],
  })
  const governorate = codes('IRQ,1,IQG01,Al-Anbar,IRQ,')
  t.match(await loadInto(t, db, governorate), { created: 1, warnings: [] }, 'its country is known')
  t.match(await loadInto(t, db, district), {
    unchanged: 1,
    warnings: [{ id: 'pcode:iqg01q01', code: 'record_kept', detail: /parent "iq", not "pcode:iqg01"/ }],
  })
})

/** A row of GeoNames: its columns up to the second division, and no others filled. */
const geonames = (id: number, name: string, kind: string, ...codes: string[]) => {
  const [country = '', adm1 = '', adm2 = ''] = codes
  const cells = [id, name, '', '', '1', '2', ...kind.split(' '), country, '', adm1, adm2, '', '', '0', '', '', '', '']
  return cells.join('\t')
}

t.test(
  'a place of GeoNames lies in the innermost division of its country that is known, and its load says so',
  async t => {
    const parentsIn = (db: string, ...ids: number[]) =>
      ask(db, read => ids.map(id => recordOf('locality', read.find('locality', `geonames:${id}`)!).parent))
    const rows = [
      geonames(20001, 'Leblon', 'P PPL', 'BR', '21', '10001'),
      geonames(20002, 'Bahia Town', 'P PPL', 'BR', '05', '10003'),
      geonames(20003, 'Other Town', 'P PPL', 'BR', '99', '10002'),
      geonames(20004, 'Zayed City', 'P PPL', 'AE', '01', '103'),
      geonames(10001, 'Municipality', 'A ADM2', 'CU', '05', '99'),
      geonames(10002, 'Namesake', 'P PPL', 'BR', '', ''),
      geonames(10003, 'District', 'A ADM2', 'BR', '05', 'x'),
      geonames(10004, 'Rio', 'A ADM1', 'BR', '21'),
      geonames(10005, 'Abu Dhabi', 'A ADM1', 'AE', '01'),
    ]
    const expected = ['geonames:10004', 'geonames:10003', 'br', 'geonames:10005']
    for (const order of [rows, rows.toReversed()]) {
      const db = emptyDatabase(t)
      const { warnings } = await loadInto(t, db, file(...order))
      t.same(parentsIn(db, 20001, 20002, 20003, 20004), expected)
      const said = (warnings ?? [])
        .filter(({ code }) => code === 'parent_unknown')
        .map(({ id, detail }) => `${id} ${detail}`)
      t.match(said.sort(), [
        /10001 .*geonames_adm1:CU.05,.* below cu/,
        /10003 .*geonames_adm1:BR.05,/,
        /20001 .*geonames_adm2:BR.21.10001,.* below geonames:10004/,
        /20003 .*geonames_adm2:BR.99.10002,.* below br/,
        /20004 .*geonames_adm2:AE.01.103,.* below geonames:10005/,
      ])
      t.equal(said.length, 5)
      t.match(await loadInto(t, db, file(...order)), noChange(rows.length))
    }
  },
)

t.test(
  'a row stays where it was placed when a gazetteer brings a namesake, and moves when its own words do',
  async t => {
    const db = emptyDatabase(t)
    const row = ged(1, 'Saqlawiya town')
    await loadInto(t, db, file(GED, row))
    const place = eventPlace(db, 'ucdp-ged:1')
    t.match(await loadInto(t, db, file(WOF, wof(11, 'Saqlawiya'))), { created: 1 })
    t.match(await loadInto(t, db, file(GED, row)), { ...noChange(1), localities: { matched: { placed_before: 1 } } })
    t.equal(eventPlace(db, 'ucdp-ged:1'), place)
    const moved = file(GED, ged(1, 'Saqlawiya town', '33.9,43.1'))
    t.match(await loadInto(t, db, moved, { reason: 'the next edition' }), { revised: 1 })
    t.not(eventPlace(db, 'ucdp-ged:1'), place)
  },
)

t.test(
  'what a load had placed in a merged locality is in its survivor, and stays there when it is loaded again',
  async t => {
    const db = await seededDatabase(t)
    const rows = file(GED, ged(1, 'Albu Farraj village'), ged(2, 'Al Bu Faraj village', '33.51,43.91'))
    t.match(await loadInto(t, db, rows), { created: 2, localities: { created: { no_such_name: 2 } } })
    const [one, other] = [eventPlace(db, 'ucdp-ged:1'), eventPlace(db, 'ucdp-ged:2')]
    t.not(one, other, 'nothing is placed by resemblance')
    const before = ask(db, read => read.head().seq)
    await merge(db, other, one)
    t.equal(eventPlace(db, 'ucdp-ged:2'), one)
    t.equal(eventPlace(db, 'ucdp-ged:2', before), other, 'as it was held before')
    for (const own of [{}, { localities: 'match-only' }, { reason: 'again' }] satisfies Partial<ImportRequest>[])
      t.match(await loadInto(t, db, rows, own), noChange(2))
    t.equal(eventPlace(db, 'ucdp-ged:2'), one)
    const next = file(GED, ged(3, 'Al Bu Faraj village', '33.51,43.91'))
    t.match(await loadInto(t, db, next, { localities: 'match-only' }), { created: 1, localities: { created: {} } })
    t.equal(eventPlace(db, 'ucdp-ged:3'), one, 'and what comes later under the old name goes there, too')
  },
)

t.test('a gazetteer does not take a merge back: the survivor answers to the merged place’s codes', async t => {
  const db = await seededDatabase(t)
  const rows = file(WOF, wof(7, 'Albu Faraj', '555'), wof(8, 'Hit'))
  t.match(await loadInto(t, db, rows), { created: 2 })
  await loadInto(t, db, file(GED, ged(1, 'Al Bu Faraj village')))
  const survivor = eventPlace(db, 'ucdp-ged:1')
  await merge(db, 'whosonfirst:7', survivor)
  t.match(await loadInto(t, db, rows, { reason: 'a new edition' }), { created: 0, revised: 1, unchanged: 1 })
  for (const name of ['whosonfirst:7', 'geonames:555'])
    t.equal(
      ask(db, read => localityNamed(read, name, NOW, 'locality').id),
      survivor,
    )
  t.match(await loadInto(t, db, rows), noChange(2))
})

t.test('codes of a merged locality mean its survivor, also one that has another code of the same scheme', async t => {
  const db = emptyDatabase(t)
  const put = (id: string, geonames: string) => {
    const body = { name: `Hit ${id}`, level: 'settlement', codes: { geonames }, point: { lat: 33.5, lon: 43.9 } }
    return writing(db, writer =>
      writer.apply({ do: 'put', noun: 'locality', id, body, reason: null, expect: null, actor: SEEDER }),
    )
  }
  await put('old', '555')
  await put('hit', '95788')
  await merge(db, 'old', 'hit')
  const place = ['555', 'Hit', 'Hit', '', '33.5', '43.9', 'P', 'PPL', 'IQ', ...Array(9).fill(''), '2020-01-01']
  t.match(await loadInto(t, db, `${place.join('\t')}\n`), { format: 'geonames', created: 0, revised: 1 })
  t.match(await loadInto(t, db, `${place.join('\t')}\n`), noChange(1))
  const figures = 'Place,Code,Day,Dead\n#loc+city,#loc+code+v_geonames,#date,#affected+killed\nHeet,555,2016-03-01,3\n'
  t.match(await loadInto(t, db, figures, { source: 'WHO', localities: 'match-only' }), {
    created: 1,
    localities: { matched: { code: 1 } },
  })
})

t.test('the seed, loaded after a gazetteer, says which places are there twice, and a merge makes them one', async t => {
  const db = emptyDatabase(t)
  const rows = file(WOF, wof(7, 'Ramadie', '98717'))
  t.match(await loadInto(t, db, rows), { created: 1, warned: {}, warnings: [] })
  const detail =
    'the locality whosonfirst:7 answers to geonames:98717, too; if they are one place, a curator may merge them'
  const whole = await exported(await seededDatabase(t), 'documents.ndjson')
  const line = whole.split('\n').findIndex(text => text.includes('"id":"iq-ramadi"')) + 1
  t.match(await loadInto(t, db, whole, { dry_run: true }), {
    warned: { shared_code: 1 },
    warnings: [{ line, noun: 'locality', id: 'iq-ramadi', code: 'shared_code', detail }],
  })
  const seeded = await writing(db, writer => writer.apply({ do: 'load-seed', actor: SEEDER }))
  t.strictSame(seeded, { created: 64, present: 0, warnings: [{ code: 'shared_code', detail }] })
  t.throws(() => ask(db, read => localityNamed(read, 'geonames:98717', NOW, 'locality')), { code: 'ambiguous' })
  await merge(db, 'whosonfirst:7', 'iq-ramadi')
  t.equal(
    ask(db, read => localityNamed(read, 'geonames:98717', NOW, 'locality').id),
    'iq-ramadi',
  )
})

t.test('a name that is not that of the code beside it is told once, and so is a source of another name', async t => {
  const db = emptyDatabase(t)
  const documents = [
    { noun: 'locality', id: 'iq', document: { name: 'Iraq', level: 'country', codes: { iso3166_1: 'IQ' } } },
    {
      noun: 'locality',
      id: 'anbar',
      document: { name: 'Al-Anbar', level: 'adm1', parent: 'iq', codes: { pcode: 'IQG01' } },
    },
    { noun: 'source', id: 'iom', document: { name: 'Another', kind: 'igo' } },
  ]
  await loadInto(t, db, lines(documents))
  const hxl = (...rows: string[]) =>
    file(
      'land,code,name,pcode,idps,who',
      '#country+name,#country+code,#adm1+name,#adm1+code,#affected+idps,#meta+source',
      ...rows,
    )
  const rows = hxl('Iraq,IRQ,Erbil,IQG01,5,IOM', 'Iraq,IRQ,Erbil,IQG01,6,IOM', 'Iraq,IRQ,Anbar Governorate,IQG01,7,IOM')
  const kept = { code: 'record_kept' }
  t.match(await loadInto(t, db, rows), {
    created: 3,
    warned: { record_kept: 2 },
    warnings: [
      { ...kept, line: 3, noun: 'source', id: 'iom', detail: /name "Another", not "IOM"/ },
      { ...kept, line: 3, noun: 'locality', id: 'anbar', detail: /name "Al-Anbar", not "Erbil"/ },
    ],
  })
  t.match(await loadInto(t, db, hxl('Syria,IRQ,Anbar,IQG01,8,IOM')), {
    warnings: [{ noun: 'source' }, { ...kept, id: 'iq', detail: /name "Iraq", not "Syria"/ }],
  })
  const empty = emptyDatabase(t)
  t.match(await loadInto(t, empty, hxl('Syria,IRQ,,,8,IOM')), {
    warnings: [{ ...kept, id: 'iq', detail: /not "Syria"/ }],
  })
  t.equal(
    ask(empty, read => recordOf('locality', read.find('locality', 'iq')!).name),
    'Iraq',
    'of the code',
  )
})

t.test('a row that moves its event and its figure leaves none behind', async t => {
  const db = emptyDatabase(t)
  await loadInto(t, db, file(GED, ged(1, 'Hit')))
  const moved = file(GED, ged(1, 'Haditha', '34.1,42.4'))
  t.match(await loadInto(t, db, moved, { reason: 'UCDP moved it' }), { revised: 1, warned: {} })
})
