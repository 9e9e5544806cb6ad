import fc from 'fast-check'
import tap, { test } from 'tap'
import { Refusal } from '../../src/domain/errors.js'
import { emptyDatabase } from '../support/database.js'
import { aHistory, BEGINNING, commandsOf, IDS, type Wish } from '../support/histories.js'
import { openService, type ServiceUnderTest } from '../support/service.js'

tap.setTimeout(240_000)

const QUESTIONS = [
  '?limit=2',
  '?limit=1000',
  '?scope=exact',
  '?scope=around',
  '?from=2015-04-10&to=2015-05-20',
  '?from=2015-06-01',
  '?measure=killed',
  '?published_by=2015-05-01',
  '?include=retracted',
  '?shape=rows',
]
const ADDRESSES = IDS.locality.flatMap(id => QUESTIONS.map(asked => `/v1/localities/${id}/timeline${asked}`))
const BY_CODE = ['/v1/localities/pcode:A/timeline', '/v1/localities/pcode:B/timeline.csv']

async function happen({ read, writer }: ServiceUnderTest, wishes: readonly Wish[]): Promise<void> {
  const commands = wishes.flatMap(wish => commandsOf(read, wish))
  for (const settled of await Promise.allSettled(commands.map(command => writer.apply(command))))
    if (settled.status === 'rejected' && !(settled.reason instanceof Refusal)) throw settled.reason
}

/** What an answer says, whatever position it says it from; as text, for the order of members is part of it. */
function content(body: string): string {
  if (!body.startsWith('{')) return body
  const { revision: _, citation, next, ...rest } = JSON.parse(body)
  return JSON.stringify({ ...rest, cited: citation?.text.replace(/Revision.*/, ''), more: next !== null })
}

function same(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${found} is not ${wanted}`)
}

test('what memory answers after random writes is what the store alone would answer', async t => {
  let compared = 0
  let polls = 0
  const questions = fc.array(fc.constantFrom(...ADDRESSES, ...BY_CODE), { minLength: 15, maxLength: 15 })
  await fc.assert(
    fc.asyncProperty(aHistory, fc.infiniteStream(questions), async (history, asked) => {
      const service = await openService(t, emptyDatabase(t))
      const url = await service.listen()
      const bodies = new Map<string, string>()
      for (const wishes of [BEGINNING, ...history.slice(0, 8)]) {
        await happen(service, wishes)
        const fresh = await service.again()
        for (const address of [...ADDRESSES.slice(0, 20), ...asked.next().value!]) {
          const answer = await service.app.inject(address)
          const alone = await fresh.inject(address)
          same(answer.statusCode, alone.statusCode, address)
          if (answer.statusCode !== 200) continue
          compared += 1
          same(content(answer.body), content(alone.body), address)
          const { etag } = answer.headers
          same(answer.body, bodies.get(`${etag} ${address}`) ?? answer.body, `${address}: one tag, one answer`)
          bodies.set(`${etag} ${address}`, answer.body)
          same((await service.app.inject(address)).body, answer.body, `${address}: the same again`)
          const known = await service.app.inject({ url: address, headers: { 'if-none-match': String(etag) } })
          same(known.statusCode, 304, address)
        }
        const headers = { 'accept-encoding': 'identity' }
        for (const address of asked.next().value!.slice(0, 3)) {
          const alone = await fresh.inject(address)
          // what is asked for a second time is kept, and leaves the third time without a route
          for (const time of ['first', 'second', 'third']) {
            const polled = await fetch(url + address, { headers, redirect: 'manual' })
            const body = await polled.text()
            same(polled.status, alone.statusCode, `${address}, the ${time} time`)
            if (polled.status !== 200) break
            polls += 1
            same(content(body), content(alone.body), `${address}, the ${time} time`)
            const known = await fetch(url + address, {
              headers: { ...headers, 'if-none-match': polled.headers.get('etag')! },
            })
            same(known.status, 304, address)
          }
        }
        await fresh.close()
      }
    }),
    { numRuns: 8 },
  )
  t.ok(compared > 500, `${compared} answers`)
  t.ok(polls > 50, `${polls} polls`)
})

test('an answer is the answer as of the position that it gives', async t => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(aHistory, async history => {
      const service = await openService(t, emptyDatabase(t))
      for (const [i, wishes] of [BEGINNING, ...history].entries()) {
        await happen(service, wishes)
        for (const address of ADDRESSES.filter((_, n) => n % 5 === i % 5)) {
          const answer = await service.app.inject(address)
          if (answer.statusCode !== 200) continue
          compared += 1
          const { revision, next: _, ...now } = answer.json()
          const { next: __, ...then } = (await service.app.inject(`${address}&as_of=${revision}`)).json()
          const { revision: position, ...rest } = then
          same(position, revision, address)
          same(JSON.stringify(rest), JSON.stringify(now), address)
        }
      }
    }),
    { numRuns: 6 },
  )
  t.ok(compared > 500, `${compared} answers`)
})
