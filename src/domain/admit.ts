import type { Figure, FigureInput } from '../model/figure.js'
import type { Documents, Inputs } from '../model/nouns.js'
import type { Period, PeriodInput } from '../model/period.js'
import { terms } from '../model/vocabularies.js'
import { invalid } from './errors.js'
import { checkPublished, readPeriod } from './period.js'
import { usualRole } from './places.js'
import { cleanText } from './text.js'
import { checkUrl } from './url.js'
import { readBreakdown, readValue } from './value.js'

/**
 * Turns a document as a client wrote it, already of its schema's shape, into the complete document that is stored:
 * text in NFC and free of controls, values and periods read by their tables, defaults filled. Throws `invalid`.
 * Whether the records that it names exist is asked where they are stored.
 */
export const admit = {
  locality: (input: Inputs['locality']): Documents['locality'] => ({
    name: name(input.name, '/name'),
    level: input.level,
    parent: input.parent ?? null,
    names: (input.names ?? []).map(({ text, lang, kind }, i) => ({
      text: name(text, `/names/${i}/text`),
      lang: lang ?? null,
      kind: kind ?? 'alias',
    })),
    codes: codes(input.codes),
    point: input.point ?? null,
    note: maybeProse(input.note, '/note'),
  }),

  source: (input: Inputs['source']): Documents['source'] => ({
    name: name(input.name, '/name'),
    kind: input.kind,
    parent: input.parent ?? null,
    url: maybeUrl(input.url, '/url'),
    reliability: input.reliability ?? null,
    note: maybeProse(input.note, '/note'),
  }),

  report: (input: Inputs['report']): Documents['report'] => ({
    title: name(input.title, '/title'),
    publisher: input.publisher,
    url: maybeUrl(input.url, '/url'),
    archived_url: maybeUrl(input.archived_url, '/archived_url'),
    language: input.language ?? null,
    published: input.published == null ? null : checkPublished(input.published, '/published'),
    published_inferred: input.published_inferred ?? false,
    accessed: input.accessed == null ? null : checkPublished(input.accessed, '/accessed'),
    licence: maybeName(input.licence, '/licence'),
    note: maybeProse(input.note, '/note'),
  }),

  event: (input: Inputs['event'], at = ''): Documents['event'] => ({
    title: name(input.title, `${at}/title`),
    kind: input.kind,
    locality: input.locality,
    period: period(input.period, `${at}/period`),
    codes: codes(input.codes, at),
    note: maybeProse(input.note, `${at}/note`),
  }),

  /** `event` is the event that the figure belongs to: its period and place are the figure's unless it has its own. */
  figure: (input: FigureInput, id: string, event: Documents['event']): Figure => {
    const value = readValue(input.value, '/value', input.breakdown)
    return {
      event: id,
      measure: input.measure,
      value: { ...value, text: maybeProse(value.text, '/value/text') },
      attribution: unrepeated(input.attribution, ({ source, role }) => `${source} ${role}`, '/attribution'),
      citations: input.citations.map((citation, i) => ({
        report: citation.report,
        excerpt: maybeProse(citation.excerpt, `/citations/${i}/excerpt`),
        text: maybeProse(citation.text, `/citations/${i}/text`),
        qualifier: citation.qualifier ?? null,
        locator: maybeName(citation.locator, `/citations/${i}/locator`),
      })),
      basis: input.basis ?? 'flow',
      unit: input.unit ?? 'person',
      counts: input.counts ?? 'unspecified',
      period: input.period ? period(input.period, '/period') : event.period,
      places: (input.places ?? [{ locality: event.locality }]).map(({ locality, role, extent, text }, i) => ({
        locality,
        role: role ?? usualRole(input.measure),
        extent: extent ?? 'unknown',
        text: maybeProse(text, `/places/${i}/text`),
      })),
      population: input.population ?? 'unknown',
      breakdown: readBreakdown(input.breakdown, value, '/breakdown').map((part, i) => ({
        ...part,
        category: name(part.category, `/breakdown/${i}/category`),
      })),
      method: input.method ?? 'unspecified',
      provisional: input.provisional ?? false,
      verification: input.verification ?? 'unverified',
      rank: input.rank ?? 'normal',
      note: maybeProse(input.note, '/note'),
    }
  },

  relation: (input: Inputs['relation']): Documents['relation'] => {
    const kinds: string[] = terms(input.of === 'event' ? 'event_relation' : 'figure_relation')
    if (!kinds.includes(input.kind))
      throw invalid({
        pointer: '/kind',
        code: 'bad_relation',
        detail: `two ${input.of}s cannot be joined by ${input.kind}`,
        allowed: kinds,
      })
    if (input.from === input.to)
      throw invalid({ pointer: '/to', code: 'bad_relation', detail: 'a record has no relation to itself' })
    return {
      of: input.of,
      kind: input.kind,
      from: input.from,
      to: input.to,
      asserted_by: input.asserted_by,
      report: input.report ?? null,
      excerpt: maybeProse(input.excerpt, '/excerpt'),
      note: maybeProse(input.note, '/note'),
    }
  },
}

const name = (text: string, pointer: string) => cleanText(text, pointer, { name: true })
const maybeName = (text: string | null | undefined, pointer: string) => (text == null ? null : name(text, pointer))
const maybeProse = (text: string | null | undefined, pointer: string) =>
  text == null ? null : cleanText(text, pointer, { name: false })

function period(input: PeriodInput, pointer: string): Period {
  const read = readPeriod(input, pointer)
  return { ...read, text: maybeProse(read.text, `${pointer}/text`) }
}
const maybeUrl = (url: string | null | undefined, pointer: string) => (url == null ? null : checkUrl(url, pointer))

function codes(input: Record<string, string> | null | undefined, at = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(input ?? {}).map(([scheme, value]) => [scheme, name(value, `${at}/codes/${scheme}`)]),
  )
}

function unrepeated<T>(items: readonly T[], keyOf: (item: T) => string, pointer: string): T[] {
  const seen = new Set<string>()
  items.forEach((item, i) => {
    if (seen.has(keyOf(item)))
      throw invalid({ pointer: `${pointer}/${i}`, code: 'conflict', detail: 'this is listed twice' })
    seen.add(keyOf(item))
  })
  return [...items]
}
