import { createHash } from 'node:crypto'
import { type Cell, csvRows } from './cells.js'

/** Data Package and Table Schema, https://specs.frictionlessdata.io, as much of them as ours uses; the rest is refused. */

interface Field {
  name: string
  type: string
  trueValues?: string[]
  falseValues?: string[]
  constraints?: {
    required?: boolean
    unique?: boolean
    pattern?: string
    enum?: string[]
    minimum?: number
    maximum?: number
  }
}
interface Resource {
  name: string
  path: string
  bytes: number
  hash: string
  schema: {
    fields: Field[]
    missingValues: string[]
    primaryKey: string
    foreignKeys: { fields: string; reference: { resource: string; fields: string } }[]
  }
}
interface Descriptor {
  profile: string
  name: string
  licenses?: { name?: string; path?: string; title?: string }[]
  resources: Resource[]
}

const NAME = /^[-a-z0-9._/]+$/
const WHOLE = /^-?\d+$/
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
const CONSTRAINTS: Readonly<Record<string, readonly string[]>> = {
  string: ['required', 'unique', 'pattern', 'enum'],
  integer: ['required', 'minimum', 'maximum'],
  number: ['required', 'minimum', 'maximum'],
  boolean: ['required'],
  date: ['required'],
  object: ['required'],
  array: ['required'],
}

/** A cell as its field's type says; undefined if it is none of that type. */
function cast({ type, trueValues = [], falseValues = [] }: Field, cell: string): Cell | object | undefined {
  if (type === 'string') return cell
  if (type === 'integer') return WHOLE.test(cell) && Number.isSafeInteger(Number(cell)) ? Number(cell) : undefined
  if (type === 'number') return NUMBER.test(cell) ? Number(cell) : undefined
  if (type === 'boolean') return trueValues.includes(cell) || (falseValues.includes(cell) ? false : undefined)
  if (type === 'date') return DATE.test(cell) && new Date(cell).toISOString().startsWith(cell) ? cell : undefined
  try {
    const json = JSON.parse(cell)
    const is = Array.isArray(json) ? 'array' : json === null ? 'null' : typeof json
    return is === type ? json : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with a descriptor, by the words of the specification. */
function faultsOfDescriptor({ profile, name, licenses, resources }: Descriptor): string[] {
  const faults: string[] = []
  if (profile !== 'tabular-data-package' || !NAME.test(name)) faults.push('profile or name')
  if (licenses?.length === 0 || licenses?.some(({ name, path }) => !name && !path)) faults.push('licenses')
  if (new Set(resources.map(({ name }) => name)).size < resources.length || resources.length === 0) faults.push('names')
  for (const { name, path, schema } of resources) {
    const fields = schema.fields.map(field => field.name)
    if (!NAME.test(name) || /^[/\\]|\.\.|^\w+:/.test(path)) faults.push(`${name}: name or path`)
    if (new Set(fields).size < fields.length) faults.push(`${name}: fields repeat`)
    for (const { type, constraints = {}, name: field } of schema.fields)
      if (!Object.keys(constraints).every(each => CONSTRAINTS[type]?.includes(each)))
        faults.push(`${name}.${field}: ${type}`)
    if (!fields.includes(schema.primaryKey)) faults.push(`${name}: primary key`)
    for (const { fields: from, reference } of schema.foreignKeys) {
      const other = resources.find(each => each.name === (reference.resource || name))
      if (!fields.includes(from) || !other?.schema.fields.some(field => field.name === reference.fields))
        faults.push(`${name}.${from}: foreign key`)
    }
  }
  return faults
}

/** The rows of a table, cast, and what is wrong with them. */
function readTable({ name, schema }: Resource, text: string) {
  const [header = [], ...rows] = csvRows(text)
  const { fields, missingValues, primaryKey } = schema
  const faults: string[] = []
  if (header.join() !== fields.map(field => field.name).join()) faults.push(`${name}: header ${header.join()}`)
  const seen = new Map<string, Set<unknown>>(fields.map(field => [field.name, new Set()]))
  for (const [i, row] of rows.entries()) {
    if (row.length !== fields.length) faults.push(`${name} ${i}: ${row.length} cells`)
    for (const [j, field] of fields.entries()) {
      const { required, unique, pattern, enum: allowed, minimum, maximum } = field.constraints ?? {}
      const cell = row[j] ?? ''
      const complain = (what: string) => faults.push(`${name} ${i} ${field.name}: ${what} ${cell}`)
      if (missingValues.includes(cell)) {
        if (required || field.name === primaryKey) complain('missing')
        continue
      }
      const value = cast(field, cell)
      if (value === undefined) complain(`no ${field.type}`)
      if (pattern && !new RegExp(`^(?:${pattern})$`).test(cell)) complain('pattern')
      if (allowed && !allowed.includes(cell)) complain('enum')
      if (minimum !== undefined && (value as number) < minimum) complain('minimum')
      if (maximum !== undefined && (value as number) > maximum) complain('maximum')
      if ((unique || field.name === primaryKey) && seen.get(field.name)!.has(value)) complain('repeated')
      seen.get(field.name)!.add(value)
    }
  }
  return { faults, seen, rows: rows.length }
}

/** What is wrong with a data package; nothing, if it is sound. */
export function faultsOfPackage(files: ReadonlyMap<string, Buffer>): string[] {
  const descriptor = JSON.parse(String(files.get('datapackage.json'))) as Descriptor
  const faults = faultsOfDescriptor(descriptor)
  const tables = new Map<string, ReturnType<typeof readTable>>()
  for (const resource of descriptor.resources) {
    const { name, path, bytes, hash } = resource
    const content = files.get(path)
    if (!content) {
      faults.push(`${path}: is not there`)
      continue
    }
    if (content.length !== bytes) faults.push(`${path}: ${content.length} bytes`)
    if (`sha256:${createHash('sha256').update(content).digest('hex')}` !== hash) faults.push(`${path}: hash`)
    const table = readTable(resource, String(content))
    tables.set(name, table)
    faults.push(...table.faults)
  }
  for (const { name, schema } of descriptor.resources)
    for (const { fields, reference } of schema.foreignKeys) {
      const targets = tables.get(reference.resource || name)?.seen.get(reference.fields)
      for (const value of tables.get(name)?.seen.get(fields) ?? [])
        if (!targets?.has(value)) faults.push(`${name}.${fields}: ${value} leads nowhere`)
    }
  return faults
}
