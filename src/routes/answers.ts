import type { FastifyReply } from 'fastify'

/** JSON that is ready. */
export const send = (reply: FastifyReply, json: string) => reply.type('application/json; charset=utf-8').send(json)

/** A record's JSON with further members at its end. */
export function withMembers(record: string, members: Record<string, unknown>): string {
  const extra = JSON.stringify(members)
  return extra === '{}' ? record : `${record.slice(0, -1)},${extra.slice(1)}`
}
