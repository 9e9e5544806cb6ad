import type { LeftOut } from '../model/left-out.js'
import type { Noun } from '../model/nouns.js'
import type { Filters, ListQuestion, TimelineQuestion } from '../model/queries.js'
import { isDated } from '../store/filters.js'
import type { Reader } from '../store/reader.js'

/** Whether a window of time was asked for. */
export const isWindowed = ({ from, to }: { from?: string | null; to?: string | null }) => (from ?? to ?? null) !== null

/** What a question about a timeline leaves out for want of a date. `head` is the end of the log. */
export const leftOutOfTimeline = (read: Reader, question: TimelineQuestion, head: number): LeftOut => ({
  ...(question.figures.published_by !== undefined && { undated_figures: read.undatedFigures(question) }),
  ...(isWindowed(question) && { without_dates: read.withoutDates(question, head) }),
})

/** The same of a list. */
export function leftOutOfList(read: Reader, noun: Noun, question: ListQuestion<Noun>): LeftOut {
  const filters = question.filters as Filters['figure']
  return {
    ...(filters.published_by && { undated_figures: read.undatedListed(question as ListQuestion<'figure'>) }),
    ...(isDated(noun) && isWindowed(filters) && { without_dates: read.withoutDatesListed(noun, question) }),
  }
}

/** The member that says so; none where nothing was asked about a time. */
export const leftOutMember = (left_out: LeftOut) => (Object.keys(left_out).length === 0 ? {} : { left_out })
