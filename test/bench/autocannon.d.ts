/** As much of autocannon 8 as the benches use; it brings no types of its own. */
declare module 'autocannon' {
  interface Request {
    path?: string
  }
  interface Options {
    url: string
    connections: number
    duration?: number
    amount?: number
    headers?: Record<string, string>
    requests?: { setupRequest(request: Request): Request }[]
  }
  interface Result {
    duration: number
    errors: number
    '4xx': number
    '5xx': number
    requests: { total: number }
  }
  export default function autocannon(options: Options): Promise<Result>
}
