import { notSummed } from '../domain/not-summed.js'
import type { Named } from '../domain/timeline.js'
import type { ReadyPage } from '../formats/timeline-json.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { ReadyEntry } from '../store/ready-entries.js'
import { NOW } from '../store/records.js'
import type { TimelineMemory } from './timeline-memory.js'

/** Whether a question is about what stands now at a place and below it, about all of it, in pages. */
export const isPlain = (question: TimelineQuestion): question is TimelineQuestion & { limit: number } =>
  question.at === NOW &&
  question.limit !== null &&
  question.area.scope === 'within' &&
  !question.retracted &&
  Object.values(question.figures).every(filter => filter === undefined)

/** Reads a page of a plain question as bytes: the same answer as `readTimeline`, from entries that are ready. */
export function readyTimeline(
  memory: TimelineMemory,
  question: TimelineQuestion & { limit: number },
): ReadyPage & { licences: string[]; after: TimelineKey | null } {
  const { rows, more, matched } = memory.page(question)
  const entries = memory.entries(rows, question)
  const reports = memory.records('report', namedBy(entries, 'report'))
  const sources = namedBy(entries, 'source')
  for (const { publisher } of reports) sources.add(publisher!)
  const last = rows.at(-1)
  return {
    not_summed: notSummed(entries.flatMap(({ facts }) => facts)),
    events: entries.map(({ json }) => json),
    localities: memory.records('locality', namedBy(entries, 'locality')).map(({ json }) => json),
    sources: memory.records('source', sources).map(({ json }) => json),
    reports: reports.map(({ json }) => json),
    licences: reports.flatMap(({ licence }) => licence ?? []),
    number_matched: matched,
    after: more && last ? { start: last.start, end: last.end, event: last.event } : null,
  }
}

function namedBy(entries: readonly ReadyEntry[], noun: keyof Named): Set<string> {
  const ids = new Set<string>()
  for (const { named } of entries) for (const id of named[noun]) ids.add(id)
  return ids
}
