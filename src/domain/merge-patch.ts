type Members = Record<string, unknown>

const isObject = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** JSON Merge Patch, RFC 7396: null takes a member away, an object is merged, anything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result: Members = isObject(target) ? { ...target } : {}
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) delete result[member]
    else result[member] = mergePatch(result[member], value)
  }
  return result
}
