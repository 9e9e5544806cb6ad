import { notSummed } from '../domain/not-summed.js'
import type { ReadyPage } from '../formats/timeline-json.js'
import type { PagedQuestion, TimelineKey, TimelineQuestion } from '../model/queries.js'
import { NOW } from '../store/records.js'
import { isIndexed } from '../store/timeline-ranges.js'
import { leftOutMember } from './left-out.js'
import type { LiveRecord } from './named-records.js'
import type { TimelineMemory } from './timeline-memory.js'

/** Whether a question is about what stands now at a place and below it, about all of it, in pages. */
export const isPlain = (question: TimelineQuestion): question is PagedQuestion =>
  question.at === NOW && question.limit !== null && isIndexed(question)

/** Reads a page of a plain question as bytes: the same answer as `readTimeline`, from entries that are ready. */
export function readyTimeline(
  memory: TimelineMemory,
  question: PagedQuestion,
): ReadyPage & { licences: string[]; after: TimelineKey | null } {
  const { entries, grounds, named, matched, leftOut, after } = memory.page(question)
  const bytes = (records: readonly LiveRecord[]) => records.map(({ json }) => json)
  return {
    not_summed: notSummed(grounds),
    ...leftOutMember(leftOut),
    events: entries,
    localities: bytes(named.locality),
    sources: bytes(named.source),
    reports: bytes(named.report),
    licences: named.report.flatMap(({ licence }) => licence ?? []),
    number_matched: matched,
    after,
  }
}
