import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasBody } from './body.js'
import { namesOneHost } from './host.js'

declare module 'fastify' {
  interface FastifyReply {
    /** Whether its request would get this very answer again; null if that is not known. */
    stands: (() => boolean) | null
  }
}

/** A whole answer as it left, its heads as `writeHead` takes them: names and values in turn. */
export interface KeptAnswer {
  tag: string
  head: readonly string[]
  headOfUnchanged: readonly string[]
  body: Buffer
  stands: () => boolean
  /** The path of its route. */
  route: string
}

/** About how many bytes it takes. */
export const sizeOfAnswer = ({ body }: KeptAnswer): number => body.length + 3000

/** Where answers are kept, within bounds of its own. */
interface Answers {
  get(question: string): KeptAnswer | undefined
  set(question: string, answer: KeptAnswer): void
}

/** Hears of each answer that was sent again: where, with which status, and after how many milliseconds. */
type Told = (route: string, status: number, milliseconds: number) => void

/** Answers that polls get again as they left, before any hook or route is run for them. */
export interface Polls {
  /** Keeps what leaves with `stands`. To be called after every hook that changes an answer. */
  keep(app: FastifyInstance): void
  /** Sends again what was asked before and stands. False if the request is to be answered in full. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  onAnswer(told: Told): void
}

/** What a 304 leaves out: it is about a body (RFC 9110, section 15.4.5). */
const OF_BODIES: ReadonlySet<string> = new Set(['content-type', 'content-encoding', 'content-length', 'link'])

/** So many questions are remembered that were asked once; longer ones never, or they would fill the memory. */
const MOST_ASKED = 10_000
const LONGEST_QUESTION = 2000

export function answerPolls(answers: Answers): Polls {
  /** What was asked once may never be asked again, and would take the place of what is. */
  const asked = new Set<string>()
  let stopping = false
  let tell: Told = () => {}

  function isAskedAgain(question: string): boolean {
    if (question.length > LONGEST_QUESTION) return false
    if (answers.get(question) !== undefined || asked.delete(question)) return true
    if (asked.size === MOST_ASKED) asked.clear()
    asked.add(question)
    return false
  }

  return {
    keep(app) {
      app.decorateReply('stands', null)
      app.addHook('preClose', async () => {
        stopping = true
      })
      app.addHook('onSend', (request, reply, payload, done) => {
        const { stands } = reply
        if (
          stands !== null &&
          isWhole(request, reply) &&
          Buffer.isBuffer(payload) &&
          isAskedAgain(questionOf(request.raw))
        ) {
          const head = Object.entries({ ...reply.getHeaders(), 'content-length': payload.length })
          answers.set(questionOf(request.raw), {
            tag: String(reply.getHeader('etag')),
            head: flat(head),
            headOfUnchanged: flat(head.filter(([name]) => !OF_BODIES.has(name))),
            body: payload,
            stands,
            route: request.routeOptions.url ?? '',
          })
        }
        done(null, payload)
      })
    },
    answer(request, response) {
      if (stopping || request.method !== 'GET' || !namesOneHost(request) || hasBody(request)) return false
      const began = performance.now()
      const answer = answers.get(questionOf(request))
      if (!answer?.stands()) return false
      const held = request.headers['if-none-match']
      if (held === undefined) response.writeHead(200, answer.head as string[]).end(answer.body)
      else if (held === answer.tag) response.writeHead(304, answer.headOfUnchanged as string[]).end()
      else return false
      tell(answer.route, response.statusCode, performance.now() - began)
      return true
    },
    onAnswer(told) {
      tell = told
    },
  }
}

/** All of a request that its answer depends on: `Vary` names these. */
const questionOf = ({ url, headers }: Pick<IncomingMessage, 'url' | 'headers'>) =>
  `${url}\n${headers.accept ?? '*/*'}\n${headers['accept-encoding'] ?? ''}`

const flat = (head: readonly [string, unknown][]) => head.flatMap(([name, value]) => [name, String(value)])

/** A body of the request that was not read would have closed the connection. */
const isWhole = (request: FastifyRequest, { statusCode }: FastifyReply) =>
  statusCode === 200 && request.method === 'GET' && !hasBody(request)
