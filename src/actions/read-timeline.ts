import type { Grounds } from '../domain/not-summed.js'
import { namedIn, type TimelineEvent } from '../domain/timeline.js'
import type { LeftOut } from '../model/left-out.js'
import type { Noun, RecordOf } from '../model/nouns.js'
import type { TimelineKey, TimelineQuestion } from '../model/queries.js'
import type { Reader } from '../store/reader.js'
import { recordOf } from '../store/records.js'
import { entriesOf } from '../store/timeline-entries.js'
import { leftOutOfTimeline } from './left-out.js'

/** A page of a timeline: the events, and every record that they name. */
export interface TimelinePage {
  /** The log position that the answer was made from. */
  revision: number
  events: TimelineEvent[]
  /** Why its figures are not added, event by event. */
  grounds: Grounds[]
  localities: Map<string, RecordOf<'locality'>>
  sources: Map<string, RecordOf<'source'>>
  reports: Map<string, RecordOf<'report'>>
  /** The last entry, when there are more. */
  next: TimelineKey | null
}

/** A page, and how much there is in all. */
export interface CountedPage extends TimelinePage {
  number_matched: number
  left_out: LeftOut
}

/** Reads a page of a locality's timeline, and how much there is of all of it. Nothing in it is added up. */
export function readTimeline(read: Reader, question: TimelineQuestion): CountedPage {
  return read.snapshot(() => {
    const head = read.head().seq
    return {
      ...pageOf(read, question),
      number_matched: read.timelineCount(question, head),
      left_out: leftOutOfTimeline(read, question, head),
    }
  })
}

function pageOf(read: Reader, question: TimelineQuestion): TimelinePage {
  const head = read.head().seq
  const rows = read.timelinePage({ ...question, limit: question.limit && question.limit + 1 }, head)
  const more = question.limit !== null && rows.length > question.limit
  const page = more ? rows.slice(0, -1) : rows
  const made = entriesOf(read, page, question)
  const events = made.map(({ entry }) => entry)
  const last = page.at(-1)
  return {
    revision: Math.min(question.at, head),
    events,
    grounds: made.map(({ grounds }) => grounds),
    ...recordsNamed(read, events, question),
    next: more && last ? { start: last.start, end: last.end, event: last.event } : null,
  }
}

const PAGE = 500

/** All pages of a timeline from `after` on, each read when it is asked for. */
export function* timelinePages(read: Reader, question: TimelineQuestion): Generator<TimelinePage> {
  let { after } = question
  do {
    const from = { ...question, after, limit: PAGE }
    const page = read.snapshot(() => pageOf(read, from))
    yield page
    after = page.next
  } while (after)
}

/** Every locality, source and report that the entries name, once, in the order in which they name them. */
function recordsNamed(read: Reader, events: readonly TimelineEvent[], { at, retracted }: TimelineQuestion) {
  const found = <N extends Noun>(noun: N, ids: readonly string[]): Map<string, RecordOf<N>> => {
    const records = read.findMany(noun, [...new Set(ids)], at, retracted)
    return new Map([...records].map(([id, record]) => [id, recordOf(noun, record)]))
  }
  const named = events.map(namedIn)
  const reports = found(
    'report',
    named.flatMap(({ report }) => report),
  )
  const publishers = [...reports.values()].map(({ publisher }) => publisher)
  return {
    localities: found(
      'locality',
      named.flatMap(({ locality }) => locality),
    ),
    sources: found('source', [...named.flatMap(({ source }) => source), ...publishers]),
    reports,
  }
}
