import { pathToFileURL } from 'node:url'
import t from 'tap'
import { emptyDatabase, seededDatabase } from '../support/database.js'
import { exported, loadInto, whenever } from '../support/loading.js'
import { over, realFile } from './real.js'

t.setTimeout(240_000)
const FILES = ['gazetteer/geonames-iraq-cities500.tsv', 'ucdp/ged-iraq.csv', 'idmc/idu-india.json']

t.test(
  'the seed and real files, exported and imported, are exported byte for byte the same',
  over(...FILES),
  async t => {
    const origin = await seededDatabase(t)
    for (const file of FILES)
      t.match(await loadInto(t, origin, pathToFileURL(realFile(file))), { state: 'done', refused: 0 }, file)
    const whole = await exported(origin, 'documents.ndjson')
    const records = whole.trimEnd().split('\n').length
    const copy = emptyDatabase(t)
    t.match(await loadInto(t, copy, whole), { state: 'done', created: records, refused: 0 })
    t.ok((await exported(copy, 'documents.ndjson')) === whole)
    const flat = await exported(origin, 'figures.csv')
    t.ok(whenever(await exported(copy, 'figures.csv')) === whenever(flat))
    const lines = await exported(origin, 'figures.ndjson')
    t.ok(whenever(await exported(copy, 'figures.ndjson')) === whenever(lines))

    const figures = lines.trimEnd().split('\n').length
    t.match(await loadInto(t, origin, flat), { rows: figures, created: 0, revised: 0, unchanged: figures })
    t.comment(`N = ${records} records, ${figures} figures`)
  },
)
