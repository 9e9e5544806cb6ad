/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json | undefined }

/**
 * Canonical JSON, RFC 8785: members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * Members that are undefined are left out, as JSON.stringify does.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = value as Record<string, unknown>
  let text = ''
  for (const name of Object.keys(members).sort()) {
    if (members[name] === undefined) continue
    text += `${text && ','}${JSON.stringify(name)}:${canonical(members[name])}`
  }
  return `{${text}}`
}
