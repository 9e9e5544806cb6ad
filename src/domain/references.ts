import type { Documents, Noun } from '../model/nouns.js'

/** One record named by another: in which role, which noun it must be, and where the document says so. */
export interface Reference {
  role: string
  noun: Noun
  target: string
  pointer: string
}

const named = (role: string, noun: Noun, target: string, pointer: string): Reference => ({
  role,
  noun,
  target,
  pointer,
})
const maybe = (role: string, noun: Noun, target: string | null, pointer: string): Reference[] =>
  target === null ? [] : [named(role, noun, target, pointer)]

const referencesOf: { [N in Noun]: (document: Documents[N]) => Reference[] } = {
  locality: ({ parent }) => maybe('parent_locality', 'locality', parent, '/parent'),
  source: ({ parent }) => maybe('parent_source', 'source', parent, '/parent'),
  report: ({ publisher }) => [named('publisher', 'source', publisher, '/publisher')],
  event: ({ locality }) => [named('locality', 'locality', locality, '/locality')],
  figure: ({ event, attribution, citations, places }) => [
    named('event', 'event', event, '/event'),
    ...attribution.map(({ role, source }, i) => named(role, 'source', source, `/attribution/${i}/source`)),
    ...citations.map(({ report }, i) => named('citation', 'report', report, `/citations/${i}/report`)),
    ...places.map(({ role, locality }, i) => named(role, 'locality', locality, `/places/${i}/locality`)),
  ],
  relation: ({ of, from, to, report }) => [
    named(`from_${of}`, of, from, '/from'),
    named(`to_${of}`, of, to, '/to'),
    ...maybe('relation_report', 'report', report, '/report'),
  ],
}

/** Every record that a document names. */
export function references<N extends Noun>(noun: N, document: Documents[N]): Reference[] {
  return referencesOf[noun](document)
}

/** In which roles records refer to each noun, and which noun refers in a role. */
export const REFERRERS: Record<Noun, Readonly<Record<string, Noun>>> = {
  locality: {
    parent_locality: 'locality',
    locality: 'event',
    incident: 'figure',
    origin: 'figure',
    destination: 'figure',
  },
  source: {
    parent_source: 'source',
    publisher: 'report',
    originator: 'figure',
    spokesperson: 'figure',
    relayer: 'figure',
  },
  report: { citation: 'figure', relation_report: 'relation' },
  event: { event: 'figure', from_event: 'relation', to_event: 'relation' },
  figure: { from_figure: 'relation', to_figure: 'relation' },
  relation: {},
}

/** The document with every reference to one record replaced by another of its noun. */
export function redirected<N extends Noun>(
  noun: N,
  document: Documents[N],
  target: Noun,
  from: string,
  to: string,
): Documents[N] {
  const copy = structuredClone(document)
  for (const reference of references(noun, document)) {
    if (reference.noun !== target || reference.target !== from) continue
    const path = reference.pointer.slice(1).split('/')
    const member = path.pop()!
    const holder = path.reduce<Record<string, unknown>>(
      (at, step) => at[step] as Record<string, unknown>,
      copy as never,
    )
    holder[member] = to
  }
  return copy
}
