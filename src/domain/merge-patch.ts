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

/**
 * A document after a merge patch. What the service derived from a member that the patch replaces makes way first, so
 * that `{"period": {"edtf": "2015-05"}}` is not held against the dates of the period before.
 */
export function patched(document: object, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const base: Members = { ...document }
  if (isObject(base.period) && isObject(patch.period)) base.period = withoutDerivedDates(base.period, patch.period)
  // the ends of `exactly` are its best (domain/value.ts)
  if (isObject(base.value) && isObject(patch.value) && base.value.qualifier === 'exactly')
    base.value = { ...base.value, low: null, high: null }
  return mergePatch(base, patch)
}

function withoutDerivedDates(period: Members, patch: Members): Members {
  // what is given as it stands changes nothing: dates would lose what `edtf` says besides, such as 2015-06~
  const changes = (member: string) => member in patch && patch[member] !== period[member]
  if (changes('edtf') && patch.edtf !== null) return { ...period, start: null, end: null, precision: null }
  return ['edtf', 'start', 'end'].some(changes) ? { ...period, edtf: null, precision: null } : period
}
