import { type Code, Refusal } from '../domain/errors.js'

/** Asks a service elsewhere. Throws what it refuses as it said it, and `not_found` if it cannot be reached. */
export async function ask(url: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, request).catch((error: Error & { cause?: Error }) => {
    throw new Refusal('not_found', `${url} cannot be reached: ${error.cause?.message || error.message}`)
  })
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as { code?: Code; detail?: string; errors?: [] }
  const { code = 'internal', detail = '', errors = [], ...extra } = problem
  throw new Refusal(code, `${url} answered ${response.status}: ${detail}`, errors, extra)
}
