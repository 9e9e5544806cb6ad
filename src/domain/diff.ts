import { member } from './pointer.js'

/**
 * One difference between two JSON values. `path` is a JSON Pointer (RFC 6901) to a member or item; without `from` it is
 * new, without `to` it is gone.
 */
export interface Difference {
  path: string
  from?: unknown
  to?: unknown
}

type Members = Record<string, unknown>

const isContainer = (value: unknown): value is Members | unknown[] => typeof value === 'object' && value !== null

/**
 * What turns one JSON value into another, as deep as the two are alike. In the order in which it is to be applied:
 * items that are gone from the end of a list are named last to first. Items of lists are compared place by place.
 */
export function diff(before: unknown, after: unknown, path = ''): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) return diffItems(before, after, path)
  if (isContainer(before) && isContainer(after) && !Array.isArray(before) && !Array.isArray(after))
    return diffMembers(before, after, path)
  return Object.is(before, after) ? [] : [{ path, from: before, to: after }]
}

function diffMembers(before: Members, after: Members, path: string): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap(name => {
    const at = member(path, name)
    if (!Object.hasOwn(after, name)) return [{ path: at, from: before[name] }]
    if (!Object.hasOwn(before, name)) return [{ path: at, to: after[name] }]
    return diff(before[name], after[name], at)
  })
}

function diffItems(before: unknown[], after: unknown[], path: string): Difference[] {
  const common = Math.min(before.length, after.length)
  return [
    ...after.slice(0, common).flatMap((item, i) => diff(before[i], item, member(path, i))),
    ...after.slice(common).map((to, i) => ({ path: member(path, common + i), to })),
    ...before
      .slice(common)
      .map((from, i) => ({ path: member(path, common + i), from }))
      .reverse(),
  ]
}
