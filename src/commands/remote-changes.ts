import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../domain/errors.js'
import { ask } from './service.js'

/** A service that went away is asked again this often. */
const RETRY_MS = 2_000

/** The changes that a service elsewhere has recorded after a position, as JSON. */
export async function* changesAt(service: string, since: number): AsyncGenerator<string> {
  let path: string | null = `/v1/changes?since=${since}&limit=1000`
  while (path !== null) {
    const response = await ask(service + path, { headers: { accept: 'application/json' } })
    const page = (await response.json()) as { items: unknown[]; next: string | null }
    for (const item of page.items) yield JSON.stringify(item)
    path = page.next
  }
}

/** The same and those to come: server-sent events, taken up again where a connection broke off. */
export async function* followAt(service: string, since: number): AsyncGenerator<string> {
  let position = since
  let reached = false
  while (true) {
    try {
      const response = await ask(`${service}/v1/changes?since=${position}`, {
        headers: { accept: 'text/event-stream' },
      })
      reached = true
      for await (const { id, data } of eventsOf(response)) {
        position = id
        yield data
      }
    } catch (error) {
      if (!isPassing(error) || !reached) throw error
    }
    await sleep(RETRY_MS)
  }
}

/** A connection that broke, or a service that is being restarted. */
const isPassing = (error: unknown) =>
  error instanceof Refusal ? ['not_found', 'stopping', 'internal'].includes(error.code) : error instanceof TypeError

async function* eventsOf(response: Response): AsyncGenerator<{ id: number; data: string }> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true })
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(event) ?? []
      if (data !== undefined) yield { id: Number(id), data }
    }
  }
}
