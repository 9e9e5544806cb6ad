import type { FastifyInstance } from 'fastify'

export interface Route {
  method: string
  /** As it was declared: /v1/events/:id. */
  url: string
}

/** Every route that the router has. */
export function routesOf(app: FastifyInstance): Route[] {
  const found: Route[] = []
  const path: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent, segment, methods] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? []
    if (indent === undefined) continue
    path.length = indent.length / 4
    path.push(segment!)
    for (const method of methods?.split(', ') ?? []) found.push({ method, url: path.join('') })
  }
  return found
}

/** The address of a route with values for its parameters. */
export const addressOf = (url: string, values: Record<string, string> = {}) =>
  url.replace(/:(\w+)/g, (_, name) => encodeURIComponent(values[name] ?? 'unknown'))
