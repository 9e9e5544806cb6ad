import { seedLines } from '../actions/load-seed.js'
import { admit } from '../domain/admit.js'
import { notSummed } from '../domain/not-summed.js'
import { entryOf } from '../domain/timeline.js'
import { citeAnswer } from '../formats/bibliography.js'
import { type Documents, type Inputs, NOUNS, type Noun, nouns, type RecordOf } from '../model/nouns.js'
import { citationMember } from './citing.js'

const RECORDED = { rev: 1, recorded_at: '2026-11-22T10:00:00.000Z', recorded_by: 'seed' }

const lines = seedLines()
const FIRST: Record<Noun, string> = {
  locality: 'iq-ramadi',
  source: 'un',
  report: 'scotsman-2015-05-18',
  event: 'ramadi-exodus-2015-04',
  figure: 'ramadi-2015:exodus-un',
  relation: lines.find(({ noun }) => noun === 'relation')!.id,
}

const inputs = new Map(lines.map(line => [`${line.noun} ${line.id}`, line.document]))
const inputOf = <N extends Noun>(noun: N, id: string) => inputs.get(`${noun} ${id}`) as Inputs[N]

function recordOf<N extends Noun>(noun: N, id: string): RecordOf<N> {
  const input = inputOf(noun, id)
  const event = noun === 'figure' ? (input as Inputs['figure']).event! : ''
  const document =
    noun === 'figure'
      ? admit.figure(input as Inputs['figure'], event, admit.event(inputOf('event', event)))
      : (admit[noun] as unknown as (input: Inputs[N]) => Documents[N])(input)
  return { id, ...RECORDED, ...document } as RecordOf<N>
}

const firsts = Object.fromEntries(NOUNS.map(noun => [noun, recordOf(noun, FIRST[noun])])) as {
  [N in Noun]: RecordOf<N>
}

/** Examples for the description of the API, from the seed. */
export const examples = {
  record: (noun: Noun) => [firsts[noun]],
  list: (noun: Noun) => [
    { items: [firsts[noun]], number_matched: 1, next: null, revision: lines.length, citation: listCitation(noun) },
  ],
  revision: (noun: Noun) => [revisionExample(noun)],
  revisions: (noun: Noun) => [
    { items: [revisionExample(noun)], number_matched: 1, next: null, revision: lines.length },
  ],
  checkpoint: () => [
    {
      origin: 'annals-log-v1/0c5f1a0d3b7e9a42',
      seq: lines.length,
      hash: '0'.repeat(64),
      note: 'annals-log-v1/0c5f1a0d3b7e9a42\n64\n…\n\n— annals-log-v1/0c5f1a0d3b7e9a42 …\n',
      public_key: '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n',
    },
  ],
  changes: () => {
    const { published: _, diff: __, hash, ...change } = revisionExample('event')
    return [
      { items: [{ ...change, previous: null, hash }], next_since: lines.length, next: null, revision: lines.length },
    ]
  },
  body: (noun: Noun) => [inputOf(noun, FIRST[noun])],
  patch: (noun: Noun) => [
    noun === 'relation' ? { excerpt: 'in addition to' } : { note: 'Checked against the printed page.' },
  ],
  imports: () => [
    {
      id: '2f1c7a52-6a0e-4d53-9d0a-0c5d8b6f7e11',
      state: 'done',
      format: 'documents',
      mode: 'atomic',
      dry_run: false,
      progress: 1,
      rows: lines.length,
      created: lines.length,
      revised: 0,
      unchanged: 0,
      refused: 0,
      skipped: 0,
      localities: { matched: {}, created: {} },
      problems: [],
      warned: {},
      warnings: [],
      revision: lines.length,
    },
  ],
  timeline: () => [timelineExample()],
  cite: () => [citeExample()],
  resolve: () => [
    {
      name: 'الرمادى',
      resolved: FIRST.locality,
      ambiguous: false,
      candidates: [
        {
          id: FIRST.locality,
          name: firsts.locality.name,
          matched: 'الرمادى',
          score: 1,
          level: firsts.locality.level,
          path: ['Ramadi', 'Anbar', 'Iraq'],
          distance_km: null,
        },
      ],
      revision: lines.length,
    },
  ],
}

function revisionExample(noun: Noun) {
  const { recorded_at, recorded_by } = RECORDED
  const { id } = firsts[noun]
  const seq = lines.findIndex(line => line.noun === noun && line.id === id) + 1
  const happened = { noun, id, rev: 1, seq, op: 'create', into: null, reason: null, recorded_at, recorded_by }
  return { ...happened, published: null, record: firsts[noun], diff: [], hash: '0'.repeat(64) }
}

const cited = (title: string, path: string) =>
  citeAnswer({ title, url: `https://annals.example/v1/${path}?as_of=${lines.length}`, revision: lines.length })

const timelineCited = () => cited(`Timeline of ${firsts.locality.name}`, `localities/${FIRST.locality}/timeline`)

const listCitation = (noun: Noun) => {
  const { plural } = nouns[noun]
  return citationMember(cited(`List of ${plural}`, plural), [])
}

function citeExample() {
  const { text, bibtex, csl_json } = timelineCited()
  const { id, title, publisher, published, url, licence } = firsts.report
  const reports = [{ id, title, publisher, published, url, licence }]
  return { text, url: csl_json.URL, revision: lines.length, bibtex, csl_json, reports, licences: [] }
}

function timelineExample() {
  const { entry, grounds } = entryOf({
    event: firsts.event,
    match: 'event',
    figures: [firsts.figure],
    relations: [],
    replacements: [],
    part_of: [],
    retracted: new Map(),
  })
  return {
    locality: firsts.locality,
    revision: lines.length,
    total: null,
    not_summed: notSummed([grounds]),
    events: [entry],
    localities: { [firsts.locality.id]: firsts.locality },
    sources: { [firsts.source.id]: firsts.source },
    reports: { [firsts.report.id]: firsts.report },
    next: null,
    number_matched: 1,
    citation: citationMember(timelineCited(), []),
  }
}
