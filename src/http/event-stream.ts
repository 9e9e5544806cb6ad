import { Readable } from 'node:stream'

/** One event: what it is to be known by when a client comes back, and one line of data. */
export interface ServerSentEvent {
  id: number
  data: string
}

/** Where events come from. */
export interface EventSourceOf {
  /** The next few events, in order; none: there are none yet. */
  next(): readonly ServerSentEvent[]
  /** Calls back when there may be more; the answer ends that. */
  subscribe(more: () => void): () => void
}

/** A client comes back this soon after a connection ended. */
const RETRY_MS = 2_000
/** Proxies cut connections on which nothing moves for a minute or so. */
const HEARTBEAT_MS = 15_000

/**
 * Server-sent events (HTML Standard, section 9.2) as a stream. Events are asked for only when the client has taken those
 * before, so that one that stalls costs a few kilobytes, whatever happens meanwhile.
 */
export function eventStream(source: EventSourceOf, heartbeat = HEARTBEAT_MS): Readable {
  /** The client has taken everything and there was nothing more. */
  let idle = false

  function pull(): void {
    idle = false
    try {
      const events = source.next()
      if (events.length > 0) stream.push(events.map(({ id, data }) => `id: ${id}\ndata: ${data}\n\n`).join(''))
      else idle = true
    } catch (error) {
      stream.destroy(error as Error)
    }
  }

  const stream = new Readable({
    highWaterMark: 16 * 1024,
    read: pull,
    destroy(error, done) {
      clearInterval(timer)
      unsubscribe()
      done(error)
    },
  })
  const unsubscribe = source.subscribe(() => {
    if (idle) pull()
  })
  const timer = setInterval(() => {
    if (idle && stream.readableLength === 0) stream.push(': still here\n\n')
  }, heartbeat)
  stream.push(`retry: ${RETRY_MS}\n\n`)
  return stream
}

/** Ends a stream in good order; its client comes back and goes on where it was. */
export function endStream(stream: Readable): void {
  stream.push(null)
}
