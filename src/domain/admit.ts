import type { Figure, FigureInput } from '../model/figure.js'
import type { Documents, Inputs } from '../model/nouns.js'
import type { Period, PeriodInput } from '../model/period.js'
import { terms } from '../model/vocabularies.js'
import { invalid } from './errors.js'
import { checkPublished, readPeriod } from './period.js'
import { usualRole } from './places.js'
import { cleanText } from './text.js'
import { usualUnit } from './units.js'
import { checkUrl } from './url.js'
import { readBreakdown, readValue } from './value.js'

/**
 * Turns a document as a client wrote it, already of its schema's shape, into the complete document that is stored:
 * text in NFC and free of controls, values and periods read by their tables, defaults filled. Throws `invalid`.
 * Whether the records that it names exist is asked where they are stored. Members stand in canonical order, so that
 * writing a document canonically needs no sorting.
 */
export const admit = {
  locality: (input: Inputs['locality']): Documents['locality'] => ({
    codes: codes(input.codes),
    level: input.level,
    name: name(input.name, '/name'),
    names: (input.names ?? []).map(({ text, lang, kind }, i) => ({
      kind: kind ?? 'alias',
      lang: lang ?? null,
      text: name(text, `/names/${i}/text`),
    })),
    note: maybeProse(input.note, '/note'),
    parent: input.parent ?? null,
    point: input.point ? { lat: input.point.lat, lon: input.point.lon } : null,
  }),

  source: (input: Inputs['source']): Documents['source'] => ({
    kind: input.kind,
    name: name(input.name, '/name'),
    note: maybeProse(input.note, '/note'),
    parent: input.parent ?? null,
    reliability: input.reliability ?? null,
    url: maybeUrl(input.url, '/url'),
  }),

  report: (input: Inputs['report']): Documents['report'] => ({
    accessed: input.accessed == null ? null : checkPublished(input.accessed, '/accessed'),
    archived_url: maybeUrl(input.archived_url, '/archived_url'),
    language: input.language ?? null,
    licence: maybeName(input.licence, '/licence'),
    note: maybeProse(input.note, '/note'),
    published: input.published == null ? null : checkPublished(input.published, '/published'),
    published_inferred: input.published_inferred ?? false,
    publisher: input.publisher,
    title: name(input.title, '/title'),
    url: maybeUrl(input.url, '/url'),
  }),

  event: (input: Inputs['event'], at = ''): Documents['event'] => ({
    codes: codes(input.codes, at),
    kind: input.kind,
    locality: input.locality,
    note: maybeProse(input.note, `${at}/note`),
    period: period(input.period, `${at}/period`),
    title: name(input.title, `${at}/title`),
  }),

  /** `event` is the event that the figure belongs to: its period and place are the figure's unless it has its own. */
  figure: (input: FigureInput, id: string, event?: Pick<Documents['event'], 'locality' | 'period'>): Figure => {
    const value = readValue(input.value, '/value', input.breakdown)
    return {
      attribution: unrepeated(
        input.attribution.map(({ role, source }) => ({ role, source })),
        ({ role, source }) => `${role} ${source}`,
        '/attribution',
      ),
      basis: input.basis ?? 'flow',
      breakdown: readBreakdown(input.breakdown, value, '/breakdown').map(
        ({ dimension, category, low, best, high }, i) => ({
          best,
          category: name(category, `/breakdown/${i}/category`),
          dimension,
          high,
          low,
        }),
      ),
      citations: input.citations.map((citation, i) => ({
        excerpt: maybeProse(citation.excerpt, `/citations/${i}/excerpt`),
        locator: maybeName(citation.locator, `/citations/${i}/locator`),
        qualifier: citation.qualifier ?? null,
        report: citation.report,
        role: citation.role ?? 'printing',
        text: maybeProse(citation.text, `/citations/${i}/text`),
      })),
      counts: input.counts ?? 'unspecified',
      event: id,
      measure: input.measure,
      method: input.method ?? 'unspecified',
      note: maybeProse(input.note, '/note'),
      period: input.period ? period(input.period, '/period') : event!.period,
      places: (input.places ?? [{ locality: event!.locality }]).map(({ locality, role, extent, text }, i) => ({
        extent: extent ?? 'unknown',
        locality,
        role: role ?? usualRole(input.measure),
        text: maybeProse(text, `/places/${i}/text`),
      })),
      population: input.population ?? 'unknown',
      provisional: input.provisional ?? false,
      rank: input.rank ?? 'normal',
      unit: input.unit ?? usualUnit(input.measure),
      value: {
        best: value.best,
        high: value.high,
        low: value.low,
        qualifier: value.qualifier,
        sic: value.sic,
        text: maybeProse(value.text, '/value/text'),
      },
      verification: input.verification ?? 'unverified',
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
      asserted_by: input.asserted_by,
      excerpt: maybeProse(input.excerpt, '/excerpt'),
      from: input.from,
      kind: input.kind,
      note: maybeProse(input.note, '/note'),
      of: input.of,
      report: input.report ?? null,
      to: input.to,
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
    Object.entries(input ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([scheme, value]) => [scheme, name(value, `${at}/codes/${scheme}`)]),
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
