import { randomUUID } from 'node:crypto'
import { admit } from '../domain/admit.js'
import { canonical } from '../domain/canonical.js'
import { invalid, Refusal } from '../domain/errors.js'
import { patched } from '../domain/merge-patch.js'
import { readReason } from '../domain/reason.js'
import { validate } from '../domain/validate.js'
import type { FigureInput, NewEvent } from '../model/figure.js'
import { type Documents, type Inputs, type Noun, nouns } from '../model/nouns.js'
import { documentOf, type Found } from '../store/records.js'
import type { Transaction } from '../store/writer.js'
import { checkConsistency, checkReturn, checkRights, followReferences } from './checks.js'
import { eventRequired, namedEvent } from './choose-event.js'
import type { Expectation, Outcome, Patch, Put, Retract } from './commands.js'
import { absorbed, append, expected, gone, outcomeOf } from './revise.js'
import { moveBack } from './unmerge.js'
import { warningsOf, withdrawnWarnings } from './warnings.js'

/** Creates a record, replaces it, or finds that it says so already. */
export function put(tx: Transaction, command: Put): Outcome {
  const { noun, id, actor } = command
  const found = tx.read.find(noun, id)
  const complete = isComplete(tx, command)
  const input = complete ? (command.body as Inputs[Noun]) : (validate(nouns[noun].input, command.body) as Inputs[Noun])
  const admitted = complete ? (command.body as Documents[Noun]) : admitInput(tx, command, input, found)
  const { document, missing } = followReferences(tx, noun, admitted)
  const text = complete && document === admitted ? command.complete! : canonical(document)

  if (found && repeats(found, command.expect) && (says(found, text, admitted) || saidThen(tx, command, input, found)))
    return { ...outcomeOf(tx, 'unchanged', noun, found), warnings: withdrawnWarnings(found) }
  if (missing.length > 0) throw invalid(...missing)
  const reason = expected(noun, id, found, command.expect, command.reason)
  const previous = found ? documentOf(noun, found) : null
  const stands = found?.state === 'live'
  if (!stands) checkReturn(tx, actor, noun, id, found)
  checkRights(tx, actor, noun, id, document, stands ? previous : null)
  checkConsistency(tx, noun, id, document, previous)
  const op = found ? 'revise' : 'create'
  const revision = append(tx, { noun, id, found, op, reason, actor, into: null }, document, previous, text)
  const warnings = found?.state === 'merged' ? moveBack(tx, noun, found, reason!, actor) : []
  warnings.push(...warningsOf(tx, noun, id, document, previous, command.next))
  return { ...outcomeOf(tx, found ? 'revised' : 'created', noun, revision), warnings }
}

/** Whether saying the same again is simply true. What was retracted or merged since is only repeated by a load. */
function repeats(found: Found, expect: Expectation | undefined): boolean {
  if (expect === null) return false
  if (found.state === 'live') return expect === undefined || typeof expect === 'string' || expect.includes(found.rev)
  return expect === 'any' || (found.state === 'merged' && expect === undefined)
}

/** Whether a record says this: as its references stand now, or, since what is withdrawn keeps its own, as written. */
const says = (found: Found, text: string, admitted: Documents[Noun]) =>
  found.document === text || (found.state !== 'live' && found.document === canonical(admitted))

/**
 * Whether a figure that leaves its period or places to its event says what it said when they were filled in. The event
 * may have been corrected or merged since; loading the same file again is still no change. A client that names the
 * revision asks for what the event says now.
 */
function saidThen(tx: Transaction, { noun, expect }: Put, input: Inputs[Noun], found: Found): boolean {
  if (noun !== 'figure' || Array.isArray(expect)) return false
  const figure = input as FigureInput
  if (figure.event == null || (figure.period && figure.places)) return false
  const { id } = namedEvent(tx, figure.event)
  return tx.read.versions('event', figure.event).some(version => {
    const admitted = admit.figure(figure, id, documentOf('event', version))
    return says(found, canonical(followReferences(tx, noun, admitted).document), admitted)
  })
}

/** Whether a body is the document as it is stored. What is said of a merged event is read anew, for the survivor. */
function isComplete(tx: Transaction, { noun, body, complete }: Put): boolean {
  if (complete === undefined || noun !== 'figure') return complete !== undefined
  const { event } = body as Documents['figure']
  return namedEvent(tx, event).id === event
}

function admitInput(tx: Transaction, command: Put, input: Inputs[Noun], found: Found | undefined): Documents[Noun] {
  if (command.noun === 'figure') {
    const figure = input as FigureInput
    const event = eventOf(tx, command, figure, found)
    return admit.figure(figure, event.id, documentOf('event', event))
  }
  return (admit[command.noun] as (input: Inputs[Noun]) => Documents[Noun])(input)
}

/** The event that a figure belongs to, made when the figure brings it along. The service never chooses one. */
function eventOf(tx: Transaction, command: Put, figure: FigureInput, found: Found | undefined): Found {
  const { event, new_event } = figure
  if (event != null && new_event != null)
    throw new Refusal('invalid', 'a figure has one event: either `event` or `new_event`', [
      { pointer: '/new_event', code: 'conflict', detail: 'an event is named already' },
    ])
  if (event != null) return namedEvent(tx, event)
  if (new_event != null) return makeEvent(tx, command, new_event, found && documentOf('figure', found).event)
  throw eventRequired(tx, figure)
}

/** The event that a figure brings along: created, or found to be there and to say the same. */
function makeEvent(
  tx: Transaction,
  { actor, reason }: Put,
  { id: chosen, ...input }: NewEvent,
  present: string | undefined,
): Found {
  const id = chosen ?? present ?? randomUUID()
  const admitted = admit.event(input, '/new_event')
  const { document, missing } = followReferences(tx, 'event', admitted)
  const found = tx.read.find('event', id)
  if (found && says(found, canonical(document), admitted)) return namedEvent(tx, id)
  if (found)
    throw new Refusal(
      'conflict',
      `the event ${id} says otherwise; name it in \`event\`, change it by itself, or give the new one an id of its own`,
    )
  if (missing.length > 0) throw invalid(...missing.map(fault => ({ ...fault, pointer: `/new_event${fault.pointer}` })))
  const step = { noun: 'event', id, found, op: 'create', reason: readReason(reason), actor, into: null } as const
  append(tx, { ...step, pointer: '/new_event' }, document, null)
  return tx.read.find('event', id)!
}

/** Changes the members that a merge patch names, of a record that stands: only a whole document brings one back. */
export function patch(tx: Transaction, command: Patch): Outcome {
  const { noun, id } = command
  const found = tx.read.find(noun, id)
  if (!found) throw new Refusal('not_found', `there is no ${noun} ${id}`)
  if (found.state === 'retracted') throw gone(noun, found)
  if (found.state === 'merged') throw absorbed(noun, found)
  return put(tx, { ...command, do: 'put', body: patched(documentOf(noun, found), command.patch) })
}

/** As many referrers as a refusal names of each noun. */
const NAMED = 20

/** Withdraws a record, and the relations that say something of it. */
export function retract(tx: Transaction, { noun, id, reason, expect, actor }: Retract): Outcome {
  const found = tx.read.find(noun, id)
  if (!found) throw new Refusal('not_found', `there is no ${noun} ${id}`)
  if (found.state === 'retracted') throw new Refusal('retracted', `the ${noun} ${id} was retracted before`)
  if (found.state === 'merged') throw absorbed(noun, found)
  const why = expected(noun, id, found, expect, reason)
  const document = documentOf(noun, found)
  checkRights(tx, actor, noun, id, null, document)
  const bound = tx.read.referrers(noun, id, NAMED).filter(user => user.noun !== 'relation' || noun === 'report')
  if (bound.length > 0)
    throw new Refusal('in_use', `records refer to the ${noun} ${id}; retract or change them first`, [], {
      referrers: bound,
    })
  // a relation says nothing once one of its ends is gone
  for (const user of tx.read.referrers(noun, id)) {
    const relation = tx.read.find(user.noun, user.id)!
    const stated = documentOf(user.noun, relation)
    checkRights(tx, actor, user.noun, user.id, null, stated)
    append(tx, { ...user, found: relation, op: 'retract', reason: why, actor, into: null }, stated, stated)
  }
  const revision = append(tx, { noun, id, found, op: 'retract', reason: why, actor, into: null }, document, document)
  return outcomeOf(tx, 'retracted', noun, revision)
}
