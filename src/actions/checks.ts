import { canonical } from '../domain/canonical.js'
import { isJudged, upholds } from '../domain/claim.js'
import { type Fault, invalid, Refusal } from '../domain/errors.js'
import { OF_ONE_NUMBER, originatorsOf, unlikeness } from '../domain/one-number.js'
import { repeated } from '../domain/places.js'
import { type Reference, redirected, references } from '../domain/references.js'
import { ACYCLIC, contradicted, sameStatement } from '../domain/relations.js'
import type { Documents, Noun } from '../model/nouns.js'
import { documentOf, type Found, standingFor } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import type { Actor } from './commands.js'
import { localitiesNamed } from './name-locality.js'

/** The fault of a member that names a record which does not exist, or no longer does. */
export const notFound = ({ noun, target, pointer }: Omit<Reference, 'role'>, found?: Found): Fault => ({
  pointer,
  code: 'reference_not_found',
  detail: `there is no ${noun} ${target}${found ? ': it was retracted' : ''}`,
  value: target,
})

/**
 * The document with the names of merged records replaced by those of their survivors, and the faults of names that
 * stand for no live record.
 */
export function followReferences<N extends Noun>(tx: Transaction, noun: N, document: Documents[N]) {
  let followed = document
  const missing: Fault[] = []
  for (const reference of references(noun, document)) {
    const { noun: target, target: id } = reference
    if (tx.read.isLive(target, id)) continue
    const found = standingFor(tx.read, target, id)
    if (found?.state === 'live') followed = redirected(noun, followed, target, id, found.id)
    else missing.push(notFound(reference, found))
  }
  return { document: followed, missing }
}

export const forbidden = (what: string) => new Refusal('forbidden', `${what} is a curator’s`)

type Change<N extends Noun> = Record<'now' | 'before', Documents[N] | null>

/**
 * Rank, verification, same_as and what is not the source's own statement are a curator's to set, and to take back; so
 * are what a figure claims once a curator has judged it, what replaces it, and what decides where it is found. Nobody
 * says in a request what this service derived. `before` is what stands, null if nothing does; `now` is null for a record
 * that is withdrawn.
 */
export function checkRights<N extends Noun>(
  tx: Transaction,
  actor: Actor,
  noun: N,
  id: string,
  now: Documents[N] | null,
  before: Documents[N] | null,
): void {
  if (noun === 'relation') checkAsserted({ now, before } as Change<'relation'>)
  if (actor.role === 'curator') return
  if (noun === 'figure') checkJudged({ now, before } as Change<'figure'>)
  if (noun === 'figure') checkTogether(tx, id, { now, before } as Change<'figure'>)
  if (noun === 'relation') checkStated(tx, { now, before } as Change<'relation'>)
  if (noun === 'event' || noun === 'report') checkGrounds(tx, noun, id, { now, before } as Change<'event' | 'report'>)
}

/**
 * What comes to stand that did not: a curator's are the return of what was merged, or of a figure that was judged, and a
 * locality whose id is the code of another, since it answers there in the place of that one.
 */
export function checkReturn(tx: Transaction, actor: Actor, noun: Noun, id: string, found: Found | undefined): void {
  if (actor.role === 'curator') return
  if (found?.state === 'merged') throw forbidden('taking a merged record out again')
  if (found && noun === 'figure' && isJudged(documentOf('figure', found)))
    throw forbidden(`bringing back ${judged(id, documentOf('figure', found))},`)
  const [other] = noun === 'locality' ? localitiesNamed(tx.read, id) : []
  if (other) throw forbidden(`an id by which the locality ${other} is found, as its code,`)
}

function checkAsserted({ now, before }: Change<'relation'>): void {
  if (now?.asserted_by === 'system' && before?.asserted_by !== 'system')
    throw new Refusal('forbidden', 'only this service itself can say that it derived a relation')
}

function checkStated(tx: Transaction, { now, before }: Change<'relation'>): void {
  for (const version of [now, before]) {
    if (version?.kind === 'same_as') throw forbidden('same_as')
    if (version && version.asserted_by !== 'source') throw forbidden('a relation that its source does not assert')
    if (version?.kind === 'revises') checkReplaced(tx, version)
  }
}

/** A figure that another one revises is shown no more; in its event nothing may stand in its place. */
function checkReplaced(tx: Transaction, { from, to }: Documents['relation']): void {
  const [now, before] = figuresAt(tx, from, to)
  if (isJudged(before)) throw forbidden(`what revises ${judged(to, before)},`)
  if (now.event !== before.event) throw forbidden('a relation by which a figure revises one of another event')
}

/** Members of what figures rest on that decide which questions find them. */
const GROUNDS = { event: ['locality', 'period'], report: ['published', 'publisher'] } as const

function checkGrounds<N extends 'event' | 'report'>(tx: Transaction, noun: N, id: string, { now, before }: Change<N>) {
  if (!now || !before) return
  const part = (document: Documents[N], member: string) => canonical(Reflect.get(document, member))
  const changed = GROUNDS[noun].find(member => part(now, member) !== part(before, member))
  const figure = changed && tx.read.figuresOn(noun, id).find(isJudged)
  if (figure) throw forbidden(`the ${changed} of the ${noun} of the figure ${judged(figure.id, figure)},`)
}

/** Two figures of one event, of which one revises the other, no contributor moves apart. */
function checkTogether(tx: Transaction, id: string, { now, before }: Change<'figure'>): void {
  if (!now || !before || now.event === before.event) return
  for (const { relation, from, to, other } of replacements(tx, id))
    if (other.event === before.event)
      throw forbidden(`moving ${from} and ${to}, of which ${relation} says that one revises the other, to two events`)
}

type Judgement = Pick<Documents['figure'], 'rank' | 'verification'>

const judgement = ({ rank, verification }: Judgement) => `rank ${rank}, ${verification}`
const judged = (id: string, figure: Judgement) => `${id}, which a curator has judged (${judgement(figure)})`

function checkJudged({ now, before }: Change<'figure'>): void {
  const { rank, verification } = before ?? { rank: 'normal', verification: 'unverified' }
  if (now && now.rank !== rank) throw forbidden('a figure’s rank')
  if (now && now.verification !== verification) throw forbidden('a figure’s verification')
  if (!before || !isJudged(before)) return
  if (!now || !upholds(now, before))
    throw forbidden(`what a figure claims and cites that a curator has judged (${judgement(before)})`)
}

/** What must hold between records: trees end, a relation and a place stand once, and no relation contradicts another. */
export function checkConsistency<N extends Noun>(
  tx: Transaction,
  noun: N,
  id: string,
  document: Documents[N],
  previous: Documents[N] | null = null,
): void {
  if (noun === 'locality' || noun === 'source')
    checkTree(tx, noun, id, (document as Documents['locality' | 'source']).parent)
  if (noun === 'relation') checkRelation(tx, id, document as Documents['relation'])
  if (noun === 'figure') checkPlaces(document as Documents['figure'])
  if (noun === 'figure' && previous)
    checkRevised(tx, id, document as Documents['figure'], previous as Documents['figure'])
}

/** Two of a figure's places may have become one by a merge. */
function checkPlaces({ places }: Documents['figure']): void {
  const again = repeated(places)
  if (!again) return
  const detail = `${again.locality} is listed twice as ${again.role}, and no words tell the two apart`
  throw invalid({ pointer: `/places/${places.indexOf(again)}`, code: 'conflict', detail })
}

function checkTree(tx: Transaction, noun: 'locality' | 'source', id: string, parent: string | null): void {
  for (let at = parent; at !== null; ) {
    if (at === id) throw invalid({ pointer: '/parent', code: 'cycle', detail: `${id} would contain itself` })
    const above = tx.read.find(noun, at)
    at = above ? documentOf(noun, above).parent : null
  }
}

function checkRelation(tx: Transaction, id: string, relation: Documents['relation']): void {
  const { of, kind, from, to } = relation
  // they may have become one since the relation was written
  if (from === to)
    throw invalid({ pointer: '/to', code: 'bad_relation', detail: `both ends are the ${of} ${from}; it was merged` })
  const others = tx.read.relationsBetween(of, from, to).filter(other => other.id !== id)
  const same = sameStatement(relation, others)
  if (same) throw new Refusal('conflict', `${same.id} states this already`, [], { relation: same.id })
  const opposite = contradicted(relation, others)
  if (opposite)
    throw new Refusal('conflict', `${opposite.id} says ${opposite.kind} of the same two ${of}s; both cannot hold`, [], {
      relation: opposite.id,
    })
  if (ACYCLIC.has(kind) && tx.read.reaches(of, kind, to, from, id))
    throw invalid({
      pointer: '/to',
      code: 'cycle',
      detail: `a chain of ${kind} would lead from ${from} back to itself`,
    })
  if (kind === 'revises') checkRevises(tx, from, to)
}

const figuresAt = (tx: Transaction, ...ids: [string, string]) =>
  ids.map(id => documentOf('figure', tx.read.find('figure', id)!)) as [Documents['figure'], Documents['figure']]

function checkRevises(tx: Transaction, from: string, to: string): void {
  const unlike = unlikeness(...figuresAt(tx, from, to))
  if (unlike.length === 0) return
  const detail = `a figure revises the same originator’s number of the same measure, unit and basis; here ${unlike.join(', ')} differs`
  throw invalid({ pointer: '/from', code: 'bad_relation', detail })
}

/** What a figure shares with those that it revises, or that revise it, it keeps for as long as they are said to. */
function checkRevised(tx: Transaction, id: string, figure: Documents['figure'], previous: Documents['figure']): void {
  const kept = OF_ONE_NUMBER.every(member => figure[member] === previous[member])
  if (kept && originatorsOf(previous).every(source => originatorsOf(figure).includes(source))) return
  for (const { relation, from, to, other } of replacements(tx, id)) {
    const unlike = unlikeness(figure, other)
    if (unlike.length === 0) continue
    const detail = `${relation} says that ${from} revises ${to}; retract it first, for they would differ in ${unlike.join(', ')}`
    throw new Refusal('conflict', detail, [], { relation })
  }
}

/** The relations by which a figure revises another, or is revised, with that other figure. */
function replacements({ read }: Transaction, id: string) {
  return read.referrers('figure', id).flatMap(({ id: relation }) => {
    const { kind, from, to } = documentOf('relation', read.find('relation', relation)!)
    if (kind !== 'revises') return []
    return [{ relation, from, to, other: documentOf('figure', read.find('figure', from === id ? to : from)!) }]
  })
}
