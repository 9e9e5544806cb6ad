import { canonical } from '../../domain/canonical.js'
import { enriched, fitting } from '../../domain/enrich.js'
import { Refusal } from '../../domain/errors.js'
import type { Known } from '../../domain/gazetteer.js'
import { freeCodes, matchByCode } from '../../domain/place-codes.js'
import { containing, isForeign } from '../../domain/placing.js'
import type { GazetteerPlace } from '../../importers/adapter.js'
import type { Documents, Inputs } from '../../model/nouns.js'
import { documentOf } from '../../store/records.js'
import type { Transaction } from '../../store/writer.js'
import { storedGazetteer } from './gazetteer.js'
import type { ImportRequest } from './request.js'
import type { rowPlaces } from './row-places.js'
import { otherwise, recordKept } from './row-warnings.js'
import type { RowOutcome, RowWriter } from './row-writer.js'

/** Stores the places of gazetteers: those that are there are enriched, and nothing of them is replaced. */
export function placeStorer(
  { localities, reason }: ImportRequest,
  writer: RowWriter,
  places: Pick<ReturnType<typeof rowPlaces>, 'innermost'>,
) {
  function enrich(tx: Transaction, known: Known, row: GazetteerPlace, source: string): RowOutcome {
    const gazetteer = storedGazetteer(tx.read)
    const container = innermostOf(tx, row)
    const before = documentOf('locality', tx.read.find('locality', known.id)!)
    const fits = container && container.id !== known.id && !gazetteer.isBelow(container.id, known.id)
    const codes = freeCodes(row.place.codes, gazetteer)
    const parent = before.parent ?? (fits ? container.id : null)
    const after: Documents['locality'] = { ...enriched(before, { ...row.place, codes }), parent }
    writer.matched('code')
    if (fits && parent !== container.id && !gazetteer.isBelow(parent!, container.id))
      writer.warn(recordKept('locality', known.id, [otherwise('parent', parent, container.id)]))
    warnOfParent(tx, known.id, row, parent)
    if (canonical(before) === canonical(after)) return 'unchanged'
    return writer.write(tx, 'locality', known.id, after, { reason: reason ?? `enriched from ${source}` })
  }

  function create(tx: Transaction, row: GazetteerPlace): RowOutcome {
    const { id, place } = row
    const { name, level, names, point, note } = place
    const parent = innermostOf(tx, row)?.id ?? places.innermost(tx, place.parents)
    const body: Inputs['locality'] = {
      name,
      level: level ?? 'site',
      parent,
      // several places of a gazetteer may share a code of another one; the first in the file answers to it
      codes: freeCodes(place.codes, storedGazetteer(tx.read)),
      point,
      ...fitting(names, note ?? null),
    }
    writer.created('gazetteer')
    // after its parents: its country may have been made just now and be what was meant
    warnOfParent(tx, id, row, parent)
    return writer.write(tx, 'locality', id, body)
  }

  /** Says that a place's innermost container is no locality. That of a country never is one. */
  function warnOfParent(tx: Transaction, id: string, row: GazetteerPlace, above: string | null): void {
    const [parent] = row.containers
    if (!parent || row.place.level === 'country' || containersOf(tx, row)[0]) return
    const [code] = Object.entries(parent.codes)
    const detail = `its parent, ${code?.join(':')}, is no locality here; it stands below ${above ?? 'none'}`
    writer.warn({ noun: 'locality', id, code: 'parent_unknown', detail })
  }

  return (tx: Transaction, row: GazetteerPlace, source: string): RowOutcome => {
    const { id, place } = row
    const gazetteer = storedGazetteer(tx.read)
    if (isForeign(place, gazetteer))
      throw new Refusal(
        'conflict',
        `another country’s place has a code of ${place.name}; codes of one country are its own`,
      )
    const known = matchByCode(place, gazetteer) ?? gazetteer.byId(id)
    if (known) return enrich(tx, known, row, source)
    if (localities === 'match-only') throw new Refusal('not_found', `no locality has a code of ${place.name}`)
    return create(tx, row)
  }
}

const containersOf = ({ read }: Transaction, { place, containers }: GazetteerPlace) =>
  containing(place, containers, storedGazetteer(read))

const innermostOf = (tx: Transaction, row: GazetteerPlace): Known | undefined =>
  containersOf(tx, row).find(container => container !== undefined)
