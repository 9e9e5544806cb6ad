import type { Documents, Noun } from '../../src/model/nouns.js'
import type { Period } from '../../src/model/period.js'

/** One generated record. */
export type Generated = { [N in Noun]: { noun: N; id: string; document: Documents[N] } }[Noun]

export const LOCALITIES = 30_000
const COUNTRIES = 40
const SOURCES = 400
const RELEASES = 200
const FIRST_DAY = Date.UTC(2012, 0, 1) / 86_400_000
const DAYS = 12 * 365

/** Mulberry32: small, fast, and the same numbers from the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(at * from.length)]!
const day = (since: number) => new Date((FIRST_DAY + since) * 86_400_000).toISOString().slice(0, 10)

interface Place {
  id: string
  name: string
  level: Documents['locality']['level']
  parent: number | null
  country: number
}

/** A tree of countries, provinces, districts and settlements; the first country has about a fifth of all places. */
function places(): Place[] {
  const next = random(1)
  const tree: Place[] = []
  const add = (level: Place['level'], parent: number | null, country: number) => {
    const id = `bench-${tree.length}`
    tree.push({ id, name: `${pick(NAMES, next())} ${tree.length}`, level, parent, country })
    return tree.length - 1
  }
  const shares = Array.from({ length: COUNTRIES }, (_, i) => 1 / (i + 1))
  const whole = shares.reduce((sum, share) => sum + share)
  for (let country = 0; country < COUNTRIES; country++) {
    const size = Math.floor((LOCALITIES * shares[country]!) / whole)
    const root = add('country', null, country)
    const provinces = Array.from({ length: Math.ceil(size / 300) }, () => add('adm1', root, country))
    const districts = provinces.flatMap(up => Array.from({ length: 6 }, () => add('adm2', up, country)))
    for (let left = size - 1 - provinces.length - districts.length; left > 0; left--)
      add('settlement', pick(districts, next()), country)
  }
  return tree
}

/** An event's place and time. */
interface Happening {
  place: number
  start: number
  days: number | 'month' | 'open'
}

/** Places of events follow Zipf's law over all localities. */
function happenings(tree: readonly Place[], count: number): Happening[] {
  const next = random(2)
  const ranked = tree.map((_, i) => i)
  for (let i = ranked.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[ranked[i], ranked[j]] = [ranked[j]!, ranked[i]!]
  }
  const odds = new Float64Array(ranked.length)
  let whole = 0
  ranked.forEach((_, i) => {
    whole += 1 / (i + 20)
    odds[i] = whole
  })
  const rank = (at: number) => {
    let low = 0
    let high = odds.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (odds[middle]! < at) low = middle + 1
      else high = middle
    }
    return low
  }
  return Array.from({ length: count }, () => {
    const place = ranked[rank(next() * whole)]!
    const start = Math.floor(next() * DAYS)
    const kind = next()
    const days =
      kind < 0.7
        ? 1
        : kind < 0.85
          ? 2 + Math.floor(next() * 8)
          : kind < 0.95
            ? 'month'
            : kind < 0.99
              ? 40 + Math.floor(next() * 700)
              : 'open'
    return { place, start, days }
  })
}

function periodOf({ start, days }: Happening): Period {
  const known = { reading: null, text: null, inferred: false }
  const first = day(start)
  if (days === 'open') return { ...known, edtf: `${first}/..`, start: first, end: null, precision: 'range' }
  if (days === 'month') {
    const [year, month] = first.split('-')
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10)
    return { ...known, edtf: `${year}-${month}`, start: `${year}-${month}-01`, end: last, precision: 'month' }
  }
  if (days === 1) return { ...known, edtf: first, start: first, end: first, precision: 'day' }
  const last = day(start + days - 1)
  return { ...known, edtf: `${first}/${last}`, start: first, end: last, precision: 'range' }
}

/**
 * Localities, sources, reports, `count` events with 2.08 figures each, and relations, in load order; the same for the
 * same count. Events are loaded in no order of place or time; those of one country and season share their reports.
 */
export function* generate(count: number): Generator<Generated> {
  const tree = places()
  yield* localities(tree)
  for (let i = 0; i < SOURCES; i++) yield { noun: 'source', id: sourceId(i), document: source(i) }
  for (let i = 0; i < RELEASES; i++) yield { noun: 'report', id: `bench-release-${i}`, document: report(i, 'dataset') }

  const all = happenings(tree, count)
  const order = all.map((_, i) => i).sort((a, b) => all[a]!.start - all[b]!.start)
  const local = new Array<string>(count)
  const seen = new Array<number>(COUNTRIES).fill(0)
  for (const i of order) {
    const country = tree[all[i]!.place]!.country
    const nth = seen[country]!++
    local[i] = `bench-news-${country}-${nth >> 3}`
    if (nth % 8 === 0) yield { noun: 'report', id: local[i]!, document: report(nth, day(all[i]!.start)) }
  }

  const next = random(3)
  for (let i = 0; i < count; i++) yield* eventWithFigures(i, all[i]!, tree, local[i]!, next)
}

function* localities(tree: readonly Place[]): Generator<Generated> {
  const next = random(4)
  for (const { id, name, level, parent } of tree)
    yield {
      noun: 'locality',
      id,
      document: {
        name,
        level,
        parent: parent === null ? null : tree[parent]!.id,
        names: [{ text: `${pick(ARABIC, next())} ${id.slice(6)}`, lang: 'ar', kind: 'official' }],
        codes: { pcode: `B${id.slice(6)}` },
        point: { lat: Math.round(next() * 60e4) / 1e4, lon: Math.round(next() * 120e4) / 1e4 },
        note: null,
      },
    }
}

const sourceId = (i: number) => `bench-source-${i}`

function source(i: number): Documents['source'] {
  const kind = pick(['un_agency', 'ngo', 'media', 'government', 'research'] as const, (i % 5) / 5)
  return {
    name: `${pick(NAMES, (i % 17) / 17)} ${kind} ${i}`,
    kind,
    parent: null,
    url: `https://source-${i}.example/`,
    reliability: null,
    note: null,
  }
}

function report(i: number, published: string): Documents['report'] {
  return {
    title:
      published === 'dataset'
        ? `Dataset of conflict events, release ${i}`
        : `${pick(NAMES, (i % 13) / 13)}: what was reported on ${published}`,
    publisher: sourceId((i * 7) % SOURCES),
    url: `https://source-${(i * 7) % SOURCES}.example/reports/${published}/${i}`,
    archived_url: null,
    language: 'en',
    published: published === 'dataset' ? '2024-06' : published,
    published_inferred: false,
    accessed: null,
    licence: 'CC BY 4.0',
    note: null,
  }
}

function* eventWithFigures(
  i: number,
  happening: Happening,
  tree: readonly Place[],
  local: string,
  next: () => number,
): Generator<Generated> {
  const id = `bench:${i}`
  const place = tree[happening.place]!
  const period = periodOf(happening)
  const kind = pick(['conflict', 'violence', 'disaster'] as const, next())
  yield {
    noun: 'event',
    id,
    document: {
      title: `${pick(DEEDS, next())} in ${place.name}, ${period.start}`,
      kind,
      locality: place.id,
      period,
      codes: {},
      note: null,
    },
  }
  const figures = next() < 0.375 ? 1 : next() < 0.5 ? 2 : next() < 0.55 ? 3 : 4
  for (let n = 0; n < figures; n++)
    yield { noun: 'figure', id: `${id}:${n}`, document: figure(id, place, tree, period, local, next) }
  if (i > 0 && next() < 0.03)
    yield {
      noun: 'relation',
      id: `${id}:after`,
      document: {
        of: 'event',
        kind: 'additional_to',
        from: id,
        to: `bench:${Math.floor(next() * i)}`,
        asserted_by: 'source',
        report: local,
        excerpt: null,
        note: null,
      },
    }
}

function figure(
  event: string,
  place: Place,
  tree: readonly Place[],
  period: Period,
  local: string,
  next: () => number,
): Documents['figure'] {
  const measure = pick(
    ['killed', 'killed', 'injured', 'displaced', 'displaced', 'affected', 'homes_destroyed'] as const,
    next(),
  )
  const best = Math.floor(next() ** 4 * 20_000)
  const loose = next() < 0.4
  const words = loose ? `about ${best}` : `${best}`
  const role = measure === 'displaced' ? 'origin' : 'incident'
  const fledTo = measure === 'displaced' && next() < 0.1 ? pick(tree, next()) : null
  const extent = next() < 0.8 ? 'exact' : 'and_surroundings'
  return {
    event,
    measure,
    value: { low: null, best, high: null, qualifier: loose ? 'approximately' : 'exactly', text: words, sic: false },
    attribution: [
      { source: sourceId(Math.floor(next() ** 3 * SOURCES)), role: 'originator' },
      ...(next() < 0.3 ? [{ source: sourceId(Math.floor(next() * SOURCES)), role: 'relayer' as const }] : []),
    ],
    citations: [
      next() < 0.7
        ? citation(local, place, words, measure)
        : citation(`bench-release-${Math.floor(next() ** 2 * RELEASES)}`, place, words, measure),
      ...(next() < 0.2 ? [citation(local, place, words, measure)] : []),
    ],
    basis: next() < 0.9 ? 'flow' : 'cumulative',
    unit: measure === 'homes_destroyed' ? 'dwelling' : next() < 0.95 ? 'person' : 'household',
    counts: 'unspecified',
    period,
    places: [
      { locality: place.id, role, extent, text: null },
      ...(fledTo
        ? [{ locality: fledTo.id, role: 'destination' as const, extent: 'unknown' as const, text: null }]
        : []),
    ],
    population: next() < 0.5 ? 'civilian' : 'unknown',
    breakdown: [],
    method: 'estimate',
    provisional: false,
    verification: 'unverified',
    rank: 'normal',
    note: null,
  }
}

const citation = (
  report: string,
  place: Place,
  text: string,
  measure: string,
): Documents['figure']['citations'][number] => ({
  report,
  excerpt: `Local officials said that ${text} were reported ${measure} in ${place.name} and that the number could change.`,
  text,
  qualifier: null,
  locator: null,
  role: 'printing',
})

const NAMES =
  'Karada Tamima Sulayma Qasira Hadiyan Jubayl Mirwana Tasluja Kubaysa Rutbah Anah Zarqan Haditan Bajila Sharqat Dalwan Ubayda'.split(
    ' ',
  )
const ARABIC = ['الكرادة', 'التميم', 'السليمانية', 'القصيرة', 'هديان', 'الجبيل', 'مروان']
const DEEDS = ['Clashes', 'Shelling', 'Displacement', 'Air strike', 'Flood', 'Attack on a convoy']
