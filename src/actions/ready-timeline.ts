import { notSummed } from '../domain/not-summed.js'
import type { Named } from '../domain/timeline.js'
import type { ReadyPage } from '../formats/timeline-json.js'
import type { PagedQuestion, TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { AboutEntry } from '../store/ready-entries.js'
import { NOW } from '../store/records.js'
import { isIndexed } from '../store/timeline-ranges.js'
import type { TimelineMemory } from './timeline-memory.js'

/** Whether a question is about what stands now at a place and below it, about all of it, in pages. */
export const isPlain = (question: TimelineQuestion): question is PagedQuestion =>
  question.at === NOW && question.limit !== null && isIndexed(question)

/** Reads a page of a plain question as bytes: the same answer as `readTimeline`, from entries that are ready. */
export function readyTimeline(
  memory: TimelineMemory,
  question: PagedQuestion,
): ReadyPage & { licences: string[]; after: TimelineKey | null } {
  const { entries, abouts, matched, after } = memory.page(question)
  const reports = memory.records('report', namedBy(abouts, 'report'))
  const sources = namedBy(abouts, 'source')
  for (const { publisher } of reports) sources.add(publisher!)
  return {
    not_summed: notSummed(abouts.map(({ grounds }) => grounds)),
    events: entries,
    localities: memory.records('locality', namedBy(abouts, 'locality')).map(({ json }) => json),
    sources: memory.records('source', sources).map(({ json }) => json),
    reports: reports.map(({ json }) => json),
    licences: reports.flatMap(({ licence }) => licence ?? []),
    number_matched: matched,
    after,
  }
}

function namedBy(abouts: readonly AboutEntry[], noun: keyof Named): Set<string> {
  const ids = new Set<string>()
  for (const { named } of abouts) for (const id of named[noun]) ids.add(id)
  return ids
}
