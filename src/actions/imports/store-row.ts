import { canonical } from '../../domain/canonical.js'
import { enriched, fitting } from '../../domain/enrich.js'
import { Refusal } from '../../domain/errors.js'
import {
  freeCodes,
  type Gazetteer,
  isForeign,
  matchByCode,
  type PlacedBecause,
  type PlaceHint,
  place as placeHint,
  stillFits,
} from '../../domain/placing.js'
import { toFlatRow } from '../../formats/flat.js'
import type { Draft, DraftDocument, GazetteerPlace } from '../../importers/adapter.js'
import { countryHint, readFlatRow } from '../../importers/flat-row.js'
import type { Inputs, Noun } from '../../model/nouns.js'
import { documentOf, recordOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import type { Outcome, Put } from '../commands.js'
import { flatLookups } from '../flat-rows.js'
import { put } from '../record.js'
import { changedBy, differing } from './flat-change.js'
import { contradictions, isCalled, otherwise, placeNamed } from './flat-referred.js'
import { storedGazetteer } from './gazetteer.js'
import { lookUpNamed } from './look-up.js'
import type { ImportRequest, RowWarning } from './request.js'
import type { NamedPlace, ReadyDocument, Row } from './row.js'

/** What one row did. */
export type RowOutcome = 'created' | 'revised' | 'unchanged'

/** What one row did, how it found its places, why it created some, and what is worth a word about what it wrote. */
export interface StoredRow {
  outcome: RowOutcome
  matched: string[]
  created: string[]
  warnings: Omit<RowWarning, 'line'>[]
}

type Cells = Readonly<Record<string, unknown>>
type Ready = Extract<Row, { kind: 'ready' }>
const isText = (cell: unknown): cell is string => typeof cell === 'string' && cell !== ''

/** Stores rows one by one, inside transactions of the caller's. */
export function rowStorer(request: ImportRequest) {
  let matched: string[] = []
  let created: string[] = []
  let warnings: StoredRow['warnings'] = []
  let expected: readonly Row[] = []
  /** Hints that were placed before, by what they say. */
  const placed = new Map<string, { id: string; why: PlacedBecause }>()
  const { actor } = request

  /** What rows that are undone have created is not there. */
  const forgetPlaces = () => placed.clear()

  function write(tx: Transaction, noun: Noun, id: string, body: unknown, how: Partial<Put> = {}): Outcome {
    const outcome = put(tx, { do: 'put', noun, id, body, reason: request.reason, expect: 'any', actor, ...how })
    for (const warning of outcome.warnings) warnings.push({ noun, id, ...warning })
    return outcome
  }

  /** What it did to the row's own records; the others are only brought along. */
  function storeDocuments(tx: Transaction, documents: readonly (DraftDocument | ReadyDocument)[]): RowOutcome {
    const own = new Set<RowOutcome>()
    for (const made of documents) {
      const { noun, id, ifAbsent } = made
      if (ifAbsent && tx.read.find(noun, id)) continue
      const { outcome } =
        'text' in made
          ? write(tx, noun, id, JSON.parse(made.text!), { complete: made.text! })
          : write(tx, noun, id, made.document)
      if (!ifAbsent) own.add(outcome as RowOutcome)
    }
    const [only, ...others] = own
    return others.length > 0 ? 'revised' : (only ?? 'unchanged')
  }

  function locate(tx: Transaction, gazetteer: Gazetteer, hint: PlaceHint): string {
    const said = JSON.stringify(hint)
    const before = placed.get(said)
    if (before) {
      matched.push(before.why)
      return before.id
    }
    const { locality: id, by, why, creations } = placeHint(hint, gazetteer)
    if (creations.length > 0 && request.localities === 'match-only')
      throw new Refusal('not_found', `no locality matches ${hint.name}: ${why}`)
    for (const creation of creations) {
      // one that was retracted stays so, and what refers to it is refused
      if (tx.read.find('locality', creation.id)) continue
      write(tx, 'locality', creation.id, creation.document)
      created.push(creation.why)
    }
    if (by !== 'created') matched.push(why)
    placed.set(said, { id, why: by === 'created' ? 'created_before' : why })
    return id
  }

  /** The documents of a draft, their places found or made. What is there already stays where it is if its words allow. */
  function settled(tx: Transaction, draft: Draft): DraftDocument[] {
    const gazetteer = storedGazetteer(tx.read)
    const before = placesBefore(tx, draft.documents)
    const ids = new Map(
      Object.entries(draft.places).map(([key, hint]) => {
        const id = before.get(key)
        if (id === undefined || !stillFits(hint, id, gazetteer)) return [key, locate(tx, gazetteer, hint)]
        matched.push('placed_before' satisfies PlacedBecause)
        return [key, id]
      }),
    )
    return draft.documents.map(document => located(document, ids))
  }

  /** Makes the place that a flat row names by an id of its own, if it says what the place is called. */
  function bringPlace(tx: Transaction, cells: Cells): void {
    const { locality_id: id, locality_name: name, country } = cells
    if (request.localities === 'match-only' || !isText(id) || !isText(name) || tx.read.find('locality', id)) return
    const land = isText(country) ? countryOf(tx, country, { id, name }) : null
    if (id === land) return
    write(tx, 'locality', id, { name, level: id === country ? 'country' : 'settlement', parent: land })
    created.push('no_such_id')
  }

  /** The country that a flat row names by its ISO code or its id. It may be the row's place itself, and has its name then. */
  function countryOf(tx: Transaction, named: string, place: { id: string; name: string }): string | null {
    if (tx.read.isLive('locality', named)) return named
    const hint = countryHint(named)
    if (Object.keys(hint.codes).length === 0) return null
    const itself = hint.codes.iso3166_1?.toLowerCase() === place.id
    return locate(tx, storedGazetteer(tx.read), itself ? { ...hint, name: place.name } : hint)
  }

  /**
   * Stores what is ready as it is. A flat row is read again, cell by cell, if its figure is there, or if its place is
   * not, or what an earlier row brought, as that was refused.
   */
  function storeReady(tx: Transaction, { line, documents, flat }: Ready): RowOutcome {
    const asItIs =
      !flat ||
      (tx.read.find('figure', documents.at(-1)!.id)?.state !== 'live' &&
        (flat.place === null || tx.read.find('locality', flat.place.id)) &&
        documents.every(({ noun, id, text }) => text !== null || tx.read.find(noun, id)))
    if (asItIs) {
      warnOfContradictions(tx, documents, flat?.place ?? null)
      return storeDocuments(tx, documents)
    }
    const cells: Cells = JSON.parse(flat.cells)
    return storeFlat(tx, readFlatRow(cells, line, flat.are), cells)
  }

  /** A flat row holds less than a record may, so it changes a record only in the columns that say something else. */
  function storeFlat(tx: Transaction, draft: Draft, cells: Cells): RowOutcome {
    warnOfContradictions(tx, draft.documents, placeNamed(cells))
    const figure = draft.documents.find(({ noun }) => noun === 'figure')
    const found = figure && tx.read.find('figure', figure.id)
    if (found?.state !== 'live') {
      bringPlace(tx, cells)
      return storeDocuments(tx, settled(tx, draft))
    }
    const record = recordOf('figure', found)
    const event = recordOf('event', tx.read.find('event', record.event)!)
    const columns = differing(cells, toFlatRow(record, event, flatLookups(tx.read)))
    if (columns.size === 0) return 'unchanged'
    bringPlace(tx, cells)
    const before = documentOf('figure', found)
    return storeDocuments(
      tx,
      settled(tx, draft).map(draft =>
        draft.noun === 'figure'
          ? { ...draft, document: changedBy(before, draft.document as Inputs['figure'], columns) }
          : draft,
      ),
    )
  }

  /** What a row says of a record that is there already is not taken, and not passed over in silence. */
  function warnOfContradictions(
    tx: Transaction,
    documents: readonly (DraftDocument | ReadyDocument)[],
    place: NamedPlace | null,
  ): void {
    for (const made of documents) {
      const { noun, id, ifAbsent } = made
      const found = ifAbsent ? tx.read.find(noun, id) : undefined
      // an earlier row said the same, or the record itself does
      if (!found || ('text' in made && (made.text === null || made.text === found.document))) continue
      const said = 'text' in made ? JSON.parse(made.text!) : made.document
      const other = contradictions(noun, id, said, documentOf(noun, found))
      if (other.length > 0) warnings.push(recordKept(noun, id, other))
    }
    const located = place?.name ? tx.read.find('locality', place.id) : undefined
    if (!located) return
    const locality = documentOf('locality', located)
    if (!isCalled(locality, place!.name!))
      warnings.push(recordKept('locality', place!.id, [otherwise('name', locality.name, place!.name)]))
  }

  function storePlace(tx: Transaction, { id, place, parent }: GazetteerPlace, source: string): RowOutcome {
    const gazetteer = storedGazetteer(tx.read)
    if (isForeign(place, gazetteer))
      throw new Refusal(
        'conflict',
        `another country’s place has a code of ${place.name}; codes of one country are its own`,
      )
    const container = parent && gazetteer.byCode(parent.scheme, parent.value)
    const known = matchByCode(place, gazetteer) ?? gazetteer.byId(id)
    // several places of a gazetteer may share a code of another one; the first in the file answers to it
    const codes = freeCodes(place.codes, gazetteer)
    if (known) {
      const found = tx.read.find('locality', known.id)!
      const before = documentOf('locality', found)
      const fits = container && container.id !== known.id && !gazetteer.isBelow(container.id, known.id)
      const after = { ...enriched(before, { ...place, codes }), parent: before.parent ?? (fits ? container.id : null) }
      matched.push('code')
      if (fits && after.parent !== container.id && !gazetteer.isBelow(after.parent!, container.id))
        warnings.push(recordKept('locality', known.id, [otherwise('parent', after.parent, container.id)]))
      warnOfParent(gazetteer, known.id, { place, parent }, after.parent)
      if (canonical(before) === canonical(after)) return 'unchanged'
      return outcomeOf(write(tx, 'locality', known.id, after, { reason: request.reason ?? `enriched from ${source}` }))
    }
    if (request.localities === 'match-only') throw new Refusal('not_found', `no locality has a code of ${place.name}`)
    const { name, level, names, point, note } = place
    const above = container?.id ?? innermost(tx, gazetteer, place.parents)
    const body: Inputs['locality'] = {
      name,
      level: level ?? 'site',
      parent: above,
      codes,
      point,
      ...fitting(names, note ?? null),
    }
    created.push('gazetteer')
    // asked anew: its country may have been made just now and be what was meant
    warnOfParent(gazetteer, id, { place, parent }, above)
    return outcomeOf(write(tx, 'locality', id, body))
  }

  /** Says that a place's parent is no locality. That of a country never is one. */
  function warnOfParent(
    gazetteer: Gazetteer,
    id: string,
    { place, parent }: Pick<GazetteerPlace, 'place' | 'parent'>,
    above: string | null,
  ): void {
    if (!parent || place.level === 'country' || gazetteer.byCode(parent.scheme, parent.value)) return
    const { scheme, value } = parent
    const detail = `its parent, ${scheme}:${value}, is no locality here; it stands below ${above ?? 'none'}`
    warnings.push({ noun: 'locality', id, code: 'parent_unknown', detail })
  }

  function innermost(tx: Transaction, gazetteer: Gazetteer, parents: readonly PlaceHint[]): string | null {
    const last = parents.at(-1)
    return last ? locate(tx, gazetteer, { ...last, parents: parents.slice(0, -1) }) : null
  }

  function store(tx: Transaction, row: Row): RowOutcome {
    switch (row.kind) {
      case 'ready':
        return storeReady(tx, row)
      case 'document':
        return storeDocuments(tx, [{ ...row.row, ifAbsent: false }])
      case 'flat':
        return storeFlat(tx, row.draft, row.row.cells)
      case 'draft':
        return storeDocuments(tx, settled(tx, row.draft))
      case 'place':
        return storePlace(tx, row.place, row.source)
      case 'broken':
        throw new RangeError('a broken row is never stored')
    }
  }

  return {
    /** Says which rows are about to be stored. */
    expect(rows: readonly Row[]): void {
      expected = rows
    },
    store(tx: Transaction, row: Row): StoredRow {
      if (expected.length > 0) lookUpNamed(tx, expected)
      expected = []
      matched = []
      created = []
      warnings = []
      try {
        return { outcome: store(tx, row), matched, created, warnings }
      } catch (error) {
        forgetPlaces()
        throw error
      }
    },
    forgetPlaces,
  }
}

/** Where the records are, of those that these documents replace, by the keys of their places. */
function placesBefore({ read }: Transaction, documents: readonly DraftDocument[]): Map<string, string> {
  const before = new Map<string, string>()
  for (const { noun, id, document, ifAbsent } of documents) {
    if (ifAbsent || (noun !== 'event' && noun !== 'figure')) continue
    const found = read.find(noun, id)
    if (found?.state !== 'live') continue
    if (noun === 'event') before.set((document as Inputs['event']).locality, documentOf('event', found).locality)
    else {
      const { places } = documentOf('figure', found)
      for (const [i, { locality }] of ((document as Inputs['figure']).places ?? []).entries())
        if (places[i] !== undefined) before.set(locality, places[i].locality)
    }
  }
  return before
}

const recordKept = (noun: Noun, id: string, other: readonly string[]): StoredRow['warnings'][number] => ({
  noun,
  id,
  code: 'record_kept',
  detail: `it stands with ${other.join('; ')}`,
})

const outcomeOf = ({ outcome }: Outcome): RowOutcome => outcome as RowOutcome

/** The document with its references to the draft's places replaced by the localities found. */
function located(draft: DraftDocument, ids: ReadonlyMap<string, string>): DraftDocument {
  if (ids.size === 0) return draft
  const id = (reference: string) => ids.get(reference) ?? reference
  if (draft.noun === 'event') {
    const event = draft.document as Inputs['event']
    return { ...draft, document: { ...event, locality: id(event.locality) } }
  }
  if (draft.noun !== 'figure') return draft
  const figure = draft.document as Inputs['figure']
  const { places, new_event } = figure
  return {
    ...draft,
    document: {
      ...figure,
      ...(places ? { places: places.map(place => ({ ...place, locality: id(place.locality) })) } : {}),
      ...(new_event ? { new_event: { ...new_event, locality: id(new_event.locality) } } : {}),
    },
  }
}
