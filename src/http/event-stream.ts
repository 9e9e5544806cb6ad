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

export interface EventStream {
  stream: Readable
  /** Ends it in good order; its client comes back and goes on where it was. */
  end(): void
}

/**
 * Server-sent events (HTML Standard, section 9.2) as a stream. Events are asked for only when the client has taken those
 * before, so that one that stalls costs a few kilobytes, whatever happens meanwhile.
 */
export function eventStream(source: EventSourceOf, heartbeat = HEARTBEAT_MS): EventStream {
  /** The client has taken everything and there was nothing more. */
  let idle = false
  let ended = false

  function pull(): void {
    idle = false
    if (ended) return
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
      stop()
      done(error)
    },
  })
  const unsubscribe = source.subscribe(() => {
    if (idle) pull()
  })
  const timer = setInterval(() => {
    if (idle && stream.readableLength === 0) stream.push(': still here\n\n')
  }, heartbeat)
  function stop(): void {
    ended = true
    clearInterval(timer)
    unsubscribe()
  }
  stream.push(`retry: ${RETRY_MS}\n\n`)
  return {
    stream,
    end() {
      if (ended) return
      stop()
      stream.push(null)
    },
  }
}
