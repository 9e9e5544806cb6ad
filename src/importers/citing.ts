import { checkUrl } from '../domain/url.js'
import type { ReportInput } from '../model/report.js'
import type { SourceInput } from '../model/source.js'
import type { Term } from '../model/vocabularies.js'
import type { DraftDocument } from './adapter.js'
import { fingerprint, sourceId } from './identity.js'
import { asName, asNote, asTitle } from './wording.js'

/** Publishers that datasets name beside newspapers and agencies and that are no media, by their id. */
const KINDS: ReadonlyMap<string, Term<'source_kind'>> = new Map(
  Object.entries<Term<'source_kind'>>({
    ...Object.fromEntries(
      ['un', 'united-nations', 'unami', 'unhcr', 'ocha', 'un-ocha', 'ohchr', 'unicef', 'wfp', 'undp'].map(id => [
        id,
        'un_agency' as const,
      ]),
    ),
    ...Object.fromEntries(['iom', 'iom-dtm', 'icrc', 'ifrc'].map(id => [id, 'igo' as const])),
    ...Object.fromEntries(
      'airwars airwars-org hrw human-rights-watch amnesty amnesty-international sohr icg msf save-the-children'
        .split(' ')
        .map(id => [id, 'ngo' as const]),
    ),
  }),
)

/** A source, created only if none has its id. */
export function sourceDraft(id: string, document: SourceInput): DraftDocument<'source'> {
  return { noun: 'source', id, document, ifAbsent: true }
}

/** A report, created only if none has its id. */
export function reportDraft(id: string, document: ReportInput): DraftDocument<'report'> {
  return { noun: 'report', id, document, ifAbsent: true }
}

/** A publisher known by name only; `otherwise` is its kind unless it is known to be no such thing. */
export function namedSource(name: string, otherwise: Term<'source_kind'>): DraftDocument<'source'> {
  const id = sourceId(name)
  return sourceDraft(id, { name: asName(name), kind: KINDS.get(id) ?? otherwise })
}

/** A publication as a dataset names it. The same words always give the same id. */
export function namedReport(
  publisher: string,
  published: string | null,
  title: string,
  address: string | null = null,
): DraftDocument<'report'> {
  const url = usableUrl(address)
  const short = asTitle(title)
  const note = asNote([
    ['title', short === asName(title) ? null : title],
    ['url', url === null ? address : null],
  ])
  const id = [publisher, published, fingerprint([publisher, published, title, address], 10)]
  return reportDraft(id.filter(part => part !== null).join('-'), {
    title: short,
    publisher,
    published,
    ...(url ? { url } : {}),
    ...(note ? { note } : {}),
  })
}

/** The address if a record may hold it. */
export function usableUrl(url: string | null): string | null {
  if (url === null) return null
  try {
    return checkUrl(url, '')
  } catch {
    return null
  }
}
