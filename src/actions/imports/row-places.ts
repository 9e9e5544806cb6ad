import { Refusal } from '../../domain/errors.js'
import type { PlaceHint } from '../../domain/place-hint.js'
import { type PlacedBecause, place as placeHint, placesCoded, stillFits } from '../../domain/placing.js'
import type { Draft, DraftDocument } from '../../importers/adapter.js'
import { country, countryHint } from '../../importers/countries.js'
import { namedLevel } from '../../importers/place-words.js'
import type { Inputs } from '../../model/nouns.js'
import { documentOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { isCalled } from './flat-referred.js'
import { storedGazetteer } from './gazetteer.js'
import type { ImportRequest } from './request.js'
import { otherwise, recordKept } from './row-warnings.js'
import type { RowWriter } from './row-writer.js'

type Cells = Readonly<Record<string, unknown>>
const isText = (cell: unknown): cell is string => typeof cell === 'string' && cell !== ''

/** Finds the localities that rows mean, and makes those that are not there. */
export function rowPlaces({ localities }: ImportRequest, writer: RowWriter) {
  /** Hints that were placed before, by what they say. */
  const placed = new Map<string, { id: string; why: PlacedBecause }>()
  /** Names and codes of which was seen whether they go together. */
  const checked = new Set<string>()

  function locate(tx: Transaction, hint: PlaceHint): string {
    const said = JSON.stringify(hint)
    const before = placed.get(said)
    if (before) {
      writer.matched(before.why)
      return before.id
    }
    const { locality: id, by, why, creations } = placeHint(hint, storedGazetteer(tx.read))
    if (creations.length > 0 && localities === 'match-only')
      throw new Refusal('not_found', `no locality matches ${hint.name}: ${why}`)
    for (const creation of creations) {
      // one that was retracted stays so, and what refers to it is refused
      if (tx.read.find('locality', creation.id)) continue
      writer.write(tx, 'locality', creation.id, creation.document)
      writer.created(creation.why)
    }
    if (by !== 'created') writer.matched(why)
    placed.set(said, { id, why: by === 'created' ? 'created_before' : why })
    return id
  }

  /** Says which places a row names by a code that is another's than its words say. */
  function warnOfNames(tx: Transaction, asked: PlaceHint): void {
    const said = JSON.stringify(
      [asked, ...asked.parents].map(({ name, said, codes, level }) => [name, said, codes, level]),
    )
    if (checked.has(said)) return
    checked.add(said)
    for (const { hint, known } of placesCoded(asked, storedGazetteer(tx.read))) {
      const locality = documentOf('locality', tx.read.find('locality', known.id)!)
      const name = hint.said ?? hint.name
      if (!isCalled(locality, name) && !isOfItsCode(hint))
        writer.warnOnce(recordKept('locality', known.id, [otherwise('name', locality.name, name)]))
    }
  }

  /**
   * The country that a flat row names by its ISO code or its id. It may be the row's place itself, and has its name
   * then.
   */
  function countryOf(tx: Transaction, named: string, place: { id: string; name: string }): string | null {
    if (tx.read.isLive('locality', named)) return named
    const hint = countryHint(named)
    if (!hint || Object.keys(hint.codes).length === 0) return null
    const itself = hint.codes.iso3166_1?.toLowerCase() === place.id
    return locate(tx, itself ? { ...hint, name: place.name } : hint)
  }

  return {
    /** The innermost of some places, each within the one before; null if there are none. */
    innermost(tx: Transaction, parents: readonly PlaceHint[]): string | null {
      const last = parents.at(-1)
      return last ? locate(tx, { ...last, parents: parents.slice(0, -1) }) : null
    },
    /** The documents of a draft, their places found or made. What is there already stays where it is if its words allow. */
    settled(tx: Transaction, draft: Draft): DraftDocument[] {
      const before = placesBefore(tx, draft.documents)
      const ids = new Map(
        Object.entries(draft.places).map(([key, hint]) => {
          const id = before.get(key)
          if (id === undefined || !stillFits(hint, id, storedGazetteer(tx.read))) return [key, locate(tx, hint)]
          writer.matched('placed_before')
          return [key, id]
        }),
      )
      for (const hint of Object.values(draft.places)) warnOfNames(tx, hint)
      return draft.documents.map(document => located(document, ids))
    },
    /** Makes the place that a flat row names by an id of its own, if it says what the place is called. */
    bring(tx: Transaction, { locality_id: id, locality_name: name, country }: Cells): void {
      if (localities === 'match-only' || !isText(id) || !isText(name) || tx.read.find('locality', id)) return
      const land = isText(country) ? countryOf(tx, country, { id, name }) : null
      if (id === land) return
      writer.write(tx, 'locality', id, { name, level: id === country ? 'country' : namedLevel(name), parent: land })
      writer.created('no_such_id')
    },
    /** What rows that are undone have created is not there. */
    forget() {
      placed.clear()
      checked.clear()
      writer.forget()
    },
  }
}

/** Whether a name is made of the code beside it: the row says none. */
const isOfItsCode = ({ name, said, codes }: PlaceHint): boolean =>
  said === undefined && (Object.values(codes).includes(name) || country(null, codes.iso3166_1 ?? null)?.name === name)

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
