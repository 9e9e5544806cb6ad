import { createServer, type RequestListener, type Server } from 'node:http'
import { BODY_TIMEOUT_MS } from './body.js'
import type { Polls } from './kept-answers.js'

/** Longer than a client stays silent in good faith, even one that waits for a long import to be answered. */
const SILENCE_MS = 300_000

/** How long a connection may wait for its next request: longer than proxies keep theirs, so that they close first. */
const KEEP_ALIVE_MS = 72_000

/** Makes the server under Fastify; `polls` are answered before it. */
export function makeServer(handle: RequestListener, polls: Polls | null): Server {
  const server = createServer(
    {
      headersTimeout: BODY_TIMEOUT_MS,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
      // Node would answer a missing Host with an empty 400; the frame refuses it in words
      requireHostHeader: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Whole requests have no deadline, as imports are long; heads have one here, bodies in body.ts.
      requestTimeout: 0,
    },
    polls === null
      ? handle
      : (request, response) => {
          if (!polls.answer(request, response)) handle(request, response)
        },
  )
  return server.setTimeout(SILENCE_MS)
}
