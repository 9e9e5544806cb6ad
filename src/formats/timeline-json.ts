import type { LeftOut } from '../model/left-out.js'

/** A page of a timeline whose parts are bytes already; the items of its lists have a comma behind each. */
export interface ReadyPage {
  not_summed: object
  left_out?: LeftOut
  events: readonly Buffer[]
  localities: readonly Buffer[]
  sources: readonly Buffer[]
  reports: readonly Buffer[]
  number_matched: number
}

/** The members around a page. */
export interface Frame {
  locality: object
  revision: number
  next: string | null
  citation: object
}

/** A timeline's JSON, member for member as `JSON.stringify` would write it, put together from bytes. */
export function timelineJson({ locality, revision, next, citation }: Frame, page: ReadyPage): Buffer {
  const { not_summed, left_out, number_matched } = page
  const opening = JSON.stringify({ locality, revision, total: null, not_summed, left_out })
  const ending = JSON.stringify({ next, number_matched, citation })
  const parts: Buffer[] = []
  list(parts, `${opening.slice(0, -1)},"events":[`, page.events)
  list(parts, '],"localities":{', page.localities)
  list(parts, '},"sources":{', page.sources)
  list(parts, '},"reports":{', page.reports)
  parts.push(Buffer.from(`},${ending.slice(1)}`))
  return Buffer.concat(parts)
}

/** Adds what opens a list and its items, without the comma behind the last. */
function list(parts: Buffer[], opening: string, items: readonly Buffer[]): void {
  parts.push(Buffer.from(opening))
  for (const item of items) parts.push(item)
  if (items.length > 0) parts.push(parts.pop()!.subarray(0, -1))
}
