/**
 * Canonical JSON, RFC 8785: members sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * Members that are undefined are left out, as JSON.stringify does.
 */
export function canonical(value: unknown): string {
  return inOrder(value) ? JSON.stringify(value) : sorted(value)
}

/** Whether members stand in order already, at every depth: then nothing need be copied. */
function inOrder(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true
  if (Array.isArray(value)) return value.every(inOrder)
  let last = ''
  for (const name in value) {
    if (name < last || !inOrder((value as Record<string, unknown>)[name])) return false
    last = name
  }
  return true
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = value as Record<string, unknown>
  const texts = Object.keys(members)
    .filter(name => members[name] !== undefined)
    .sort()
    .map(name => `${JSON.stringify(name)}:${canonical(members[name])}`)
  return `{${texts.join(',')}}`
}
