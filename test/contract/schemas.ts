import { Ajv, type ValidateFunction } from 'ajv'

/** The parts of JSON Schema that documents use. */
export interface Schema {
  type?: string | string[]
  enum?: unknown[]
  properties?: Record<string, Schema>
  items?: Schema
  required?: string[]
  additionalProperties?: unknown
  patternProperties?: Record<string, Schema>
  pattern?: string
}

export interface Place {
  /** JSON Pointer into the document. */
  pointer: string
  schema: Schema
  value: unknown
  required: boolean
}

/** Every member of a document, the document itself first, with the schema that it is held to. */
export function placesOf(schema: Schema, value: unknown, pointer = '', required = true): Place[] {
  const below =
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, child]) => {
          const inner = schema.items ?? schema.properties?.[name] ?? Object.values(schema.patternProperties ?? {})[0]
          const needed = Array.isArray(value) || (schema.required?.includes(name) ?? false)
          return inner ? placesOf(inner, child, `${pointer}/${name}`, needed) : []
        })
  return [{ pointer, schema, value, required }, ...below]
}

/** A copy of a document with another value at a pointer; undefined takes the member away. */
export function replaced(document: unknown, pointer: string, value: unknown): unknown {
  if (pointer === '') return value
  const copy = structuredClone(document) as Record<string, unknown>
  const names = pointer.slice(1).split('/')
  const last = names.pop()!
  const holder = names.reduce((at, name) => at[name] as Record<string, unknown>, copy)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return copy
}

export const isType = ({ type }: Schema, name: string) => [type].flat().includes(name)

/** The checks of the schemas in a description of an API, each by the names that lead to it. */
export function schemasOf(openapi: object) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(openapi, 'api')
  return (...names: string[]): ValidateFunction | undefined =>
    ajv.getSchema(
      `api#/${names.map(name => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
    )
}
