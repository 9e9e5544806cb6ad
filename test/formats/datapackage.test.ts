import t from 'tap'
import { dataPackage, licencesOf, packageColumns } from '../../src/formats/datapackage.js'
import { FLAT_COLUMNS } from '../../src/model/flat-row.js'

const descriptor = dataPackage({
  revision: 412,
  homepage: 'https://annals.example',
  licences: licencesOf(['CC BY 4.0', 'CC0', 'CC BY 4.0', 'CC BY-SA 3.0', 'Crown copyright, reuse allowed']),
  files: { figures: { bytes: 1234, sha256: 'ab'.repeat(32) } },
})
const schemaOf = (name: string) => descriptor.resources.find(resource => resource.name === name)!.schema

t.test('the package describes the six tables as CSV files, the revision as its version', async t => {
  t.equal(descriptor.version, '412')
  t.match(descriptor.name, /^[-a-z0-9._/]+$/)
  t.same(
    descriptor.resources.map(({ path, encoding, profile }) => [path, encoding, profile]),
    ['figures', 'events', 'localities', 'sources', 'reports', 'relations'].map(name => [
      `${name}.csv`,
      'utf-8',
      'tabular-data-resource',
    ]),
  )
  t.match(descriptor.resources[0], { bytes: 1234, hash: `sha256:${'ab'.repeat(32)}` })
})

t.test('the schema of figures.csv has the flat columns in order, each with its type', async t => {
  t.same(packageColumns('figures'), Object.keys(FLAT_COLUMNS))
  const types = { text: 'string', date: 'date', count: 'integer', flag: 'boolean' }
  t.same(
    schemaOf('figures').fields.map(field => field.type),
    Object.values(FLAT_COLUMNS).map(kind => types[kind]),
  )
  t.match(schemaOf('figures').fields.find(field => field.name === 'measure')?.constraints?.enum, ['killed', 'injured'])
})

t.test('an empty cell is missing, and every key names a field that there is', async t => {
  for (const { schema } of descriptor.resources) {
    const names = schema.fields.map(field => field.name)
    t.same(schema.missingValues, [''])
    t.ok(names.includes(schema.primaryKey))
    t.equal(new Set(names).size, names.length)
    for (const { fields, reference } of schema.foreignKeys) {
      t.ok(names.includes(fields))
      if (reference.resource !== '') t.equal(schemaOf(reference.resource).primaryKey, reference.fields)
    }
  }
})

t.test('licences are listed once each, by a known id and address where there is one', async t => {
  t.same(descriptor.licenses, [
    { name: 'CC-BY-4.0', title: 'CC BY 4.0', path: 'https://creativecommons.org/licenses/by/4.0/' },
    { name: 'CC-BY-SA-3.0', title: 'CC BY-SA 3.0', path: 'https://creativecommons.org/licenses/by-sa/3.0/' },
    { name: 'CC0-1.0', title: 'CC0', path: 'https://creativecommons.org/publicdomain/zero/1.0/' },
    { name: 'Crown-copyright-reuse-allowed', title: 'Crown copyright, reuse allowed' },
  ])
  t.notOk('licenses' in dataPackage({ revision: 1, licences: [] }), 'an empty list is no valid descriptor')
})
