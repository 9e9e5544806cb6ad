import type { DraftDocument } from './adapter.js'
import { type Cells, isDay } from './cells.js'
import { namedReport, namedSource } from './citing.js'
import { asProse } from './wording.js'

/** What a row's source cells name. */
export interface Articles {
  sources: DraftDocument<'source'>[]
  /** One for each article in the cell, in its order; an article named twice is here twice. */
  reports: DraftDocument<'report'>[]
  /** Source text in no form that tells publisher, date and title apart; kept in UCDP's words. */
  unread: string | null
}

/** `Agence France Presse,2015-05-17,Estimated 500 killed …`: from 2013 on, each in quotation marks. */
const QUOTED = /^(?<publisher>[^"]*?),\s*(?<date>\d{4}-\d{2}-\d{2})\s*,\s*(?<title>.+)$/s
/** The same in older rows without the marks. A slash there may join two publishers, and a second date two articles. */
const BARE = /^(?<publisher>[^,/"]{1,60}),\s*(?<date>\d{4}-\d{2}-\d{2})\s*,\s*(?<title>(?!.*\d{4}-\d{2}-\d{2}).+)$/s

/**
 * The articles that a row names. Older rows abbreviate (`r 5/12`) or run articles together; those are not taken apart
 * by guess.
 */
export function articlesOf(cells: Cells): Articles {
  const cell = cells.text('source_article')
  const quoted = cell !== null && cell.length > 2 && cell.startsWith('"') && cell.endsWith('"')
  const pieces = quoted ? cell.slice(1, -1).split(/"\s*;\s*"/) : (cell?.split('//') ?? [])
  const articles = pieces.map(piece => (quoted ? QUOTED : BARE).exec(piece.trim())?.groups)
  const read = articles.flatMap(parts => (parts && isDay(parts.date ?? '') ? [parts] : []))
  // Quoted pieces stand for themselves; of a cell without marks, all or nothing is understood.
  if (!quoted && read.length < pieces.length) read.length = 0
  const sources = read.map(({ publisher = '' }) => namedSource(publisher, 'media'))
  const reports = read.map(({ date = '', title = '' }, i) =>
    namedReport(sources[i]?.id ?? '', date, asProse(title) ?? ''),
  )
  return {
    sources: unique(sources),
    reports,
    unread: [read.length < pieces.length ? cell : null, restOf(cells, cell)].filter(text => text).join('\n') || null,
  }
}

/** What these columns say beside the article cell, whose parts most editions repeat in them. */
function restOf(cells: Cells, article: string | null): string | null {
  const rest = ['source_office', 'source_date', 'source_headline'].map(cells.text).filter(text => text !== null)
  return rest.filter(text => !text.split(';').every(part => article?.includes(part))).join(', ') || null
}

function unique(drafts: DraftDocument<'source'>[]): DraftDocument<'source'>[] {
  return [...new Map(drafts.map(draft => [draft.id, draft])).values()]
}
